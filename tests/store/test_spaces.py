"""Spaces: made, found again, kept apart, dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import IndexRows, Query
from hit_maternity.store import Store, schema
from hit_maternity.store.spaces import At, Spaces, sqlite_path

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def spaces(database_url: str) -> Iterator[Spaces]:
    opened = Spaces(At(database_url))
    yield opened
    opened.close()


def put(store: Store | None, id: str) -> None:
    assert store is not None
    with store.writing() as writer:
        writer.write(Version("Patient", id, 1, NOW, "PUT", b"{}"), IndexRows())


def ids(store: Store | None) -> list[str]:
    assert store is not None
    with store.reading() as reader:
        return [v.id for v in reader.search(Query(("Patient",))).matches]


def test_each_space_has_its_own_data(spaces: Spaces):
    put(spaces.open(), "in-default")
    put(spaces.create("one"), "in-one")
    put(spaces.create("two"), "in-two")
    assert [ids(spaces.open(n)) for n in ("default", "one", "two")] == [["in-default"], ["in-one"], ["in-two"]]
    assert spaces.names() == ["default", "one", "two"]


def test_spaces_are_found_by_another_process(spaces: Spaces, database_url: str):
    put(spaces.create("kept"), "a")
    others = Spaces(At(database_url))
    try:
        assert others.names() == ["default", "kept"]
        assert ids(others.open("kept")) == ["a"]
    finally:
        others.close()


def test_a_space_is_always_the_same_store(spaces: Spaces):
    made = spaces.create("one")
    assert spaces.open("one") is made
    assert spaces.open("default") is spaces.open()


def test_a_space_that_is_not_there_is_none(spaces: Spaces):
    for name in ("never", "", "Default", "../default", "a/b", "å", "con"):
        assert spaces.open(name) is None


def test_a_dropped_space_is_gone_and_its_name_is_free(spaces: Spaces):
    put(spaces.create("one"), "a")
    spaces.drop("one")
    assert spaces.open("one") is None
    assert spaces.names() == ["default"]
    assert ids(spaces.create("one")) == []


@pytest.mark.parametrize("name", ["", "A", "-a", "a_b", "a.b", "a" * 64, "å", "a\n", "nul", "com1", "a b", '"'])
def test_a_name_that_no_space_may_have_is_refused(spaces: Spaces, name: str):
    with pytest.raises(FhirError) as caught:
        spaces.create(name)
    assert (caught.value.status, caught.value.issues[0].rule) == (400, "space-name")


def test_the_longest_names_are_told_apart(spaces: Spaces):
    first, second = "a" * 63, "a" * 62 + "b"
    put(spaces.create(first), "x")
    put(spaces.create(second), "y")
    assert spaces.names() == ["default", first, second]
    assert (ids(spaces.open(first)), ids(spaces.open(second))) == (["x"], ["y"])
    spaces.drop(first)
    assert spaces.names() == ["default", second]


def test_a_name_taken_is_refused(spaces: Spaces):
    spaces.create("one")
    for name in ("one", "default"):
        with pytest.raises(FhirError) as caught:
            spaces.create(name)
        assert (caught.value.status, caught.value.issues[0].rule) == (409, "space-exists")


def test_only_a_space_that_is_there_can_be_dropped_and_never_the_default(spaces: Spaces):
    for name in ("never", "default", ""):
        with pytest.raises(FhirError) as caught:
            spaces.drop(name)
        assert (caught.value.status, caught.value.issues[0].rule) == (404, "space-unknown")


def test_a_cursor_of_one_space_is_not_taken_in_another(spaces: Spaces):
    one, other = spaces.create("one"), spaces.create("two")
    for store in (one, other):
        for id in ("a", "b"):
            put(store, id)
    query = Query(("Patient",), count=1)
    with one.reading() as reader:
        cursor = reader.search(query).next
    with other.reading() as reader, pytest.raises(FhirError) as caught:
        reader.search(Query(("Patient",), count=1, cursor=cursor))
    assert caught.value.issues[0].rule == "cursor-invalid"


def test_prepare_makes_the_schema_of_an_empty_database_once(tmp_path: Path):
    spaces = Spaces(At(f"sqlite:///{(tmp_path / 'new' / 'hit.db').as_posix()}"))
    assert spaces.faults() == [f"The schema of the database is missing, the program needs {schema.HEAD}; run `hit-maternity db upgrade`."]
    spaces.prepare()
    spaces.prepare()
    assert spaces.faults() == []
    put(spaces.open(), "a")
    spaces.close()


def test_upgrade_and_differences_go_through_all_spaces(spaces: Spaces):
    spaces.create("one")
    schema.downgrade(spaces.database("one"), "base")
    assert [line.partition(":")[0] for line in spaces.differences()] == ["one"]
    assert spaces.upgrade() == ["default: up to date", f"one: from nothing to {schema.HEAD}"]
    assert spaces.differences() == []


def test_an_older_schema_is_a_fault_and_is_left_alone(spaces: Spaces):
    schema.downgrade(spaces.database(), "base")
    assert len(spaces.faults()) == 1


def test_a_database_that_cannot_be_reached_is_a_fault(tmp_path: Path):
    spaces = Spaces(At(f"sqlite:///{tmp_path.as_posix()}"))
    assert spaces.faults() == ["The database can't be reached at the moment; send the request again later."]
    spaces.close()


@pytest.mark.parametrize(
    ("url", "path"), [("sqlite:///a/b.db", "a/b.db"), ("sqlite:////a/b.db", "/a/b.db"), ("sqlite:///C:/a%20b.db", "C:/a b.db")]
)
def test_the_path_of_an_sqlite_url(url: str, path: str):
    assert sqlite_path(url) == Path(path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:a.db", "postgresql://x/y"])
def test_other_urls_are_no_sqlite_files(url: str):
    with pytest.raises(ValueError, match="sqlite:///path"):
        sqlite_path(url)
