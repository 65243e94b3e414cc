"""Nonces that we give and know again, without keeping them: the moment and a keyed digest of it.

An option, off by default: HelseID's clients do not repeat a call to an API with a nonce. Source: RFC 9449 section 9.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from hit_maternity.access.helseid.jose_checks import base64url, canonical_base64url
from hit_maternity.clock import Clock

_DIGEST = 16
_MOMENT = 8


class Nonces:
    """``secret``: the server's own key, the same for all workers; a nonce lives for ``seconds``."""

    def __init__(self, secret: bytes, clock: Clock, seconds: int = 300) -> None:
        self._secret = hmac.digest(secret, b"dpop nonce", sha256)
        self._clock = clock
        self._seconds = seconds

    def make(self) -> str:
        """A nonce of this moment."""
        moment = int(self._clock.now().timestamp()).to_bytes(_MOMENT, "big")
        return base64url(moment + self._digest(moment))

    def knows(self, nonce: str) -> bool:
        """Whether we made it, not too long ago."""
        try:
            raw = canonical_base64url(nonce)
        except ValueError:
            return False
        moment, digest = raw[:_MOMENT], raw[_MOMENT:]
        if not hmac.compare_digest(digest, self._digest(moment)):
            return False
        age = int(self._clock.now().timestamp()) - int.from_bytes(moment, "big")
        return -self._seconds <= age <= self._seconds

    def _digest(self, moment: bytes) -> bytes:
        return hmac.digest(self._secret, moment, sha256)[:_DIGEST]
