"""userinfo and clientinfo: the issuer's own resources, to which its tokens open."""

from __future__ import annotations

from typing import Any

import pytest
from hit_simulators_vendor import SCOPE, STS, MovingClock, Vendor, s256

USERINFO, CLIENTINFO = f"{STS}/connect/userinfo", f"{STS}/connect/clientinfo"
INFO = "helseid://scopes/client/info"


def test_userinfo_tells_the_authorisations_with_the_number_as_a_number(epj: Vendor) -> None:
    token = epj.log_in("aksel-takeheim").json()["access_token"]
    answer = epj.call(USERINFO, token)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["helseid://claims/identity/pid"] == "12837549955"
    assert told["helseid://claims/hpr/hpr_number"] == "999000103"
    assert told["userinfo_issued_at"] == epj.clock.seconds
    details = told["helseid://claims/hpr/hpr_details"]
    assert details["hpr_number"] == 999000103
    (approval,) = details["approvals"]
    assert approval["profession"] == "LE"
    assert approval["authorization"] == {"value": "1", "description": "Autorisasjon"}
    assert approval["requisition_rights"] == [{"value": "1", "description": "Full rekvisisjonsrett"}]


def test_userinfo_of_somebody_without_authorisation_has_no_details(epj: Vendor) -> None:
    told = epj.call(USERINFO, epj.log_in("jens-skogly").json()["access_token"]).json()
    assert not [name for name in told if "hpr" in name]


def test_clientinfo_tells_a_client_its_own_configuration(epj: Vendor) -> None:
    token = epj.ask("client_credentials", scope=INFO).json()["access_token"]
    answer = epj.call(CLIENTINFO, token)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["ClientId"], told["ClientName"]) == (epj.client_id, "Demo EPJ")
    assert SCOPE in told["AllowedScopes"] and "authorization_code" in told["AllowedGrantTypes"]
    assert (told["RequirePkce"], told["AccessTokenLifetime"], told["RefreshTokenUsageType"]) == (True, 600, "Reusable")


@pytest.mark.parametrize(
    ("proof", "error"),
    [
        ({"ath": None}, "invalid_dpop_proof"),
        ({"ath": s256("another token")}, "invalid_dpop_proof"),
        ({"method": "POST", "htm": "POST"}, "invalid_dpop_proof"),
        ({"htu": CLIENTINFO}, "invalid_dpop_proof"),
        ({"iat": 1}, "invalid_dpop_proof"),
    ],
)
def test_a_token_without_its_proof_opens_nothing(epj: Vendor, proof: dict[str, Any], error: str) -> None:
    token = epj.log_in().json()["access_token"]
    made = epj.proof(USERINFO, **{"method": "GET", "ath": s256(token), "nonce": None, **proof})
    answer = epj.http.get(USERINFO, headers={"Authorization": f"DPoP {token}", "DPoP": made})
    assert (answer.status_code, answer.json()["error"]) == (401, error)
    assert error in answer.headers["www-authenticate"]


def test_a_bound_token_can_not_be_sent_as_bearer_nor_with_the_proof_of_another_key(epj: Vendor) -> None:
    token = epj.log_in().json()["access_token"]
    answer = epj.http.get(USERINFO, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    answer = epj.http.get(USERINFO, headers={"Authorization": f"DPoP {token}"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_dpop_proof")
    other = Vendor(epj.http, epj.clock, epj.client_id, epj.key)
    answer = other.call(USERINFO, token)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_dpop_proof")


@pytest.mark.parametrize("sent", [None, "DPoP", "Basic x", "DPoP a.b.c", "DPoP æ"])
def test_without_a_token_there_is_a_challenge(epj: Vendor, sent: str | None) -> None:
    headers = {} if sent is None else {"Authorization": sent.encode()}
    answer = epj.http.get(USERINFO, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("DPoP")


def test_an_expired_token_opens_nothing(epj: Vendor, clock: MovingClock) -> None:
    token = epj.log_in().json()["access_token"]
    clock.move(600)
    assert epj.call(USERINFO, token).status_code == 401


def test_an_id_token_is_no_access_token(epj: Vendor) -> None:
    assert epj.call(USERINFO, epj.log_in().json()["id_token"]).status_code == 401


def test_a_token_without_the_scope_is_told_which(epj: Vendor) -> None:
    token = epj.ask("client_credentials", scope=SCOPE).json()["access_token"]
    for url, scope in ((USERINFO, "openid"), (CLIENTINFO, INFO)):
        answer = epj.call(url, token)
        assert (answer.status_code, answer.json()["error"]) == (403, "insufficient_scope")
        assert f'scope="{scope}"' in answer.headers["www-authenticate"]
