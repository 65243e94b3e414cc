"""HelseID's endpoints: discovery, client authentication, the token endpoint with its nonce.

Confirmed by HelseID's documentation and libraries: ``private_key_jwt`` with ``typ`` ``client-authentication+jwt`` and the issuer as
``aud``, a life of seconds, ``assertion_details`` in it; DPoP with a nonce; one ``resource`` for one audience.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from hit_maternity.client import json
from hit_maternity.client.again import failed, give_up, wait_for
from hit_maternity.client.clock import Clock, ServerClocks
from hit_maternity.client.errors import TokenRefused
from hit_maternity.client.keys import Key
from hit_maternity.client.proofs import Servers, origin_of, proof
from hit_maternity.client.retries import Retries
from hit_maternity.client.tokens import Token
from hit_maternity.client.wire import Answer, Flow, Hold, Send, Wait

Parameters = Sequence[tuple[str, str]]

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#: Seconds that an assertion is valid for.
LIFE = 30
#: Seconds that the issuer's configuration is kept for.
DAY = 24 * 3600.0
_FORM = (("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded"))


class Endpoints:
    """One issuer as one client meets it. ``dpop`` None: tokens are not bound."""

    def __init__(self, issuer: str, client_id: str, key: Key, dpop: Key | None, retries: Retries, clock: Clock) -> None:
        parts = urlsplit(issuer)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise ValueError("The issuer is an address such as https://helseid-sts.test.nhn.no.")
        self.issuer, self.client_id, self.key, self.dpop = issuer, client_id, key, dpop
        self.clock, self._retries = clock, retries
        self.servers = Servers(ServerClocks(clock))
        self._lock = threading.Lock()
        self._configuration: Mapping[str, Any] | None = None
        self._read_at = 0.0

    def configuration(self) -> Flow[Mapping[str, Any]]:
        """The discovery document, fetched once a day. Raises ``TokenRefused`` where it is none of this issuer, ``Unreachable``."""
        yield Hold(self._lock)
        try:
            if self._configuration is None or self.clock() - self._read_at > DAY:
                found = yield from self.read(f"{self.issuer}/.well-known/openid-configuration")
                if found.get("issuer") != self.issuer:
                    raise TokenRefused("invalid_issuer", "The discovery document is another issuer's.", 200)
                self._configuration, self._read_at = found, self.clock()
            return self._configuration
        finally:
            self._lock.release()

    def endpoint(self, name: str) -> Flow[str]:
        """The address of ``token_endpoint``, ``jwks_uri``... Raises ``TokenRefused`` where there is none that can be trusted."""
        url = (yield from self.configuration()).get(name)
        secure = isinstance(url, str) and (urlsplit(url).scheme == "https" or origin_of(url) == origin_of(self.issuer))
        if not isinstance(url, str) or not secure:
            raise TokenRefused("invalid_issuer", f"The discovery document has no secure {name}.", 200)
        return url

    def read(self, url: str) -> Flow[dict[str, Any]]:
        """The JSON object at ``url``."""
        answer = yield from self._answered(lambda: Send("GET", url, (("Accept", "application/json"),)), url, again=True)
        return checked_object(answer)

    def post(
        self, name: str, parameters: Parameters, details: Sequence[Mapping[str, Any]] = (), *, again: bool, bound: bool
    ) -> Flow[dict[str, Any]]:
        """What the endpoint answers to a form. ``details``: what the assertion states; ``again``: whether the call may be made again though
        it may have arrived; ``bound``: whether it carries a proof. Raises ``TokenRefused``, ``TooManyCalls``, ``Unreachable``."""
        url = yield from self.endpoint(name)

        def made() -> Send:
            form = [*parameters, ("client_id", self.client_id), ("client_assertion_type", ASSERTION)]
            form.append(("client_assertion", self._assertion(details)))
            return Send("POST", url, (*_FORM, *(self._proof(url) if bound else ())), urlencode(form).encode("ascii"))

        answer = yield from self._answered(made, url, again=again)
        return checked_object(answer)

    def token(
        self, parameters: Parameters, details: Sequence[Mapping[str, Any]] = (), *, again: bool
    ) -> Flow[tuple[Token, dict[str, Any]]]:
        """The token that a grant gives, and the whole answer."""
        asked = self.clock()
        body = yield from self.post("token_endpoint", parameters, details, again=again, bound=self.dpop is not None)
        value, life = body.get("access_token"), body.get("expires_in")
        kind = str(body.get("token_type")).lower()
        if not isinstance(value, str) or not value.isascii() or kind != ("bearer" if self.dpop is None else "dpop"):
            raise TokenRefused("invalid_token_response", "The answer has no access token of the kind that was asked for.", 200)
        seconds = int(life) if isinstance(life, int | str) and str(life).isascii() and str(life).isdigit() else 60
        return Token(value, asked + seconds, self.dpop, str(body.get("scope") or "")), body

    def signed(self, typ: str, claims: Mapping[str, Any]) -> str:
        """A JWT of the client's own to the issuer: an assertion, a request object."""
        at = int(self.servers.clocks.now(origin_of(self.issuer)))
        own = {"iss": self.client_id, "aud": self.issuer, "iat": at, "nbf": at, "exp": at + LIFE, "jti": str(uuid4())}
        named = {"kid": self.key.kid} if self.key.kid else {}
        return self.key.sign({"typ": typ, **named}, {**own, **claims})

    def _assertion(self, details: Sequence[Mapping[str, Any]]) -> str:
        stated = {"assertion_details": stated_as(details)} if details else {}
        return self.signed("client-authentication+jwt", {"sub": self.client_id, **stated})

    def _proof(self, url: str) -> Parameters:
        if self.dpop is None:
            return ()
        origin = origin_of(url)
        return (("DPoP", proof(self.dpop, "POST", url, self.servers.clocks.now(origin), nonce=self.servers.nonces.of(url))),)

    def _answered(self, made: Callable[[], Send], url: str, *, again: bool) -> Flow[Answer]:
        """The answer to what ``made`` makes anew for each attempt: once more with a nonce, once more by the issuer's clock."""
        count, mended = 1, set[str]()
        while True:
            nonce = self.servers.nonces.of(url)
            result = yield made()
            if not failed(result):
                assert isinstance(result, Answer)
                changed = self.servers.learn(url, result.headers)
                given = result.headers.get("dpop-nonce")
                remedy = "nonce" if given and given != nonce else "clock" if changed else None
                if result.status not in (400, 401) or remedy is None or remedy in mended:
                    return result
                mended.add(remedy)
                continue
            wait = wait_for(result, count, again, self._retries, self.clock)
            if wait is None:
                give_up(result, url, self.clock)
            yield Wait(wait)
            count += 1


def stated_as(details: Sequence[Mapping[str, Any]]) -> Any:
    """A bare object for one detail, an array for several, as HelseID's own library does it."""
    return dict(details[0]) if len(details) == 1 else [dict(it) for it in details]


def checked_object(answer: Answer) -> dict[str, Any]:
    """The JSON object of a success. Raises ``TokenRefused``."""
    try:
        body = json.decode(answer.body)
    except ValueError:
        body = None
    found: dict[str, Any] = body if isinstance(body, dict) else {}
    if not 200 <= answer.status < 300:
        raise TokenRefused(str(found.get("error") or "refused"), str(found.get("error_description") or ""), answer.status)
    if not isinstance(body, dict):
        raise TokenRefused("invalid_response", "The answer is no JSON object.", answer.status)
    return found
