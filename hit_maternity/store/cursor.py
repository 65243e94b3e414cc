"""Cursors: where the next page begins, sealed, so that nothing of a patient can be read from them and none can be made up."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from secrets import token_bytes
from typing import Any

import msgspec

from hit_maternity.fhir.outcome import FhirError, refuse

_NONCE = 12


def cursor_invalid() -> FhirError:
    """A cursor that this store did not make, or made for another query."""
    text = "The paging cursor does not belong to this search; begin again at the first page, and follow its links as they are."
    return refuse(400, "value", "cursor-invalid", text)


class Seal:
    """Seals with AES-GCM under the 32-byte ``key`` of the space."""

    __slots__ = ("_cipher", "_key")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher: Any = None

    def _ready(self) -> Any:
        if self._cipher is None:
            # imported at the first cursor: it takes 30 ms that a start needn't wait for
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            self._cipher = AESGCM(self._key)
        return self._cipher

    def close(self, position: Any, query: bytes) -> str:
        """A cursor for ``position`` (numbers, texts, lists) in the results of ``query``."""
        nonce = token_bytes(_NONCE)
        sealed: bytes = nonce + self._ready().encrypt(nonce, msgspec.msgpack.encode(position), query)
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, cursor: str, query: bytes) -> Any:
        """The position. Raises ``FhirError`` 400 ``cursor-invalid``."""
        from cryptography.exceptions import InvalidTag

        try:
            sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            return msgspec.msgpack.decode(self._ready().decrypt(sealed[:_NONCE], sealed[_NONCE:], query))
        except (InvalidTag, NotBase64, ValueError):  # UnicodeEncodeError and msgspec's faults are ValueErrors
            raise cursor_invalid() from None
