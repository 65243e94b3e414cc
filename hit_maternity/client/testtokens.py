"""Tokens for tests from the test-token service (TTT v2): the local one below ``/sts``, or NHN's.

Confirmed by its published clients: address, header, names of the request and of the answer. That ``cnfJkt`` binds a token to a key whose
private part stays here is inferred from those names; the local service does so.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hit_maternity.client import json
from hit_maternity.client.again import failed, give_up, wait_for
from hit_maternity.client.cache import TokenCache
from hit_maternity.client.clock import Clock, system_clock
from hit_maternity.client.errors import TokenRefused
from hit_maternity.client.keys import Key
from hit_maternity.client.proofs import origin_of
from hit_maternity.client.retries import Retries
from hit_maternity.client.tokens import Token
from hit_maternity.client.wire import Answer, Flow, Send, Wait

PATH = "/v2/create-test-token-with-key"
#: Of the local service alone.
LIST_PATH = "/v2/faults"
LIFE = 600


class TestTokens:
    """A token source. ``url``: ``http://127.0.0.1:8080/sts/ttt`` or ``https://helseid-ttt.test.nhn.no``; ``auth_key``: its key, or the
    file that holds it; ``person``: national id of a synthetic health worker, None for a system; ``parent``, ``child``: organisation
    numbers; ``more``: members of the request as the service names them, which go before ours."""

    __test__ = False  # no class of tests

    def __init__(
        self,
        url: str,
        auth_key: str | Path,
        *,
        person: str | None = None,
        parent: str | None = None,
        child: str | None = None,
        audience: str = "nhn:maternity-record",
        scope: str = "nhn:maternity-record/api",
        attest: bool = True,
        purpose: str = "TREAT",
        role: str | None = None,
        dpop: Key | bool = True,
        more: Mapping[str, Any] | None = None,
        retries: Retries | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._url = url.rstrip("/") + PATH
        self._auth_key = auth_key
        self._key = dpop if isinstance(dpop, Key) else Key.generate() if dpop else None
        self._clock, self._retries = clock, retries or Retries()
        self._cache = TokenCache(clock)
        binding = {"cnfJkt": self._key.thumbprint} if self._key else {}
        organisation = {name: value for name, value in (("orgnrParent", parent), ("orgnrChild", child)) if value}
        attested = {
            "createTillitsrammeverkClaims": True,
            "tillitsrammeverkClaimsParameters": {
                "careRelationshipPurposeOfUseCode": purpose,
                **({"practitionerAuthorizationCode": role} if role else {}),
            },
        }
        user = {"withoutDefaultUserClaims": True} if person is None else {"userClaimsParameters": {"pid": person}}
        self._request: dict[str, Any] = {
            "audience": audience,
            "clientClaimsParameters": {"scope": scope.split(), **organisation, **binding},
            "expirationParameters": {"expirationTimeInSeconds": LIFE},
            **user,
            **(attested if attest and person is not None else {}),
            **(more or {}),
        }

    def __repr__(self) -> str:
        return f"TestTokens({origin_of(self._url)!r})"

    def another(self) -> TestTokens:
        """A source of tokens like these with an attest of its own: for another patient, since an attest serves one."""
        other = copy.copy(self)
        other._cache = TokenCache(self._clock)
        return other

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """A token, kept until shortly before it expires. Raises ``TokenRefused``, ``TooManyCalls``, ``Unreachable``."""
        return (yield from self._cache.get("token", self._fetch, refused))

    def _fetch(self) -> Flow[Token]:
        asked = self._clock()
        key = yield from self._key_of_service()
        headers = (("Content-Type", "application/json"), ("Accept", "application/json"), ("X-Auth-Key", key))
        answer = yield from self._answered(Send("POST", self._url, headers, json.encode(self._request)))
        try:
            body = json.decode(answer.body)
            refused, value = body["errorResponse"]["errorMessage"], body["successResponse"]["accessTokenJwt"]
        except (ValueError, KeyError, TypeError):
            body, refused, value = {}, "There is no test-token service at that address.", ""
        if answer.status != 200 or body.get("isError") is not False or not isinstance(value, str) or not value:
            raise TokenRefused("refused", str(refused or ""), answer.status)
        return Token(value, asked + LIFE, self._key)

    def _key_of_service(self) -> Flow[str]:
        if not isinstance(self._auth_key, Path):
            return self._auth_key
        if not self._auth_key.exists():  # the local service makes it when it is first asked for something
            yield from self._answered(Send("GET", self._url.removesuffix(PATH) + LIST_PATH))
        try:
            return self._auth_key.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise TokenRefused("no_key", f"There is no {self._auth_key.name} at its path. Is this the folder of the server?", 0) from None

    def _answered(self, request: Send) -> Flow[Answer]:
        made = 1
        while True:
            result = yield request
            if not failed(result):
                assert isinstance(result, Answer)
                return result
            wait = wait_for(result, made, True, self._retries, self._clock)
            if wait is None:
                give_up(result, self._url, self._clock)
            yield Wait(wait)
            made += 1
