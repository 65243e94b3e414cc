"""The index drawn again: what was stored before a search parameter was there is found by it afterwards, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.store import Store, reindexing
from hit_maternity.store.reindexing import indexed, reindex, unindexed

MOMENT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SHOE = {"Patient.shoe": "1"}


class Parameters:
    """A package with one search parameter and nothing else."""

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        return None

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return []

    def search_parameters(self) -> list[dict[str, Any]]:
        expression = "Patient.extension.where(url = 'https://example.org/shoe').value.as(string)"
        return [{"url": "https://example.org/shoe", "code": "shoe", "type": "string", "base": ["Patient"], "expression": expression}]


@pytest.fixture(scope="session")
def searches() -> Iterator[tuple[Search, Search]]:
    """Without and with the parameter ``shoe``."""
    plain, more = Definitions.r4(), Definitions.with_packages([Parameters()])
    yield Search(plain, LoadedTerminology(plain)), Search(more, LoadedTerminology(more))


def woman(number: int, **more: Any) -> dict[str, Any]:
    shoe = {"url": "https://example.org/shoe", "valueString": f"size{number % 3}"}
    return {"resourceType": "Patient", "id": f"p{number}", "extension": [shoe], "name": [{"family": f"Test{number}"}], **more}


def put(store: Store, search: Search, resource: dict[str, Any], version: int = 1) -> None:
    with store.writing() as writer:
        row = Version(resource["resourceType"], resource["id"], version, MOMENT, "PUT", encode(resource))
        writer.write(row, search.index(resource))


def found(store: Store, search: Search, name: str, value: str) -> list[str]:
    with store.reading() as session:
        page = session.search(search.parse(["Patient"], [(name, value), ("_count", "1000")]))
    return sorted(v.id for v in page.matches)


def state(store: Store) -> dict[str, list[Any]]:
    """All rows of the index, and the resources."""
    names = store.database.names
    with store.database.reading() as session:
        return {
            table: sorted(map(repr, session.rows(f"SELECT * FROM {table}")))
            for table in (names.index_text, names.index_range, names.timeline, names.resource, names.resource_version)
        }


def test_what_was_stored_before_is_found_afterwards(store: Store, searches: tuple[Search, Search], monkeypatch: pytest.MonkeyPatch) -> None:
    plain, more = searches
    monkeypatch.setattr(reindexing, "BATCH", 4)
    for number in range(10):
        put(store, plain, woman(number))
    assert found(store, more, "shoe", "size1") == []
    assert list(reindex(store, more.index, more.packaged())) == [4, 8, 10]
    assert found(store, more, "shoe", "size1") == ["p1", "p4", "p7"]
    assert found(store, more, "family", "test7") == ["p7"]


def test_again_it_changes_nothing(store: Store, searches: tuple[Search, Search]) -> None:
    _, more = searches
    for number in range(5):
        put(store, more, woman(number, birthDate="1990-03"))
    put(store, more, woman(1, active=True), version=2)
    before = state(store)
    list(reindex(store, more.index, more.packaged()))
    assert state(store) == before
    list(reindex(store, more.index, more.packaged()))
    assert state(store) == before


def test_deleted_resources_stay_deleted(store: Store, searches: tuple[Search, Search]) -> None:
    plain, more = searches
    put(store, plain, woman(1))
    with store.writing() as writer:
        writer.write(Version("Patient", "p1", 2, MOMENT, "DELETE", None), IndexRows())
    assert list(reindex(store, more.index, more.packaged())) == []
    assert found(store, more, "shoe", "size1") == []


def test_broken_off_it_leaves_whole_batches_and_no_record(
    store: Store, searches: tuple[Search, Search], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, more = searches
    monkeypatch.setattr(reindexing, "BATCH", 2)
    for number in range(6):
        put(store, plain, woman(number))
    calls = 0

    def failing(resource: dict[str, Any]) -> IndexRows:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise RuntimeError("power cut")
        return more.index(resource)

    with pytest.raises(RuntimeError):
        list(reindex(store, failing, more.packaged()))
    assert len(found(store, more, "shoe", "size")) == 2
    assert found(store, more, "family", "test") == [f"p{n}" for n in range(6)]
    assert indexed(store) == {}
    list(reindex(store, more.index, more.packaged()))
    assert len(found(store, more, "shoe", "size")) == 6
    assert indexed(store) == more.packaged()


def test_a_batch_in_another_writers_way_is_repeated(store: Store, searches: tuple[Search, Search], monkeypatch: pytest.MonkeyPatch) -> None:
    from hit_maternity.store import faults

    plain, more = searches
    put(store, plain, woman(1))
    real, left = reindexing._batch, [faults.try_again(), faults.busy()]

    def batch(*arguments: Any) -> tuple[int, int]:
        if left:
            raise left.pop()
        return real(*arguments)

    monkeypatch.setattr(reindexing, "_batch", batch)
    assert list(reindex(store, more.index, more.packaged())) == [1]
    left += [faults.try_again() for _ in range(20)]
    with pytest.raises(FhirError):
        list(reindex(store, more.index, more.packaged()))


# ---------------------------------------------------------------- the record


def test_an_empty_space_is_indexed_by_everything(store: Store) -> None:
    assert unindexed(store, SHOE) == frozenset()
    assert indexed(store) == SHOE


def test_a_space_with_data_lacks_what_came_later(store: Store, searches: tuple[Search, Search]) -> None:
    put(store, searches[0], woman(1))
    assert unindexed(store, SHOE) == {"Patient.shoe"}
    list(reindex(store, searches[1].index, SHOE))
    assert unindexed(store, SHOE) == frozenset()


def test_a_parameter_that_was_away_for_a_while_has_to_be_indexed_again(store: Store, searches: tuple[Search, Search]) -> None:
    assert unindexed(store, SHOE) == frozenset()
    put(store, searches[1], woman(1))
    assert unindexed(store, {}) == frozenset()  # a server without the package was here, and may have written
    assert unindexed(store, SHOE) == {"Patient.shoe"}


def test_a_parameter_that_reads_something_else_now_has_to_be_indexed_again(store: Store, searches: tuple[Search, Search]) -> None:
    assert unindexed(store, SHOE) == frozenset()
    put(store, searches[1], woman(1))
    assert unindexed(store, {"Patient.shoe": "2"}) == {"Patient.shoe"}


# ---------------------------------------------------------------- what a search says meanwhile


@pytest.mark.parametrize(
    ("type_name", "pairs"),
    [
        ("Patient", [("shoe", "size1")]),
        ("Patient", [("shoe:exact", "size1"), ("family", "x")]),
        ("Observation", [("subject:Patient.shoe", "size1")]),
        ("Patient", [("_sort", "shoe")]),
        ("Observation", [("patient.shoe:missing", "true")]),
    ],
)
def test_a_query_by_what_is_not_indexed_is_refused_and_not_answered_with_nothing(
    searches: tuple[Search, Search], type_name: str, pairs: list[tuple[str, str]]
) -> None:
    lacking = searches[1].lacking(frozenset({"Patient.shoe"}))
    with pytest.raises(FhirError) as raised:
        lacking.parse([type_name], pairs)
    assert (raised.value.status, raised.value.issues[0].rule) == (503, "search-parameter-unindexed")
    assert "Patient.shoe" in raised.value.issues[0].text and "db reindex" in raised.value.issues[0].text
    searches[1].parse([type_name], pairs)
    assert lacking.parse(["Patient"], [("family", "x")]).criteria
