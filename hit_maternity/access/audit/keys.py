"""The keys of the access log, each made from the server's own secret for one purpose."""

from __future__ import annotations

import hmac
import zlib
from base64 import b64decode
from binascii import Error as NotBase64
from binascii import b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any, Self

import msgspec

from hit_maternity.fhir.outcome import refuse

_NONCE = 12


@dataclass(frozen=True, slots=True)
class Keys:
    """``chain``: for the digests of rows; ``seal``: for what is never shown; ``mark`` tells one set of keys from another and nothing
    about them."""

    chain: bytes = field(repr=False)
    seal: bytes = field(repr=False)
    mark: str

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """The keys that come of the server's ``secret`` (``secret.key_from``)."""
        made = {name: hmac.digest(secret, b"hit-maternity access log: " + name.encode(), "sha256") for name in ("chain", "seal", "mark")}
        return cls(made["chain"], made["seal"], made["mark"][:8].hex())


def packed(secrets: Mapping[str, Any]) -> bytes:
    """``secrets`` as they are sealed: an attest is long, and stands in the log as often as somebody looks."""
    return zlib.compress(msgspec.json.encode(secrets))


class Vault:
    """Seals what stands in the log and is never shown, such as the national id of a professional, with AES-256-GCM.

    ATT-3 of the trust framework asks that attests are kept encrypted, ATT-8 that her national id is not shown to the patient. What is
    sealed is bound to the event it belongs to: in another row it can't be opened.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        # imported when the log is opened: it takes 30 ms that the commands needn't wait for
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)

    def close(self, event: str, secrets: bytes) -> bytes:
        """``secrets``, a JSON object or one ``packed``, sealed for the event of this id: base64."""
        nonce = token_bytes(_NONCE)
        return b2a_base64(nonce + self._cipher.encrypt(nonce, secrets, event.encode()), newline=False)

    def open(self, event: str, sealed: str) -> dict[str, Any]:
        """What was sealed for this event. Raises ``FhirError`` 500 ``seal-broken`` where it is not that, or the key is another."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = b64decode(sealed, validate=True)
            secrets = self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], event.encode())
            opened: dict[str, Any] = msgspec.json.decode(secrets if secrets[:1] == b"{" else zlib.decompress(secrets))
        except (InvalidTag, NotBase64, ValueError, zlib.error):
            text = "What is sealed in this row of the access log can't be opened: it was changed, or made with another key."
            raise refuse(500, "security", "seal-broken", text) from None
        return opened
