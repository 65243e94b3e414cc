"""Spaces: separate sets of data behind one address. SQLite: a file a space beside the main one; PostgreSQL: a schema a space."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from hit_maternity.clock import Clock
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.store import schema
from hit_maternity.store.postgres import Postgres, PostgresDatabase, quoted
from hit_maternity.store.repository import Store
from hit_maternity.store.session import Database
from hit_maternity.store.sqlite import SqliteDatabase

DEFAULT = "default"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z", re.ASCII)
#: Names of devices, which Windows takes for them whatever the suffix.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})
_MARK = "hit-maternity space "


class Options(Protocol):
    """What the settings say of the database."""

    @property
    def database_url(self) -> str: ...

    @property
    def sqlite_synchronous(self) -> str: ...

    @property
    def database_pool(self) -> int: ...


@dataclass(frozen=True, slots=True)
class At:
    """The least options: where the database is."""

    database_url: str
    sqlite_synchronous: str = "NORMAL"
    database_pool: int = 8


class _Site(Protocol):
    """Where the databases of spaces are."""

    def database(self, name: str) -> Database: ...

    def names(self) -> list[str]: ...

    def prepare(self, name: str) -> None: ...

    def drop(self, name: str) -> None: ...

    def close(self) -> None: ...


class Spaces:
    """The spaces of one database. ``clock``: the time of all of them, for their outboxes."""

    def __init__(self, options: Options, clock: Clock | None = None) -> None:
        self._site = _site(options)
        self._clock = clock
        self._open: dict[str, Store] = {}
        self._opening = threading.Lock()

    def open(self, name: str = DEFAULT) -> Store | None:
        """The store of space ``name``, whose schema must be there; None where there is no such space. Always the same object."""
        store = self._open.get(name)
        if store is not None or not is_name(name):
            return store
        with self._opening:
            if name not in self._open and (name == DEFAULT or name in self._site.names()):
                self._open[name] = Store(self._site.database(name), self._clock)
            return self._open.get(name)

    def create(self, name: str) -> Store:
        """A new, empty space. Raises ``FhirError`` 400 ``space-name`` or 409 ``space-exists``."""
        if not is_name(name):
            text = "The name of a space is 1 to 63 lower-case letters, digits and hyphens, and begins with a letter or digit."
            raise refuse(400, "value", "space-name", text)
        if name == DEFAULT or name in self._site.names():
            raise refuse(409, "duplicate", "space-exists", "There is a space of this name already; choose another.")
        self._site.prepare(name)
        schema.upgrade(self._site.database(name))
        store = self.open(name)
        assert store is not None
        return store

    def drop(self, name: str) -> None:
        """Deletes a space and all its data. Raises ``FhirError`` 404 ``space-unknown``; the default space can't be dropped."""
        if name == DEFAULT or not is_name(name) or name not in self._site.names():
            raise refuse(404, "not-found", "space-unknown", "There is no such space, or it is the one that can't be dropped.")
        with self._opening:
            store = self._open.pop(name, None)
            if store is not None:
                store.close()
            self._site.drop(name)

    def names(self) -> list[str]:
        """All spaces, the default one first."""
        return [DEFAULT, *sorted(n for n in self._site.names() if n != DEFAULT)]

    def database(self, name: str = DEFAULT) -> Database:
        """The database of a space, for work on its schema."""
        return self._site.database(name)

    # ------------------------------------------------------------ schema

    def prepare(self) -> None:
        """Makes the schema where there is none at all; one that is older is left alone (``faults`` tells)."""
        database = self._site.database(DEFAULT)
        if schema.current(database) is None:
            schema.upgrade(database)

    def upgrade(self) -> list[str]:
        """Brings the schema of every space up to date; a line about each."""
        told = []
        for name in self.names():
            database = self._site.database(name)
            before = schema.current(database)
            schema.upgrade(database)
            told.append(f"{name}: " + ("up to date" if before == schema.HEAD else f"from {before or 'nothing'} to {schema.HEAD}"))
        return told

    def differences(self) -> list[str]:
        """What differs from this program's schema, a line each."""
        return [f"{name}: {line}" for name in self.names() for line in schema.differences(self._site.database(name))]

    def faults(self) -> list[str]:
        """What keeps the default space from working, a sentence each; quick enough to be asked every second."""
        try:
            found = schema.current(self._site.database(DEFAULT))
        except FhirError as fault:
            return [issue.text for issue in fault.issues]
        if found == schema.HEAD:
            return []
        return [f"The schema of the database is {found or 'missing'}, the program needs {schema.HEAD}; run `hit-maternity db upgrade`."]

    def close(self) -> None:
        """Closes every store and the connections."""
        for store in self._open.values():
            store.close()
        self._open.clear()
        self._site.close()


