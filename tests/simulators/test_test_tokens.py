"""The test-token service, called as vendors call TTT; what it makes is verified by joserfc and judged by the server's own checks."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from hit_simulators_vendor import BASE, STS, Http, MovingClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwk, jws, jwt
from starlette.applications import Starlette
from starlette.routing import Mount

from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.access.helseid.attest.rules import AttestConfig, judge
from hit_maternity.access.helseid.authenticator import Authenticator, HelseIdConfig
from hit_maternity.access.helseid.challenge import AccessRefusal
from hit_maternity.access.helseid.jwks_cache import StaticKeys
from hit_maternity.access.principal import Kind, Principal
from hit_maternity.simulators.helseid import broken
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.minting import ATTEST, CHILD, HPR_NUMBER, LEVEL, PARENT, PID, PSEUDONYM, SUPPLIER, TENANCY
from hit_maternity.simulators.helseid.test_token_request import InvalidProof
from hit_maternity.simulators.helseid.test_tokens import KEY_FILE, routes_of
from hit_maternity.simulators.loopback import Place
from hit_maternity.simulators.sts import sts

ADDRESS = f"{STS}/ttt/v2/create-test-token-with-key"
CALLED = f"{BASE}/fhir/Observation"
AUDIENCE, SCOPE = "nhn:maternity-record", "nhn:maternity-record/api"
SOLVEIG = "23917949816"
UNKNOWN_SYNTHETIC = "17818890028"
ORDINARY = {
    "audience": AUDIENCE,
    "createDPoPTokenWithDPoPProof": True,
    "createTillitsrammeverkClaims": True,
    "dPoPProofParameters": {"htuClaimValue": CALLED, "htmClaimValue": "POST"},
    "userClaimsParameters": {"pid": SOLVEIG},
}
#: Faults after which a call is let in, or only what comes later in the server refuses it.
LET_IN = {
    "ScopeText",
    "AudListOfOne",
    "AttestMissing",
    "AttestText",
    "AttestArray",
    "AttestNull",
    "AttestExtraMembers",
    "AttestCareRelation",
    "AttestHostileText",
    "BreakTheGlass",
    "ProofHtuUpperCaseHost",
    "ProofKeyExtraMembers",
}
#: Faults of the attest that the server refuses by its rules.
ATTEST_RULES = {
    "AttestOtherPid": "att-11-identifier",
    "AttestOtherLegalEntity": "att-13-legal-entity",
    "AttestOtherPointOfCare": "att-19-point-of-care",
    "AttestWithoutPurpose": "att-38-purpose-of-use",
    "AttestUnknownPurpose": "att-38-purpose-of-use",
    "AttestWithoutReason": "att-43-purpose-of-use-details",
    "AttestUnknownSystem": "att-38-purpose-of-use",
    "AttestNumber": "att-1-form",
}


class RoomyRegistry(jws.JWSRegistry):
    """An RSA key in the header is longer than joserfc takes by itself."""

    max_header_length = 4096


@pytest.fixture
def http(issuer: Issuer, place: Place) -> Http:
    return Http(Starlette(routes=[Mount("/sts", sts(issuer, more=routes_of(issuer, place.folder / "helseid")))]))


@pytest.fixture
def key(http: Http, place: Place) -> str:
    return (place.folder / "helseid" / KEY_FILE).read_text(encoding="ascii")


@pytest.fixture
def ask(http: Http, key: str) -> Callable[..., httpx.Response]:
    def asked(request: Mapping[str, Any] | bytes, **more: Any) -> httpx.Response:
        body = request if isinstance(request, bytes) else json.dumps({**request, **more})
        return http.send("POST", ADDRESS, content=body, headers={"X-Auth-Key": key, "Content-Type": "application/json"})

    return asked


@pytest.fixture
def made(ask: Callable[..., httpx.Response]) -> Callable[..., dict[str, Any]]:
    """What the service makes of a request that it must take."""

    def successful(request: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        answer = ask(request, **more)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["isError"] is False and told["errorResponse"] == {"errorMessage": ""}
        return told["successResponse"] | told.get("localExtensions", {})

    return successful


@pytest.fixture
def claims(made: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The claims of the token, unverified."""
    return lambda request=ORDINARY, **more: claims_of(made(request, **more)["accessTokenJwt"])


