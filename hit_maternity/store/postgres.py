"""PostgreSQL: a schema a space, one pool of connections for all; many writers, locks by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from hashlib import blake2b
from threading import local
from typing import Any

import psycopg
from psycopg import errors
from psycopg.types.numeric import Int8BinaryDumper
from psycopg_pool import ConnectionPool, PoolTimeout

from hit_maternity.fhir.ports import Hurried
from hit_maternity.store import faults
from hit_maternity.store.session import Dialect, Names, Row, Rows
from hit_maternity.store.statements import TAKING, Change, changes

DIALECT = Dialect(
    name="postgresql",
    number_in="= ANY(?::bigint[])",
    text_in="= ANY(?::text[])",
    contains="strpos",
    roles="= ANY(ARRAY({}))",
    fence=" OFFSET 0",
    skip_locked=" FOR UPDATE SKIP LOCKED",
    text_by_key="",
    range_by_key="",
)
#: The statements say themselves by which index to enter and in which order to join, from counts of the moment. The planner is to do as
#: it is told: its statistics of a table that has just been filled would mislead it, and planning anew costs more than most of the reads.
_PLANNING = {
    "plan_cache_mode": "force_generic_plan",
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
    **{f"enable_{way}": "off" for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort", "memoize")},
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "client_min_messages": "warning",
}
_SETTINGS = " ".join(f"-c {name}={value}" for name, value in _PLANNING.items())


class Connection(psycopg.Connection[Row]):
    """A connection with one cursor for all its statements: a cursor a statement costs as much as sending it."""

    _kept: psycopg.Cursor[Row] | None = None

    @property
    def kept(self) -> psycopg.Cursor[Row]:
        """The cursor. What it holds of the statement before is gone with the next."""
        if self._kept is None:
            self._kept = self.cursor(binary=True)
        return self._kept


def _refusal(fault: psycopg.Error) -> BaseException:
    if isinstance(fault, errors.UniqueViolation) and fault.diag.table_name == "seen_proof":
        return faults.proof_replayed()
    for kinds, refusal in _REFUSALS:
        if isinstance(fault, kinds):
            return refusal()
    return fault


_REFUSALS: tuple[tuple[tuple[type[Exception], ...], Callable[[], BaseException]], ...] = (
    ((errors.UniqueViolation, errors.NotNullViolation), faults.version_conflict),
    ((errors.SerializationFailure, errors.DeadlockDetected), faults.try_again),
    ((errors.QueryCanceled,), faults.too_slow),
    ((errors.LockNotAvailable, errors.TooManyConnections), faults.busy),
    ((errors.DiskFull, errors.ReadOnlySqlTransaction), faults.full),
    ((errors.CharacterNotInRepertoire, errors.UntranslatableCharacter, errors.DataError), faults.text_refused),
    ((psycopg.DataError,), faults.text_refused),
    ((psycopg.OperationalError, psycopg.InterfaceError), faults.unreachable),
)


@lru_cache(maxsize=2048)
def _marked(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")


class PostgresSession:
    """One connection, given out by the pool."""

    __slots__ = ("_begun", "_changes", "_quick", "_scope", "connection")

    def __init__(self, connection: Connection, texts: dict[str, tuple[str, Change]], scope: str, quick: bool = False) -> None:
        self._quick = quick  # what takes long is given up, to be run elsewhere
        self.connection = connection
        self._changes = texts
        self._scope = scope
        self._begun: bool | None = None  # None: not in a transaction at all

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._execute(statement, parameters).fetchall()

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> Row | None:
        return self._execute(statement, parameters).fetchone()

    def listed(self, values: Sequence[Any]) -> str:
        return _array(values)

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        return self._execute(statement, parameters).rowcount

    def _execute(self, statement: str, parameters: Sequence[Any]) -> psycopg.Cursor[Row]:
        try:
            if self._begun is False:
                self.connection.execute("BEGIN")
                self._begun = True
            return self.connection.kept.execute(_marked(statement), parameters, prepare=True)
        except psycopg.Error as fault:
            if self._quick and isinstance(fault, psycopg.OperationalError):
                raise Hurried from None
            raise _refusal(fault) from fault
        except UnicodeEncodeError:
            raise faults.text_refused() from None

    def transact(self) -> None:
        """From here on everything belongs to one transaction; it begins with the first statement."""
        self._begun = False

    def lock(self, *names: str) -> None:
        for name in names:
            number = int.from_bytes(blake2b(f"{self._scope}/{name}".encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)
            self._execute("SELECT pg_advisory_xact_lock(?)", (number,))

    def change(self, changes: Sequence[tuple[str, Rows]], last: bool) -> None:
        statements = [self._together(some) for some in _halves(changes)]
        alone = last and self._begun is False and len(statements) == 1
        if not alone and not self._begun and statements:
            statements.insert(0, ("BEGIN", ()))
        if last and not alone and (self._begun or statements):
            statements.append(("COMMIT", ()))
        try:
            self._send(statements)
        except psycopg.Error as fault:
            if self._quick and isinstance(fault, psycopg.OperationalError):
                raise Hurried from None
            raise _refusal(fault) from fault
        except UnicodeEncodeError:
            raise faults.text_refused() from None
        self._begun = None if last else bool(self._begun or statements)

    def _together(self, changes: Sequence[tuple[str, Rows]]) -> tuple[str, Sequence[Any]]:
        """Changes that don't touch the same rows as one statement: one message to the server, one plan."""
        columns: list[Any] = []
        texts = []
        for number, (name, rows) in enumerate(changes):
            text, change = self._changes[name]
            texts.append(f"c{number} AS ({text})")
            columns += _columns(change, rows)
        return f"WITH {', '.join(texts)} SELECT", columns

    def _send(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        if len(statements) == 1:
            text, values = statements[0]
            self.connection.execute(text, values, prepare=True)
        elif statements:
            with self.connection.pipeline():
                for text, values in statements:
                    self.connection.execute(text, values, prepare=True)

    def end(self) -> None:
        """Undoes what was not committed."""
        self._begun = None
        if not self.connection.closed and self.connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self.connection.rollback()


def _array(values: Sequence[Any]) -> str:
    """An array as PostgreSQL spells it; quicker than having every element adapted."""
    if not values:
        return "{}"
    return "{" + ",".join([_quoted(v) if isinstance(v, str) else "NULL" if v is None else repr(v) for v in values]) + "}"


def quoted(name: str) -> str:
    """A name of a schema or table as statements spell it."""
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _halves(changes: Sequence[tuple[str, Rows]]) -> list[list[tuple[str, Rows]]]:
    """What takes away, then what adds: within one statement an insert would still meet the row that is being deleted."""
    taking = [c for c in changes if c[0] in TAKING]
    adding = [c for c in changes if c[0] not in TAKING]
    return [half for half in (taking, adding) if half]


def _columns(change: Change, rows: Rows) -> list[Any]:
    columns = zip(*rows, strict=True)
    return [list(c) if t == "bytea" else _array(c) for t, c in zip(change.types, columns, strict=True)]


def _source(change: Change) -> str:
    marks = ", ".join(f"%s::{t}[]" for t in change.types)
    return f"(SELECT * FROM unnest({marks}) AS u({', '.join(change.columns)}))"


def _configure(connection: Connection) -> None:
    connection.prepared_max = 1000
    connection.adapters.register_dumper(int, Int8BinaryDumper)  # one type for all integers: one prepared statement for each text


#: A statement of a thread in a hurry is given up by the server after this time.
QUICK_MILLISECONDS = 25


class _Quick(local):
    on: bool = False
    connection: Connection | None = None


class Postgres:
    """A pool of connections to the database at ``url`` (libpq's URI or key words)."""

    def __init__(self, url: str, pool_size: int = 8, wait_seconds: float = 5.0, statement_seconds: float = 30.0) -> None:
        self.url = conninfo(url)
        self._lent: set[int] = set()
        parameters = psycopg.conninfo.conninfo_to_dict(self.url)
        common = f"{parameters.get('options') or ''} {_SETTINGS}".strip()
        options = f"{common} -c statement_timeout={int(statement_seconds * 1000)}"
        self._quick = _Quick()
        self._quick_options = f"{common} -c statement_timeout={QUICK_MILLISECONDS}"
        self._quick_connections: list[Connection] = []
        self.pool: ConnectionPool[Connection] = ConnectionPool(
            self.url,
            connection_class=Connection,
            kwargs={"autocommit": True, "options": options, "prepare_threshold": 0},
            min_size=1,
            max_size=pool_size,
            timeout=wait_seconds,
            configure=_configure,
            open=False,
            name="hit-maternity",
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection out of the pool. Raises ``FhirError`` 503 where there is none."""
        connection = self._take()
        self._lent.add(id(connection))
        try:
            yield connection
        finally:
            self._lent.discard(id(connection))
            self.pool.putconn(connection)

    def _take(self) -> Connection:
        try:
            if self.pool.closed:
                self.pool.open()
            return self.pool.getconn()
        except PoolTimeout as fault:
            # with none given out it is not the others that we wait for
            raise faults.busy() if self._lent else faults.unreachable() from fault
        except psycopg.Error as fault:
            raise _refusal(fault) from fault

    @property
    def hurry(self) -> _Quick:
        """Whether this thread is in a hurry."""
        return self._quick

    def quick(self) -> Connection:
        """This thread's own connection for what must not take long. Raises ``Hurried`` where there is none."""
        connection = self._quick.connection
        if connection is None or connection.closed:
            try:
                connection = Connection.connect(
                    self.url, autocommit=True, options=self._quick_options, prepare_threshold=0, connect_timeout=2
                )
            except psycopg.Error:
                raise Hurried from None
            _configure(connection)
            self._quick.connection = connection
            self._quick_connections.append(connection)
        return connection

    def close(self) -> None:
        """Closes all connections; the pool can't be used afterwards."""
        for connection in self._quick_connections:
            connection.close()
        self.pool.close()


class PostgresDatabase:
    """One schema of the database."""

    __slots__ = ("_changes", "_server", "dialect", "inline", "names", "schema", "url")

    def __init__(self, server: Postgres, schema: str) -> None:
        self.schema = schema
        self.names = Names.within(schema)
        self.dialect = DIALECT
        self.inline = False
        self._server = server
        self.url = server.url
        self._changes = {name: (change.text.replace("{m}", _source(change)), change) for name, change in changes(self.names).items()}

    @contextmanager
    def reading(self) -> Iterator[PostgresSession]:
        if self._server.hurry.on:
            yield PostgresSession(self._server.quick(), self._changes, self.schema, quick=True)
            return
        with self._server.connection() as connection:
            yield PostgresSession(connection, self._changes, self.schema)

    @contextmanager
    def writing(self) -> Iterator[PostgresSession]:
        hurry = self._server.hurry.on
        with nullcontext(self._server.quick()) if hurry else self._server.connection() as connection:
            session = PostgresSession(connection, self._changes, self.schema, quick=hurry)
            session.transact()
            try:
                yield session
            finally:
                session.end()

    def write(self, changes: Sequence[tuple[str, Rows]]) -> None:
        with self.writing() as session:
            session.change(changes, last=True)

    def together(self) -> AbstractContextManager[None]:
        """Nothing to gather: the server commits those of several connections together."""
        return nullcontext()

    @contextmanager
    def hurried(self, seconds: float) -> Iterator[None]:
        """Inside, a read of this thread raises ``Hurried`` where the server takes longer than ``QUICK_MILLISECONDS`` for a statement."""
        hurry = self._server.hurry
        hurry.on = True
        try:
            yield
        finally:
            hurry.on = False

    def close(self) -> None:
        """Nothing to do: the pool belongs to all schemas."""


def conninfo(url: str) -> str:
    """``url`` as libpq takes it: without SQLAlchemy's name of a driver."""
    scheme, colon, rest = url.partition(":")
    return "postgresql:" + rest if colon and scheme.startswith("postgresql") else url
