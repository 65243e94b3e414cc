"""The EHR's own record in one SQLite file. All SQL of the EHR is here, but for its lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hit_maternity.ehr.local.database import Database, WrongFile
from hit_maternity.ehr.local.journal import Entry, Journal, Notice
from hit_maternity.ehr.local.outbox import Intent, Outbox
from hit_maternity.ehr.local.parts import LISTS, Part, Parts
from hit_maternity.ehr.local.patients import Patient, Patients

__all__ = ["LISTS", "Entry", "Intent", "Local", "Notice", "Part", "Patient", "WrongFile"]


class Local:
    """Everything that the EHR keeps, over one connection; one for each thread. Raises ``WrongFile``, ``OSError``."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self.patients = Patients(self._database)
        self.parts = Parts(self._database)
        self.outbox = Outbox(self._database)
        self.journal = Journal(self._database)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done within, or nothing."""
        with self._database.transaction():
            yield

    def pause(self, until: str) -> None:
        """No call is made before ``until``."""
        self._set("pause", until)

    def paused(self, at: str) -> str | None:
        """Until when no call is made, where that is after ``at``."""
        until = self._get("pause")
        return until if until is not None and until > at else None

    def went_offline(self, until: Callable[[int], str]) -> None:
        """Nobody answered once more; ``until``: by how often in a row, when to try again."""
        with self.transaction():
            tries = int(self._get("silences") or 0) + 1
            self._set("silences", str(tries))
            self._set("offline", until(tries))

    def offline(self, at: str) -> str | None:
        """Until when it is not worth trying, where that is after ``at``."""
        until = self._get("offline")
        return until if until is not None and until > at else None

    def online(self) -> None:
        """Somebody answered."""
        if self._get("silences") is not None:
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM setting WHERE name IN ('silences', 'offline')")

    def _set(self, name: str, value: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, value))

    def _get(self, name: str) -> str | None:
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def close(self) -> None:
        """Closes the file."""
        self._database.close()
