"""Writers: many at once, many writes in one transaction."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import Condition, IndexRows, Query, SearchParameter, TokenRow, TokenValue
from hit_maternity.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATUS = SearchParameter("Task", "status", "token", "urn:status", "")


def task(id: str, number: int, status: str | None = "new") -> tuple[Version, IndexRows]:
    body = None if status is None else f'{{"status":"{status}"}}'.encode()
    rows = IndexRows(token=[TokenRow(STATUS.key, 0, "", status)] if status else [])
    return Version("Task", id, number, NOW, "PUT", body), rows


def found(store: Store, status: str) -> list[str]:
    with store.reading() as reader:
        return [
            v.id for v in reader.search(Query(("Task",), (Condition((STATUS,), None, (TokenValue(None, status),)),), count=5000)).matches
        ]


def test_of_two_who_saw_the_same_version_one_wins(store: Store):
    with store.writing() as writer:
        writer.write(*task("a", 1))
    together = threading.Barrier(4)

    def change(number: int) -> str:
        with store.reading() as reader:
            seen = reader.get("Task", "a")
        assert seen is not None
        together.wait(20)
        try:
            with store.writing() as writer:
                current = writer.lock("Task", "a")
                assert current is not None
                if current.version != seen.version:
                    return "late"
                writer.write(*task("a", seen.version + 1, f"by{number}"))
        except FhirError as fault:
            return fault.issues[0].rule
        return "won"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(change, range(4)))
    assert told.count("won") == 1
    assert set(told) <= {"won", "late", "version-conflict"}
    with store.reading() as reader:
        head = reader.get("Task", "a")
    assert head is not None and head.version == 2


def test_without_a_lock_a_version_that_is_taken_is_a_conflict(store: Store):
    with store.writing() as writer:
        writer.write(*task("a", 1))
        writer.write(*task("a", 2, "two"))
    for number in (1, 2, 4):
        with pytest.raises(FhirError) as caught, store.writing() as writer:
            writer.write(*task("a", number, "wrong"))
        assert (caught.value.status, caught.value.issues[0].rule) == (409, "version-conflict")
    assert found(store, "wrong") == []
    assert found(store, "two") == ["a"]


def test_a_lock_holds_an_id_that_nobody_used_yet(store: Store):
    together = threading.Barrier(6)

    def make(number: int) -> bool:
        together.wait(20)
        with store.writing() as writer:
            if writer.lock("Task", "once") is not None:
                return False
            writer.write(*task("once", 1, f"by{number}"))
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(make, range(6))) == [False] * 5 + [True]


def test_transactions_of_one_name_run_one_after_another(store: Store):
    together = threading.Barrier(6)

    def make(number: int) -> bool:
        together.wait(20)
        with store.writing() as writer:
            writer.serialize("Task?status=unique")
            if writer.search(Query(("Task",), (Condition((STATUS,), None, (TokenValue(None, "unique"),)),))).matches:
                return False
            writer.write(*task(f"t{number}", 1, "unique"))
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(make, range(6))) == [False] * 5 + [True]
    assert len(found(store, "unique")) == 1


def test_a_search_within_a_transaction_sees_its_writes_and_nobody_else_does(store: Store):
    with store.writing() as writer:
        writer.write(*task("a", 1, "mine"))
        query = Query(("Task",), (Condition((STATUS,), None, (TokenValue(None, "mine"),)),))
        assert [v.id for v in writer.search(query).matches] == ["a"]
        assert found(store, "mine") == []
        writer.write(*task("a", 2, "changed"))
        assert writer.search(query).matches == []
    assert found(store, "changed") == ["a"]


def test_index_rows_follow_the_current_version(store: Store):
    for number, status in enumerate(["one", "two", None, "three", "three"], 1):
        with store.writing() as writer:
            writer.lock("Task", "a")
            writer.write(*task("a", number, status))
        expected = {status: ["a"]} if status else {}
        assert {s: f for s in ("one", "two", "three") if (f := found(store, s))} == expected


def test_thousands_of_writes_in_one_transaction_are_all_there(store: Store):
    with store.writing() as writer:
        for number in range(1700):
            writer.write(*task(f"t{number}", 1, f"s{number % 7}"))
    assert [len(found(store, f"s{n}")) for n in range(7)] == [243] * 6 + [242]


def test_newest_come_first(store: Store):
    for number in range(20):
        with store.writing() as writer:
            writer.write(*task(f"t{number}", 1))
    assert found(store, "new") == [f"t{number}" for number in range(19, -1, -1)]


def test_a_transaction_that_only_reads_leaves_nothing_locked(store: Store):
    with store.writing() as writer:
        assert writer.lock("Task", "a") is None
    with store.writing():
        pass
    with store.writing() as writer:
        assert writer.lock("Task", "a") is None
        writer.write(*task("a", 1))


def test_transactions_that_wait_for_each_other_end_in_a_conflict_for_one(store: Store):
    """SQLite lets in one at a time; PostgreSQL finds the deadlock and ends one of the two."""
    first, second = threading.Event(), threading.Event()

    def run(mine: str, other: str, here: threading.Event, there: threading.Event) -> str:
        try:
            with store.writing() as writer:
                writer.lock("Task", mine)
                here.set()
                there.wait(0.5 if store.inline else 20)
                writer.lock("Task", other)
                writer.write(*task(mine, 1))
        except FhirError as fault:
            return fault.issues[0].rule
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(run, "a", "b", first, second), pool.submit(run, "b", "a", second, first)]
        results = sorted(t.result(30) for t in told)
    assert results == (["done", "done"] if store.inline else ["done", "transaction-conflict"])
