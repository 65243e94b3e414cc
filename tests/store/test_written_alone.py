"""Rows of the access log that are written in a transaction of their own, alone and gathered with others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.store import Store
from hit_maternity.store.access_rows import AccessRows
from hit_maternity.store.accesses import Access, AccessLog, Proof

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def row(seq: int) -> Access:
    return Access("c", seq, NOON, "kari", b"{}", bytes(32))


def proof(id: str) -> Proof:
    return Proof("key", id, NOON)


def there(store: Store) -> tuple[list[int], list[str]]:
    with store.database.reading() as session:
        proofs = [r[0] for r in session.rows(f"SELECT proof FROM {store.database.names.seen_proof} ORDER BY proof")]
    return [a.seq for a in AccessRows(store.database).after("c", 0)], proofs


def test_a_proof_that_was_used_before_leaves_the_others_as_they_are(store: Store):
    log = AccessLog(store.database)
    with store.together():
        log.record([row(1)], [proof("a")])
        with pytest.raises(FhirError) as refused:
            log.record([row(2), row(3)], [proof("a")])
        log.record([row(2)], [proof("b")])
    assert (refused.value.status, refused.value.issues[0].rule) == (401, "proof-replayed")
    assert there(store) == ([1, 2], ["a", "b"])


@pytest.mark.parametrize("clashing", [([2, 1], ["b"]), ([1], ["b"]), ([2], ["b", "a"])])
def test_alone_what_is_refused_leaves_nothing(store: Store, clashing: tuple[list[int], list[str]]):
    log = AccessLog(store.database)
    log.record([row(1)], [proof("a")])
    with pytest.raises(FhirError):
        log.record([row(n) for n in clashing[0]], [proof(id) for id in clashing[1]])
    assert there(store) == ([1], ["a"])


@ON_SQLITE
@pytest.mark.parametrize("clashing", [([2, 1], ["b"]), ([1], ["b"]), ([2], ["b", "a"]), ([2, 1], [])])
def test_gathered_what_is_refused_in_the_middle_leaves_nothing_of_any(store: Store, clashing: tuple[list[int], list[str]]):
    log = AccessLog(store.database)
    log.record([row(1)], [proof("a")])
    with pytest.raises(FhirError) as undone, store.together():
        log.record([row(7)], [proof("c")])
        with pytest.raises(FhirError):
            log.record([row(n) for n in clashing[0]], [proof(id) for id in clashing[1]])
        with pytest.raises(FhirError):
            log.record([row(8)], [proof("d")])
    assert (undone.value.status, undone.value.issues[0].rule) == (503, "database-undone")
    assert there(store) == ([1], ["a"])
    log.record([row(2)], [proof("b")])
    assert there(store) == ([1, 2], ["a", "b"])


@ON_SQLITE
def test_what_can_not_be_stored_at_all_is_refused_by_itself(store: Store):
    log = AccessLog(store.database)
    with store.together():
        log.record([row(1)], [proof("a")])
        with pytest.raises(FhirError) as refused:
            log.record([row(2)], [proof("\ud800")])
        log.record([row(2)], [proof("b")])
    assert refused.value.status == 400
    assert there(store) == ([1, 2], ["a", "b"])
