"""SQLite: hurry, waiting, the log, and faults of the file."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Hurried, Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store import Store, schema
from hit_maternity.store.spaces import sqlite_path
from hit_maternity.store.sqlite import PAGE_SIZE, SqliteDatabase, connect

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def database(sqlite_url: str) -> SqliteDatabase:
    return SqliteDatabase(sqlite_path(sqlite_url), busy_seconds=0.2)


def patient(id: str, body: bytes = b"{}") -> Version:
    return Version("Patient", id, 1, NOW, "PUT", body)


def test_a_read_in_a_hurry_is_given_up(database: SqliteDatabase):
    with database.reading() as session:
        with pytest.raises(Hurried), database.hurried(0.01):
            session.rows(ENDLESS)
        assert session.rows("SELECT 1") == [(1,)]


def test_the_hurry_is_of_one_thread_only_and_ends(database: SqliteDatabase):
    finished: list[list[tuple[int]]] = []

    def read_slowly() -> None:
        with database.reading() as session:
            finished.append(session.rows(ENDLESS.replace("FROM n)", "FROM n WHERE i < 300000)", 1)))

    with database.hurried(0):
        thread = threading.Thread(target=read_slowly)
        thread.start()
        thread.join(60)
    assert finished == [[(300_000,)]]
    read_slowly()
    assert len(finished) == 2


def test_a_transaction_given_up_in_a_hurry_leaves_nothing(database: SqliteDatabase):
    store = Store(database)
    with pytest.raises(Hurried), store.hurried(0.01), store.writing() as writer:
        writer.write(patient("a"), IndexRows())
        writer._session.rows(ENDLESS)
    with store.reading() as reader:
        assert reader.get("Patient", "a") is None


def test_once_it_writes_a_transaction_is_finished(database: SqliteDatabase):
    store = Store(database)
    with store.hurried(0.05):
        with store.writing() as writer:
            writer.write(patient("b"), IndexRows())
        with database.reading() as session:  # to give this up would have the write done again
            assert session.rows(ENDLESS.replace("FROM n)", "FROM n WHERE i < 1000000)", 1)) == [(1_000_000,)]
    with store.reading() as reader:
        assert reader.get("Patient", "b") == patient("b")


def test_a_writer_in_a_hurry_does_not_wait_for_another(database: SqliteDatabase):
    with database.writing() as transaction:
        waited: list[BaseException] = []

        def write() -> None:
            try:
                with database.hurried(0.01), database.writing():
                    pass
            except Hurried as fault:
                waited.append(fault)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(30)
        assert len(waited) == 1
        transaction.change([], last=True)


def test_a_writer_that_waits_too_long_is_told_to_come_again(database: SqliteDatabase):
    other = connect(database.path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(FhirError) as caught, database.writing():
        pass
    assert (caught.value.status, caught.value.issues[0].rule, caught.value.headers["Retry-After"]) == (503, "database-busy", "1")
    other.execute("ROLLBACK")
    other.close()
    with database.writing():
        pass


def test_readers_do_not_wait_for_a_writer(database: SqliteDatabase):
    store = Store(database)
    with store.writing() as writer:
        writer.write(patient("a"), IndexRows())
        writer.flush()
        with store.reading() as reader:
            assert reader.get("Patient", "a") is None


def test_the_log_does_not_grow_without_end(database: SqliteDatabase):
    store = Store(database)
    log = database.path.with_name(f"{database.path.name}-wal")
    for number in range(400):
        with store.writing() as writer:
            for part in range(10):
                writer.write(patient(f"{number}-{part}", b"x" * 8000), IndexRows())
    database.close()
    assert not log.exists() or log.stat().st_size < 100_000_000
    assert database.path.stat().st_size > 30_000_000


def test_the_file_is_as_it_should_be(database: SqliteDatabase):
    with database.reading() as session:
        assert session.row("PRAGMA journal_mode") == ("wal",)
        assert session.row("PRAGMA synchronous") == (1,)
        assert session.row("PRAGMA page_size") == (PAGE_SIZE,)
    with SqliteDatabase(database.path, "FULL").reading() as session:
        assert session.row("PRAGMA synchronous") == (2,)
    with pytest.raises(ValueError, match="NORMAL or FULL"):
        connect(database.path, "OFF")


def test_a_file_that_is_no_database_is_unreachable(tmp_path: Path):
    path = tmp_path / "text.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(FhirError) as caught, SqliteDatabase(path).reading():
        pass
    assert (caught.value.status, caught.value.issues[0].rule) == (503, "database-unreachable")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs file permissions that hold for the user")
def test_a_file_that_must_not_be_written_is_told_of(database: SqliteDatabase):
    database.path.chmod(0o444)
    with pytest.raises(FhirError) as caught, Store(database).writing() as writer:
        writer.write(patient("a"), IndexRows())
    assert caught.value.status in (503, 507)


def test_a_full_disk_is_told_of(database: SqliteDatabase):
    store = Store(database)
    with store.writing() as writer:
        writer.write(patient("a"), IndexRows())
    with database.reading() as session:
        (pages,) = session.row("PRAGMA page_count") or (0,)
        session.rows(f"PRAGMA max_page_count={pages}")
    with pytest.raises(FhirError) as caught, store.writing() as writer:
        writer.write(patient("b", b"x" * 500_000), IndexRows())
    assert (caught.value.status, caught.value.issues[0].rule) == (507, "database-full")
    with store.reading() as reader:
        assert reader.get("Patient", "b") is None


def test_other_faults_of_sql_are_not_hidden(database: SqliteDatabase):
    with database.reading() as session, pytest.raises(sqlite3.OperationalError):
        session.rows("SELECT nothing FROM nowhere")


def test_a_file_that_is_not_in_wal_mode_is_turned_to_it_by_the_first_of_many(tmp_path: Path):
    """As a copy made by VACUUM INTO is: whoever comes at the same moment waits, and nobody is refused."""
    for number in range(12):
        path = tmp_path / f"{number}.db"
        made = SqliteDatabase(path)
        schema.upgrade(made)
        with made.reading() as session:
            assert session.rows("PRAGMA journal_mode=DELETE") == [("delete",)]
        made.close()
        database = SqliteDatabase(path)
        together = threading.Barrier(6)

        def begin(database: SqliteDatabase = database, together: threading.Barrier = together) -> str:
            together.wait(20)
            with database.writing() as session:
                return str(session.rows("PRAGMA journal_mode")[0][0])

        with ThreadPoolExecutor(6) as pool:
            assert [f.result() for f in [pool.submit(begin) for _ in range(6)]] == ["wal"] * 6
        database.close()
