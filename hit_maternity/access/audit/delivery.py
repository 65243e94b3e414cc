"""Delivery of the access log to whoever is to have it: each row at least once, in the order of its chain.

Where it is to go is pluggable (``Receiver``): a file is here; how the national access log takes entries from a source was not found, so
no client of it is. How far delivery has come is kept beside the receiver, and moved on only when it has taken the rows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from hit_maternity.access.audit.export import line_of_row
from hit_maternity.fhir.outcome import refuse
from hit_maternity.store.accesses import Access

#: Rows that are delivered at a time.
_MOST = 500


class Rows(Protocol):
    """The access log as it is read: ``store.access_rows.AccessRows``."""

    def heads(self) -> dict[str, tuple[int, bytes]]: ...

    def after(self, chain: str, seq: int, count: int = 500) -> list[Access]: ...


class Receiver(Protocol):
    """Who takes the rows."""

    def take(self, rows: Sequence[Access]) -> None:
        """Returns when the rows are safe. They may come again, known by chain and number. Raises where they can't be taken."""
        ...


class Progress(Protocol):
    """How far each chain was delivered."""

    def get(self) -> Mapping[str, int]: ...

    def put(self, delivered: Mapping[str, int]) -> None: ...


class Delivery:
    """Delivers the access log of one space."""

    def __init__(self, rows: Rows, receiver: Receiver, progress: Progress) -> None:
        self._rows = rows
        self._receiver = receiver
        self._progress = progress

    def round(self) -> int:
        """Delivers what has come since the last round; how many rows. One dispatcher at a time. Raises what the receiver raises; what it
        has taken until then isn't delivered again."""
        delivered = dict(self._progress.get())
        count = 0
        for chain, (last, _) in sorted(self._rows.heads().items()):
            while (done := delivered.get(chain, 0)) < last and (rows := self._rows.after(chain, done, _MOST)):
                self._receiver.take(rows)
                delivered[chain] = rows[-1].seq
                self._progress.put(delivered)
                count += len(rows)
        return count


class FileReceiver:
    """Appends rows as NDJSON to the file at ``path``: the form that ``audit verify --against`` reads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, rows: Sequence[Access]) -> None:
        """Returns when the lines are on the disk."""
        with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as opened:
            if opened.tell() and not _ends_with_a_line(self._path):
                opened.write(b"\n")  # after a line that was cut short by a crash; its row comes again
            opened.write(b"".join(map(line_of_row, rows)))
            opened.flush()
            os.fsync(opened.fileno())


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as opened:
        opened.seek(-1, os.SEEK_END)
        return opened.read(1) == b"\n"


class FileProgress:
    """Keeps the progress in a small JSON file at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self) -> Mapping[str, int]:
        """Chain to number; empty where there is no file yet. Raises ``FhirError`` 500 ``progress-unreadable``."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, int])
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError:
            text = (
                f"The file {self._path}, which tells how far the access log was delivered, can't be read; remove it to deliver all again."
            )
            raise refuse(500, "exception", "progress-unreadable", text) from None

    def put(self, delivered: Mapping[str, int]) -> None:
        """Written aside and put in place, so that a crash leaves the old or the new."""
        aside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with aside.open("wb") as opened:
            opened.write(msgspec.json.encode(delivered))
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(aside, self._path)
