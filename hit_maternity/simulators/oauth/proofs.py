"""DPoP at an issuer's own endpoints (RFC 9449), with the nonce round that HelseID's token endpoint demands.

Confirmed: a first call without a nonce gets 400 ``use_dpop_nonce`` and ``DPoP-Nonce``. A nonce here tells its own time, so that no
process need remember it.
"""

from __future__ import annotations

import base64
import hmac
import struct
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from hit_maternity.clock import Clock
from hit_maternity.simulators.helseid.keys import base64url
from hit_maternity.simulators.helseid.minting import seconds, thumbprint, token_hash
from hit_maternity.simulators.loopback import is_loopback
from hit_maternity.simulators.oauth.errors import OAuthError
from hit_maternity.simulators.oauth.jose import JoseError, number, verified
from hit_maternity.simulators.oauth.shelf import Shelf

WINDOW = 60
NONCE_LIFETIME = 300
MAX_JTI = 256


@dataclass(frozen=True, slots=True)
class Proofs:
    """Checks proofs. ``secret``: what nonces are made with; ``nonces``: whether they are demanded."""

    shelf: Shelf
    clock: Clock
    secret: bytes = field(repr=False)
    nonces: bool = True

    def nonce(self) -> str:
        """A nonce that is taken for some minutes."""
        at = struct.pack(">q", seconds(self.clock.now()))
        return base64url(at + hmac.digest(self.secret, b"nonce" + at, "sha256")[:16])

    def checked(self, request: Request, url: str, *, token: str | None = None) -> str | None:
        """The thumbprint of the key that made the request's proof; None where there is no proof. ``url``: the endpoint's address;
        ``token``: the access token that the proof must be for, where there is no nonce round.

        Raises ``OAuthError`` 400 (401 with a token) ``invalid_dpop_proof`` or ``use_dpop_nonce``.
        """
        sent = request.headers.getlist("dpop")
        if not sent:
            return None
        refuse = _Refusal(401 if token else 400)
        if len(sent) > 1 or "," in sent[0]:
            raise refuse("there is more than one")
        try:
            header, claims = verified(sent[0], lambda it: it.get("jwk"))
        except JoseError as fault:
            raise refuse(str(fault)) from None
        self._fitting(header, claims, request.method, url, token, refuse)
        jkt = thumbprint(header["jwk"])
        if self.nonces and token is None:
            self._fresh(claims)
        if not self.shelf.first("proof", f"{jkt} {claims['jti']}", 2 * WINDOW):
            raise refuse("its jti was used before: make a new proof for each call")
        return jkt

    def _fitting(self, header: dict[str, Any], claims: dict[str, Any], method: str, url: str, token: str | None, refuse: _Refusal) -> None:
        if str(header.get("typ")).lower() != "dpop+jwt":
            raise refuse("its typ is not dpop+jwt")
        jti, at = claims.get("jti"), number(claims.get("iat"))
        if not isinstance(jti, str) or not 0 < len(jti) <= MAX_JTI:
            raise refuse(f"its jti is no text of 1 to {MAX_JTI} characters")
        if claims.get("htm") != method:
            raise refuse("its htm is not the method of the call")
        if not isinstance(claims.get("htu"), str) or not same_place(claims["htu"], url):
            raise refuse("its htu is not the address of the call, without query and fragment")
        if at is None or abs(seconds(self.clock.now()) - at) > WINDOW:
            raise refuse(f"its iat is no time within {WINDOW} seconds of now")
        if token is not None and claims.get("ath") != token_hash(token):
            raise refuse("its ath is not the hash of the access token")

    def _fresh(self, claims: dict[str, Any]) -> None:
        if not self._made_here(claims.get("nonce")):
            text = "Repeat the call with a new proof that carries the nonce of the DPoP-Nonce header."
            raise OAuthError("use_dpop_nonce", text, headers={"DPoP-Nonce": self.nonce()})

    def _made_here(self, nonce: object) -> bool:
        if not isinstance(nonce, str) or len(nonce) != 32 or not nonce.isascii():
            return False
        try:
            raw = base64.urlsafe_b64decode(nonce)
        except ValueError:
            return False
        if len(raw) != 24:  # signs outside the alphabet are skipped by the decoder
            return False
        at, mark = raw[:8], raw[8:]
        age = seconds(self.clock.now()) - struct.unpack(">q", at)[0]
        return 0 <= age <= NONCE_LIFETIME and hmac.compare_digest(mark, hmac.digest(self.secret, b"nonce" + at, "sha256")[:16])


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int

    def __call__(self, why: str) -> OAuthError:
        text = f"The DPoP proof is refused: {why}."
        challenge = {"www-authenticate": 'DPoP error="invalid_dpop_proof"'} if self.status == 401 else {}
        return OAuthError("invalid_dpop_proof", text, self.status, challenge)


def same_place(one: str, other: str) -> bool:
    """Whether two addresses without query and fragment are one; the names of this machine's loopback count as the same."""
    try:
        a, b = urlsplit(one), urlsplit(other)
        ports = a.port, b.port
    except ValueError:
        return False
    if a.query or a.fragment or "?" in one or "#" in one or a.username is not None:
        return False
    default = {"http": 80, "https": 443}
    hosts = (a.hostname or "", b.hostname or "")
    return (
        a.scheme == b.scheme
        and (hosts[0] == hosts[1] or all(map(is_loopback, hosts)))
        and (ports[0] or default.get(a.scheme)) == (ports[1] or default.get(b.scheme))
        and a.path == b.path
    )
