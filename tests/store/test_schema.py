"""The schema: up, down, and no different from the tables."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hit_maternity.store import schema
from hit_maternity.store.session import Database
from hit_maternity.store.spaces import At, Spaces
from hit_maternity.store.tables import metadata

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with nothing in it."""
    spaces = Spaces(At(database_url))
    found = spaces.database()
    schema.downgrade(found, "base")
    yield found
    spaces.close()


def tables(database: Database) -> set[str]:
    if database.dialect.name == "sqlite":
        statement = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        statement = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    with database.reading() as session:
        return {row[0] for row in session.rows(statement)} - {"alembic_version"}


def test_up_makes_every_table_and_down_takes_them_away(database: Database):
    for _ in range(2):
        assert tables(database) == set()
        schema.upgrade(database)
        assert tables(database) == set(metadata.tables)
        assert schema.current(database) == schema.HEAD
        schema.downgrade(database, "base")
        assert schema.current(database) is None


def test_what_the_migrations_make_is_what_the_tables_say(database: Database):
    schema.upgrade(database)
    assert schema.differences(database) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP INDEX {}ix_timeline_key", "ix_timeline_key"),
        ("ALTER TABLE {}outbox ADD COLUMN surplus integer", "surplus"),
        ("DROP TABLE {}setting", "setting"),
        ("ALTER TABLE {}resource DROP COLUMN patient", "patient"),
    ],
)
def test_differences_are_told(database: Database, change: str, told: str):
    schema.upgrade(database)
    before = database.names.setting.removesuffix("setting")
    with database.writing() as transaction:
        transaction.run(change.format(before))
        transaction.change([], last=True)
    (line,) = schema.differences(database)
    assert told in line


def test_no_schema_is_a_difference_too(database: Database):
    assert schema.differences(database) == ["there is no schema yet"]


def test_the_newest_revision_is_the_one_that_the_program_needs():
    files = [p.read_text(encoding="utf-8") for p in (ROOT / "migrations" / "versions").glob("*.py")]
    revisions = {r for f in files for r in re.findall(r'^revision = "(\w+)"', f, re.MULTILINE)}
    superseded = {r for f in files for r in re.findall(r'^down_revision = "(\w+)"', f, re.MULTILINE)}
    assert revisions - superseded == {schema.HEAD}


def test_a_second_upgrade_changes_nothing_and_needs_no_alembic(database_url: str):
    program = (
        "import sys; from hit_maternity.store.spaces import At, Spaces; spaces = Spaces(At(sys.argv[1])); spaces.prepare();"
        " print(spaces.upgrade(), 'alembic' in sys.modules); spaces.close()"
    )
    told = subprocess.run([sys.executable, "-c", program, database_url], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "['default: up to date'] False"


def test_the_alembic_command_finds_the_same_migrations(database_url: str, tmp_path: Path):
    import os

    environment = {**os.environ, "HIT_DATABASE_URL": database_url}
    told = subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(ROOT / "alembic.ini"), "current"],
        capture_output=True, text=True, check=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert schema.HEAD in told.stdout