@pytest.fixture
def faults(ask: Callable[..., httpx.Response]) -> Callable[..., str]:
    """The words with which a request is refused."""

    def refused(request: Mapping[str, Any] | bytes, **more: Any) -> str:
        answer = ask(request, **more)
        assert answer.status_code == 400, answer.text
        told = answer.json()
        assert told["isError"] is True and told["successResponse"] == {"accessTokenJwt": "", "dPoPProof": None}
        return told["errorResponse"]["errorMessage"]

    return refused


@pytest.fixture
def server(issuer: Issuer, clock: MovingClock) -> Authenticator:
    """Who verifies at the professionals' door."""
    config = HelseIdConfig(issuer=STS, audiences=frozenset({AUDIENCE}), scopes=frozenset({SCOPE}), addresses=(BASE,))
    return Authenticator(config, StaticKeys(issuer.keys.jwks()), clock, attest=parse)


def claims_of(token: str) -> dict[str, Any]:
    return json.loads(jws.extract_compact(token.encode()).payload)


def folded(headers: list[dict[str, str]]) -> dict[str, str]:
    """Headers as a server gets them: those that came twice joined by a comma."""
    found: dict[str, str] = {}
    for header in headers:
        name = header["name"].lower()
        found[name] = f"{found[name]}, {header['value']}" if name in found else header["value"]
    return found


# ------------------------------------------------------------ the door


def test_a_token_and_its_proof_hold_before_another_library(made: Callable[..., dict[str, Any]], http: Http, clock: MovingClock):
    told = made(ORDINARY)
    keys = jwk.KeySet.import_key_set(http.send("GET", f"{STS}/.well-known/openid-configuration/jwks").json())
    token = jwt.decode(told["accessTokenJwt"], keys, algorithms=["RS256"])
    assert token.header["typ"] == "at+jwt"
    assert (token.claims["iss"], token.claims["aud"], token.claims["iat"]) == (STS, AUDIENCE, clock.seconds)
    assert token.claims["exp"] - token.claims["iat"] == 600 and token.claims[PID] == SOLVEIG
    proof = jws.extract_compact(told["dPoPProof"].encode())
    own = jwk.import_key(proof.headers()["jwk"])
    verified = jwt.decode(told["dPoPProof"], own, algorithms=["ES256"])
    assert verified.header["typ"] == "dpop+jwt" and "d" not in verified.header["jwk"]
    assert (verified.claims["htm"], verified.claims["htu"], verified.claims["iat"]) == ("POST", CALLED, clock.seconds)
    assert token.claims["cnf"] == {"jkt": own.thumbprint()}


def test_the_server_takes_them(made: Callable[..., dict[str, Any]], server: Authenticator, clock: MovingClock):
    told = made(ORDINARY)
    headers = {"authorization": f"DPoP {told['accessTokenJwt']}", "dpop": told["dPoPProof"]}
    principal = server.principal(headers, "POST", CALLED)
    assert principal.kind is Kind.PRACTITIONER and principal.person is not None
    assert (principal.person.name, principal.person.hpr_number) == ("Solveig Bølgeskvett", "999000120")
    assert (principal.organisation.legal_entity, principal.organisation.point_of_care) == ("310110000", "310001007")
    found = judge(principal.attest, principal, AttestConfig(), clock.now())
    assert found.faults == () and "self-authorised" in found.flags  # as TTT, where userSelected is true unless it is said