def is_name(name: str) -> bool:
    """Whether a space may be called so."""
    return _NAME.match(name) is not None and name not in _DEVICES


def _site(options: Options) -> _Site:
    url = options.database_url
    if url.startswith("sqlite:"):
        return _SqliteSite(sqlite_path(url), options.sqlite_synchronous)
    return _PostgresSite(Postgres(url, options.database_pool))


def sqlite_path(url: str) -> Path:
    """The file of ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``sqlite:///C:/absolute.db``. Raises ``ValueError``."""
    path = unquote(url.removeprefix("sqlite:///").partition("?")[0])
    if not url.startswith("sqlite:///") or not path:
        raise ValueError("an SQLite database is given as sqlite:///path")
    return Path(path)


class _SqliteSite:
    def __init__(self, path: Path, synchronous: str) -> None:
        self._path = path
        self._synchronous = synchronous
        self._databases: dict[str, SqliteDatabase] = {}

    @property
    def _folder(self) -> Path:
        return self._path.parent / "spaces"

    def _file(self, name: str) -> Path:
        return self._path if name == DEFAULT else self._folder / f"{name}.db"

    def database(self, name: str) -> SqliteDatabase:
        database = self._databases.get(name)
        if database is None:
            database = self._databases.setdefault(name, SqliteDatabase(self._file(name), self._synchronous))
        return database

    def names(self) -> list[str]:
        return [p.stem for p in self._folder.glob("*.db") if is_name(p.stem)] if self._folder.is_dir() else []

    def prepare(self, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)

    def drop(self, name: str) -> None:
        database = self._databases.pop(name, None)
        if database is not None:
            database.close()
        file = self._file(name)
        # the main file last: as long as it is there the space is
        for part in (file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"), file):
            part.unlink(missing_ok=True)

    def close(self) -> None:
        for database in self._databases.values():
            database.close()
        self._databases.clear()


class _PostgresSite:
    """The default space is in the schema that connections to the URL begin in, ``public`` as a rule; the others in schemas beside it,
    whose comments tell the names of their spaces."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._base: str | None = None

    @property
    def base(self) -> str:
        if self._base is None:
            with self._server.connection() as connection:
                row = connection.execute("SELECT coalesce(current_schema(), 'public')").fetchone()
            self._base = str(row[0]) if row else "public"
        return self._base

    def _schema(self, name: str) -> str:
        if name == DEFAULT:
            return self.base
        begin = "" if self.base == "public" else f"{self.base}_"
        full = f"{begin}space_{name}"
        if len(full.encode()) <= 63:
            return full
        return f"{full.encode()[:46].decode(errors='ignore')}_{blake2b(full.encode(), digest_size=8).hexdigest()}"

    def database(self, name: str) -> PostgresDatabase:
        return PostgresDatabase(self._server, self._schema(name))

    def names(self) -> list[str]:
        mark = f"{_MARK}{self.base} "
        statement = "SELECT d FROM (SELECT obj_description(oid, 'pg_namespace') AS d FROM pg_namespace) AS s WHERE starts_with(d, %s)"
        with self._server.connection() as connection:
            return [row[0].removeprefix(mark) for row in connection.execute(statement, (mark,)).fetchall()]

    def prepare(self, name: str) -> None:
        schema_name = quoted(self._schema(name))
        with self._server.connection() as connection, connection.transaction():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema_name}")
            # the comment is written last, and a name is checked to hold nothing that would have to be quoted
            connection.execute(f"COMMENT ON SCHEMA {schema_name} IS '{_MARK}{self.base} {name}'")

    def drop(self, name: str) -> None:
        with self._server.connection() as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {quoted(self._schema(name))} CASCADE")

    def close(self) -> None:
        self._server.close()
