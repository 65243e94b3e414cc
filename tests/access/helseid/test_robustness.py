"""Whatever is sent, the answer is a refusal with words of ours, or the resource; never a fault of the server."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from hit_maternity.access.helseid.challenge import REFUSALS, Challenge
from hit_maternity.access.helseid.dpop import normal_address, own_address
from hit_maternity.access.helseid.jose_checks import UnusableKey, canonical_base64url, check_public, thumbprint, verifier
from hit_maternity.access.helseid.recent import Recent
from hit_maternity.access.helseid.role_header import role_of
from hit_maternity.access.principal import Role
from hit_maternity.fhir.outcome import FhirError

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CLAIMS = [
    *("iss", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id", "cnf", "act", "name", "sub", "idp", "auth_time"),
    *(f"helseid://claims/identity/{name}" for name in ("pid", "security_level", "pid_pseudonym")),
    *(f"helseid://claims/hpr/{name}" for name in ("hpr_number", "hpr_details")),
    *(f"helseid://claims/client/{name}" for name in ("client_name", "claims/orgnr_parent", "claims/orgnr_child")),
    "nhn:tillitsrammeverk:parameters",
]
HEADERS = [f"nhn-{name}" for name in ("user-role", "event-id", "source-system", "patient-nin", "access-basis", "treatment-facility-name")]


def never_at_fault(door, headers):
    """The answer to the call, which is one of those that are meant."""
    answer = door(headers)
    assert answer.status in (200, 400, 401, 403), answer.body
    if answer.status == 401:
        assert answer.challenge.startswith("DPoP ") and re.fullmatch(r"[ -~]+", answer.challenge)
    return answer


@QUICK
@given(changes=st.dictionaries(st.sampled_from(CLAIMS), VALUES, min_size=1, max_size=3))
def test_any_claims_signed_by_the_issuer(door, changes):
    token = door.token(json.dumps({**door.claims(), **changes}).encode())
    never_at_fault(door, door.headers(token))


@QUICK
@given(changes=st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "jwk", "x5t", "b64"]), VALUES, min_size=1))
def test_any_header_of_a_token(door, changes):
    never_at_fault(door, door.headers(door.token(header=changes)))


@QUICK
@given(changes=st.dictionaries(st.sampled_from(["jti", "htm", "htu", "iat", "ath", "nonce"]), VALUES, min_size=1))
def test_any_claims_of_a_proof(door, changes):
    token = door.token()
    never_at_fault(door, door.headers(token, door.proof(token, **changes)))


@QUICK
@given(
    header=st.dictionaries(st.sampled_from(["alg", "typ", "jwk", "crit"]), VALUES, min_size=1),
    jwk=st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "d", "k"]), VALUES, max_size=4),
)
def test_any_header_of_a_proof(door, header, jwk):
    token = door.token()
    never_at_fault(door, door.headers(token, door.proof(token, header=header)))
    key = {**door.client_key.as_dict(private=False), **jwk}
    never_at_fault(door, door.headers(token, door.proof(token, header={"jwk": key})))


@QUICK
@given(
    authorization=st.text(st.characters(max_codepoint=255), max_size=60) | st.binary(max_size=60).map(lambda raw: f"DPoP {_b64(raw)}"),
    proof=st.text(st.characters(max_codepoint=255), max_size=60),
)
def test_any_text_in_the_two_headers(door, authorization, proof):
    assert never_at_fault(door, {"authorization": authorization, "dpop": proof}).status == 401


@QUICK
@given(parts=st.lists(st.binary(max_size=60), min_size=3, max_size=3))
def test_any_three_parts(door, parts):
    text = ".".join(map(_b64, parts))
    assert never_at_fault(door, door.headers(text, door.proof(text))).status == 401
    assert never_at_fault(door, door.headers(proof=text)).status == 401


@QUICK
@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_token_with_one_byte_changed_is_never_believed(door, place, character):
    token = door.token()
    place %= len(token)
    altered = token[:place] + chr(character) + token[place + 1 :]
    if altered != token:
        assert never_at_fault(door, door.headers(altered, door.proof(token))).status == 401


@QUICK
@given(st.dictionaries(st.sampled_from(HEADERS), st.text(st.characters(max_codepoint=255), max_size=40)))
def test_any_text_in_the_other_headers(door, headers):
    never_at_fault(door, {**door.headers(), **headers})


@QUICK
@given(st.text(max_size=60) | VALUES.map(lambda value: json.dumps(value)))
def test_any_text_as_role(text):
    assert isinstance(role_of(text), str | Role)


@QUICK
@given(st.text(max_size=60) | st.text(st.characters(max_codepoint=127)).map(lambda rest: f"https://dhg.test/{rest}"))
def test_any_text_as_address(text):
    normal = normal_address(text)
    assert normal is None or normal_address(normal) == normal
    assert isinstance(own_address(text, ("https://dhg.test",)), str)


@QUICK
@given(st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "d", "k"]), VALUES))
def test_any_key(jwk):
    for kind in ({}, {"kty": "RSA"}, {"kty": "EC", "crv": "P-256"}):
        with pytest.raises(UnusableKey):
            verifier({**kind, **jwk}, "ES256")


def _b64(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@QUICK
@given(st.binary(min_size=1, max_size=40))
def test_there_is_one_spelling_of_bytes(raw):
    assert canonical_base64url(_b64(raw)) == raw
    for wrong in (f"{_b64(raw)}=", f" {_b64(raw)}", f"{_b64(raw)}\n"):
        with pytest.raises(ValueError, match="not"):
            canonical_base64url(wrong)


@pytest.mark.parametrize(
    "made", [lambda: RSAKey.generate_key(2048), lambda: ECKey.generate_key("P-256"), lambda: ECKey.generate_key("P-521")]
)
def test_a_thumbprint_is_that_of_another_library(made):
    key = made()
    jwk = key.as_dict(private=False)
    check_public(jwk)
    assert thumbprint({"kid": "x", **jwk}) == key.thumbprint()


@pytest.mark.parametrize("rule", REFUSALS)
def test_the_words_of_a_refusal_may_stand_in_a_challenge(rule):
    refusal = Challenge("DPoP", ("ES256",), ("a/b",)).refusal(rule)
    assert isinstance(refusal, FhirError)
    assert re.fullmatch(r"[ !#-\[\]-~]+", REFUSALS[rule].text)
    assert ("WWW-Authenticate" in refusal.headers) == (refusal.status == 401 or rule == "scope-missing")
    assert refusal.issues[0].text == REFUSALS[rule].text


def test_a_door_for_bearer_asks_for_bearer():
    challenge = Challenge("Bearer")
    assert challenge.refusal("credentials-missing").headers["WWW-Authenticate"] == "Bearer"
    assert challenge.refusal("token-expired").headers["WWW-Authenticate"].startswith('Bearer error="invalid_token", error_description="')


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://dhg.test/fhir/Patient/1", "https://dhg.test/fhir/Patient/1"),
        ("https://dhg.test.evil/fhir", "https://dhg.test/fhir"),
        ("http://localhost:8080/fhir/x?a=b", "http://localhost:8080/fhir/x"),
        ("http://localhost/fhir", "https://dhg.test/fhir"),
        ("http://evil.test", "https://dhg.test/"),
        ("https://dhg.test/fhir//a/", "https://dhg.test/fhir//a/"),
        ("https://dhg.test/fhir/%2e%2E/a%2fb%7E", "https://dhg.test/fhir/%2E%2E/a%2Fb~"),
        ("https://dhg.test/fhir/æ b", "https://dhg.test/fhir/%C3%A6%20b"),
    ],
)
def test_where_we_are_is_told_by_the_configuration(url, own):
    assert own_address(url, ("https://dhg.test", "http://localhost:8080")) == own


def test_what_was_not_asked_for_longest_is_forgotten_first():
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)
    recent.drop("a")
    assert recent.get("a") is None