@pytest.mark.parametrize("sent", [None, "", "wrong", "æ".encode()])
def test_without_the_key_nothing_is_made(http: Http, key: str, sent: str | bytes | None):
    headers = {} if sent is None else {"X-Auth-Key": sent}
    answer = http.send("POST", ADDRESS, json=ORDINARY, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["isError"] is True and key not in answer.text


def test_the_key_is_made_once_and_for_its_owner_alone(issuer: Issuer, place: Place):
    routes_of(issuer, place.folder / "helseid")
    path = place.folder / "helseid" / KEY_FILE
    first = path.read_text(encoding="ascii")
    routes_of(issuer, place.folder / "helseid")
    assert path.read_text(encoding="ascii") == first and len(first) == 36
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_all_faults_are_listed(http: Http):
    listed = http.send("GET", f"{STS}/ttt/v2/faults").json()["faults"]
    assert [it["name"] for it in listed] == list(broken.NAMES)
    assert {it["in"] for it in listed} == {"token", "proof", "headers"}
    assert all(it["row"] and it["what"] for it in listed)


# ------------------------------------------------------------ names and values


def test_members_may_be_spelled_in_camel_or_pascal_case_and_enumerations_go_by_number_or_name(claims: Callable[..., dict[str, Any]]):
    pascal = {
        "Audience": AUDIENCE,
        "IssuerEnvironment": "IntTest",
        "ClientClaimsParametersGeneration": "GenerateOnlyFromNonEmptyParameterValues",
        "UserClaimsParametersGeneration": 0,
        "ClientClaimsParameters": {
            "OrgnrParent": "310110000",
            "Scope": ["a/b"],
            "ClientTenancy": True,
            "ClientTenancyType": "SingleTenant",
        },
        "HeaderParameters": {"Typ": "at+jwt"},
    }
    told = claims(pascal)
    assert told["iss"] == STS  # never another issuer, whatever environment is asked for
    assert (told[PARENT], told["scope"], told[TENANCY]) == ("310110000", ["a/b"], "single-tenant")
    assert CHILD not in told and PID not in told


def test_what_net_clients_send_for_unset_values_counts_as_unset(claims: Callable[..., dict[str, Any]]):
    unset = {
        "expirationParameters": {"setExpirationTimeAsExpired": False, "expirationTimeInSeconds": -(2**31), "expirationTimeInDays": None},
        "headerParameters": {"typ": ""},
        "clientClaimsParameters": {"scope": [], "clientId": "", "orgnrParent": "", "clientTenancyType": None, "cnfPublicKey": ""},
        "apiSpecificClaims": [],
        "tokenExchangeParameters": {"issuer": "", "clientId": ""},
    }
    told = claims(**unset)
    assert told["exp"] - told["iat"] == 600 and told["scope"] == [SCOPE, f"{AUDIENCE}/tillitsrammeverk"] and told[PARENT] == "310110000"


def test_older_names_are_taken(claims: Callable[..., dict[str, Any]]):
    older = {
        "audience": AUDIENCE,
        "generalClaimsParametersGeneration": 2,
        "generalClaimsParameters": {"clientName": "old"},
        "withoutDefaultUserClaims": True,
        "expirationTimeInSeconds": 60,
    }
    told = claims(older)
    assert told["helseid://claims/client/client_name"] == "old" and "client_id" not in told and told["exp"] - told["iat"] == 60
    attested = claims(tillitsrammeverkClaimsParameters={"careRelationshipTracingRefId": "ref-1"})
    assert attested[ATTEST]["care_relationship"]["decision_ref"]["id"] == "ref-1"


def test_members_that_are_not_known_are_named_all_of_them(faults: Callable[..., str]):
    told = faults(
        ORDINARY,
        scopes=["a"],
        clientClaimsParameters={"orgNr": "310110000"},
        tillitsrammeverkClaimsParameters={"practitionerShoeSize": "43"},
        localExtensions={"weather": "fine"},
        headerParameters={"typ": "id+jwt"},
        userClaimsParametersGeneration=4,
        createTokenExchangeClaims="yes",
    )
    for words in (
        "scopes is not known",
        "clientClaimsParameters.orgNr is not known",
        "tillitsrammeverkClaimsParameters.practitionerShoeSize is not known",
        "localExtensions.weather is not known",
        "headerParameters.typ: give one of at+jwt, jwt",
        "userClaimsParametersGeneration: give one of 0 (GenerateNone)",
        "createTokenExchangeClaims: give true or false",
    ):
        assert words in told


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"7", b"{", b"\xff", b'{"audience":"a","audience":"b"}', b'{"audience":"a","Audience":"b"}', b"[" * 5000, b'{"a":1e400}'],
)
def test_what_is_no_request_is_refused(faults: Callable[..., str], body: bytes):
    assert faults(body)


