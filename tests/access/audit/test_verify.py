"""Whatever is done to the log behind everybody's back is found, and where, on both databases."""

from __future__ import annotations

import random
import threading

import pytest

from hit_maternity.access.audit.export import lines, witnesses
from hit_maternity.access.audit.keys import Keys
from hit_maternity.access.audit.verify import verify
from hit_maternity.fhir.ports import Intent

KEYS = Keys.of(b"s" * 32)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def read(made):
    """So many reads by a process that has opened the log."""

    def run(audit, count: int = 8) -> None:
        for n in range(count):
            audit.tracing.read(made.midwife(), Intent("read", "Observation", f"o{n}"), (made.version(id=f"o{n}"),), "kari")

    return run


@pytest.fixture
def chain(audit, read) -> str:
    """A chain of nine rows."""
    read(audit)
    (name,) = audit.rows.heads()
    return name


def found(audit, **more) -> list[tuple[str, int, int]]:
    return [(f.kind, f.first, f.last) for f in verify(audit.rows, KEYS, **more).findings]


def test_a_log_as_it_was_written_is_good(audit, chain, opened, read):
    other = opened()
    read(other, 3)
    other.checkpoints.note()
    audit.close()
    told = []
    result = verify(audit.rows, KEYS, told=told.append)
    assert result.good
    assert (result.chains, result.rows, result.open) == (2, 9 + 1 + 5, 1)
    assert told == list(range(1, 16))


def test_an_empty_log_is_good(audit):
    assert verify(audit.rows, KEYS).good


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE audit SET body = ? WHERE seq = 4", [("changed", 4, 4)]),
        ("UPDATE audit SET hash = ? WHERE seq = 4", [("changed", 4, 5)]),
        ("UPDATE audit SET patient = 'anne' WHERE seq = 4 AND ? = ?", [("changed", 4, 4)]),
        ("UPDATE audit SET patient = NULL WHERE seq = 4 AND ? = ?", [("changed", 4, 4)]),
        ("UPDATE audit SET at = at + 1 WHERE seq = 4 AND ? = ?", [("changed", 4, 4)]),
        ("UPDATE audit SET at = 9223372036854775807 WHERE seq = 4 AND ? = ?", [("changed", 4, 4)]),
        ("DELETE FROM audit WHERE seq = 4 AND ? = ?", [("missing", 4, 4)]),
        ("DELETE FROM audit WHERE seq IN (3, 4, 6) AND ? = ?", [("missing", 3, 4), ("missing", 6, 6)]),
        ("DELETE FROM audit WHERE seq = 1 AND ? = ?", [("missing", 1, 1)]),
        ("UPDATE audit SET seq = seq + 100 WHERE seq > 4 AND ? = ?", [("missing", 5, 104), ("changed", 106, 109)]),
        ("UPDATE audit SET seq = -3 WHERE seq = 9 AND ? = ?", [("changed", -3, -3)]),
        ("UPDATE audit SET chain = 'other' WHERE ? = ?", [("changed", 1, 9)]),
        ("UPDATE audit SET chain = 'Kari''s' WHERE seq = 9 AND ? = ?", [("missing", 1, 8)]),
    ],
)
def test_what_was_changed_or_taken_out_is_found(audit, chain, tamper, change, told):
    tamper(change, *([b"{}"] * change.count("?")))
    assert found(audit) == told
    assert all("Kari" not in f.told() for f in verify(audit.rows, KEYS).findings)


def test_every_single_byte_counts(audit, chain, tamper):
    for row in audit.rows.after(chain, 0):
        place = random.Random(row.seq).randrange(len(row.body))
        changed = row.body[:place] + bytes([row.body[place] ^ 1]) + row.body[place + 1 :]
        tamper("UPDATE audit SET body = ? WHERE seq = ?", changed, row.seq)
        assert [f[:2] for f in found(audit)] == [("changed", row.seq)]
        tamper("UPDATE audit SET body = ? WHERE seq = ?", row.body, row.seq)
    assert found(audit) == []


