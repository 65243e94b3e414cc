"""Vendors register clients of their own."""

from __future__ import annotations

from typing import Any

import pytest
from hit_simulators_vendor import CALLBACK, SCOPE, STS, Http, MovingClock, Vendor, claims_of, organisation, pair

from hit_maternity.clock import SystemClock
from hit_maternity.simulators.helseid import application
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.loopback import Place

CLIENTS = f"{STS}/clients"


def wish(key: Any, **changed: Any) -> dict[str, Any]:
    """What a vendor sends."""
    usual = {
        "client_name": "EPJ Ny",
        "jwks": {"keys": [key.as_dict(private=False)]},
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "redirect_uris": ["http://127.0.0.1/callback"],
        "scope": SCOPE,
        "tenancy": "multi-tenant",
        "orgnr_supplier": "310170003",
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def registered(http: Http, clock: MovingClock, algorithm: str = "ES256", **changed: Any) -> Vendor:
    key = pair(algorithm, "k1")
    answer = http.post(CLIENTS, json=wish(key, **changed))
    assert answer.status_code == 201, answer.text
    return Vendor(http, clock, answer.json()["client_id"], key, algorithm=algorithm)


@pytest.mark.parametrize("algorithm", ["ES256", "ES512", "RS256", "PS384"])
def test_a_registered_client_gets_tokens_by_every_way_it_asked_for(http: Http, clock: MovingClock, issuer: Issuer, algorithm: str) -> None:
    vendor = registered(http, clock, algorithm)
    answer = vendor.ask("client_credentials", scope=SCOPE, details=organisation("310110000"))
    assert answer.status_code == 200, answer.text
    back = vendor.code(redirect_uri=CALLBACK)
    assert claims_of(vendor.redeem(back["code"]).json()["access_token"], issuer.keys.jwks())["client_id"] == vendor.client_id


def test_a_registration_outlives_a_restart(http: Http, clock: MovingClock, place: Place) -> None:
    vendor = registered(http, clock)
    again = application.issuer(place, SystemClock())
    known = again.clients.get(vendor.client_id)
    assert known is not None and known.name == "EPJ Ny" and known.redirect_uris == ("http://127.0.0.1/callback",)


def test_a_client_whose_tokens_are_not_bound_gets_bearer_tokens(http: Http, clock: MovingClock) -> None:
    vendor = registered(http, clock, dpop_bound_access_tokens=False)
    form = {"grant_type": "client_credentials", "scope": SCOPE, **vendor.credentials()}
    body = http.post(f"{STS}/connect/token", data=form).json()
    assert body["token_type"] == "Bearer"


def test_clients_are_listed_without_keys_and_can_be_forgotten(http: Http, clock: MovingClock) -> None:
    vendor = registered(http, clock)
    listed = http.get(CLIENTS).json()["clients"]
    assert vendor.client_id in [it["client_id"] for it in listed] and len(listed) > 4
    assert "jwk" not in http.get(CLIENTS).text and '"d"' not in http.get(CLIENTS).text
    assert http.send("DELETE", f"{CLIENTS}/{vendor.client_id}").status_code == 204
    assert vendor.ask("client_credentials", scope=SCOPE).json()["error"] == "invalid_client"
    assert http.send("DELETE", f"{CLIENTS}/{vendor.client_id}").status_code == 404


def test_the_demo_s_own_clients_can_not_be_forgotten(epj: Vendor) -> None:
    assert epj.http.send("DELETE", f"{CLIENTS}/{epj.client_id}").status_code == 404
    assert epj.http.send("DELETE", f"{CLIENTS}/..%2Fdemo-epj").status_code == 404
    assert epj.ask("client_credentials", scope=SCOPE).status_code == 200


KEY = pair()
WEAK = {
    "kty": "RSA",
    "e": "AQAB",
    "n": "wKqYnP5vJt1sY6QdYbC3K0fYxW2f5mL1k7c2m8tq9yJ7T5vT0x6oY1r8w0z3vC4uB6nN5mM4lL3kK2jJ1hH0gGw",
}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_name": None}, "invalid_client_metadata"),
        ({"client_name": 7}, "invalid_client_metadata"),
        ({"jwks": None}, "invalid_client_metadata"),
        ({"jwks": {"keys": []}}, "invalid_client_metadata"),
        ({"jwks": "x"}, "invalid_client_metadata"),
        ({"jwks": {"keys": ["x"]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [KEY.as_dict(private=True)]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "AAAA", "alg": "HS256"}]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [WEAK]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [KEY.as_dict(private=False) | {"crv": "P-384"}]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [KEY.as_dict(private=False), KEY.as_dict(private=False)]}}, "invalid_client_metadata"),
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        ({"grant_types": "client_credentials"}, "invalid_client_metadata"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": ["/relative"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a.example/#x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a.example/ x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://[x"]}, "invalid_redirect_uri"),
        ({"scope": "made:up/scope"}, "invalid_client_metadata"),
        ({"scope": ["x"]}, "invalid_client_metadata"),
        ({"tenancy": "many"}, "invalid_client_metadata"),
        ({"orgnr_parent": "974760673"}, "invalid_client_metadata"),
        ({"orgnr_parent": 310170003}, "invalid_client_metadata"),
        ({"orgnr_children": ["974760673"]}, "invalid_client_metadata"),
        ({"dpop_bound_access_tokens": "no"}, "invalid_client_metadata"),
        ({"unknown": 1}, "invalid_client_metadata"),
    ],
)
def test_a_registration_that_is_not_right_is_refused(http: Http, changed: dict[str, Any], error: str) -> None:
    answer = http.post(CLIENTS, json=wish(KEY, **changed))
    assert (answer.status_code, answer.json().get("error")) == (400, error), answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(http: Http, body: bytes) -> None:
    answer = http.post(CLIENTS, content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")
