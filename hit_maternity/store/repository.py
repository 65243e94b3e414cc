"""The store of one space, as ``fhir`` knows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from secrets import token_bytes
from types import TracebackType

from hit_maternity.clock import Clock, SystemClock
from hit_maternity.store.cursor import Seal
from hit_maternity.store.keys import KeyMaker
from hit_maternity.store.reader import StoreReader
from hit_maternity.store.rows import Roles
from hit_maternity.store.session import Database, Session
from hit_maternity.store.writer import StoreWriter

_CURSOR_KEY = "cursor-key"


class _Reading:
    __slots__ = ("_session", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> StoreReader:
        database = self._store.database
        self._session: AbstractContextManager[Session] = database.reading()
        return StoreReader(database, self._session.__enter__(), self._store.seal)

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._session.__exit__(kind, fault, trace)


class Store:
    """A ``ports.ResourceStore`` over ``database``, whose schema is up to date. ``clock``: the space's own time, for the outbox."""

    __slots__ = ("_clock", "_keys", "_roles", "_seal", "database", "inline")

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self.database = database
        self.inline = database.inline
        self._clock = clock or SystemClock()
        self._keys = KeyMaker()
        self._roles = Roles()
        self._seal: Seal | None = None

    @property
    def seal(self) -> Seal:
        """What seals the cursors of this space; its key is made by whoever comes first."""
        if self._seal is None:
            self._seal = Seal(self._cursor_key())
        return self._seal

    def _cursor_key(self) -> bytes:
        setting = self.database.names.setting
        statement = f"SELECT value FROM {setting} WHERE name = ?"
        with self.database.reading() as session:
            if row := session.row(statement, (_CURSOR_KEY,)):
                return bytes(row[0])
        with self.database.writing() as transaction:
            transaction.run(f"INSERT INTO {setting} (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (_CURSOR_KEY, token_bytes(32)))
            transaction.change([], last=True)
        return self._cursor_key()

    def reading(self) -> AbstractContextManager[StoreReader]:
        """A ``ports.Reader``; each of its calls sees what was committed before it."""
        return _Reading(self)

    @contextmanager
    def writing(self) -> Iterator[StoreWriter]:
        """A ``ports.Writer``; commits at the end of the block, undoes everything where it raises."""
        seal = self.seal
        with self.database.writing() as transaction:
            writer = StoreWriter(self.database, transaction, seal, self._keys, self._roles, self._clock)
            yield writer
            writer.commit()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Inside, the transactions of this thread become visible together at the end, or, where that fails, none of them."""
        _ = self.seal  # its key is made in a transaction of its own
        try:
            with self.database.together():
                yield
        except BaseException:
            self._roles.forget()  # those that were met within it may not be in the database
            raise

    def hurried(self, seconds: float) -> AbstractContextManager[None]:
        """Inside, a read of this thread that takes longer raises ``ports.Hurried`` (SQLite). From its first write on, what is done
        inside is finished: to begin it again could do it twice."""
        _ = self.seal  # made now, since the write that makes it would end the hurry
        return self.database.hurried(seconds)

    def close(self) -> None:
        """Gives up idle connections."""
        self.database.close()
