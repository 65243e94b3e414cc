"""The chain that ties each row of the access log to the row before, so that none can be changed, taken out or put in unseen.

A row's digest is HMAC-SHA256, under a key of the server's, of the digest before it and of all that the row holds; before the first row
stands a digest of the chain's own name. Whoever can write to the database but doesn't have the key can't make a row that fits.
Source: ATT-2 of the trust framework (integrity of the log); the form of the chain is this project's own.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import Struct
from typing import Any, NamedTuple

import msgspec

from hit_maternity.fhir.bundle import instant
from hit_maternity.store.accesses import Access
from hit_maternity.store.moments import milliseconds

#: Lengths of chain, patient (-1: none) and body; number; milliseconds since 1970.
_FRAME = Struct(">HiIqq").pack


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be a row. ``patient``: the id of the Patient it is about; ``body``: see ``Body``."""

    at: datetime
    patient: str | None
    body: bytes


class Head(NamedTuple):
    """The last row of a chain, 0 before the first, and its digest."""

    seq: int
    hash: bytes


class Body(msgspec.Struct):
    """What a row tells, exactly one of: an ``event`` (the AuditEvent's text, else empty; with ``sealed``: what is never shown), the
    ``chain`` that begins here, the ``heads`` of other chains that were seen, the ``end`` of the chain in good order."""

    event: msgspec.Raw = msgspec.Raw()
    sealed: str | None = None
    chain: dict[str, Any] | None = None
    heads: dict[str, tuple[int, str]] | None = None
    end: str | None = None


_decode = msgspec.json.Decoder(Body).decode


def body_of(row: Access) -> Body:
    """What ``row`` tells; an empty ``Body`` where it can't be read."""
    try:
        return _decode(row.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Body()


def canonical(chain: str, seq: int, at: datetime, patient: str | None, body: bytes) -> bytes:
    """All that a row holds as bytes, in one way only: each part follows its length."""
    name, whose = chain.encode(), None if patient is None else patient.encode()
    frame = _FRAME(len(name), -1 if whose is None else len(whose), len(body), seq, milliseconds(at))
    return b"".join((frame, name, whose or b"", body))


def origin(key: bytes, chain: str) -> Head:
    """What stands before the first row of ``chain``."""
    return Head(0, hmac.digest(key, b"chain " + chain.encode(), "sha256"))


def digest(key: bytes, before: bytes, row: Access) -> bytes:
    """The digest that ``row`` must have after the digest ``before``."""
    return hmac.digest(key, before + canonical(row.chain, row.seq, row.at, row.patient, row.body), "sha256")


def link(key: bytes, chain: str, head: Head, entries: Sequence[Entry]) -> list[Access]:
    """``entries`` as the rows that follow ``head``."""
    rows = []
    seq, before = head
    for entry in entries:
        seq += 1
        before = hmac.digest(key, before + canonical(chain, seq, entry.at, entry.patient, entry.body), "sha256")
        rows.append(Access(chain, seq, entry.at, entry.patient, entry.body, before))
    return rows


def beginning(chain: str, at: datetime, key_mark: str) -> Entry:
    """The first row of a chain: its name, and by which key it is made."""
    return Entry(at, None, msgspec.json.encode({"chain": {"name": chain, "began": instant(at), "key": key_mark}}))


def heads_seen(at: datetime, heads: Mapping[str, Head]) -> Entry:
    """A checkpoint: the last rows of chains, as they are at the moment."""
    return Entry(at, None, msgspec.json.encode({"heads": {chain: (head.seq, head.hash.hex()) for chain, head in heads.items()}}))


def ending(at: datetime) -> Entry:
    """The last row of a chain that was ended in good order."""
    return Entry(at, None, msgspec.json.encode({"end": instant(at)}))
