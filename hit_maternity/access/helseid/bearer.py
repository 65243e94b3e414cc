"""The caller by a Bearer token alone: the first generation of the national API's headers.

Confirmed by the national documentation of 2024: Bearer. Inferred: that a proof beside it is refused. A token that is bound to a key is not
taken so (RFC 9449, 7.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hit_maternity.access.helseid.authenticator import _IN_ADDRESS, Authenticator, HelseIdConfig, credentials
from hit_maternity.access.helseid.challenge import Challenge
from hit_maternity.access.helseid.dpop import ProofSeen
from hit_maternity.access.helseid.jose_checks import Unverified
from hit_maternity.access.helseid.jwks_cache import Keys
from hit_maternity.access.principal import Principal
from hit_maternity.clock import Clock

_NO_PROOF = ProofSeen("", "", 0)


class BearerAuthenticator(Authenticator):
    """The same checks of the token as ``Authenticator``, and no proof."""

    def __init__(self, config: HelseIdConfig, keys: Keys, clock: Clock, **options: Any) -> None:
        super().__init__(config, keys, clock, **{**options, "nonces": None})
        self.challenge = Challenge("Bearer", (), config.scopes)

    def principal(self, headers: Mapping[str, str], method: str, url: str) -> Principal:
        """The caller; raises as ``Authenticator`` does."""
        return replace(super().principal(headers, method, url), proof_key=None, proof_id=None, proof_until=None)

    def _authenticated(self, headers: Mapping[str, str], method: str, url: str) -> Any:
        if _IN_ADDRESS.search(url):
            raise Unverified("token-in-address", "a token in the address")
        token = credentials(headers.get("authorization"), "bearer")
        if headers.get("dpop"):
            raise Unverified("proof-unwanted", "a header DPoP beside a Bearer token")
        return self._known(token, int(self._clock.now().timestamp())), _NO_PROOF

    def _bound(self, told: object) -> str:
        if told is not None:
            raise Unverified("token-bound", "cnf in a Bearer token")
        return ""
