"""Transactions that are committed together: each is undone alone, and all are lost if the commit fails."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import Condition, IndexRows, Query, SearchParameter, TokenRow, TokenValue
from hit_maternity.store import Store, faults
from hit_maternity.store.sqlite import SqliteSession

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATUS = SearchParameter("Task", "status", "token", "urn:status", "")


def write(store: Store, id: str, number: int = 1, status: str = "new") -> None:
    rows = IndexRows(token=[TokenRow(STATUS.key, 0, "", status)])
    with store.writing() as writer:
        writer.write(Version("Task", id, number, NOW, "PUT", f'{{"status":"{status}"}}'.encode()), rows)


def there(store: Store) -> list[str]:
    with store.reading() as reader:
        return sorted(v.id for v in reader.search(Query(("Task",), (Condition((STATUS,), None, (TokenValue(None, "new"),)),))).matches)


def test_all_are_there_afterwards(store: Store):
    with store.together():
        write(store, "a")
        write(store, "b")
        write(store, "a", 2)
    assert there(store) == ["a", "b"]
    with store.reading() as reader:
        head = reader.get("Task", "a")
    assert head is not None and head.version == 2


def test_one_that_raises_is_undone_alone(store: Store):
    with store.together():
        write(store, "a")
        with pytest.raises(LookupError), store.writing() as writer:
            writer.write(Version("Task", "b", 1, NOW, "PUT", b"{}"), IndexRows(token=[TokenRow(STATUS.key, 0, "", "new")]))
            writer.flush()
            raise LookupError
        with pytest.raises(FhirError):
            write(store, "a", 7)
        write(store, "c")
    assert there(store) == ["a", "c"]


def test_a_second_thread_waits_for_the_whole(store: Store):
    with store.together():
        write(store, "a")
    write(store, "b")
    assert there(store) == ["a", "b"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_where_the_commit_fails_nothing_is_there_and_the_store_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch):
    run = SqliteSession.run

    def full(session: SqliteSession, statement: str, parameters: tuple[object, ...] = ()) -> int:
        if statement == "COMMIT":
            raise faults.full()
        return run(session, statement, parameters)

    with monkeypatch.context() as patched, pytest.raises(FhirError) as refused, store.together():
        write(store, "a")
        write(store, "b")
        patched.setattr(SqliteSession, "run", full)
    assert refused.value.status == 507
    assert there(store) == []
    write(store, "c")
    assert there(store) == ["c"]
