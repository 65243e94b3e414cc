"""PostgreSQL: lost connections, time limits, arrays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import errors

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Hurried, Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store import Store
from hit_maternity.store.postgres import Postgres, PostgresDatabase, conninfo
from hit_maternity.store.spaces import At, Spaces

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    spaces = Spaces(At(postgresql_url, database_pool=2))
    opened = spaces.open()
    assert opened is not None
    yield opened
    spaces.close()


def patient(id: str) -> Version:
    return Version("Patient", id, 1, NOW, "PUT", b"{}")


def rule(fault: pytest.ExceptionInfo[FhirError]) -> tuple[int, str]:
    return fault.value.status, fault.value.issues[0].rule


def test_a_connection_that_breaks_is_told_of_and_replaced(store: Store, postgres_url: str):
    with store.writing() as writer:
        writer.write(patient("a"), IndexRows())
    with pytest.raises(FhirError) as caught, store.writing() as writer:
        writer.lock("Patient", "b")
        (pid,) = writer._session.row("SELECT pg_backend_pid()") or (0,)
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        writer.write(patient("b"), IndexRows())
    assert rule(caught) == (503, "database-unreachable")
    assert caught.value.headers["Retry-After"] == "5"
    with store.reading() as reader:
        assert reader.get("Patient", "b") is None
    with store.writing() as writer:
        writer.write(patient("b"), IndexRows())


def test_a_server_that_is_not_there_is_told_of():
    server = Postgres("postgresql://nobody@127.0.0.1:1/nothing", wait_seconds=0.3)
    with pytest.raises(FhirError) as caught, PostgresDatabase(server, "public").reading():
        pass
    assert rule(caught) == (503, "database-unreachable")
    server.close()


def test_more_work_than_connections_is_told_to_come_again(postgresql_url: str):
    server = Postgres(postgresql_url, pool_size=1, wait_seconds=0.2)
    with server.connection(), pytest.raises(FhirError) as caught, server.connection():
        pass
    assert rule(caught) == (503, "database-busy")
    server.close()


def test_a_statement_that_takes_too_long_is_given_up(postgresql_url: str):
    server = Postgres(postgresql_url, statement_seconds=0.05)
    with PostgresDatabase(server, "public").reading() as session:
        with pytest.raises(FhirError) as caught:
            session.row("SELECT pg_sleep(20)")
        assert rule(caught) == (503, "database-timeout")
        assert session.row("SELECT 1") == (1,)
    server.close()


def test_a_commit_that_fails_leaves_nothing(store: Store):
    with pytest.raises(FhirError), store.writing() as writer:
        writer.write(patient("a"), IndexRows())
        writer.flush()
        writer.write(patient("b"), IndexRows())
        writer.write(patient("a"), IndexRows())
    with store.reading() as reader:
        assert reader.get_many([("Patient", "a"), ("Patient", "b")]) == []


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a,b", "{a}", "NULL", "", " ", "'", "å", "\n", "a\\", '\\"'])
def test_texts_pass_through_arrays_as_they_are(store: Store, text: str):
    with store.database.reading() as session:
        assert session.rows("SELECT unnest(?::text[])", (session.listed([text, "x", text]),)) == [(text,), ("x",), (text,)]


def test_numbers_pass_through_arrays_as_they_are(store: Store):
    numbers = [0, -1, 2**62, -(2**62), 0.1, 1e300, -1.5e-300, float(2**53)]
    with store.database.reading() as session:
        assert [r[0] for r in session.rows("SELECT unnest(?::bigint[])", (session.listed(numbers[:4]),))] == numbers[:4]
        assert [r[0] for r in session.rows("SELECT unnest(?::float8[])", (session.listed(numbers[4:]),))] == numbers[4:]


def test_other_faults_of_sql_are_not_hidden(store: Store):
    with store.database.reading() as session, pytest.raises(errors.UndefinedTable):
        session.rows("SELECT nothing FROM nowhere")


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql+psycopg://u@h/d?x=1", "postgresql://u@h/d?x=1"),
        ("host=h dbname=d", "host=h dbname=d"),
    ],
)
def test_the_name_of_a_driver_is_left_out(url: str, plain: str):
    assert conninfo(url) == plain


def test_a_read_in_a_hurry_is_given_up_by_the_server_and_the_next_one_works(postgresql_url: str):
    spaces = Spaces(At(postgresql_url))
    spaces.prepare()
    store = spaces.open()
    assert store is not None
    try:
        with store.hurried(0.02), store.reading() as reader:
            session = reader._session
            with pytest.raises(Hurried):
                session.row("SELECT pg_sleep(5)")
            assert session.row("SELECT 1 + 1") == (2,)
            assert reader.get("Patient", "none") is None
        with store.reading() as reader:
            assert reader._session.row("SELECT pg_sleep(0.06)") is not None  # nobody hurries it
    finally:
        spaces.close()


def test_a_read_in_a_hurry_without_a_connection_goes_elsewhere(postgresql_url: str):
    spaces = Spaces(At(postgresql_url))
    spaces.prepare()
    store = spaces.open()
    assert store is not None
    try:
        with store.hurried(0.02), store.reading() as reader:
            reader._session.connection.close()
            with pytest.raises(Hurried):
                reader.get("Patient", "none")
        with store.hurried(0.02), store.reading() as reader:
            assert reader.get("Patient", "none") is None
    finally:
        spaces.close()
