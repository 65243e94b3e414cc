"""The access log and the proofs of possession, as rows: written in the transaction of a write, or by themselves for a read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.session import Database, Row


@dataclass(frozen=True, slots=True)
class Access:
    """One row of the access log: the ``seq``-th of its chain. ``patient``: the id of whose record it is about, where that is known;
    ``body``: what is told of it; ``hash``: the digest that ties it to the row before."""

    chain: str
    seq: int
    at: datetime
    patient: str | None
    body: bytes
    hash: bytes

    def row(self) -> Row:
        """Its columns."""
        return self.chain, self.seq, milliseconds(self.at), self.patient, self.body, self.hash


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of possession, by the thumbprint of its key and its own id; it can't be used after ``until``."""

    thumbprint: str
    id: str
    until: datetime

    def row(self) -> Row:
        """Its columns."""
        return self.thumbprint, self.id, milliseconds(self.until)


class AccessLog:
    """The access log of one space."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, accesses: Sequence[Access], proofs: Sequence[Proof] = ()) -> None:
        """Writes the rows in a transaction of their own, one message to the database. Raises ``FhirError``: 401 ``proof-replayed``
        for a proof that was seen before, then nothing is written; 503 without a database."""
        changes = [("proof", [p.row() for p in proofs]), ("audit", [a.row() for a in accesses])]
        self._database.write([(name, rows) for name, rows in changes if rows])

    def of_patient(self, patient: str, count: int, before: tuple[datetime, str, int] | None = None) -> list[Access]:
        """The newest rows about a patient; ``before``: moment, chain and number of the last row that was read."""
        where, values = "a.patient = ?", [patient]
        return self._newest(where, values, count, before)

    def _newest(self, where: str, values: list[str], count: int, before: tuple[datetime, str, int] | None) -> list[Access]:
        beyond: list[object] = []
        if before is not None:
            where += " AND (a.at < ? OR (a.at = ? AND (a.chain > ? OR (a.chain = ? AND a.seq < ?))))"
            at, chain, seq = milliseconds(before[0]), before[1], before[2]
            beyond = [at, at, chain, chain, seq]
        statement = (
            f"SELECT a.chain, a.seq, a.at, a.patient, a.body, a.hash FROM {self._database.names.audit} a WHERE {where}"
            " ORDER BY a.at DESC, a.chain, a.seq DESC LIMIT ?"
        )
        with self._database.reading() as session:
            return [_access(row) for row in session.rows(statement, (*values, *beyond, count))]

    def forget_proofs(self, now: datetime) -> int:
        """Removes the proofs that can't be used any more; how many."""
        with self._database.writing() as transaction:
            removed = transaction.run(f"DELETE FROM {self._database.names.seen_proof} WHERE until < ?", (milliseconds(now),))
            transaction.change([], last=True)
        return removed


def _access(row: Row) -> Access:
    chain, seq, at, patient, body, hash = row
    return Access(chain, int(seq), moment(at), patient, bytes(body), bytes(hash))
