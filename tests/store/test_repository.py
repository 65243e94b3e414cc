"""Reads and writes of one space, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import HistoryQuery, Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store import Store

NOW = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)


def version(number: int, id: str = "a", type: str = "Patient", body: bytes | None = b'{"resourceType":"Patient"}') -> Version:
    method = "DELETE" if body is None else "POST" if number == 1 else "PUT"
    return Version(type, id, number, NOW + timedelta(seconds=number), method, body)


def put(store: Store, *versions: Version) -> None:
    for one in versions:
        with store.writing() as writer:
            writer.lock(one.type, one.id)
            writer.write(one, IndexRows())


def test_what_was_written_is_read_back_exactly(store: Store):
    made = version(1, body='{"resourceType":"Patient","n":1.10,"å":"\\u0041"}'.encode())
    put(store, made)
    with store.reading() as reader:
        assert reader.get("Patient", "a") == made
        assert reader.get_version("Patient", "a", 1) == made
        assert reader.get("Patient", "b") is None
        assert reader.get("Observation", "a") is None
        assert reader.get_version("Patient", "a", 2) is None


def test_an_update_keeps_the_version_before(store: Store):
    put(store, version(1), version(2, body=b"2"), version(3, body=b"3"))
    with store.reading() as reader:
        assert reader.get("Patient", "a") == version(3, body=b"3")
        assert [reader.get_version("Patient", "a", n) for n in (1, 2, 3)] == [version(1), version(2, body=b"2"), version(3, body=b"3")]


def test_a_deletion_keeps_its_place_and_can_be_undone(store: Store):
    put(store, version(1), version(2, body=None))
    with store.reading() as reader:
        assert reader.get("Patient", "a") == version(2, body=None)
        assert reader.get_many([("Patient", "a")]) == []
    put(store, version(3))
    with store.reading() as reader:
        assert reader.get_many([("Patient", "a"), ("Patient", "b")]) == [version(3)]


def test_a_block_that_raises_leaves_nothing(store: Store):
    with pytest.raises(RuntimeError), store.writing() as writer:
        writer.write(version(1), IndexRows())
        writer.flush()
        raise RuntimeError
    with store.reading() as reader:
        assert reader.get("Patient", "a") is None
    put(store, version(1))


def test_a_transaction_sees_its_own_writes(store: Store):
    with store.writing() as writer:
        writer.write(version(1), IndexRows())
        assert writer.get("Patient", "a") == version(1)
        writer.write(version(2, body=b"2"), IndexRows())
        assert writer.get_version("Patient", "a", 1) == version(1)
        assert writer.get_many([("Patient", "a")]) == [version(2, body=b"2")]
        assert [v.version for v in writer.history(HistoryQuery("Patient", "a")).versions] == [2, 1]


def test_making_an_id_twice_is_a_conflict(store: Store):
    put(store, version(1))
    with pytest.raises(FhirError) as caught, store.writing() as writer:
        writer.write(version(1), IndexRows())
    assert (caught.value.status, caught.value.issues[0].rule) == (409, "version-conflict")
