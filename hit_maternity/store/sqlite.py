"""SQLite: a file a space, WAL, one writer at a time, readers beside it."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from hit_maternity.clock import monotonic
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import Hurried
from hit_maternity.store import faults
from hit_maternity.store.checkpoint import LAST_RESORT, Checkpoints
from hit_maternity.store.session import Dialect, Names, Row, Rows
from hit_maternity.store.statements import Change, changes

DIALECT = Dialect(
    name="sqlite",
    number_in="IN (SELECT value FROM json_each(?))",
    text_in="IN (SELECT value FROM json_each(?))",
    contains="instr",
    roles="IN ({})",
    fence="",
    skip_locked="",
    text_by_key=" INDEXED BY ix_index_text_key",
    range_by_key=" INDEXED BY ix_index_range_key",
)
PAGE_SIZE = 4096
#: Steps of the virtual machine between two looks at the deadline; some 50 microseconds.
_STEPS = 2000


class _Deadline(threading.local):
    at: float | None = None


class _Together(threading.local):
    session: SqliteSession | None = None


def _refusal(fault: sqlite3.Error, deadline: _Deadline) -> BaseException:
    name = getattr(fault, "sqlite_errorname", "")
    if name == "SQLITE_INTERRUPT":
        return Hurried() if deadline.at is not None else faults.too_slow()
    if name == "SQLITE_CONSTRAINT_PRIMARYKEY" and "seen_proof" in str(fault):
        return faults.proof_replayed()
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_NOTNULL"):
        return faults.version_conflict()
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return faults.busy()
    if name.startswith(("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR_WRITE")):
        return faults.full()
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return faults.unreachable()
    return fault


class SqliteSession:
    """One connection to the file."""

    __slots__ = ("_begun", "_changes", "_checkpoints", "_deadline", "_part", "connection")

    def __init__(self, connection: sqlite3.Connection, texts: dict[str, str], deadline: _Deadline, checkpoints: Checkpoints) -> None:
        self.connection = connection
        self._checkpoints = checkpoints
        self._changes = texts
        self._deadline = deadline
        self._begun = False
        self._part = False  # of a transaction that others take part in

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        try:
            return self.connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as fault:
            raise _refusal(fault, self._deadline) from fault
        except (UnicodeEncodeError, OverflowError):
            raise faults.text_refused() from None

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> Row | None:
        try:
            cursor = self.connection.execute(statement, parameters)
            found: Row | None = cursor.fetchone()
            cursor.close()
            return found
        except sqlite3.Error as fault:
            raise _refusal(fault, self._deadline) from fault
        except (UnicodeEncodeError, OverflowError):
            raise faults.text_refused() from None

    def listed(self, values: Sequence[Any]) -> str:
        try:
            return encode(values).decode()
        except UnicodeEncodeError:
            raise faults.text_refused() from None

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        try:
            return self.connection.execute(statement, parameters).rowcount
        except sqlite3.Error as fault:
            raise _refusal(fault, self._deadline) from fault

    def lock(self, *names: str) -> None:
        """Nothing to do: there is only one writer."""

    def begin(self, part: bool = False) -> None:
        """Raises ``FhirError`` 503, for a ``part`` also where the transaction around it is gone."""
        if part:
            self._deadline.at = None  # SQLite would undo the whole transaction, not this part alone, where it gave up a statement of it
            self._around()
        self.run("SAVEPOINT part" if part else "BEGIN IMMEDIATE")
        self._begun, self._part = True, part

    def _around(self) -> None:
        """Raises ``FhirError`` 503 where SQLite has undone the transaction by itself, as it does where a disk is full."""
        if not self.connection.in_transaction:
            raise faults.undone()

    def change(self, changes: Sequence[tuple[str, Rows]], last: bool) -> None:
        self._deadline.at = None  # from here on it is quicker to finish than to begin again
        execute = self.connection.executemany
        texts = self._changes
        try:
            for name, rows in changes:
                execute(texts[name], rows)
        except sqlite3.Error as fault:
            raise _refusal(fault, self._deadline) from fault
        except (UnicodeEncodeError, OverflowError):
            raise faults.text_refused() from None
        self._checkpoints.wrote(sum([len(rows) for _, rows in changes]))
        if last:
            self.commit()

    def add(self, changes: Sequence[tuple[str, Rows]]) -> None:
        """Makes ``changes`` without a part of their own, which costs as much as they do: a statement that is refused undoes itself, so
        where it is the very first the transaction goes on. Where it is a later one, all of the transaction is undone."""
        self._deadline.at = None
        self._around()
        before = self.connection.total_changes
        try:
            for name, rows in changes:
                self.connection.executemany(self._changes[name], rows)
        except BaseException as fault:
            if self.connection.total_changes != before and self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            if isinstance(fault, sqlite3.Error):
                raise _refusal(fault, self._deadline) from fault
            if isinstance(fault, UnicodeEncodeError | OverflowError):
                raise faults.text_refused() from None
            raise
        self._checkpoints.wrote(sum([len(rows) for _, rows in changes]))

    def commit(self) -> None:
        """Makes everything since ``begin`` visible, or part of the transaction around it. Raises ``FhirError`` where it can't be."""
        self._around()
        self.run("RELEASE part" if self._part else "COMMIT")
        self._begun = False
        if not self._part:
            self._checkpoints.committed()

    def end(self) -> None:
        """Undoes what was not committed."""
        if self._begun:
            self._begun = False
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO part" if self._part else "ROLLBACK")
                if self._part:
                    self.connection.execute("RELEASE part")


