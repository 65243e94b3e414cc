"""The receipt of an erasure, and the note that keeps it with what is still to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.session import Row, Session

#: Under this name, with the patient's id behind it, the table ``setting`` keeps the note.
_NAME = "erasure/"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What went, in numbers only. ``resources``: type -> how many, each with all its versions (``versions`` together); ``redacted``: how
    many of others were rewritten without her; ``messages``: how many were still to be sent. ``finished``: the files are clean too."""

    patient: str
    at: datetime
    resources: Mapping[str, int] = field(default_factory=dict)
    versions: int = 0
    index_rows: int = 0
    redacted: int = 0
    messages: int = 0
    finished: bool = False

    def plus(self, other: Receipt) -> Receipt:
        """Both together, as of the first."""
        return replace(
            self,
            resources=dict(sorted((Counter(self.resources) + Counter(other.resources)).items())),
            versions=self.versions + other.versions,
            index_rows=self.index_rows + other.index_rows,
            redacted=self.redacted + other.redacted,
            messages=self.messages + other.messages,
        )

    @property
    def empty(self) -> bool:
        """Whether there was nothing to take away."""
        return not (self.resources or self.versions or self.redacted or self.messages)


class Note(msgspec.Struct):
    """How far an erasure has come. ``erased``: nothing is in the tables any more; ``patients``: whose Patients went, until all is done;
    ``horizon``: of PostgreSQL, see ``scrubbing.running``."""

    at: int
    done: bool
    erased: bool
    patients: list[str] = []
    horizon: str | None = None
    resources: dict[str, int] = {}
    versions: int = 0
    index_rows: int = 0
    redacted: int = 0
    messages: int = 0

    def receipt(self, patient: str) -> Receipt:
        """The receipt that it keeps."""
        counts = (self.resources, self.versions, self.index_rows, self.redacted, self.messages)
        return Receipt(patient, moment(self.at), *counts, finished=self.done)

    @classmethod
    def of(cls, receipt: Receipt, patients: Sequence[str]) -> Note:
        """The note of an erasure that has just been done, and is not finished."""
        counts = (dict(receipt.resources), receipt.versions, receipt.index_rows, receipt.redacted, receipt.messages)
        return cls(milliseconds(receipt.at), False, True, list(patients), None, *counts)


class Notes:
    """The notes of one space; ``setting``: the name of its table."""

    def __init__(self, setting: str) -> None:
        self._setting = setting

    def put(self, session: Session, patient: str, note: Note) -> None:
        """Writes the note of a patient over the one before."""
        statement = f"INSERT INTO {self._setting} (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        session.run(statement, (f"{_NAME}{patient}", msgspec.json.encode(note)))

    def of(self, session: Session, patient: str) -> Note | None:
        """The note of a patient; None where nothing of hers was ever erased."""
        row = session.row(f"SELECT value FROM {self._setting} WHERE name = ?", (f"{_NAME}{patient}",))
        return msgspec.json.decode(bytes(row[0]), type=Note) if row else None

    def unfinished(self, session: Session) -> list[str]:
        """The patients whose erasure is still going on."""
        statement = f"SELECT name, value FROM {self._setting} WHERE name >= ? AND name < ? ORDER BY name"
        rows: list[Row] = session.rows(statement, (_NAME, _NAME[:-1] + "0"))  # "0" comes after "/"
        return [name.removeprefix(_NAME) for name, value in rows if not msgspec.json.decode(bytes(value), type=Note).done]