def test_rows_that_changed_places_are_found(audit, chain, tamper):
    for old, new in ((4, 1000), (5, 4), (1000, 5)):
        tamper("UPDATE audit SET seq = ? WHERE seq = ?", new, old)
    assert found(audit) == [("changed", 4, 6)]


def test_a_row_that_was_put_in_is_found(audit, chain, tamper):
    row = audit.rows.row(chain, 9)
    tamper("INSERT INTO audit (chain, seq, at, patient, body, hash) VALUES (?, 10, 0, 'kari', ?, ?)", chain, row.body, row.hash)
    assert found(audit) == [("changed", 10, 10)]


def test_a_row_after_the_end_of_a_chain_is_found(audit, chain, tamper):
    audit.close()
    last = audit.rows.row(chain, 10)
    tamper("INSERT INTO audit (chain, seq, at, patient, body, hash) VALUES (?, 11, 0, 'kari', ?, ?)", chain, last.body, last.hash)
    assert found(audit) == [("changed", 11, 11)]


def test_a_tail_that_was_cut_off_is_found_when_its_process_writes_again(audit, chain, tamper, read):
    tamper("DELETE FROM audit WHERE seq > 6")
    read(audit, 1)
    assert found(audit) == [("missing", 7, 9)]


def test_a_tail_that_was_cut_off_is_found_by_what_another_process_saw(audit, chain, tamper, opened):
    opened().checkpoints.note()
    assert found(audit) == []
    tamper("DELETE FROM audit WHERE chain = ? AND seq > 6", chain)
    assert found(audit) == [("cut", 7, 9)]


def test_a_chain_that_is_gone_or_was_replaced_is_found(audit, chain, tamper, opened):
    other = opened()
    other.checkpoints.note()
    tamper("DELETE FROM audit WHERE chain = ?", chain)
    assert found(audit) == [("chain-missing", 1, 9)]
    (own,) = audit.rows.heads()
    for row in audit.rows.after(own, 0):
        statement = "INSERT INTO audit (chain, seq, at, patient, body, hash) VALUES (?, ?, 0, NULL, ?, ?)"
        tamper(statement, chain, row.seq, row.body, row.hash)
    assert [f[0] for f in found(audit)] == ["changed", "cut"]


def test_a_log_that_was_emptied_is_found_by_an_export(audit, chain, tamper):
    kept = list(lines(audit.rows, "rows"))
    assert found(audit, witnesses=witnesses(kept)) == []
    tamper("DELETE FROM audit")
    assert found(audit) == []  # nothing is left that could tell
    assert found(audit, witnesses=witnesses(kept)) == [("chain-missing", 1, 9)]


def test_a_chain_made_with_another_key_is_told_as_that(audit, chain):
    others = Keys.of(b"t" * 32)
    assert [(f.kind, f.first, f.last) for f in verify(audit.rows, others).findings] == [("foreign-key", 1, 9)]


def test_a_chain_forged_with_another_key_is_found(audit, tamper, store, clock, made):
    from hit_maternity.access.audit.opening import Audit

    Audit.of(store, b"t" * 32, clock).tracing.read(made.midwife(), Intent("read", "Observation", "o1"), (), "kari")
    assert found(audit) == [("foreign-key", 1, 2)]


def test_it_may_run_while_others_write(audit, chain, read, opened):
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            other = opened()
            read(other, 2)
            other.checkpoints.note()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert [found(audit) for _ in range(3)] == [[], [], []]
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET body = 'text' WHERE seq = 4",
        "UPDATE audit SET hash = 5 WHERE seq = 4",
        "UPDATE audit SET at = 'noon' WHERE seq = 4",
        "UPDATE audit SET seq = 'four' WHERE seq = 4",
        "UPDATE audit SET chain = x'00ff' WHERE seq = 4",
        "UPDATE audit SET patient = 5 WHERE seq = 4",
    ],
)
@ON_SQLITE
def test_what_no_column_should_hold_is_found_and_no_fault(audit, chain, tamper, change):
    tamper(change)
    assert found(audit)
