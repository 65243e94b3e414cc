"""The access log as it is read, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.store import access_rows
from hit_maternity.store.access_rows import AccessesWithin, AccessRows
from hit_maternity.store.accesses import Access, AccessLog, Proof
from hit_maternity.store.repository import Store

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def access(chain: str, seq: int, second: int, patient: str | None = None) -> Access:
    return Access(chain, seq, NOON + timedelta(seconds=second), patient, f"{chain} {seq}".encode(), bytes([seq]) * 32)


#: In the order of their time; of the same moment by chain and number.
ROWS = [
    access("a", 1, 0),
    access("b", 1, 1, "kari"),
    access("a", 2, 2, "kari"),
    access("b", 2, 2, "anne"),
    access("b", 3, 2, "kari"),
    access("c", 1, 3, "kari"),
    access("a", 3, 4),
]


@pytest.fixture
def rows(store: Store) -> AccessRows:
    AccessLog(store.database).record(list(reversed(ROWS)))
    return AccessRows(store.database)


def test_each_chain_tells_its_last_row(rows: AccessRows):
    assert rows.heads() == {"a": (3, bytes([3]) * 32), "b": (3, bytes([3]) * 32), "c": (1, bytes([1]) * 32)}


def test_an_empty_log_has_no_chains_and_no_rows(store: Store):
    rows = AccessRows(store.database)
    assert rows.heads() == {} and list(rows.between()) == [] and rows.after("a", 0) == [] and rows.row("a", 1) is None


def test_a_row_is_found_by_chain_and_number(rows: AccessRows):
    assert rows.row("b", 2) == ROWS[3]
    assert rows.row("b", 4) is None and rows.row("d", 1) is None


def test_the_rows_after_another_come_in_order_and_no_more_than_asked(rows: AccessRows):
    assert rows.after("b", 0) == [ROWS[1], ROWS[3], ROWS[4]]
    assert rows.after("b", 1, 1) == [ROWS[3]]
    assert rows.after("b", 3) == []


@pytest.mark.parametrize("page", [1, 2, 3, 500])
@pytest.mark.parametrize("patient", [None, "kari", "nobody"])
@pytest.mark.parametrize(("since", "until"), [(None, None), (2, None), (None, 2), (1, 3), (2, 2), (4, 9)])
def test_rows_of_a_time_come_in_its_order_page_by_page(rows: AccessRows, monkeypatch, page, patient, since, until):
    monkeypatch.setattr(access_rows, "_PAGE", page)
    begin, end = (None if s is None else NOON + timedelta(seconds=s) for s in (since, until))
    asked = [r for r in ROWS if (begin is None or r.at >= begin) and (end is None or r.at < end) and patient in (None, r.patient)]
    assert list(rows.between(begin, end, patient)) == asked


def test_a_raw_transaction_records_rows_and_proofs(store: Store):
    proof = Proof("key", "p1", NOON)
    with store.database.writing() as transaction:
        AccessesWithin(transaction).record(ROWS[:1], [proof])
        transaction.change([], last=True)
    with pytest.raises(FhirError) as refused, store.database.writing() as transaction:
        AccessesWithin(transaction).record(ROWS[1:2], [proof])
        transaction.change([], last=True)
    assert refused.value.issues[0].rule == "proof-replayed"
    assert list(AccessRows(store.database).between()) == ROWS[:1]