def test_a_request_has_its_limits(ask: Callable[..., httpx.Response]):
    assert ask(b" " * 70_000).status_code == 413
    assert ask(ORDINARY, clientClaimsParameters={"scope": ["a"] * 201}).status_code == 400


def test_an_audience_and_an_address_are_needed(faults: Callable[..., str]):
    assert "audience" in faults({})
    told = faults({"audience": AUDIENCE, "createDPoPTokenWithDPoPProof": True})
    assert "htuClaimValue" in told and "htmClaimValue" in told


# ------------------------------------------------------------ claims


@pytest.mark.parametrize(
    ("mode", "client", "user"),
    [
        (0, set(), set()),
        (1, {"client_id", PARENT, CHILD, SUPPLIER, "scope"}, {PID, "sub", LEVEL}),
        (2, {PARENT}, {"name"}),
        (3, {"client_id", PARENT, CHILD, "scope"}, {PID, "name", LEVEL}),
    ],
)
def test_usual_and_given_claims_combine_as_they_are_asked_to(
    claims: Callable[..., dict[str, Any]], mode: int, client: set[str], user: set[str]
):
    told = claims(
        {"audience": AUDIENCE},
        clientClaimsParametersGeneration=mode,
        userClaimsParametersGeneration=mode,
        clientClaimsParameters={"orgnrParent": "310150002"},
        userClaimsParameters={"name": "Given Name"},
    )
    every = {"iss", "aud", "nbf", "iat", "exp", "jti"}
    assert client | user | every <= told.keys()
    assert mode in (1, 3) or told.keys() == client | user | every
    assert told.get(PARENT) == {2: "310150002", 3: "310150002", 1: "310120006"}.get(mode)
    assert told.get("name") == {2: "Given Name", 3: "Given Name", 1: "Aksel Tåkeheim"}.get(mode)


def test_a_token_without_a_user_is_a_system_s(claims: Callable[..., dict[str, Any]]):
    told = claims({"audience": AUDIENCE}, withoutDefaultUserClaims=True)
    assert PID not in told and "sub" not in told and LEVEL not in told and told["client_id"]


def test_usual_claims_follow_the_person_and_the_place(claims: Callable[..., dict[str, Any]]):
    by_hpr = claims({"audience": AUDIENCE}, userClaimsParameters={"hprNumber": "999000154"})
    assert by_hpr["name"] == "Nadia Nordlys" and by_hpr[CHILD] == "310007854" and by_hpr[PARENT] == "310160008"
    placed = claims(clientClaimsParameters={"orgnrChild": "310006483"})
    assert placed[PARENT] == "310150002" and placed[PID] == SOLVEIG
    nobody = claims({"audience": AUDIENCE}, userClaimsParameters={"pid": UNKNOWN_SYNTHETIC})
    assert nobody[PID] == UNKNOWN_SYNTHETIC and "name" not in nobody and HPR_NUMBER not in nobody


def test_registers_complete_a_national_id(claims: Callable[..., dict[str, Any]], faults: Callable[..., str]):
    alone = {"audience": AUDIENCE, "userClaimsParametersGeneration": 2, "userClaimsParameters": {"pid": SOLVEIG}}
    asked = {"getPersonFromPersontjenesten": True, "getHprNumberFromHprregisteret": True, "setPidPseudonym": True, "setSubject": True}
    told = claims(alone, **asked)
    assert (told["name"], told["given_name"], told[HPR_NUMBER]) == ("Solveig Bølgeskvett", "Solveig", "999000120")
    assert len(told[PSEUDONYM]) == len(told["sub"]) == 44 and told["sub"] != told[PSEUDONYM]
    assert claims(alone, **asked)["sub"] == told["sub"]
    assert "given_name" not in claims(alone, getPersonFromPersontjenesten=True, onlySetNameForPerson=True)
    assert "pid" in faults({"audience": AUDIENCE, "userClaimsParametersGeneration": 0, "setPidPseudonym": True})


