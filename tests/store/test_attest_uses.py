"""First uses of attests, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.store.attest_uses import AttestUse, AttestUses
from hit_maternity.store.repository import Store

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def test_the_first_use_is_kept_and_comes_back_ever_after(store: Store):
    uses = AttestUses(store.database)
    assert uses.first_seen("d", "c", "kari", NOON) == AttestUse("kari", NOON)
    assert uses.first_seen("d", "c", "ola", LATER) == AttestUse("kari", NOON)
    assert uses.first_seen("d", "other", "ola", LATER) == AttestUse("ola", LATER)
    assert uses.first_seen("other", "c", "ola", LATER) == AttestUse("ola", LATER)


def test_within_a_transaction_it_is_seen_and_undone_with_it(store: Store):
    uses = AttestUses(store.database)
    with pytest.raises(RuntimeError), store.database.writing() as transaction:
        within = uses.within(transaction)
        assert within.first_seen("d", "c", "kari", NOON) == AttestUse("kari", NOON)
        assert within.first_seen("d", "c", "ola", LATER) == AttestUse("kari", NOON)
        raise RuntimeError
    assert uses.first_seen("d", "c", "ola", LATER) == AttestUse("ola", LATER)


def test_old_ones_are_forgotten(store: Store):
    uses = AttestUses(store.database)
    uses.first_seen("old", "c", "kari", NOON)
    uses.first_seen("new", "c", "kari", LATER)
    assert uses.forget(LATER) == 1
    assert uses.first_seen("old", "c", "ola", LATER) == AttestUse("ola", LATER)
    assert uses.first_seen("new", "c", "ola", LATER) == AttestUse("kari", LATER)


def test_of_two_transactions_the_one_that_waits_sees_what_the_other_made(store: Store):
    uses, made, seen = AttestUses(store.database), threading.Event(), []

    def wait() -> None:
        made.wait()
        seen.append(uses.first_seen("d", "c", "ola", LATER))

    other = threading.Thread(target=wait)
    other.start()
    with store.database.writing() as transaction:
        uses.within(transaction).first_seen("d", "c", "kari", NOON)
        made.set()
        transaction.change([], last=True)
    other.join()
    assert seen == [AttestUse("kari", NOON)]
