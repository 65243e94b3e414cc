"""A network that does as a test tells it, and an API behind it that checks proofs with a library that the client does not use."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from hit_maternity.client import FixedToken, Key, MaternityRecordClient, Retries

BASE = "http://127.0.0.1:8080"
STS = f"{BASE}/sts"
DOOR = "https://record.test/api/maternity-record/v1"
API, SCOPE = "nhn:maternity-record", "nhn:maternity-record/api"
#: Synthetic: the month has 80 added.
PATIENT, OTHER = "23860150271", "12847199995"
#: Of the demo: a midwife of the register, and the woman who is under way.
MIDWIFE, UNDER_WAY = "17818849850", "29839349813"
TOKEN = "a.bearer-of.secrets"
#: No waiting in tests: the wait is told, and taken as nothing.
AT_ONCE = Retries(chance=lambda: 0.0)


class Socketless(httpx.BaseTransport):
    """An ASGI application for sync clients."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def answered() -> httpx.Response:
            given = await httpx.ASGITransport(self._app).handle_async_request(request)
            return httpx.Response(given.status_code, headers=given.headers, content=await given.aread())

        return asyncio.run(answered())


Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Network:
    """Gives its ``replies`` one after another, the last one again and again; ``seen``: what was sent."""

    replies: Sequence[Reply]
    seen: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        reply = self.replies[min(len(self.seen), len(self.replies)) - 1]
        if isinstance(reply, Exception):
            raise reply
        if callable(reply):
            return reply(request)
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    @property
    def http(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self))

    @property
    def async_http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self))


def client(network: Network, **how: Any) -> MaternityRecordClient:
    """An EPJ at the national door over ``network``."""
    usual: dict[str, Any] = {"source_system": "EPJ 1.0", "role": "JO", "retries": AT_ONCE, "http": network.http}
    tokens = how.pop("tokens", None) or FixedToken(TOKEN, Key.generate())
    return MaternityRecordClient(DOOR, tokens, how.pop("patient", PATIENT), **{**usual, **how})


def answer(body: Any = None, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer; header names with ``_`` for ``-``."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=b"" if body is None else json.dumps(body).encode(), headers=told)


def refused(code: str, status: int, message: str = "", **more: Any) -> httpx.Response:
    """A refusal of the national door."""
    body = {"errorCode": code, "errorMessage": message, "eventId": "5d1c8c1e-3a4b-4a55-9d9c-0f2f3f0c7b11", **more}
    return answer(body, status, nhn_error_code=code)


def claims_of(compact: str, key: ECKey | RSAKey | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a JWT whose signature holds: with ``key``, or with the key in its own header."""
    header = json.loads(base64.urlsafe_b64decode(compact.split(".")[0] + "=="))
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    used = key or (ECKey if header["jwk"]["kty"] == "EC" else RSAKey).import_key(header["jwk"])
    checked = jws.deserialize_compact(compact.encode(), used, registry=registry)
    return dict(checked.headers()), json.loads(checked.payload)


def proof_of(request: httpx.Request) -> dict[str, Any]:
    """The claims of the request's proof, after every check that an API makes of it but time and replay."""
    assert request.headers.get_list("dpop") == [request.headers["dpop"]]
    header, claims = claims_of(request.headers["dpop"])
    scheme, _, token = request.headers["authorization"].partition(" ")
    assert scheme == "DPoP" and header["typ"] == "dpop+jwt" and set(header["jwk"]) == {"kty", "crv", "x", "y"}
    assert claims["htm"] == request.method
    assert claims["htu"] == str(request.url).partition("?")[0]
    assert claims["ath"] == base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
    assert isinstance(claims["iat"], int) and len(claims["jti"]) >= 16
    return claims