@pytest.mark.parametrize(
    ("asked", "lifetime", "shift"),
    [
        ({"expirationTimeInSeconds": 30}, 30, 0),
        ({"expirationTimeInDays": 2}, 2 * 86400, 0),
        ({"setExpirationTimeAsExpired": True}, 600, -4200),
    ],
)
def test_a_token_expires_when_it_is_asked_to(
    claims: Callable[..., dict[str, Any]], clock: MovingClock, asked: dict[str, Any], lifetime: int, shift: int
):
    told = claims(expirationParameters=asked)
    assert told["iat"] == told["nbf"] == clock.seconds + shift and told["exp"] - told["iat"] == lifetime


def test_other_claims_are_set_as_asked(claims: Callable[..., dict[str, Any]], made: Callable[..., dict[str, Any]]):
    told = claims(
        clientClaimsParameters={
            "sfmJournalId": "0b1f7d66-4d0a-4a0c-8f51-0b8f4a0d9c22",
            "jti": "my-own",
            "authenticationMethodsReferences": ["pwd"],
            "clientAuthenticationMethodsReferences": "rsa_private_key",
        },
        userClaimsParameters={"pid": SOLVEIG, "securityLevel": "3", "network": "helsenett", "amr": "external", "sid": "S1"},
        apiSpecificClaims=[{"type": "demo:her_id", "value": "8094866"}],
        createTokenExchangeClaims=True,
        tokenExchangeParameters={"clientId": "actor", "orgnrParent": "310160008"},
    )
    assert told["nhn:sfm:journal-id"].startswith("0b1f") and told["jti"] == "my-own"
    assert (told[LEVEL], told["helseid://claims/identity/network"], told["amr"], told["sid"]) == ("3", "helsenett", ["external"], "S1")
    assert told["helseid://claims/client/amr"] == "rsa_private_key" and told["demo:her_id"] == "8094866"
    assert told["act"] == {"client_id": "actor", PARENT: "310160008"}
    header = jws.extract_compact(made(ORDINARY, headerParameters={"typ": "jwt"})["accessTokenJwt"].encode()).headers()
    assert header["typ"] == "jwt"


def test_a_token_can_be_bound_to_a_key_of_the_caller_s(claims: Callable[..., dict[str, Any]], faults: Callable[..., str]):
    own = jwk.ECKey.generate_key("P-256")
    bound = claims({"audience": AUDIENCE}, clientClaimsParameters={"cnfPublicKey": json.dumps(own.as_dict(private=False))})
    assert bound["cnf"] == {"jkt": own.thumbprint()}
    assert claims({"audience": AUDIENCE}, clientClaimsParameters={"cnfJkt": "abc"})["cnf"] == {"jkt": "abc"}
    assert "cnf" not in claims({"audience": AUDIENCE})
    assert "cnfPublicKey" in faults({"audience": AUDIENCE}, clientClaimsParameters={"cnfPublicKey": "no key"})
    assert "cnfJkt" in faults(ORDINARY, clientClaimsParameters={"cnfJkt": "abc"})


@pytest.mark.parametrize("own", [jwk.RSAKey.generate_key(2048), jwk.ECKey.generate_key("P-521")], ids=["RSA", "P-521"])
@pytest.mark.parametrize("form", [dict, json.dumps])
def test_a_proof_is_signed_with_the_key_that_is_sent(made: Callable[..., dict[str, Any]], own: Any, form: Callable[[dict[str, Any]], Any]):
    asked = {**ORDINARY["dPoPProofParameters"], "privateKeyForProofCreation": form(own.as_dict(private=True))}  # type: ignore[dict-item]  # a plain dict
    told = made(ORDINARY, dPoPProofParameters=asked)
    registry = RoomyRegistry(algorithms=["RS256", "ES512"])
    assert jwt.decode(told["dPoPProof"], own, registry=registry).claims["htm"] == "POST"
    assert claims_of(told["accessTokenJwt"])["cnf"] == {"jkt": own.thumbprint()}


@pytest.mark.parametrize(
    "sent", [{"kty": "oct", "k": "AAAA"}, {"kty": "RSA"}, {"kty": ["RSA"]}, {}, {"kty": "EC", "crv": "P-256", "x": "A", "y": "A"}]
)
def test_what_is_no_private_key_is_refused(faults: Callable[..., str], sent: dict[str, Any]):
    asked = {**ORDINARY["dPoPProofParameters"], "privateKeyForProofCreation": sent}  # type: ignore[dict-item]  # a plain dict
    assert "privateKeyForProofCreation" in faults(ORDINARY, dPoPProofParameters=asked)


