"""Checkpoints, and the thread that makes them."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest

from hit_maternity.access.audit import checkpoints
from hit_maternity.access.audit.chain import body_of
from hit_maternity.access.audit.checkpoints import Checkpoints, Rounds
from hit_maternity.fhir.ports import Intent


@pytest.fixture
def read(made):
    def run(audit, count=1):
        for _ in range(count):
            audit.tracing.read(made.midwife(), Intent("read", "Observation", "o1"), (), "kari")

    return run


def noted(audit) -> list[dict[str, int]]:
    """The chains that each checkpoint tells of, and how far they had come."""
    bodies = [body_of(row) for row in audit.rows.between()]
    return [{chain: seq for chain, (seq, _) in body.heads.items()} for body in bodies if body.heads]


def test_the_first_round_notes_all_chains_and_the_next_those_that_have_moved(audit, opened, read):
    old, other = opened(), opened()
    read(old, 2)
    read(other, 1)
    read(audit, 1)
    assert audit.checkpoints.note() == 3
    read(other, 1)
    audit.checkpoints.note()
    first, second = noted(audit)
    assert sorted(first.values()) == [2, 2, 3]
    assert sorted(second.values()) == [3, 3]  # the other's, and its own by the checkpoint before
    assert second.keys() < first.keys()


def test_a_checkpoint_is_due_at_first_then_after_the_time_or_the_rows(audit, opened, read, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(checkpoints, "monotonic", lambda: now[0])
    made = Checkpoints(audit.ledger, audit.rows, opened().ledger._clock, timedelta(minutes=5), rows=10)
    read(audit)
    assert made.round() and not made.round()
    now[0] += 299
    assert not made.round()
    now[0] += 1
    assert made.round() and not made.round()
    read(audit, 10)
    assert made.round() and not made.round()


def test_many_chains_take_several_rows(audit, opened, read, monkeypatch):
    monkeypatch.setattr(checkpoints, "_MOST", 2)
    for _ in range(5):
        read(opened())
    audit.checkpoints.note()
    assert [len(heads) for heads in noted(audit)] == [2, 2, 1]


def test_an_empty_log_gets_no_checkpoint(audit):
    assert audit.checkpoints.note() == 0
    assert audit.rows.heads() == {}


def test_rounds_go_on_though_a_task_fails(caplog):
    called = threading.Semaphore(0)

    def fails() -> None:
        raise OSError("12847199995")

    rounds = Rounds([fails, called.release], 0.001)
    with caplog.at_level(logging.ERROR):
        rounds.start()
        assert all(called.acquire(timeout=10) for _ in range(3))
        rounds.stop()
    assert "OSError" in caplog.text and "12847199995" not in caplog.text
