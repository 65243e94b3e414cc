"""The queue of what is to be told to the national record: one intent a resource, whose body is what stands here when it is sent."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Literal

from hit_maternity.ehr.bodies import Body, decode, encode
from hit_maternity.ehr.local.database import Database

#: open: make or find the record; write: create or update, as the national record needs it; delete; end: end the record.
Kind = Literal["open", "write", "delete", "end"]
#: waiting: is sent when it is due; conflict, parked: waits for a human.
State = Literal["waiting", "conflict", "parked"]


@dataclass(frozen=True, slots=True)
class Intent:
    """``sent``: when it was sent, as long as no answer came; then ``sent_body`` and ``sent_version`` are what was sent, upon which version.
    ``body``: of an end."""

    id: int
    patient: int
    part: int | None
    kind: Kind
    body: Body | None = field(repr=False, default=None)
    state: State = "waiting"
    made: str = ""
    tries: int = 0
    next_try: str | None = None
    error: str | None = None
    sent: str | None = None
    sent_body: Body | None = field(repr=False, default=None)
    sent_version: int | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether it may have been done without our knowing."""
        return self.sent is not None


class Outbox:
    """The rows of ``outbox`` in ``database``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, patient: int, part: int | None, kind: Kind, at: str, body: Body | None = None) -> None:
        """Queues it; what is queued for the same part already becomes this, keeps its place, and what it may have done."""
        at_once = "state = 'waiting', error = NULL, next_try = NULL, tries = 0"
        with self._database.transaction() as connection:
            where, values = ("part = ?", (part,)) if part is not None else ("part IS NULL AND patient = ? AND kind = ?", (patient, kind))
            known = connection.execute(f"SELECT id FROM outbox WHERE {where}", values).fetchone()
            text = None if body is None else encode(body)
            if known is not None:
                connection.execute(f"UPDATE outbox SET kind = ?, body = ?, {at_once} WHERE id = ?", (kind, text, known["id"]))
            else:
                connection.execute(
                    "INSERT INTO outbox (patient, part, kind, made, body) VALUES (?, ?, ?, ?, ?)", (patient, part, kind, at, text)
                )

    def get(self, number: int) -> Intent | None:
        """The intent with this number."""
        row = self._database.connection.execute("SELECT * FROM outbox WHERE id = ?", (number,)).fetchone()
        return None if row is None else _intent(row)

    def of_part(self, part: int) -> Intent | None:
        """What is queued for this part."""
        row = self._database.connection.execute("SELECT * FROM outbox WHERE part = ?", (part,)).fetchone()
        return None if row is None else _intent(row)

    def of(self, patient: int | None = None) -> list[Intent]:
        """All of a woman's, or of everybody, in their order."""
        rows = self._database.connection.execute(
            "SELECT * FROM outbox WHERE ? IN (patient, -1) ORDER BY id", (-1 if patient is None else patient,)
        )
        return [_intent(row) for row in rows]

    def sending(self, number: int, at: str, body: Body | None, version: int) -> None:
        """Notes, before it is sent, what is sent upon which version."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE outbox SET sent = ?, sent_body = ?, sent_version = ?, tries = tries + 1 WHERE id = ?",
                (at, None if body is None else encode(body), version, number),
            )

    def known(self, number: int) -> None:
        """It is known now whether what was sent was done."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE outbox SET sent = NULL, sent_body = NULL, sent_version = NULL WHERE id = ?", (number,))

    def wait(self, number: int, until: str | None, words: str | None) -> None:
        """It is tried again at ``until``."""
        self._set(number, "waiting", words, until)

    def hold(self, number: int, state: State, words: str) -> None:
        """It waits for a human."""
        self._set(number, state, words, None)

    def drop(self, number: int) -> None:
        """It is done, or given up."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM outbox WHERE id = ?", (number,))

    def _set(self, number: int, state: State, words: str | None, until: str | None) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE outbox SET state = ?, error = ?, next_try = ? WHERE id = ?", (state, words, until, number))


def _intent(row: sqlite3.Row) -> Intent:
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118  # a Row iterates over its values
    values["body"], values["sent_body"] = (None if values[it] is None else decode(values[it]) for it in ("body", "sent_body"))
    return Intent(**values)
