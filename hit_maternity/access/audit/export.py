"""The access log as NDJSON: AuditEvents for whoever is to read them, or rows with their digests for whoever is to bear witness.

A file of rows, kept where the server can't write, is what a tail that was cut off, or a log that was emptied, is found by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from hit_maternity.access.audit.chain import body_of
from hit_maternity.access.audit.verify import Seen
from hit_maternity.fhir.outcome import refuse
from hit_maternity.store.accesses import Access
from hit_maternity.store.moments import milliseconds

Form = Literal["fhir", "rows"]


class Rows(Protocol):
    """The access log as it is read: ``store.access_rows.AccessRows``."""

    def between(self, since: datetime | None = None, until: datetime | None = None, patient: str | None = None) -> Iterator[Access]: ...


class _Line(msgspec.Struct):
    """A row in a file of rows; ``at`` in milliseconds since 1970, ``body`` the text that its digest is of."""

    chain: str
    seq: int
    at: int
    patient: str | None
    hash: str
    body: str = ""


def lines(
    rows: Rows, form: Form = "fhir", since: datetime | None = None, until: datetime | None = None, patient: str | None = None
) -> Iterator[bytes]:
    """The log line by line, each with its line break, in the order of time: from ``since`` up to but not at ``until``, and of one Patient
    where ``patient`` is given. ``fhir``: AuditEvents, without what is sealed; ``rows``: every row as it is, what is sealed still sealed.
    """
    written = line_of_row if form == "rows" else _event
    return filter(None, map(written, rows.between(since, until, patient)))


def line_of_row(row: Access) -> bytes:
    """A row as a line of a file of rows."""
    line = _Line(row.chain, row.seq, milliseconds(row.at), row.patient, row.hash.hex(), row.body.decode("utf-8", "replace"))
    return msgspec.json.encode(line) + b"\n"


def _event(row: Access) -> bytes:
    raw = bytes(body_of(row).event)
    return raw and raw + b"\n"


def witnesses(lines: Iterable[bytes]) -> Iterator[Seen]:
    """The rows that a file of rows bears witness to, for ``verify``. Raises ``FhirError`` 400 ``witness-unreadable`` with the line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=_Line)
            yield row.chain, row.seq, bytes.fromhex(row.hash)
        except ValueError:
            text = f"Line {number} is no row of an access log; give a file made by `hit-maternity audit export --form rows`."
            raise refuse(400, "invalid", "witness-unreadable", text) from None
