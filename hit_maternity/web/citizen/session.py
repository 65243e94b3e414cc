"""The session of a browser: sealed in a cookie, so that every worker knows it and none keeps it.

It holds her token and ends with it. What the cookie carries is read by this server alone (AES-256-GCM under a key of its own), scripts
can't see it (HttpOnly), and it isn't sent with what another site posts (SameSite=Lax). A form carries a mark besides, which only a page of
this session knows. Sources: RFC 6265bis; OWASP cheat sheets on sessions and on CSRF.
"""

from __future__ import annotations

import hmac
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

_NONCE = 12
#: A browser takes a cookie of 4096 bytes, its name and attributes counted.
MAX_COOKIE = 3800
_MAX_OPENED = 64 * 1024
T = TypeVar("T")


class Session(msgspec.Struct, frozen=True):
    """Her ``token``, the ``mark`` of her forms, and ``until`` when it holds, in seconds since 1970."""

    token: str
    mark: str
    until: int

    def knows(self, mark: str | None) -> bool:
        """Whether a form was made in this session."""
        return mark is not None and hmac.compare_digest(mark.encode(), self.mark.encode())


class Leaving(msgspec.Struct, frozen=True):
    """A browser on its way to the login: what it must come back with, and where it wants to go then."""

    state: str
    verifier: str
    path: str
    until: int


class TooLarge(Exception):
    """What is to be sealed does not fit into a cookie."""


def new_mark() -> str:
    """A new secret of 256 bits."""
    return secrets.token_urlsafe(32)


class Seal:
    """Seals values for cookies; ``secret``: the server's own key. A value is bound to the name that it is sealed under."""

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # imported when the pages are first asked for

        self._cipher = AESGCM(hmac.digest(secret, b"hit-maternity citizen session", "sha256"))

    def close(self, value: msgspec.Struct, name: str) -> str:
        """Raises ``TooLarge``."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, zlib.compress(msgspec.msgpack.encode(value)), name.encode())
        text = urlsafe_b64encode(sealed).rstrip(b"=").decode()
        if len(text) > MAX_COOKIE:
            raise TooLarge
        return text

    def open(self, text: str | None, name: str, kind: type[T]) -> T | None:
        """What was sealed under ``name``; None for any other text."""
        from cryptography.exceptions import InvalidTag

        if not text or len(text) > MAX_COOKIE:
            return None
        try:
            sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            opened = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
            return msgspec.msgpack.decode(zlib.decompressobj().decompress(opened, _MAX_OPENED), type=kind)
        except (NotBase64, InvalidTag, ValueError, zlib.error, msgspec.MsgspecError):
            return None


class Cookies:
    """The cookies of the pages. ``secure``: they are sent by https alone, which a browser also reads from their names."""

    def __init__(self, seal: Seal, *, secure: bool) -> None:
        self._seal = seal
        self._secure = secure

    def name(self, short: str) -> str:
        """The cookie's whole name."""
        return f"__Secure-hit-{short}" if self._secure else f"hit-{short}"

    def read(self, request: Request, short: str, kind: type[T], now: int) -> T | None:
        """The value, None where there is none that holds."""
        value = self._seal.open(request.cookies.get(self.name(short)), self._bound(request, short), kind)
        return value if value is not None and getattr(value, "until", 0) > now else None

    def put(self, response: Response, request: Request, short: str, value: msgspec.Struct, seconds: int) -> None:
        """Raises ``TooLarge``."""
        sealed = self._seal.close(value, self._bound(request, short))
        response.set_cookie(self.name(short), sealed, seconds, path=_path(request), secure=self._secure, httponly=True, samesite="lax")

    def drop(self, response: Response, request: Request, short: str) -> None:
        """Ends the cookie."""
        response.delete_cookie(self.name(short), path=_path(request), secure=self._secure, httponly=True, samesite="lax")

    def _bound(self, request: Request, short: str) -> str:
        return f"{short} {_path(request)}"


def _path(request: Request) -> str:
    return str(request.scope.get("root_path", "")) or "/"
