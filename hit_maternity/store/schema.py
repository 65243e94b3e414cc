"""The schema of a space: brought up to date by Alembic, compared with the tables.

Alembic and SQLAlchemy's engines are imported only here, and only when something has to be done: they take most of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hit_maternity.store.postgres import PostgresDatabase, quoted
from hit_maternity.store.session import Database
from hit_maternity.store.sqlite import SqliteDatabase, connect

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

#: The newest revision under ``migrations/versions``; a test keeps it so.
HEAD = "0003"


def current(database: Database) -> str | None:
    """The revision of the schema there is; None where there is none yet. Raises ``FhirError`` 503 without a database."""
    if isinstance(database, SqliteDatabase) and not database.path.exists():
        return None
    with database.reading() as session:
        if database.dialect.name == "sqlite":
            exists = session.row("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
        else:
            exists = session.row("SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = 'alembic_version'", (_schema(database),))
        table = f'"{_schema(database)}".alembic_version' if _schema(database) else "alembic_version"
        row = session.row(f"SELECT version_num FROM {table}") if exists else None
        return row[0] if row else None


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings the schema to ``revision``; makes file or schema where there is none."""
    if revision in ("head", HEAD) and current(database) == HEAD:
        return
    from alembic import command

    with connected(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Takes the schema back to ``revision`` (``base``: nothing left)."""
    from alembic import command

    with connected(database) as connection:
        command.downgrade(_config(connection), revision)


def differences(database: Database) -> list[str]:
    """What the schema has otherwise than the tables say, a line each; empty where they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from hit_maternity.store.tables import metadata

    found = current(database)
    if found is None:
        return ["there is no schema yet"]
    lines = [] if found == HEAD else [f"the schema is of revision {found}, the program needs {HEAD}"]
    with connected(database) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return lines + [_told(d) for d in compare_metadata(context, metadata)]


def _told(difference: Any) -> str:
    if isinstance(difference, list):
        return "; ".join(_told(d) for d in difference)
    words = [getattr(part, "name", None) or str(part) for part in difference if part is not None]
    return " ".join(str(w) for w in words)


def _schema(database: Database) -> str | None:
    return database.schema if isinstance(database, PostgresDatabase) else None


@contextmanager
def connected(database: Database) -> Iterator[Connection]:
    """A connection of SQLAlchemy's in a transaction; the schema is made where there is none."""
    engine = _engine(database)
    try:
        with engine.begin() as connection:
            if isinstance(database, PostgresDatabase):  # several workers may start at once
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(current_schema()))")
            yield connection
    finally:
        engine.dispose()


def _engine(database: Database) -> Engine:
    import psycopg
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    if isinstance(database, PostgresDatabase):
        schema = database.schema

        def open_schema() -> Any:
            connection = psycopg.connect(database.url)
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
            connection.execute(f"SET search_path TO {quoted(schema)}")
            connection.commit()
            return connection

        return create_engine("postgresql+psycopg://", creator=open_schema, poolclass=NullPool)
    assert isinstance(database, SqliteDatabase)
    path = database.path
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool)
    # the connection commits by itself: without this a migration that fails would leave half of its tables
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrations() -> Path:
    """The folder of the migrations: in the package where it is installed, else beside it."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"
