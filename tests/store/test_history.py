"""History of an instance, a type and everything, against all versions that were ever written."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import HistoryQuery, Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store import Store

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = [("Patient", "a"), ("Patient", "b"), ("Observation", "a"), ("Observation", "c"), ("Encounter", "e")]


@pytest.fixture
def versions(store: Store) -> list[Version]:
    """Forty versions of five resources, some deletions, some made at the same moment, in the order they were written."""
    chance, made, last = random.Random(3), [], dict.fromkeys(NAMES, 0)
    for step in range(40):
        name = chance.choice(NAMES)
        last[name] += 1
        body = None if last[name] > 1 and chance.random() < 0.25 else f"{step}".encode()
        made.append(Version(*name, last[name], START + timedelta(minutes=step // 3), "DELETE" if body is None else "PUT", body))
        with store.writing() as writer:
            writer.lock(*name)
            writer.write(made[-1], IndexRows())
    return made


def pages(store: Store, query: HistoryQuery) -> list[Version]:
    found: list[Version] = []
    while True:
        with store.reading() as reader:
            page = reader.history(query)
        found += page.versions
        if page.next is None:
            return found
        query = replace(query, cursor=page.next)


def same(found: list[Version], expected: list[Version]) -> None:
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert [v.updated for v in found] == sorted((v.updated for v in found), reverse=True)


@pytest.mark.parametrize("count", [1, 4, 100])
def test_an_instance_has_its_versions_newest_first(store: Store, versions: list[Version], count: int):
    for name in NAMES:
        expected = [v for v in versions if (v.type, v.id) == name][::-1]
        assert pages(store, HistoryQuery(*name, count=count)) == expected
        with store.reading() as reader:
            assert reader.history(HistoryQuery(*name, count=count)).total == len(expected)


@pytest.mark.parametrize("count", [1, 7, 100])
@pytest.mark.parametrize("type", [None, "Patient", "Observation", "Device"])
def test_a_type_and_everything_have_all_versions(store: Store, versions: list[Version], type: str | None, count: int):
    expected = [v for v in versions if type in (None, v.type)]
    same(pages(store, HistoryQuery(type, count=count)), expected)
    with store.reading() as reader:
        assert reader.history(HistoryQuery(type, count=count)).total == len(expected)


def test_since_leaves_out_what_was_made_before(store: Store, versions: list[Version]):
    since = START + timedelta(minutes=6)
    same(pages(store, HistoryQuery(since=since, count=5)), [v for v in versions if v.updated >= since])
    mine = [v for v in versions if (v.type, v.id) == NAMES[0] and v.updated >= since]
    assert pages(store, HistoryQuery(*NAMES[0], since=since)) == mine[::-1]


@pytest.mark.parametrize("minutes", [(0, 0.1), (3, 3.1), (4.5, 4.6), (2, 8), (-5, -4), (100, 101)])
def test_at_gives_what_was_current_in_the_period(store: Store, versions: list[Version], minutes: tuple[float, float]):
    begin, end = (START + timedelta(minutes=m) for m in minutes)

    def until(one: Version) -> datetime:
        later = [v.updated for v in versions if (v.type, v.id, v.version) == (one.type, one.id, one.version + 1)]
        return later[0] if later else datetime.max.replace(tzinfo=UTC)

    expected = [v for v in versions if v.updated < end and until(v) > begin]
    same(pages(store, HistoryQuery(at=(begin, end), count=3)), expected)


def test_an_id_never_used_has_no_history(store: Store, versions: list[Version]):
    with store.reading() as reader:
        for id in ("x", "\0", "å", "\ud800"):
            page = reader.history(HistoryQuery("Patient", id))
            assert (page.versions, page.total, page.next) == ([], 0, None)


def test_versions_count_even_where_the_clock_was_put_back(store: Store):
    for number, minute in ((1, 10), (2, 5), (3, 7)):
        with store.writing() as writer:
            writer.lock("Patient", "a")
            writer.write(Version("Patient", "a", number, START + timedelta(minutes=minute), "PUT", b"x"), IndexRows())
    assert [v.version for v in pages(store, HistoryQuery("Patient", "a", count=1))] == [3, 2, 1]


@pytest.mark.parametrize("spoil", [lambda c: c[:-1], lambda c: "AAAA", lambda c: "*", lambda c: c[::-1]])
def test_a_spoilt_or_foreign_cursor_is_refused(store: Store, versions: list[Version], spoil: Callable[[str], str]):
    with store.reading() as reader:
        cursor = reader.history(HistoryQuery(count=2)).next
        assert cursor is not None
        for query in (HistoryQuery(cursor=spoil(cursor)), HistoryQuery("Patient", cursor=cursor), HistoryQuery(since=START, cursor=cursor)):
            with pytest.raises(FhirError) as caught:
                reader.history(query)
            assert (caught.value.status, caught.value.issues[0].rule) == (400, "cursor-invalid")
