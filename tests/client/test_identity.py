"""The ID token: every check of it, against tokens that an issuer might make; and sessions whose refresh token is good for one use."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hit_client_network import API, TOKEN, Network, answer
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from hit_maternity.client import HelseId, Key, Login, LoginFailed, Organisation, Session, Token, Unreachable
from hit_maternity.client.wire import Answer, Flow, Hold, Send, run

ISSUER, CLIENT, CALLBACK = "https://sts.test", "a-client", "http://127.0.0.1/callback"
CONFIGURATION = {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/connect/token", "jwks_uri": f"{ISSUER}/jwks"}
LOGIN = Login(f"{ISSUER}/a", "s", "a-nonce", "v", CALLBACK, ISSUER)
RSA = RSAKey.generate_key(2048, {"kid": "k"})
OTHER = RSAKey.generate_key(2048, {"kid": "k"})
EC = ECKey.generate_key("P-256", {"kid": "e"})
KEYS = {"keys": [RSA.as_dict(private=False), EC.as_dict(private=False)]}


def id_token(key: Any = RSA, header: dict[str, Any] | None = None, **changed: Any) -> str:
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": CLIENT, "sub": "x", "iat": now, "exp": now + 300, "nonce": "a-nonce"}
    claims = {name: value for name, value in {**usual, **changed}.items() if value is not None}
    head = {"alg": "RS256", "kid": "k", **(header or {})}
    return jwt.encode(head, claims, key, algorithms=[head["alg"]])


def given(token: Any, **more: Any) -> dict[str, Any]:
    return {"access_token": TOKEN, "token_type": "DPoP", "expires_in": 600, "id_token": token, **more}


def session_of(token: Any) -> Session:
    network = Network([answer(CONFIGURATION), answer(given(token)), answer(KEYS)])
    helseid = HelseId(ISSUER, CLIENT, Key.generate("c"), http=network.http)
    return helseid.session(LOGIN, {"code": "c", "state": "s", "iss": ISSUER})


def test_a_good_one_is_taken():
    assert session_of(id_token()).identity["sub"] == "x"


@pytest.mark.parametrize(
    "bad",
    [
        lambda: id_token(aud="another-client"),
        lambda: id_token(aud=None),
        lambda: id_token(iss="https://other.test"),
        lambda: id_token(nonce="another"),
        lambda: id_token(nonce=None),
        lambda: id_token(exp=int(time.time()) - 60),
        lambda: id_token(iat=int(time.time()) + 600),
        lambda: id_token(exp="soon"),
        lambda: id_token(sub=None),
        lambda: id_token(OTHER),
        lambda: id_token(EC, {"alg": "ES256", "kid": "e"}),
        lambda: id_token(OctKey.import_key("a secret that is long enough to be one"), {"alg": "HS256"}),
        lambda: id_token(header={"kid": "unknown"}),
        lambda: id_token()[:-4] + "AAAA",
        lambda: "no.token",
        lambda: None,
        lambda: 5,
    ],
)
def test_any_other_is_refused(bad: Callable[[], Any]):
    with pytest.raises(LoginFailed) as fault:
        session_of(bad())
    assert fault.value.error == "invalid_id_token"


def form(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def test_refreshes_of_one_session_wait_for_each_other_and_go_on_with_the_newest_refresh_token():
    replies = [answer(CONFIGURATION), answer(given(id_token(), refresh_token="r0")), answer(KEYS)]
    helseid = HelseId(ISSUER, CLIENT, Key.generate("c"), http=Network(replies).http)
    session = helseid.session(LOGIN, {"code": "c", "state": "s"})
    one, other = (session.source(API, organisation=Organisation("310140007", it)).token() for it in ("310005118", "310001007"))

    def until_a_request(flow: Flow[Token], result: Any = None) -> Send:
        while not isinstance(step := flow.send(result), Send):
            assert isinstance(step, Hold) and step.lock.acquire(blocking=False)
        return step

    first = until_a_request(one)
    assert isinstance(own := other.send(None), Hold) and own.lock.acquire(blocking=False)
    shared = other.send(None)
    assert isinstance(shared, Hold) and not shared.lock.acquire(blocking=False)  # the other way round it would send r0 too
    with pytest.raises(StopIteration) as done:
        one.send(Answer(200, httpx.Headers(), answer(given(None, access_token="t1", refresh_token="r1")).content))
    assert done.value.value.value == "t1" and shared.lock.acquire(blocking=False)
    second = until_a_request(other)
    assert [parse_qs((it.body or b"").decode())["refresh_token"] for it in (first, second)] == [["r0"], ["r1"]]
    other.close()


def test_a_refresh_that_may_have_arrived_is_not_sent_again():
    network = Network([answer(CONFIGURATION), answer(given(id_token(), refresh_token="r")), answer(KEYS), httpx.ReadTimeout("x")])
    http = network.http
    session = HelseId(ISSUER, CLIENT, Key.generate("c"), http=http).session(LOGIN, {"code": "c", "state": "s"})
    with pytest.raises(Unreachable):
        run(session.source(API).token(), http)
    assert len(network.seen) == 4
