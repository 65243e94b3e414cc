"""Tokens of the test-token service, against the local one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hit_client_network import API, SCOPE, STS, Network, answer
from joserfc import jwt
from joserfc.jwk import KeySet

from hit_maternity.client import Key, Retries, TestTokens, Token, TokenRefused, TooManyCalls, Unreachable
from hit_maternity.client.wire import run

TTT = f"{STS}/ttt"
CLIENT, IDENTITY = "helseid://claims/client/claims/", "helseid://claims/identity/"
ATTEST = "nhn:tillitsrammeverk:parameters"
MIDWIFE = "23917949816"


@pytest.fixture
def taken(local: Any) -> Callable[..., tuple[Token, dict[str, Any]]]:
    """The token of a source, and its claims, the signature checked by another library."""
    keys = KeySet.import_key_set(local.issuer.keys.jwks())

    def take(source: TestTokens) -> tuple[Token, dict[str, Any]]:
        token = run(source.token(), local.http)
        return token, jwt.decode(token.value, keys, algorithms=["RS256"]).claims

    return take


def test_a_health_worker_s_token_is_bound_to_a_key_that_stays_here(local: Any, taken: Any):
    key = Key.generate()
    token, told = taken(TestTokens(TTT, local.auth_key, person=MIDWIFE, parent="310110000", child="310001007", role="JO", dpop=key))
    assert token.key is key and told["cnf"]["jkt"] == key.thumbprint
    assert told["aud"] == API and told["scope"] == [SCOPE] and told[f"{IDENTITY}pid"] == MIDWIFE
    assert (told[f"{CLIENT}orgnr_parent"], told[f"{CLIENT}orgnr_child"]) == ("310110000", "310001007")
    assert told[ATTEST]["practitioner"]["authorization"]["code"] == "JO"
    assert told[ATTEST]["care_relationship"]["purpose_of_use"]["code"] == "TREAT"


def test_a_system_s_token_has_nobody_in_it(local: Any, taken: Any):
    _, told = taken(TestTokens(TTT, local.auth_key))
    assert f"{IDENTITY}pid" not in told and ATTEST not in told


def test_a_bearer_token_is_not_bound(local: Any, taken: Any):
    token, told = taken(TestTokens(TTT, local.auth_key, person=MIDWIFE, dpop=False, attest=False))
    assert token.key is None and "cnf" not in told and ATTEST not in told


def test_it_is_kept_and_another_source_has_an_attest_of_its_own(local: Any, taken: Any):
    source = TestTokens(TTT, local.auth_key, person=MIDWIFE)
    first, told = taken(source)
    assert taken(source)[0].value == first.value
    _, others = taken(source.another())
    refs = {it[ATTEST]["care_relationship"]["decision_ref"]["id"] for it in (told, others)}
    assert len(refs) == 2


def test_members_of_the_service_go_before_ours(local: Any, taken: Any):
    _, told = taken(TestTokens(TTT, local.auth_key, person=MIDWIFE, more={"audience": "hit:neighbour", "setInvalidIssuer": True}))
    assert told["aud"] == "hit:neighbour" and told["iss"] != STS


def test_the_key_of_the_service_may_stand_in_a_file(local: Any, tmp_path: Path):
    (tmp_path / "ttt.key").write_text(f"{local.auth_key}\n", encoding="ascii")
    source = TestTokens(TTT, tmp_path / "ttt.key", person=MIDWIFE)
    assert run(source.token(), local.http).value
    assert local.auth_key not in repr(source) and MIDWIFE not in repr(source)


def test_a_key_that_the_service_has_yet_to_make_is_waited_for(tmp_path: Path):
    def makes_it(_: httpx.Request) -> httpx.Response:
        (tmp_path / "ttt.key").write_text("made", encoding="ascii")
        return answer({"faults": []})

    given = {"isError": False, "successResponse": {"accessTokenJwt": "a.b.c"}, "errorResponse": {"errorMessage": ""}}
    network = Network([makes_it, answer(given)])
    assert run(TestTokens(TTT, tmp_path / "ttt.key").token(), network.http).value == "a.b.c"
    assert [str(it.url).removeprefix(TTT) for it in network.seen] == ["/v2/faults", "/v2/create-test-token-with-key"]
    assert network.seen[1].headers["x-auth-key"] == "made"
    with pytest.raises(TokenRefused) as fault:
        run(TestTokens(TTT, tmp_path / "none.key").token(), Network([answer(None, 404)]).http)
    assert fault.value.error == "no_key"


def test_a_refusal_is_told(local: Any):
    with pytest.raises(TokenRefused) as fault:
        run(TestTokens(TTT, "a wrong key", person=MIDWIFE).token(), local.http)
    assert fault.value.status == 401 and "X-Auth-Key" in str(fault.value)
    with pytest.raises(TokenRefused) as fault:
        run(TestTokens(TTT, local.auth_key, more={"userClaimsParameters": {"pid": "1"}}).token(), local.http)
    assert fault.value.status == 400


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ([answer("no service")], TokenRefused),
        ([answer({"isError": True, "successResponse": {"accessTokenJwt": ""}, "errorResponse": {"errorMessage": "no"}})], TokenRefused),
        ([answer(None, 503)], Unreachable),
        ([httpx.ConnectError("x")], Unreachable),
        ([answer(None, 429)], TooManyCalls),
    ],
)
def test_what_is_no_token_is_told(replies: list[Any], kind: type[Exception]):
    network = Network(replies)
    with pytest.raises(kind):
        run(TestTokens("https://ttt.test", "k", retries=Retries(chance=lambda: 0.0)).token(), network.http)
    assert str(network.seen[0].url) == "https://ttt.test/v2/create-test-token-with-key"
    assert network.seen[0].headers["x-auth-key"] == "k"
