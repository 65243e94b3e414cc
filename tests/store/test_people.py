"""The standing of patients, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from hit_maternity.store.people import UNKNOWN, People, Standing
from hit_maternity.store.repository import Store

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_what_was_put_is_there_and_the_last_counts(store: Store):
    people = People(store.database)
    given = Standing(True, False, False, NOON, b"digest")
    people.put("kari", given, NOON)
    assert people.get(["kari", "ola", "kari"]) == {"kari": given, "ola": UNKNOWN}
    withdrawn = Standing(False, True, True, None, b"digest")
    people.put("kari", withdrawn, NOON)
    assert people.get(["kari"]) == {"kari": withdrawn}
    assert people.get([]) == {}


def test_a_patient_is_found_by_the_digest_of_her_national_id(store: Store):
    people = People(store.database)
    for patient, digest in (("b", b"1"), ("a", b"1"), ("c", b"2")):
        people.put(patient, Standing(digest=digest), NOON)
    assert people.with_digest(b"1") == ["a", "b"]
    assert people.with_digest(b"3") == []


def test_of_whom_nothing_is_known_has_given_no_consent():
    assert UNKNOWN.consent is None and not UNKNOWN.confidential and not UNKNOWN.deceased


def test_within_a_transaction_what_it_wrote_is_seen_and_undone_with_it(store: Store):
    people = People(store.database)
    try:
        with store.database.writing() as transaction:
            people.put_within(transaction, "kari", Standing(True), NOON)
            assert people.within(transaction, ["kari"])["kari"].consent is True
            raise RuntimeError
    except RuntimeError:
        pass
    assert people.get(["kari"]) == {"kari": UNKNOWN}
