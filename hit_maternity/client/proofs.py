"""DPoP proofs (RFC 9449): a new one for each call, with the nonce that the server gave last and the time as it is there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import uuid4

from hit_maternity.client.clock import ServerClocks
from hit_maternity.client.keys import Key, base64url


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def proof(key: Key, method: str, url: str, at: float, *, token: str | None = None, nonce: str | None = None) -> str:
    """A proof for one call of ``method`` to ``url`` (its query and fragment are left out), made at ``at``, seconds since 1970;
    ``token``: the access token that goes with it."""
    claims: dict[str, object] = {
        "jti": str(uuid4()),
        "htm": method.upper(),
        "htu": url.partition("#")[0].partition("?")[0],
        "iat": int(at),
    }
    if token is not None:
        claims["ath"] = base64url(hashlib.sha256(token.encode("ascii")).digest())
    if nonce is not None:
        claims["nonce"] = nonce
    return key.sign({"typ": "dpop+jwt", "jwk": key.bare_jwk}, claims)


class Nonces:
    """The last nonce of each server."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def of(self, url: str) -> str | None:
        """The nonce to send there."""
        return self._last.get(origin_of(url))

    def learn(self, url: str, nonce: str | None) -> None:
        """Takes note of a ``DPoP-Nonce`` header."""
        if nonce:
            self._last[origin_of(url)] = nonce


class Servers:
    """What is known of the servers that are called: their clocks and their nonces. Threads may share it."""

    def __init__(self, clocks: ServerClocks) -> None:
        self.clocks = clocks
        self.nonces = Nonces()

    def learn(self, url: str, headers: Mapping[str, str]) -> bool:
        """Takes note of an answer's ``Date`` and ``DPoP-Nonce``; whether our idea of the time there changed."""
        self.nonces.learn(url, headers.get("dpop-nonce"))
        return self.clocks.learn(origin_of(url), headers.get("date"))
