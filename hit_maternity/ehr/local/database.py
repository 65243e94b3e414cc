"""The SQLite file: its schema, its version, transactions. It holds national ids and clinical data: only its user may read it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The schema that this program knows; kept in the file's ``user_version``.
VERSION = 1

_SCHEMA = """
CREATE TABLE patient (
    id INTEGER PRIMARY KEY,
    nin TEXT NOT NULL UNIQUE,
    initials TEXT NOT NULL,
    standing TEXT NOT NULL DEFAULT 'new',    -- new, active, ended, blocked
    record_id TEXT,
    record_version INTEGER NOT NULL DEFAULT 0,
    record_status TEXT,                      -- JSON, as the national record has it
    last_changed TEXT,                       -- what /status said before the last full read
    last_read TEXT
);
CREATE TABLE part (
    id INTEGER PRIMARY KEY,
    patient INTEGER NOT NULL REFERENCES patient,
    type TEXT NOT NULL,
    item TEXT,                               -- the item's national id, once it has one; '' for a single resource
    base TEXT,                               -- JSON: the body of the version known, which mine was made of
    version INTEGER NOT NULL DEFAULT 0,      -- 0: the national record has none that we know of
    mine TEXT,                               -- JSON: what is here; NULL: taken away here
    theirs TEXT,                             -- JSON: what stands against mine, where there is a conflict
    theirs_version INTEGER,
    gone INTEGER NOT NULL DEFAULT 0,         -- the national record has it marked as entered in error
    by TEXT                                  -- JSON: who wrote the version known
);
CREATE UNIQUE INDEX part_item ON part (patient, type, item) WHERE item IS NOT NULL;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,                  -- their order
    patient INTEGER NOT NULL REFERENCES patient,
    part INTEGER UNIQUE REFERENCES part,     -- NULL: about the record itself
    kind TEXT NOT NULL,                      -- open, write, delete, end
    body TEXT,                               -- JSON, of an end
    state TEXT NOT NULL DEFAULT 'waiting',   -- waiting, conflict, parked
    made TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try TEXT,
    error TEXT,                              -- words for the user
    sent TEXT,                               -- when it was sent, as long as no answer came
    sent_body TEXT,
    sent_version INTEGER                     -- the version that it was sent upon
);
CREATE UNIQUE INDEX outbox_record ON outbox (patient, kind) WHERE part IS NULL;
CREATE TABLE entry (                         -- the journal of our own: what was entered here; never sent, never taken away
    id INTEGER PRIMARY KEY,
    patient INTEGER NOT NULL REFERENCES patient,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    type TEXT NOT NULL,
    facts TEXT NOT NULL                      -- JSON
);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE notice (                        -- what the clinician must be told
    id INTEGER PRIMARY KEY,
    patient INTEGER NOT NULL REFERENCES patient,
    at TEXT NOT NULL,
    words TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0
);
"""


class WrongFile(Exception):
    """The file is no EHR's, or of another program version; the message says which."""


def make_private(path: Path) -> None:
    """Makes an empty file that only its user may read, where there is none. SQLite gives its journal files the same mode.

    One that is there is not opened: to close it would let go of the locks that this process holds on it."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        path.chmod(0o600)


class Database:
    """One connection to the file at ``path``, made where there is none. Raises ``WrongFile``, ``OSError``, ``sqlite3.Error``."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_private(path)
        self.connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        self._schema(path)

    def _schema(self, path: Path) -> None:
        with self.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if version == 0 and tables == 0:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={VERSION}")
            elif version != VERSION:
                raise WrongFile(f"{path.name} has schema {version}; this program knows {VERSION}.")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is done within, or nothing. One inside another is part of it."""
        if self.connection.in_transaction:
            yield self.connection
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()
