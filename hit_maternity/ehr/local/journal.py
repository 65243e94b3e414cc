"""The EHR's own journal of what was entered in it, the notices for the clinician, and what is taken away when a record may not be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hit_maternity.ehr.bodies import decode, encode
from hit_maternity.ehr.local.database import Database


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody entered here: facts of one resource type, by path."""

    at: str
    who: str
    type: str
    facts: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the clinician must be told about a woman."""

    id: int
    patient: int
    at: str
    words: str


class Journal:
    """The rows of ``entry`` and ``notice`` in ``database``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, patient: int, entry: Entry) -> None:
        """Adds to the journal."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO entry (patient, at, who, type, facts) VALUES (?, ?, ?, ?, ?)",
                (patient, entry.at, entry.who, entry.type, encode(entry.facts)),
            )

    def entries(self, patient: int) -> list[Entry]:
        """What was entered here about her, the oldest first."""
        rows = self._database.connection.execute("SELECT * FROM entry WHERE patient = ? ORDER BY id", (patient,))
        return [Entry(row["at"], row["who"], row["type"], decode(row["facts"])) for row in rows]

    def tell(self, patient: int, at: str, words: str) -> None:
        """A notice, unless the same one waits to be seen already."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO notice (patient, at, words) SELECT ?, ?, ? "
                "WHERE NOT EXISTS (SELECT 1 FROM notice WHERE patient = ? AND words = ? AND NOT seen)",
                (patient, at, words, patient, words),
            )

    def notices(self) -> list[Notice]:
        """What nobody has seen yet."""
        rows = self._database.connection.execute("SELECT * FROM notice WHERE NOT seen ORDER BY id")
        return [Notice(row["id"], row["patient"], row["at"], row["words"]) for row in rows]

    def seen(self, up_to: int) -> None:
        """The notices up to this one have been seen."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE notice SET seen = 1 WHERE id <= ?", (up_to,))

    def take_away(self, patient: int) -> None:
        """Removes the copy of her national record and what is queued for it. The journal of our own stays."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM outbox WHERE patient = ?", (patient,))
            connection.execute("DELETE FROM part WHERE patient = ?", (patient,))
            connection.execute(
                "UPDATE patient SET record_id = NULL, record_version = 0, record_status = NULL, last_changed = NULL, last_read = NULL "
                "WHERE id = ?",
                (patient,),
            )

    def wipe_traces(self) -> None:
        """Writes what was taken away out of the journal file of SQLite, too; outside of any transaction."""
        self._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
