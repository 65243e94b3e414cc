"""A transaction of one space: writes are collected and go out together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from hit_maternity.clock import Clock
from hit_maternity.fhir.ports import HistoryPage, HistoryQuery, OutboxMessage, SearchPage, Version
from hit_maternity.fhir.search.model import IndexRows, Query
from hit_maternity.store import faults
from hit_maternity.store.accesses import Access, Proof
from hit_maternity.store.cursor import Seal
from hit_maternity.store.keys import KeyMaker
from hit_maternity.store.moments import milliseconds
from hit_maternity.store.part_versions import PartVersion
from hit_maternity.store.reader import StoreReader, as_head
from hit_maternity.store.rows import Roles, Served, TableRows
from hit_maternity.store.session import Database, Row, Rows, Transaction

#: Collected writes go out when there are this many, so that a load of thousands needs no more memory than one of hundreds.
_BATCH = 500
Name = tuple[str, str]


class StoreWriter(StoreReader):
    """A ``ports.Writer`` on one transaction."""

    __slots__ = (
        "_accesses",
        "_clock",
        "_heads",
        "_inserts",
        "_keys",
        "_learned",
        "_messages",
        "_parts",
        "_pending",
        "_proofs",
        "_roles",
        "_rows",
        "_transaction",
        "_updates",
    )

    def __init__(self, database: Database, transaction: Transaction, seal: Seal, keys: KeyMaker, roles: Roles, clock: Clock) -> None:
        super().__init__(database, transaction, seal)
        self._transaction = transaction
        self._keys = keys
        self._roles = roles
        self._clock = clock
        self._heads: dict[Name, tuple[int, int]] = {}  # key and version, as seen or made by this transaction
        self._pending: dict[Name, Version] = {}
        self._inserts: list[Row] = []
        self._updates: list[Row] = []
        self._messages: list[Row] = []
        self._accesses: list[Row] = []
        self._proofs: list[Row] = []
        self._parts: list[Row] = []
        self._rows = TableRows()
        self._learned: dict[Served, int] = {}

    @property
    def transaction(self) -> Transaction:
        """The transaction under way, for what is written beside resources."""
        return self._transaction

    # ------------------------------------------------------------ reads that see what was written

    def get(self, type: str, id: str) -> Version | None:
        pending = self._pending.get((type, id))
        if pending is not None:
            return pending
        row = self._head(type, id)
        if row is None:
            return None
        self._heads[type, id] = row[0], row[3]
        return as_head(row)

    def get_many(self, references: Iterable[Name]) -> list[Version]:
        self.flush()
        return super().get_many(references)

    def get_version(self, type: str, id: str, version: int) -> Version | None:
        if (type, id) in self._pending:
            self.flush()
        return super().get_version(type, id, version)

    def history(self, query: HistoryQuery) -> HistoryPage:
        self.flush()
        return super().history(query)

    def search(self, query: Query) -> SearchPage:
        self.flush()
        return super().search(query)

    def referring(self, targets: Iterable[Name], types: Collection[str] = ()) -> list[Version]:
        self.flush()
        return super().referring(targets, types)

    # ------------------------------------------------------------ writes

    def lock(self, type: str, id: str) -> Version | None:
        self._transaction.lock(f"{type}/{id}")
        return self.get(type, id)

    def serialize(self, name: str) -> None:
        self._transaction.lock(f"?{name}")

    def write(self, version: Version, rows: IndexRows) -> None:
        name = (version.type, version.id)
        if name in self._pending:
            self.flush()
        if version.version > 1 and name not in self._heads:
            self.get(*name)
        head = self._heads.get(name)
        if (head[1] if head else 0) != version.version - 1:
            raise faults.version_conflict()
        key = head[0] if head else self._keys()
        body, updated = version.body, milliseconds(version.updated)
        patient = version.patient or rows.patient_of(version.type, version.id)
        if head:
            self._updates.append((key, version.version, updated, version.method, patient, body))
        else:
            self._inserts.append((key, version.type, version.id, 1, updated, version.method, patient, body))
        if body is not None:
            self._rows.add(key, version.type, rows, self._roles)
        self._heads[name] = key, version.version
        self._pending[name] = version
        if len(self._pending) >= _BATCH:
            self.flush()

    def publish(self, message: OutboxMessage) -> None:
        created = milliseconds(self._clock.now())
        self._messages.append((self._keys(), message.topic, message.key, message.payload, created, 0, created, 0, None))

    def record(self, accesses: Sequence[Access], proofs: Sequence[Proof] = ()) -> None:
        """Puts rows of the access log, and proofs of possession that are used up by this transaction, into it. Raises ``FhirError`` 401
        ``proof-replayed`` at the commit, for a proof that was seen before."""
        self._accesses += [access.row() for access in accesses]
        self._proofs += [proof.row() for proof in proofs]

    def note(self, parts: Sequence[PartVersion]) -> None:
        """Puts versions of the parts of maternity records into the transaction. Raises ``FhirError`` 409 ``version-conflict`` at the commit
        where another transaction was first."""
        self._parts += [part.row() for part in parts]

    def flush(self) -> None:
        """Sends what was collected to the database; it stays in the transaction."""
        if changes := self._changes():
            self._transaction.change(changes, last=False)
            self._forget()

    def commit(self) -> None:
        """Sends what was collected and makes it visible."""
        self._transaction.change(self._changes(), last=True)
        self._forget()
        self._roles.learn(self._learned)

    def _changes(self) -> list[tuple[str, Rows]]:
        rows = self._rows
        updated = [u[:1] for u in self._updates]
        ordered: list[tuple[str, Rows]] = [
            ("move", [(u[0], u[1] - 1) for u in self._updates]),
            ("update", self._updates),
            ("forget_text", updated),
            ("forget_range", updated),
            ("forget_timeline", updated),
            ("insert", self._inserts),
            ("role", rows.role_rows()),
            # in the order of the table, so that rows that share a page come together
            ("text", sorted(rows.text)),
            ("range", sorted(rows.range)),
            ("timeline", sorted(rows.timeline)),
            ("publish", self._messages),
            ("part", self._parts),
            ("audit", self._accesses),
            ("proof", self._proofs),
        ]
        return [(name, some) for name, some in ordered if some]

    def _forget(self) -> None:
        if self._rows.fresh:
            self._learned.update(self._rows.fresh)
        self._rows = TableRows()
        self._inserts, self._updates, self._messages, self._pending = [], [], [], {}
        self._accesses, self._proofs, self._parts = [], [], []