@pytest.mark.parametrize(
    ("member", "value", "told"),
    [
        ("userClaimsParameters", {"pid": "01017012345"}, "synthetic"),
        ("userClaimsParameters", {"pid": "12847199996"}, "synthetic"),
        ("clientClaimsParameters", {"orgnrParent": "994598759"}, "test series"),
        ("clientClaimsParameters", {"orgnrSupplier": "310110001"}, "test series"),
        ("tillitsrammeverkClaimsParameters", {"practitionerLegalEntityId": "883974832"}, "test series"),
        ("apiSpecificClaims", [{"type": "iss", "value": "https://helseid-sts.nhn.no"}], "apiSpecificClaims"),
        ("expirationParameters", {"expirationTimeInSeconds": 2**40}, "ten years"),
        ("localExtensions", {"now": 2**60}, "out of bounds"),
    ],
)
def test_nothing_is_made_that_could_be_real(faults: Callable[..., str], member: str, value: Any, told: str):
    words = faults(ORDINARY, **{member: value})
    assert told in words
    first = next(iter(value.values())) if isinstance(value, dict) else value[0]["value"]
    assert str(first) not in words


# ------------------------------------------------------------ the attest


def test_the_attest_tells_of_the_practitioner_and_the_place_of_the_token(claims: Callable[..., dict[str, Any]]):
    told = claims(clientClaimsParameters={"orgnrChild": "310006483"}, userClaimsParameters={"pid": "05898449949"})
    who, care = told[ATTEST]["practitioner"], told[ATTEST]["care_relationship"]
    assert who["identifier"]["id"] == told[PID] and who["hpr_nr"]["id"] == told[HPR_NUMBER]
    assert (who["legal_entity"]["id"], who["point_of_care"]["id"]) == (told[PARENT], told[CHILD])
    assert who["authorization"]["code"] == "JO" and who["department"]["id"] == "990001"
    assert care["purpose_of_use"]["code"] == "TREAT" and care["decision_ref"]["user_selected"] is True
    assert told[ATTEST]["patients"][0]["point_of_care"]["id"] == told[CHILD]


def test_its_values_are_set_and_left_out_as_asked(claims: Callable[..., dict[str, Any]]):
    told = claims(
        tillitsrammeverkClaimsParameters={
            "practitionerIdentifierAuthority": "https://authority.invalid",
            "practitionerAuthorizationCode": "LE",
            "practitionerDepartmentId": "900001",
            "practitionerDepartmentName": "Demoavdeling",
            "careRelationshipHealthcareServiceCode": "S03",
            "careRelationshipHealthcareSystem": "urn:oid:2.16.578.1.12.4.1.1.8655",
            "careRelationshipPurposeOfUseCode": "COC",
            "careRelationshipPurposeOfUseDetailsCode": "POLBESOK",
            "careRelationshipDecisionRefId": "ref-7",
            "careRelationshipDecisionRefUserSelected": False,
            "patientsDepartmentId": "900002",
            "dontSetPractitionerHprNr": True,
            "dontSetPatientsPointOfCare": True,
            "dontSetPractitionerDepartment": False,
        }
    )[ATTEST]
    who, care = told["practitioner"], told["care_relationship"]
    assert who["identifier"]["authority"] == "https://authority.invalid" and who["identifier"]["id"] == SOLVEIG
    assert who["authorization"]["code"] == "LE" and who["department"]["name"] == "Demoavdeling" and "hpr_nr" not in who
    assert care["healthcare_service"]["code"] == "S03" and care["purpose_of_use"]["code"] == "COC"
    assert care["purpose_of_use_details"]["code"] == "POLBESOK" and care["decision_ref"] == {"id": "ref-7", "user_selected": False}
    assert "point_of_care" not in told["patients"][0] and told["patients"][0]["department"]["id"] == "900002"


