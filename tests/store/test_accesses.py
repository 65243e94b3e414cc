"""The access log and the proofs of possession, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store.access_rows import AccessRows
from hit_maternity.store.accesses import Access, AccessLog, Proof
from hit_maternity.store.repository import Store

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def access(seq: int, chain: str = "a", patient: str | None = "kari", at: datetime | None = None) -> Access:
    return Access(chain, seq, at or NOON + timedelta(seconds=seq), patient, f"row {seq}".encode(), bytes([seq]) * 32)


@pytest.fixture
def log(store: Store) -> AccessLog:
    return AccessLog(store.database)


def numbers(store: Store) -> list[int]:
    """The rows of chain ``a``."""
    return [row.seq for row in AccessRows(store.database).after("a", 0)]


def test_a_patients_rows_come_newest_first_page_by_page(log: AccessLog):
    rows = [access(n, chain, at=NOON) for chain in ("a", "b") for n in range(1, 6)] + [access(9, patient="ola")]
    log.record(rows)
    seen: list[Access] = []
    while page := log.of_patient("kari", 3, (seen[-1].at, seen[-1].chain, seen[-1].seq) if seen else None):
        seen += page
    assert len(seen) == 10
    assert {(a.chain, a.seq) for a in seen} == {(a.chain, a.seq) for a in rows if a.patient == "kari"}


def test_a_proof_is_taken_once_and_a_refused_one_leaves_no_row(store: Store, log: AccessLog):
    log.record([access(1)], [Proof("key", "p1", LATER)])
    with pytest.raises(FhirError) as refused:
        log.record([access(2)], [Proof("key", "p1", LATER)])
    assert (refused.value.status, refused.value.issues[0].rule) == (401, "proof-replayed")
    log.record([access(2)], [Proof("other key", "p1", LATER)])
    assert numbers(store) == [1, 2]


def test_of_many_that_use_one_proof_at_once_one_wins(store: Store, log: AccessLog):
    won: list[int] = []
    start = threading.Barrier(8)

    def use(number: int) -> None:
        start.wait()
        try:
            log.record([access(number)], [Proof("key", "p", LATER)])
            won.append(number)
        except FhirError as refused:
            assert refused.issues[0].rule == "proof-replayed"

    threads = [threading.Thread(target=use, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert numbers(store) == won


def test_proofs_that_are_over_are_forgotten(log: AccessLog):
    log.record([], [Proof("key", "old", NOON), Proof("key", "new", LATER)])
    assert log.forget_proofs(NOON + timedelta(seconds=1)) == 1
    log.record([], [Proof("key", "old", LATER)])
    with pytest.raises(FhirError):
        log.record([], [Proof("key", "new", LATER)])


def test_a_write_and_its_row_are_one_transaction(store: Store, log: AccessLog):
    version = Version("Patient", "kari", 1, NOON, "PUT", b'{"resourceType":"Patient","id":"kari"}')
    with store.writing() as writer:
        writer.write(version, IndexRows())
        writer.record([access(1)], [Proof("key", "p", LATER)])
    with pytest.raises(FhirError) as refused, store.writing() as writer:
        writer.lock("Patient", "kari")
        writer.write(Version("Patient", "kari", 2, NOON, "PUT", version.body), IndexRows())
        writer.record([access(2)], [Proof("key", "p", LATER)])
    assert refused.value.issues[0].rule == "proof-replayed"
    with store.reading() as session:
        kept = session.get("Patient", "kari")
    assert kept is not None and kept.version == 1
    assert numbers(store) == [1]