@dataclass(frozen=True, slots=True)
class _Reading:
    database: SqliteDatabase
    session: list[SqliteSession]

    def __enter__(self) -> SqliteSession:
        session = self.database.take()
        self.session.append(session)
        return session

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.database.put(self.session.pop())


@dataclass(frozen=True, slots=True)
class _Hurry:
    deadline: _Deadline
    seconds: float

    def __enter__(self) -> None:
        self.deadline.at = monotonic() + self.seconds

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.deadline.at = None


class SqliteDatabase:
    """The file at ``path``. Sessions are kept and given out again. ``busy_seconds``: how long a writer waits for another."""

    __slots__ = (
        "_busy_seconds",
        "_changes",
        "_checkpoints",
        "_connecting",
        "_deadline",
        "_idle",
        "_synchronous",
        "_together",
        "_writing",
        "dialect",
        "inline",
        "names",
        "path",
    )

    def __init__(self, path: Path, synchronous: str = "NORMAL", busy_seconds: float = 5.0) -> None:
        self.path = path
        self.names = Names.within(None)
        self.dialect = DIALECT
        self.inline = True
        self._synchronous = synchronous
        self._busy_seconds = busy_seconds
        self._changes = {name: _one_row(change) for name, change in changes(self.names).items()}
        self._idle: deque[SqliteSession] = deque()
        self._writing = threading.Lock()
        self._connecting = threading.Lock()
        self._checkpoints = Checkpoints(lambda: connect(path, synchronous, busy_seconds), self._writing)
        self._deadline = _Deadline()
        self._together = _Together()

    def take(self) -> SqliteSession:
        """A session of nobody else's."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def put(self, session: SqliteSession) -> None:
        """Gives a session back."""
        self._idle.append(session)

    def _connect(self) -> SqliteSession:
        try:
            with self._connecting:  # the first turns a file that is not in WAL mode yet to it, which has to be done alone
                connection = connect(self.path, self._synchronous, self._busy_seconds)
        except sqlite3.Error as fault:
            raise _refusal(fault, self._deadline) from fault
        deadline = self._deadline
        connection.set_progress_handler(lambda: deadline.at is not None and monotonic() > deadline.at, _STEPS)
        return SqliteSession(connection, self._changes, deadline, self._checkpoints)

    def reading(self) -> _Reading:
        return _Reading(self, [])

    @contextmanager
    def writing(self) -> Iterator[SqliteSession]:
        around = self._together.session
        if around is None:
            with self._transaction() as session:
                yield session
            return
        part = SqliteSession(around.connection, self._changes, self._deadline, self._checkpoints)
        try:
            part.begin(part=True)
            yield part
        finally:
            part.end()

    def write(self, changes: Sequence[tuple[str, Rows]]) -> None:
        around = self._together.session
        if around is not None:
            around.add(changes)
            return
        with self._transaction() as session:
            session.change(changes, last=True)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Inside, what this thread writes becomes one transaction, which is committed at the end: each ``writing`` is a part of it,
        undone alone where it raises. One commit for many costs little more than one for each."""
        with self._transaction() as session:
            self._together.session = session
            try:
                yield
            finally:
                self._together.session = None
            session.commit()

    @contextmanager
    def _transaction(self) -> Iterator[SqliteSession]:
        until = self._deadline.at
        if not self._writing.acquire(timeout=self._busy_seconds if until is None else max(0.0, until - monotonic())):
            raise Hurried if until is not None else faults.busy()
        try:
            session = self.take()
            try:
                session.begin()
                yield session
            finally:
                session.end()
                self.put(session)
        finally:
            self._writing.release()

    def hurried(self, seconds: float) -> _Hurry:
        """Inside, a read of this thread that goes on for longer than ``seconds`` from now raises ``Hurried``."""
        return _Hurry(self._deadline, seconds)

    def close(self) -> None:
        self._checkpoints.wait()
        while self._idle:
            self._idle.pop().connection.close()


def connect(path: Path, synchronous: str = "NORMAL", busy_seconds: float = 5.0) -> sqlite3.Connection:
    """A connection as the store needs it. ``synchronous``: NORMAL or FULL. Raises ``sqlite3.Error``."""
    if synchronous not in ("NORMAL", "FULL"):
        raise ValueError(f"synchronous is NORMAL or FULL, not {synchronous!r}")
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False, cached_statements=512)
    for pragma in (
        f"page_size={PAGE_SIZE}",  # counts only for a file that is still empty
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        f"wal_autocheckpoint={LAST_RESORT}",
        "cache_size=-16384",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _one_row(change: Change) -> str:
    """The change for a single row: plain VALUES where it is an insert of them, else a source of one row."""
    marks = ", ".join("?" * len(change.columns))
    listed = ", ".join(change.columns)
    plain = change.text.replace(f"SELECT {listed} FROM {{m}} AS m", f"VALUES ({marks})").replace(" WHERE true ON", " ON")
    if "{m}" not in plain:
        return plain
    return plain.replace("{m}", "(SELECT " + ", ".join(f"? AS {c}" for c in change.columns) + ")")
