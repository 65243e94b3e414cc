"""The access log as it is read: by chain, by time, by patient; and written in any transaction. ``accesses`` writes it in its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from hit_maternity.store.accesses import Access, Proof
from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.session import Database, Row, Transaction

_COLUMNS = "a.chain, a.seq, a.at, a.patient, a.body, a.hash"
#: Rows that are read at a time.
_PAGE = 500
#: Later than any row.
_ALWAYS = 2**63 - 1


class AccessRows:
    """The access log of one space, to be read. Raises ``FhirError`` 503 without a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._audit = database.names.audit

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """Of each chain the number and the digest of its last row. It goes from chain to chain, however long they are."""
        audit = self._audit
        statement = (
            f"WITH RECURSIVE c(chain) AS (SELECT min(chain) FROM {audit}"
            f" UNION ALL SELECT (SELECT min(a.chain) FROM {audit} a WHERE a.chain > c.chain) FROM c WHERE c.chain IS NOT NULL)"
            f" SELECT c.chain, (SELECT max(a.seq) FROM {audit} a WHERE a.chain = c.chain) FROM c WHERE c.chain IS NOT NULL"
        )
        with self._database.reading() as session:
            last = session.rows(statement)
            found = [
                (chain, seq, session.row(f"SELECT hash FROM {audit} WHERE chain = ? AND seq = ?", (chain, seq))) for chain, seq in last
            ]
        return {str(chain): (seq if isinstance(seq, int) else -1, _bytes(row[0])) for chain, seq, row in found if row is not None}

    def row(self, chain: str, seq: int) -> Access | None:
        """One row, None where it isn't there."""
        with self._database.reading() as session:
            found = session.row(f"SELECT {_COLUMNS} FROM {self._audit} a WHERE a.chain = ? AND a.seq = ?", (chain, seq))
        return None if found is None else _access(found)

    def after(self, chain: str, seq: int, count: int = _PAGE) -> list[Access]:
        """The rows of a chain that follow number ``seq``, ``count`` at most."""
        statement = f"SELECT {_COLUMNS} FROM {self._audit} a WHERE a.chain = ? AND a.seq > ? ORDER BY a.seq LIMIT ?"
        with self._database.reading() as session:
            return [_access(row) for row in session.rows(statement, (chain, seq, count))]

    def between(self, since: datetime | None = None, until: datetime | None = None, patient: str | None = None) -> Iterator[Access]:
        """Rows of all chains in the order of their time, from ``since`` up to but not at ``until``; only those about ``patient`` where
        one is given."""
        whose = "a.patient = ? AND " if patient is not None else ""
        statement = (
            f"SELECT {_COLUMNS} FROM {self._audit} a WHERE {whose}a.at >= ? AND a.at < ? AND (a.at, a.chain, a.seq) > (?, ?, ?)"
            " ORDER BY a.at, a.chain, a.seq LIMIT ?"
        )
        begin = milliseconds(since) if since else -_ALWAYS
        end = milliseconds(until) if until else _ALWAYS
        last: tuple[int, str, int] = (begin - 1 if since else begin, "", 0)
        while True:
            values = ([patient] if patient is not None else []) + [max(begin, last[0]), end, *last, _PAGE]
            with self._database.reading() as session:
                found = [_access(row) for row in session.rows(statement, values)]
            yield from found
            if len(found) < _PAGE:
                return
            last = (milliseconds(found[-1].at), found[-1].chain, found[-1].seq)


def _access(row: Row) -> Access:
    """The row as it is there. One that was tampered with may hold what no column should; it becomes something that doesn't fit."""
    chain, seq, at, patient, body, hash = row
    whose = None if patient is None else str(patient)
    return Access(str(chain), seq if isinstance(seq, int) else -1, _moment(at), whose, _bytes(body), _bytes(hash))


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode("utf-8", "replace")


def _moment(at: object) -> datetime:
    try:
        return moment(at if isinstance(at, int) else -1)
    except OverflowError:
        return moment(-1)


class AccessesWithin:
    """A transaction under way as something that rows of the access log, and proofs that are used up, are recorded in. A proof that was
    seen before makes it fail, with 401 ``proof-replayed``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def record(self, accesses: Sequence[Access], proofs: Sequence[Proof] = ()) -> None:
        """Writes them; they come to stand with the transaction."""
        changes = [("audit", [a.row() for a in accesses]), ("proof", [p.row() for p in proofs])]
        self._transaction.change([(name, rows) for name, rows in changes if rows], last=False)
