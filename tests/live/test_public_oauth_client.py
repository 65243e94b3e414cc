"""A public OAuth client library (requests-oauth2client, with its own JOSE) and a public FHIR client library, both unchanged, come in at
the front door: discovery, private_key_jwt, pushed request, login, DPoP with nonces, and FHIR calls with a proof each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from fhirclient.client import FHIRClient
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from jwskate import Jwk
from requests_oauth2client import DPoPToken, OAuth2Client

from hit_maternity.store.people import People, Standing
from hit_maternity.store.sqlite import SqliteDatabase

Running = Any  # a class of conftest, which tests don't import
CALLBACK = "http://127.0.0.1/callback"
SCOPES = "openid profile helseid://scopes/identity/pid helseid://scopes/identity/security_level helseid://scopes/hpr/hpr_number"
API = "nhn:maternity-record/api nhn:maternity-record/tillitsrammeverk"
ROLE = quote(json.dumps({"system": "urn:oid:2.16.578.1.12.4.1.1.9060", "code": "JO"}))
HERS = {"nhn-user-role": ROLE, "nhn-source-system": "public client 1.0"}
WOMAN = {"resourceType": "Patient", "id": "ragnhild", "name": [{"text": "Ragnhild"}]}
WEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/ragnhild"},
    "effectiveDateTime": "2026-11-20T09:30:00+01:00",
    "valueQuantity": {"value": 63.1, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}


def details(decision: str) -> list[dict[str, Any]]:
    """Where she works, and the attest of one care relationship."""
    place = {"system": "urn:oid:1.0.6523", "type": "ENH", "value": "NO:ORGNR:310110000:310001007"}
    enh, kind = "urn:oid:2.16.578.1.12.4.1.4.101", "urn:oid:2.16.578.1.12.4.1.1.9060"
    return [
        {"type": "helseid_authorization", "practitioner_role": {"organization": {"identifier": place}}},
        {
            "type": "nhn:tillitsrammeverk:parameters",
            "practitioner": {
                "authorization": {"code": "JO", "system": kind},
                "legal_entity": {"id": "310110000", "system": enh},
                "point_of_care": {"id": "310001007", "system": enh},
            },
            "care_relationship": {
                "purpose_of_use": {"code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448"},
                "purpose_of_use_details": {"code": "BEHANDLER", "system": "urn:oid:2.16.578.1.12.4.1.1.9151"},
                "decision_ref": {"id": decision, "user_selected": False},
            },
            "patients": [],
        },
    ]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, running: type[Running]) -> Iterator[Running]:
    """A server with access on and its own HelseID; Ragnhild has consented."""
    folder = tmp_path_factory.mktemp("secured")
    made = running(folder, migrated_file, access="helseid", simulators="true", simulator_folder=str(folder / "sts"))
    database = SqliteDatabase(folder / "hit.db")
    People(database).put("ragnhild", Standing(consent=True), datetime.now(UTC))
    database.close()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def oauth(secured: Running) -> OAuth2Client:
    """A vendor's own client, registered with a key that the library made."""
    issuer = f"{secured.address}/sts"
    key = Jwk.generate(alg="ES256", kid="vendor")
    wanted = {
        "client_name": "Vendor",
        "jwks": {"keys": [key.public_jwk().to_dict()]},
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": API,
        "redirect_uris": [CALLBACK],
        "tenancy": "multi-tenant",
        "orgnr_supplier": "310170003",
    }
    registered = requests.post(f"{issuer}/clients", json=wanted, timeout=10)
    assert registered.status_code == 201, registered.text
    found = f"{issuer}/.well-known/openid-configuration"
    return OAuth2Client.from_discovery_endpoint(
        found,
        issuer=issuer,
        client_id=registered.json()["client_id"],
        private_key=key,
        redirect_uri=CALLBACK,
        testing=True,
        dpop_bound_access_tokens=True,
    )


def logged_in(oauth: OAuth2Client, decision: str) -> DPoPToken:
    """Solveig's token: a pushed request, the login page by its form, and the code."""
    asked = oauth.authorization_request(scope=f"{SCOPES} {API}", authorization_details=json.dumps(details(decision)), dpop=True)
    pushed = oauth.pushed_authorization_request(asked)
    page = requests.get(str(pushed.uri), timeout=10)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    back = requests.post(page.url.partition("?")[0], {**fields, "person": "solveig-bolgeskvett"}, allow_redirects=False, timeout=10)
    assert back.status_code == 303, back.text
    answered = asked.validate_callback(back.headers["location"])
    token = oauth.authorization_code(answered, dpop=True, validate=False)  # its validation of id tokens loses the key of a DPoP token
    assert isinstance(token, DPoPToken)
    return token


@pytest.fixture(scope="module")
def midwife(oauth: OAuth2Client) -> DPoPToken:
    return logged_in(oauth, "ragnhild-follow-up")


def test_the_library_reads_what_the_issuer_says_of_itself(oauth: OAuth2Client, secured: Running) -> None:
    assert oauth.token_endpoint == f"{secured.address}/sts/connect/token"
    assert oauth.pushed_authorization_request_endpoint == f"{secured.address}/sts/connect/par"


def test_a_system_gets_a_token_and_is_kept_from_the_record(oauth: OAuth2Client, secured: Running) -> None:
    token = oauth.client_credentials(scope="nhn:maternity-record/api", dpop=True, authorization_details=json.dumps(details("x")[:1]))
    answer = requests.get(f"{secured.address}/fhir/Patient/ragnhild", auth=token, headers=HERS, timeout=10)
    assert (answer.status_code, answer.json()["resourceType"]) == (403, "OperationOutcome")


def test_somebody_who_is_logged_in_writes_and_reads(midwife: DPoPToken, secured: Running) -> None:
    def call(method: str, path: str, body: Any = None) -> requests.Response:
        sent = {**HERS, "content-type": "application/fhir+json"}
        return requests.request(method, f"{secured.address}/fhir/{path}", json=body, auth=midwife, headers=sent, timeout=10)

    made = call("PUT", "Patient/ragnhild", WOMAN)
    assert made.status_code in (200, 201), made.text
    weight = call("POST", "Observation", WEIGHT)
    assert weight.status_code == 201, weight.text
    found = call("GET", "Observation?patient=ragnhild&code=29463-7")
    assert [e["resource"]["id"] for e in found.json()["entry"]] == [weight.json()["id"]]


def test_a_fhir_client_library_calls_with_that_token(midwife: DPoPToken, secured: Running) -> None:
    requests.put(f"{secured.address}/fhir/Patient/ragnhild", json=WOMAN, auth=midwife, headers=HERS, timeout=10)
    smart = FHIRClient(settings={"app_id": "test", "api_base": f"{secured.address}/fhir"})
    smart.server.session.auth = midwife
    smart.server.session.headers.update(HERS)
    assert Patient.read("ragnhild", smart.server).name[0].text == "Ragnhild"
    made = Observation(WEIGHT).create(smart.server)
    assert Observation.read(made["id"], smart.server).valueQuantity.value == 63.1
    found = Observation.where({"patient": "ragnhild"}).perform_resources(smart.server)
    assert made["id"] in [o.id for o in found]


def test_without_the_proof_the_same_token_is_worth_nothing(midwife: DPoPToken, secured: Running) -> None:
    for scheme in ("DPoP", "Bearer"):
        headers = {**HERS, "authorization": f"{scheme} {midwife.access_token}"}
        answer = requests.get(f"{secured.address}/fhir/Patient/ragnhild", headers=headers, timeout=10)
        assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("DPoP")
