"""Who belongs gets in, and is known for who she is."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from hit_maternity.access.helseid import authenticator
from hit_maternity.access.principal import Kind, Role

NOW = 1_795_300_000
HPR = "urn:oid:2.16.578.1.12.4.1.1.9060"
ROLE = quote(json.dumps({"system": HPR, "code": "JO"}))
IDENTITY, CLIENT = "helseid://claims/identity/", "helseid://claims/client/"


def test_a_good_token_with_a_good_proof_gets_the_resource(door):
    answer = door(door.headers())
    assert answer.status == 200
    assert b"her-record" in answer.body


def test_a_public_library_makes_the_same_call(door):
    key = door.client_key
    token = jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": "K1"}, door.claims(), door.issuer_key)
    ath = urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()
    claims = {"jti": "a1", "htm": "GET", "htu": "https://dhg.test/fhir/Patient/1", "iat": NOW, "ath": ath}
    proof = jwt.encode({"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}, claims, key, default_type=None)
    assert door({"authorization": f"DPoP {token}", "dpop": proof}).status == 200


def test_everything_that_is_known_of_a_practitioner_is_told(door):
    assert (
        door(door.headers(nhn_user_role=ROLE, nhn_source_system="Demo EPJ 1.0", nhn_event_id="e-1", nhn_patient_nin="13847199996")).status
        == 200
    )
    (principal,) = door.guard.admitted
    assert principal.kind is Kind.PRACTITIONER
    assert (principal.issuer, principal.token_id) == ("https://sts.test", "C1D2E3F405162738")
    assert (principal.client_id, principal.client_name) == ("5b0c9a0e-7c1d-4d55-9a55-0c6f0d8e2a11", "Demo EPJ")
    assert (principal.organisation.legal_entity, principal.organisation.point_of_care) == ("310100005", "310200018")
    assert principal.person is not None
    assert (principal.person.pid, principal.person.name, principal.person.hpr_number) == ("12847199995", "RASK TESTVARG", "565000001")
    assert (principal.person.security_level, principal.person.identity_provider) == ("4", "testidp-oidc")
    assert principal.person.authenticated == datetime.fromtimestamp(NOW - 60, UTC)
    assert principal.role == Role(HPR, "JO")
    assert (principal.patient, principal.source_system, principal.event_id) == ("13847199996", "Demo EPJ 1.0", "e-1")
    assert (principal.proof_key, principal.proof_id) == (door.client_key.thumbprint(), "proof-0")
    assert principal.issued == datetime.fromtimestamp(NOW, UTC)
    assert principal.proof_until == datetime.fromtimestamp(NOW + 16, UTC)
    assert "12847199995" not in repr(principal) and "13847199996" not in repr(principal)


def test_a_token_without_a_pid_is_that_of_a_system_even_with_a_subject(door):
    token = door.token(door.machine(sub="somebody"))
    assert door(door.headers(token, nhn_user_role=ROLE)).status == 200
    (principal,) = door.guard.admitted
    assert principal.kind is Kind.SYSTEM
    assert principal.person is None and principal.role is None


@pytest.mark.parametrize("scope", [["x", "nhn:maternity-record/api"], "openid nhn:maternity-record/api"])
def test_scopes_may_be_an_array_or_one_text(door, scope):
    assert door(door.headers(door.token(door.claims(scope=scope)))).status == 200


def test_an_array_with_our_audience_alone_is_one_audience(door):
    assert door(door.headers(door.token(door.claims(aud=["nhn:maternity-record"])))).status == 200


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
def test_the_type_is_compared_as_a_media_type(door, typ):
    assert door(door.headers(door.token(header={"typ": typ}))).status == 200


def test_a_plain_jwt_is_taken_where_that_is_switched_on(door):
    token = door.token(header={"typ": "JWT"})
    assert door(door.headers(token)).status == 401
    door.configure(accept_typ_jwt=True)
    assert door(door.headers(token)).status == 200


@pytest.mark.parametrize("scheme", ["DPoP", "dpop", "DPOP"])
def test_the_scheme_is_compared_without_case(door, scheme):
    token = door.token()
    assert door(door.headers(token, authorization=f"{scheme} {token}")).status == 200


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"])
def test_a_proof_may_be_signed_with_any_of_the_nine_algorithms(door, algorithm):
    curves = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
    key = ECKey.generate_key(curves[algorithm]) if algorithm in curves else RSAKey.generate_key(2048)
    token = door.token(door.claims(cnf={"jkt": key.thumbprint()}))
    assert door(door.headers(token, door.proof(token, key=key, algorithm=algorithm))).status == 200


def test_a_proof_type_that_is_spelt_with_an_escape_is_the_same(door):
    token = door.token()
    proof = door.proof(token)
    header, payload, _ = proof.split(".")
    raw = urlsafe_b64decode(header + "==").replace(b"dpop+jwt", b"dpop\\u002Bjwt")
    signed = f"{urlsafe_b64encode(raw).rstrip(b'=').decode()}.{payload}"
    signature = urlsafe_b64encode(JWSRegistry.algorithms["ES256"].sign(signed.encode(), door.client_key)).rstrip(b"=").decode()
    assert door(door.headers(token, f"{signed}.{signature}")).status == 200


def test_other_members_of_the_proof_key_and_their_order_do_not_matter(door):
    token = door.token()
    jwk = {"kid": "x", "alg": "ES256", **dict(reversed(list(door.client_key.as_dict(private=False).items())))}
    assert door(door.headers(token, door.proof(token, header={"jwk": jwk, "kid": "y"}))).status == 200


@pytest.mark.parametrize("nonce", ["", "a-nonce-of-helseid"])
def test_a_nonce_that_nobody_asked_for_is_ignored(door, nonce):
    token = door.token()
    assert door(door.headers(token, door.proof(token, nonce=nonce))).status == 200


def test_a_second_call_with_the_same_token_costs_no_signature_of_the_issuer(door, monkeypatch):
    token = door.token()
    assert door(door.headers(token)).status == 200
    monkeypatch.setattr(authenticator, "verify_token", lambda *_: pytest.fail("it was verified again"))
    assert door(door.headers(token)).status == 200


def test_a_token_that_is_remembered_ends_when_it_ends(door):
    token = door.token()
    assert door(door.headers(token)).status == 200
    door.clock.seconds = NOW + 605
    answer = door(door.headers(token))
    assert (answer.status, answer.rules) == (401, ["token-expired"])


def test_a_token_that_is_remembered_ends_with_its_key(door, strange_key):
    token = door.token()
    assert door(door.headers(token)).status == 200
    door.issuer.keys = [{**strange_key.as_dict(private=False), "kid": "K2", "alg": "RS256"}]
    door.ticks.now += 3601
    door(door.headers(token))
    answer = door(door.headers(token))
    assert (answer.status, answer.rules) == (401, ["token-signature"])


def test_a_chain_of_accepted_actors_is_told_nearest_first(door):
    door.configure(actors=frozenset({"api-1", "api-2"}))
    act = {"iss": "https://sts.test", "client_id": "api-1", f"{CLIENT}claims/orgnr_parent": "310300004", "act": {"client_id": "api-2"}}
    assert door(door.headers(door.token(door.claims(act=act)))).status == 200
    (principal,) = door.guard.admitted
    assert [a["client_id"] for a in principal.actors] == ["api-1", "api-2"]
    assert principal.actors[0]["legal_entity"] == "310300004"


def test_the_role_is_that_of_the_attest_where_no_header_tells_one(door):
    authorization = {"code": "LE", "system": HPR}
    attest = {"practitioner": {"authorization": authorization}}
    for told in (attest, json.dumps(attest)):
        door.guard.admitted.clear()
        assert door(door.headers(door.token(door.claims(**{"nhn:tillitsrammeverk:parameters": told})))).status == 200
        (principal,) = door.guard.admitted
        assert principal.role == Role(HPR, "LE")
        assert principal.attest.practitioner.authorization.code == "LE"


def test_hostile_names_are_harmless(door):
    name = "=cmd|' /C calc'!A0 <script>\u202e"
    assert door(door.headers(door.token(door.claims(name=name)))).status == 200
    (principal,) = door.guard.admitted
    assert principal.person.name[0] == "'" and "<" not in principal.person.name and "\u202e" not in principal.person.name


def test_the_old_names_of_headers_are_taken_too(door):
    sent = {"hit_user_role": ROLE, "hit_source_system": "Old EPJ", "hit_patient_pid": "13847199996", "hit_access_basis": "UNNTAK"}
    assert door(door.headers(**sent)).status == 200
    (principal,) = door.guard.admitted
    assert (principal.role.code, principal.source_system, principal.patient) == ("JO", "Old EPJ", "13847199996")
    assert principal.access_basis == "UNNTAK"


def test_the_name_of_the_place_comes_url_encoded(door):
    assert door(door.headers(nhn_treatment_facility_name=quote("Sørøya helsestasjon"))).status == 200
    (principal,) = door.guard.admitted
    assert principal.organisation.name == "Sørøya helsestasjon"