def test_every_attest_has_a_decision_of_its_own(claims: Callable[..., dict[str, Any]]):
    decisions = {claims()[ATTEST]["care_relationship"]["decision_ref"]["id"] for _ in range(3)}
    assert len(decisions) == 3


def test_an_attest_needs_somebody(faults: Callable[..., str]):
    assert "user" in faults(ORDINARY, userClaimsParametersGeneration="GenerateNone")


# ------------------------------------------------------------ faults


@pytest.mark.parametrize("way", [it for it in InvalidProof if it is not InvalidProof.NONE], ids=lambda it: it.name)
@pytest.mark.parametrize("by_name", [False, True])
def test_each_of_the_thirteen_broken_proofs_is_refused(
    made: Callable[..., dict[str, Any]], server: Authenticator, way: InvalidProof, by_name: bool
):
    name = "".join(part.capitalize() for part in way.name.split("_"))
    asked = {**ORDINARY["dPoPProofParameters"], "invalidDPoPProofParameters": name if by_name else way.value}  # type: ignore[dict-item]  # a plain dict
    told = made(ORDINARY, dPoPProofParameters=asked)
    headers = {"authorization": f"DPoP {told['accessTokenJwt']}", "dpop": told["dPoPProof"]}
    with pytest.raises(AccessRefusal) as refusal:
        server.principal(headers, "POST", CALLED)
    assert refusal.value.status == 401
    assert refusal.value.issues[0].rule.startswith("token-binding" if way.value == 13 else "proof-")


def test_htu_and_htm_may_be_missing_where_their_absence_is_asked_for(made: Callable[..., dict[str, Any]]):
    told = made(ORDINARY, dPoPProofParameters={"htmClaimValue": "GET", "invalidDPoPProofParameters": "DontSetHtuClaimValue"})
    assert claims_of(told["dPoPProof"]).keys() == {"jti", "htm", "iat", "ath"}


@pytest.mark.parametrize(
    ("switch", "rule"),
    [("signJwtWithInvalidSigningKey", "token-signature"), ("setInvalidIssuer", "token-issuer"), ("setInvalidAudience", "token-audience")],
)
def test_the_broken_tokens_of_ttt_are_refused(made: Callable[..., dict[str, Any]], server: Authenticator, switch: str, rule: str):
    told = made(ORDINARY, **{switch: True})
    with pytest.raises(AccessRefusal) as refusal:
        server.principal({"authorization": f"DPoP {told['accessTokenJwt']}", "dpop": told["dPoPProof"]}, "POST", CALLED)
    assert (refusal.value.status, refusal.value.issues[0].rule) == (401, rule)


@pytest.mark.parametrize("name", broken.NAMES)
def test_each_fault_is_found_by_the_server_or_is_known_to_be_none(
    made: Callable[..., dict[str, Any]], server: Authenticator, clock: MovingClock, name: str
):
    headers = folded(made(ORDINARY, localExtensions={"faults": [name]})["headers"])
    try:
        principal: Principal | None = server.principal(headers, "POST", CALLED)
    except AccessRefusal as refusal:
        assert refusal.status in (401, 403) and name not in LET_IN
        assert (refusal.status == 401) is ("WWW-Authenticate" in refusal.headers and refusal.issues[0].rule != "scope-missing")
        return
    assert principal is not None
    if name in ATTEST_RULES:
        assert ATTEST_RULES[name] in {it.rule for it in judge(principal.attest, principal, AttestConfig(), clock.now()).faults}
    else:
        assert name in LET_IN | {"AttestOtherAuthorisation"}


def test_the_ordinary_token_has_no_fault(made: Callable[..., dict[str, Any]], server: Authenticator):
    headers = folded(made(ORDINARY, localExtensions={})["headers"])
    assert server.principal(headers, "POST", CALLED).token_id


def test_break_the_glass_is_told(made: Callable[..., dict[str, Any]], server: Authenticator, clock: MovingClock):
    headers = folded(made(ORDINARY, localExtensions={"faults": ["BreakTheGlass"]})["headers"])
    principal = server.principal(headers, "POST", CALLED)
    assert {"break-the-glass", "self-authorised"} <= judge(principal.attest, principal, AttestConfig(), clock.now()).flags


