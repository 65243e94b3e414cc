"""For whom a decision of an attest was first used: what ties a statement of care relationship to its patient."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.session import Database, Session


@dataclass(frozen=True, slots=True)
class AttestUse:
    """The first use: ``patient`` is a digest of whom it was for, ``at`` when, to the millisecond. ``kept``: whether it is committed; until
    then it may yet be undone."""

    patient: str
    at: datetime
    kept: bool = field(default=True, compare=False)


class AttestUses:
    """The first uses in one space."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first_seen(self, decision: str, client: str, patient: str, now: datetime) -> AttestUse:
        """The first use of ``decision`` by ``client``: this one, where there was none before. Of many at once one is the first for all.
        In a transaction of its own. Raises ``FhirError`` 503 without a database."""
        with self._database.reading() as session:
            known = self.within(session).known(decision, client)
        if known is not None:
            return known
        with self._database.writing() as transaction:
            used = self.within(transaction).first_seen(decision, client, patient, now)
            transaction.change([], last=True)
        # an embedded database may commit it later, together with others
        return replace(used, kept=not self._database.inline)

    def within(self, session: Session) -> AttestUsesWithin:
        """The same as part of a transaction that is open already."""
        return AttestUsesWithin(self._database, session)

    def forget(self, before: datetime) -> int:
        """Removes the uses of decisions that were first used earlier; how many."""
        with self._database.writing() as transaction:
            removed = transaction.run(f"DELETE FROM {self._database.names.attest_use} WHERE at < ?", (milliseconds(before),))
            transaction.change([], last=True)
        return removed


@dataclass(frozen=True, slots=True)
class AttestUsesWithin:
    """The first uses as a transaction sees and makes them."""

    database: Database
    session: Session

    def known(self, decision: str, client: str) -> AttestUse | None:
        """The first use, None where there was none."""
        statement = f"SELECT a.patient, a.at FROM {self.database.names.attest_use} a WHERE a.decision = ? AND a.client = ?"
        row = self.session.row(statement, (decision, client))
        return None if row is None else AttestUse(row[0], moment(row[1]))

    def first_seen(self, decision: str, client: str, patient: str, now: datetime) -> AttestUse:
        """As ``AttestUses.first_seen``; undone with the transaction."""
        if known := self.known(decision, client):
            return known
        # the update changes nothing: it waits for who is just writing the same row, and makes that row come back
        statement = (
            f"INSERT INTO {self.database.names.attest_use} AS a (decision, client, patient, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (decision, client) DO UPDATE SET at = a.at RETURNING patient, at"
        )
        [(used_for, at)] = self.session.rows(statement, (decision, client, patient, milliseconds(now)))
        return AttestUse(used_for, moment(at))
