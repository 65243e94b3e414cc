"""Links of a search's pages.

A GET search keeps its parameters in the links, as everyone expects. The parameters of a POST search may be a national id or a
name: they must not come to stand in an address, so its links carry them sealed (AES-GCM), bound to the path they are for.
Source: https://hl7.org/fhir/R4/http.html#paging.
"""

from __future__ import annotations

import base64
import binascii
import os
import zlib

import msgspec

from hit_maternity.fhir.bundle import Link
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.rest.parameters import FORM, Pairs, query_of

#: The parameter that carries a sealed query.
SEALED = "_page"
_NONCE = 12
#: A query is at most this many bytes when it is opened.
_LIMIT = 1 << 20


def seal(pairs: Pairs, path: str, key: bytes) -> str:
    """``pairs`` as a token that only ``unseal`` with the same key and path can open."""
    # Imported here: the library takes long to load, and most runs never seal.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, zlib.compress(msgspec.json.encode(pairs)), path.encode())
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(token: str, path: str, key: bytes) -> Pairs:
    """What ``seal`` sealed. Raises ``FhirError`` 400 ``page-invalid`` for any other text."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        sealed = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
        opened = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], path.encode())
        return msgspec.json.decode(zlib.decompressobj().decompress(opened, _LIMIT), type=list[tuple[str, str]])
    except (binascii.Error, ValueError, InvalidTag, zlib.error, msgspec.MsgspecError):
        raise page_invalid() from None


def page_invalid() -> FhirError:
    """The refusal of a page link that this server did not make."""
    text = "This page link is not one that this server made for this address. Start the search again from its first page."
    return refuse(400, "value", "page-invalid", text)


def opened(pairs: Pairs, path: str, key: bytes) -> tuple[Pairs, bool]:
    """The search's own pairs, and whether they came sealed; of the pairs beside a seal only those of the answer's form count."""
    token = next((v for n, v in pairs if n == SEALED), None)
    if token is None:
        return pairs, False
    return unseal(token, path, key) + [p for p in pairs if p[0] in FORM], True


def page_links(base: str, path: str, used: Pairs, cursor: str | None, next: str | None, key: bytes | None) -> list[Link]:
    """self, first (on later pages) and next (where there is more). ``used`` holds no cursor; with a ``key`` all are sealed."""

    where = f"{base}/{path}".rstrip("/")
    form = query_of([p for p in used if p[0] in FORM]) if key is not None else ""
    plain = query_of(used) if key is None else ""

    def link(relation: str, at: str | None) -> Link:
        if key is not None:
            hidden = [p for p in used if p[0] not in FORM]
            token = seal([*hidden, ("_cursor", at)] if at else hidden, path, key)
            return Link(relation, f"{where}?{SEALED}={token}" + (f"&{form}" if form else ""))
        query = "&".join([q for q in (plain, query_of([("_cursor", at)]) if at else "") if q])
        return Link(relation, f"{where}?{query}" if query else where)

    links = [link("self", cursor)]
    if cursor:
        links.append(link("first", None))
    if next:
        links.append(link("next", next))
    return links
