"""What was deleted is taken off the disk as well.

SQLite: the file is written anew (VACUUM), since pages keep pieces of what once stood in them, and the log is emptied. PostgreSQL: VACUUM
takes away the dead rows; what its pages, its own log and backups still hold is the operator's to expire.
Source: https://www.sqlite.org/lang_vacuum.html, https://www.sqlite.org/wal.html#ckpt,
https://www.postgresql.org/docs/current/sql-vacuum.html.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hit_maternity.store.session import Database
from hit_maternity.store.sqlite import SqliteDatabase, connect

#: Up to this size SQLite makes the new file in memory, so that none is written beside it for a while.
_IN_MEMORY = 512 * 1024 * 1024
_BUSY_SECONDS = 2.0


def scrub(database: Database) -> bool:
    """Takes what was deleted off the disk. False where others kept it from being done: to be tried again."""
    if isinstance(database, SqliteDatabase):
        return _scrub_file(database)
    names = database.names
    indexes = (names.index_text, names.index_range, names.timeline)
    with database.reading() as session:
        session.run("SET statement_timeout = 0")
        try:
            for table in (names.resource, names.resource_version, *indexes, names.outbox, names.person, names.setting):
                session.run(f"VACUUM {table}")
        finally:
            session.run("RESET statement_timeout")
    return True


def _scrub_file(database: SqliteDatabase) -> bool:
    try:
        with closing(connect(database.path, "FULL", _BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA secure_delete = ON").fetchall()
            if database.path.stat().st_size > _IN_MEMORY:
                connection.execute("PRAGMA temp_store = FILE").fetchall()
            connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except sqlite3.OperationalError:
        return False


def running(database: Database) -> str | None:
    """A mark that lies after all transactions that are writing now; None where nobody can be (SQLite has one writer at a time)."""
    if database.dialect.name == "sqlite":
        return None
    with database.reading() as session:
        row = session.row("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
    return str(row[0]) if row else None


def others_ended(database: Database, mark: str) -> bool:
    """Whether all transactions before ``mark`` have ended."""
    with database.reading() as session:
        row = session.row("SELECT pg_snapshot_xmin(pg_current_snapshot()) >= ?::text::xid8", (mark,))
    return bool(row and row[0])
