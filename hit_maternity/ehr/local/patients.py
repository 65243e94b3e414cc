"""The women this EHR looks after, with what is known of each one's national record."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hit_maternity.ehr.bodies import decode, encode
from hit_maternity.ehr.local.database import Database

#: new: no national record known; active; ended; blocked: the national service lets nobody read or write hers.
Standing = Literal["new", "active", "ended", "blocked"]


@dataclass(frozen=True, slots=True)
class Patient:
    """``id``: the EHR's own; ``last_changed``: what the national service said at the last full read."""

    id: int
    nin: str = field(repr=False)
    initials: str
    standing: Standing
    record_id: str | None
    record_version: int
    record_status: Mapping[str, Any] = field(repr=False)
    last_changed: str | None
    last_read: str | None

    @property
    def name(self) -> str:
        """How she is called on the screen: never by her national id."""
        return f"P{self.id}"


class Patients:
    """The rows of ``patient`` in ``database``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, nin: str, initials: str) -> Patient:
        """The woman with this national id, added unless she is there already."""
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO patient (nin, initials) VALUES (?, ?) ON CONFLICT (nin) DO NOTHING", (nin, initials))
            row = connection.execute("SELECT * FROM patient WHERE nin = ?", (nin,)).fetchone()
        return _patient(row)

    def get(self, number: int) -> Patient | None:
        """The woman with this local id."""
        row = self._database.connection.execute("SELECT * FROM patient WHERE id = ?", (number,)).fetchone()
        return None if row is None else _patient(row)

    def all(self) -> list[Patient]:
        """All of them, in the order in which they came."""
        return [_patient(row) for row in self._database.connection.execute("SELECT * FROM patient ORDER BY id")]

    def found(self, number: int, record_id: str | None, standing: Standing) -> None:
        """Her national record is this one."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE patient SET record_id = ?, standing = ? WHERE id = ?", (record_id, standing, number))

    def record(self, number: int, standing: Standing, version: int, status: Mapping[str, Any]) -> None:
        """What the metadata of the record say."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE patient SET standing = ?, record_version = ?, record_status = ? WHERE id = ?",
                (standing, version, encode(status), number),
            )

    def read(self, number: int, last_changed: str | None, at: str | None) -> None:
        """The whole record was read ``at``; before, /status said ``last_changed``. None: what is here is no more known to be current."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE patient SET last_changed = ?, last_read = ? WHERE id = ?", (last_changed, at, number))


def _patient(row: sqlite3.Row) -> Patient:
    return Patient(
        row["id"],
        row["nin"],
        row["initials"],
        row["standing"],
        row["record_id"],
        row["record_version"],
        decode(row["record_status"]) if row["record_status"] else {},
        row["last_changed"],
        row["last_read"],
    )
