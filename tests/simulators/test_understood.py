"""What the local issuers make is taken by the doors that it is for."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hit_simulators_vendor import API, BASE, SCOPE, STS, Http, MovingClock, Vendor, organisation, returned, s256

from hit_maternity.access.helseid.authenticator import Authenticator, HelseIdConfig
from hit_maternity.access.helseid.jwks_cache import StaticKeys
from hit_maternity.access.helsenorge import HelsenorgeAuthenticator, Trusted
from hit_maternity.access.principal import Kind
from hit_maternity.simulators.helseid.attest import usual
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.register import by_key, place
from hit_maternity.simulators.helsenorge.issuer import HelsenorgeIssuer

URL = f"{BASE}/fhir/Patient/1"
ROLE = quote('{"system":"urn:oid:2.16.578.1.12.4.1.1.9060","code":"JO"}')


def test_a_midwife_who_logged_in_is_known_at_the_professionals_door(epj: Vendor, issuer: Issuer, clock: MovingClock) -> None:
    person = by_key(issuer.register, "solveig-bolgeskvett")
    assert person is not None
    where = place(issuer.register, person.works_at[0])
    assert where is not None
    attest: dict[str, Any] = {"type": "nhn:tillitsrammeverk:parameters", **usual(person, where, "decision-1")}
    details = [organisation(where.legal_entity, where.number), attest]
    scope = f"openid {SCOPE} nhn:maternity-record/tillitsrammeverk"
    token = epj.log_in(person.key, scope=scope, details=details).json()["access_token"]
    config = HelseIdConfig(STS, frozenset({API}), frozenset({SCOPE}), (BASE,))
    door = Authenticator(config, StaticKeys(issuer.keys.jwks()), clock)
    proof = epj.proof(URL, method="GET", ath=s256(token), nonce=None)
    headers = {"authorization": f"DPoP {token}", "dpop": proof, "nhn-user-role": ROLE, "nhn-source-system": "Demo EPJ 1.0"}
    principal = door.principal(headers, "GET", URL)
    assert principal.kind is Kind.PRACTITIONER
    assert principal.person is not None and principal.person.pid == person.pid
    assert (principal.organisation.legal_entity, principal.organisation.point_of_care) == (where.legal_entity, where.number)


def test_a_citizen_who_logged_in_is_known_at_her_own_door(http: Http, citizens_issuer: HelsenorgeIssuer, clock: MovingClock) -> None:
    at = f"{STS}/helsenorge/oidcprov/v2"
    client = {"client_id": "hit-maternity-pages", "redirect_uri": f"{BASE}/app/callback"}
    asked = {**client, "response_type": "code", "scope": SCOPE, "code_challenge": s256("v" * 43), "code_challenge_method": "S256"}
    pushed = http.post(f"{at}/par", data=asked).json()["request_uri"]
    login = {"client_id": client["client_id"], "request_uri": pushed, "own": "09889449842"}
    code = returned(http.post(f"{at}/authorize", data=login))["code"]
    grant = {"grant_type": "authorization_code", "code": code, "code_verifier": "v" * 43}
    token = http.post(f"{at}/token", data={**client, **grant}).json()["access_token"]
    door = HelsenorgeAuthenticator(Trusted(citizens_issuer.url, API, SCOPE), StaticKeys(citizens_issuer.keys.jwks()), clock)
    principal = door.principal({"authorization": f"Bearer {token}"}, "GET", f"{BASE}/app/fhir/Patient")
    assert (principal.kind, principal.patient) == (Kind.CITIZEN, "09889449842")
