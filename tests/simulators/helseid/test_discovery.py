"""Discovery and key sets."""

from __future__ import annotations

import base64
import hashlib

from cryptography import x509
from hit_simulators_vendor import STS, Http, Vendor
from joserfc.jwk import KeySet

from hit_maternity.simulators.helseid.issuer import Issuer

DOCUMENT = f"{STS}/.well-known/openid-configuration"


def test_every_address_of_the_document_answers(http: Http) -> None:
    document = http.get(DOCUMENT).json()
    assert document["issuer"] == STS
    for name, address in document.items():
        if name.endswith(("_endpoint", "_uri")) or name == "available_idps":
            assert address.startswith(f"{STS}/"), name
            assert http.get(address).status_code != 404, name


def test_the_document_promises_only_what_the_security_profile_allows(http: Http) -> None:
    document = http.get(DOCUMENT).json()
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert document["require_pushed_authorization_requests"] is True
    assert document["authorization_response_iss_parameter_supported"] is True
    assert len(document["dpop_signing_alg_values_supported"]) == 9
    assert not [it for it in document["dpop_signing_alg_values_supported"] if it.startswith("HS") or it == "none"]
    assert "nhn:tillitsrammeverk:parameters" in document["scopes_supported"]


def test_the_key_set_looks_as_that_of_helseid_and_holds_no_private_part(http: Http) -> None:
    answer = http.get(http.get(DOCUMENT).json()["jwks_uri"])
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "use", "kid", "x5t", "e", "n", "x5c", "alg"}
    assert (key["kty"], key["use"], key["alg"], key["e"]) == ("RSA", "sig", "RS256", "AQAB")
    raw = base64.b64decode(key["x5c"][0])
    assert hashlib.sha1(raw).hexdigest().upper() == key["kid"]
    certificate = x509.load_der_x509_certificate(raw)
    assert certificate.public_key().key_size == 3072  # type: ignore[union-attr]  # an RSA key
    assert certificate.public_key().public_numbers().n == int.from_bytes(base64.urlsafe_b64decode(key["n"] + "=="))  # type: ignore[union-attr]
    assert KeySet.import_key_set(answer.json()).keys


def test_there_are_no_expired_keys_at_first(http: Http) -> None:
    assert http.get(http.get(DOCUMENT).json()["expired_jwks_uri"]).json() == {"keys": []}


def test_other_verbs_and_addresses_are_refused(http: Http, epj: Vendor, issuer: Issuer) -> None:
    assert http.get(f"{STS}/connect/token").status_code == 405
    assert http.get(f"{STS}/connect/nothing").status_code == 404