def test_faults_go_together_and_their_names_are_read_as_other_names_are(claims: Callable[..., dict[str, Any]]):
    told = claims(localExtensions={"faults": ["TwoAudiences", "securitylevel3"]})
    assert told["aud"] == [AUDIENCE, "someone:else"] and told[LEVEL] == "3"


def test_a_fault_that_can_not_be_made_is_told(faults: Callable[..., str]):
    assert "Foo" in faults(ORDINARY, localExtensions={"faults": ["Foo"]})
    plain = {"audience": AUDIENCE}
    assert "AttestOtherPid" in faults(plain, localExtensions={"faults": ["AttestOtherPid"]})
    assert "createDPoPTokenWithDPoPProof" in faults(plain, localExtensions={"faults": ["ProofHtuQuery"]})
    assert "createDPoPTokenWithDPoPProof" in faults(plain, localExtensions={"faults": ["TwoProofHeaders"]})


def test_without_local_extensions_the_answer_is_ttt_s_alone(ask: Callable[..., httpx.Response]):
    assert ask(ORDINARY).json().keys() == {"isError", "successResponse", "errorResponse"}
    assert ask({"audience": AUDIENCE}).json()["successResponse"]["dPoPProof"] is None


# ------------------------------------------------------------ time and chance


def test_a_seed_and_a_moment_give_the_same_token_each_time(made: Callable[..., dict[str, Any]]):
    own = jwk.RSAKey.generate_key(2048).as_dict(private=True)
    asked = {
        "dPoPProofParameters": {**ORDINARY["dPoPProofParameters"], "privateKeyForProofCreation": own},  # type: ignore[dict-item]  # a plain dict
        "localExtensions": {"seed": "golden", "now": 1_795_300_000},
    }
    first, second = made(ORDINARY, **asked), made(ORDINARY, **asked)
    assert first == second
    assert claims_of(first["accessTokenJwt"])["iat"] == 1_795_300_000
    other = made(ORDINARY, **{**asked, "localExtensions": {"seed": "another", "now": 1_795_300_000}})
    assert other["accessTokenJwt"] != first["accessTokenJwt"]


def test_the_clock_can_be_off(made: Callable[..., dict[str, Any]], clock: MovingClock):
    told = made(ORDINARY, localExtensions={"clockOffsetInSeconds": -90})
    assert claims_of(told["accessTokenJwt"])["iat"] == claims_of(told["dPoPProof"])["iat"] == clock.seconds - 90


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
_GROUPS = {
    "clientClaimsParameters": ("scope", "clientId", "orgnrParent", "clientTenancyType", "cnfPublicKey", "cnfJkt"),
    "userClaimsParameters": ("pid", "name", "amr", "securityLevel"),
    "dPoPProofParameters": ("htuClaimValue", "htmClaimValue", "privateKeyForProofCreation", "invalidDPoPProofParameters"),
    "expirationParameters": ("expirationTimeInSeconds", "expirationTimeInDays"),
    "tillitsrammeverkClaimsParameters": ("practitionerDepartmentId", "careRelationshipPurposeOfUseCode", "dontSetPatientsPointOfCare"),
    "localExtensions": ("faults", "now", "clockOffsetInSeconds", "seed"),
}
requests = st.fixed_dictionaries(
    {"audience": st.text(min_size=1, max_size=5)},
    optional={
        **{
            name: st.fixed_dictionaries({}, optional=dict.fromkeys(members, json_values)) | json_values for name, members in _GROUPS.items()
        },
        "createDPoPTokenWithDPoPProof": st.booleans(),
        "createTillitsrammeverkClaims": st.booleans(),
        "apiSpecificClaims": st.lists(st.fixed_dictionaries({"type": st.text(max_size=5), "value": st.text(max_size=5)}), max_size=2),
        "userClaimsParametersGeneration": json_values,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=requests)
def test_whatever_is_asked_the_answer_is_a_token_or_a_refusal(ask: Callable[..., httpx.Response], asked: dict[str, Any]):
    answer = ask(json.dumps(asked).encode())
    assert answer.status_code in (200, 400)
    assert answer.json()["isError"] is (answer.status_code == 400)
