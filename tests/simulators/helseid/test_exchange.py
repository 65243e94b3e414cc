"""Token exchange: an API that was called goes on to the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hit_simulators_vendor import ACCESS_TOKEN, API, EXCHANGE, SCOPE, STS, MovingClock, Vendor, claims_of, organisation

from hit_maternity.simulators.helseid.issuer import Issuer

PARENT, CHILD = (f"helseid://claims/client/claims/orgnr_{it}" for it in ("parent", "child"))


@pytest.fixture
def neighbour(vendor: Callable[[str], Vendor]) -> Vendor:
    return vendor("demo-neighbour")


@pytest.fixture
def subject(epj: Vendor) -> str:
    """A user's token for the neighbour's API."""
    body = epj.log_in(scope="openid hit:neighbour/read", details=organisation("310110000", "310001007")).json()
    return str(body["access_token"])


def exchanged(neighbour: Vendor, subject: str, **parameters: Any) -> Any:
    usual = {"subject_token": subject, "subject_token_type": ACCESS_TOKEN, "scope": SCOPE}
    given = {name: value for name, value in {**usual, **parameters}.items() if value is not None}
    return neighbour.ask(EXCHANGE, **given)


def test_the_new_token_is_for_the_next_api_and_the_key_of_the_actor_and_keeps_user_and_organisation(
    neighbour: Vendor, epj: Vendor, subject: str, issuer: Issuer
) -> None:
    answer = exchanged(neighbour, subject)
    assert answer.status_code == 200
    assert answer.json()["issued_token_type"] == ACCESS_TOKEN
    before, after = claims_of(subject, issuer.keys.jwks()), claims_of(answer.json()["access_token"], issuer.keys.jwks())
    assert (after["aud"], after["scope"], after["client_id"]) == (API, [SCOPE], neighbour.client_id)
    assert after["cnf"]["jkt"] == neighbour.proof_key.thumbprint() != before["cnf"]["jkt"]
    kept = ["sub", "name", "helseid://claims/identity/pid", "helseid://claims/identity/security_level", PARENT, CHILD, "auth_time"]
    assert all(after[name] == before[name] for name in kept)
    assert after["act"] == {"iss": STS, "client_id": neighbour.client_id, PARENT: "310170003"}
    assert after["jti"] != before["jti"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"subject_token": None}, "invalid_request"),
        ({"subject_token_type": None}, "invalid_request"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:id_token"}, "invalid_request"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, "invalid_request"),
        ({"subject_token": "a.b.c"}, "invalid_grant"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
    ],
)
def test_an_exchange_that_is_not_right_is_refused(neighbour: Vendor, subject: str, parameters: dict[str, Any], expected: str) -> None:
    answer = exchanged(neighbour, subject, **parameters)
    assert (answer.status_code, answer.json()["error"]) == (400, expected)


def test_a_token_for_another_api_or_one_that_has_expired_is_refused(
    neighbour: Vendor, epj: Vendor, subject: str, clock: MovingClock
) -> None:
    assert exchanged(neighbour, epj.log_in().json()["access_token"]).json()["error"] == "invalid_grant"
    assert exchanged(neighbour, epj.log_in().json()["id_token"]).json()["error"] == "invalid_grant"
    head, payload, mark = subject.split(".")
    assert exchanged(neighbour, f"{head}.{payload}.{mark[:-8]}AAAAAAAA").json()["error"] == "invalid_grant"
    clock.move(600)
    assert exchanged(neighbour, subject).json()["error"] == "invalid_grant"


def test_a_client_that_is_no_api_can_not_exchange(epj: Vendor, subject: str) -> None:
    assert exchanged(epj, subject).json()["error"] == "unauthorized_client"
