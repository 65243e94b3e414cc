"""Rows come to stand with their transactions, one after another in each chain, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.access.audit.chain import Entry
from hit_maternity.access.audit.keys import Keys
from hit_maternity.access.audit.ledger import Ledger
from hit_maternity.access.audit.verify import verify
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Hurried, Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store.access_rows import AccessesWithin
from hit_maternity.store.accesses import Proof

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEYS = Keys.of(b"s" * 32)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def entry(text: str = "x", patient: str | None = "kari") -> Entry:
    return Entry(NOON, patient, b'{"end":null,"note":"%s"}' % text.encode())


def proof(id: str) -> Proof:
    return Proof("key", id, NOON + timedelta(minutes=1))


def chains(audit) -> list[list[int]]:
    """The numbers of each chain's rows, after the whole log was found good."""
    found = verify(audit.rows, KEYS)
    assert found.findings == []
    return sorted([[row.seq for row in audit.rows.after(chain, 0)] for chain in audit.rows.heads()], key=len, reverse=True)


def write(audit, id: str, *texts: str) -> None:
    with audit.store.writing() as writer:
        writer.write(Version("Basic", id, 1, NOON, "POST", b"{}"), IndexRows())
        audit.ledger.append_within(writer, [entry(text) for text in texts])


def test_one_chain_serves_what_comes_one_after_another(audit):
    audit.ledger.append([entry(), entry()])
    write(audit, "b1", "y")
    audit.ledger.append([entry()])
    assert chains(audit) == [[1, 2, 3, 4, 5]]  # and the row that begins it


def test_a_row_is_there_only_if_its_transaction_is(audit, store):
    write(audit, "b1", "y")
    with pytest.raises(FhirError), audit.store.writing() as writer:
        writer.write(Version("Basic", "b2", 1, NOON, "POST", b"{}"), IndexRows())
        audit.ledger.append_within(writer, [entry("undone")])
        raise refuse(422, "invalid", "some-rule", "No.")
    write(audit, "b3", "z")
    assert chains(audit) == [[1, 2, 3]]
    assert not any(b"undone" in row.body for row in audit.rows.between())
    with store.reading() as reader:
        assert reader.get("Basic", "b2") is None


def test_the_very_first_row_may_be_undone_too(audit):
    with pytest.raises(FhirError), audit.store.writing() as writer:
        audit.ledger.append_within(writer, [entry()])
        raise refuse(409, "conflict", "some-rule", "No.")
    audit.ledger.append([entry()])
    assert chains(audit) == [[1, 2]]


@ON_POSTGRESQL
def test_transactions_that_run_at_the_same_time_have_chains_of_their_own(audit):
    with audit.store.writing() as writer:
        audit.ledger.append_within(writer, [entry("slow")])
        thread = threading.Thread(target=write, args=(audit, "b1", "quick"))
        thread.start()
        thread.join()
        audit.ledger.append([entry("read meanwhile")])
    assert chains(audit) == [[1, 2, 3], [1, 2]]


@ON_POSTGRESQL
def test_a_read_inside_a_transaction_stays_when_that_is_undone(audit):
    with pytest.raises(FhirError), audit.store.writing() as writer:
        audit.ledger.append_within(writer, [entry("undone")])
        audit.ledger.append([entry("stays")])
        raise refuse(422, "invalid", "some-rule", "No.")
    audit.ledger.append([entry("after")])
    kept = b"".join(row.body for row in audit.rows.between())
    assert [word in kept for word in (b"undone", b"stays", b"after")] == [False, True, True]
    assert chains(audit) == [[1, 2], [1, 2]]


def test_many_threads_write_whole_chains(audit):
    def work(number: int) -> None:
        for n in range(6):
            if n % 3 == 2:
                with pytest.raises(FhirError), audit.store.writing() as writer:
                    audit.ledger.append_within(writer, [entry("undone")])
                    raise refuse(422, "invalid", "some-rule", "No.")
            elif n % 2:
                audit.ledger.append([entry(f"read {number} {n}")])
            else:
                write(audit, f"b{number}-{n}", f"write {number} {n}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(rows) - 1 for rows in chains(audit)) == 4 * 4


def test_writes_that_are_committed_together_share_a_chain(audit):
    with audit.store.together():
        write(audit, "b1", "one")
        with pytest.raises(FhirError), audit.store.writing() as writer:
            audit.ledger.append_within(writer, [entry("undone")])
            raise refuse(422, "invalid", "some-rule", "No.")
        audit.ledger.append([entry("refused")])
        write(audit, "b2", "two")
    assert chains(audit) == [[1, 2, 3, 4]]
    assert not any(b"undone" in row.body for row in audit.rows.between())


@ON_SQLITE
def test_where_together_fails_nothing_of_it_is_counted(audit):
    write(audit, "b1", "before")
    with pytest.raises(FhirError), audit.store.together():
        write(audit, "b2", "undone")
        audit.ledger.append([entry("undone too")])
        raise refuse(503, "transient", "database-full", "No.")
    write(audit, "b3", "after")
    assert sorted(seq for rows in chains(audit) for seq in rows) == [1, 1, 2, 2]
    assert not any(b"undone" in row.body for row in audit.rows.between())


@ON_POSTGRESQL
def test_on_postgresql_together_commits_each_by_itself(audit):
    with pytest.raises(FhirError), audit.store.together():
        write(audit, "b1", "stays")
        raise refuse(422, "invalid", "some-rule", "No.")
    write(audit, "b2", "after")
    assert chains(audit) == [[1, 2, 3]]


def test_a_proof_that_was_used_leaves_no_row_and_no_gap(audit):
    audit.ledger.append([entry()], [proof("p1")])
    for _ in range(5):
        with pytest.raises(FhirError) as refused:
            audit.ledger.append([entry("replayed")], [proof("p1")])
        assert (refused.value.status, refused.value.issues[0].rule) == (401, "proof-replayed")
    with pytest.raises(FhirError) as refused, audit.store.writing() as writer:
        audit.ledger.append_within(writer, [entry("replayed")], [proof("p1")])
    assert refused.value.status == 401
    audit.ledger.append([entry()], [proof("p2")])
    assert chains(audit) == [[1, 2, 3]]


def test_a_chain_that_somebody_wrote_to_is_left_and_the_row_written_elsewhere(audit, tamper):
    audit.ledger.append([entry()])
    (chain,) = audit.rows.heads()
    statement = "INSERT INTO audit (chain, seq, at, patient, body, hash) VALUES (?, 3, 0, NULL, ?, ?)"
    tamper(statement, chain, b"{}", b"forged")
    audit.ledger.append([entry("kept")])
    assert len(audit.rows.heads()) == 2
    assert [f.told() for f in verify(audit.rows, KEYS).findings] == [
        f"chain {chain}, row 3: not what was written: changed, moved or put in"
    ]


def test_a_transaction_outside_the_ledger_is_not_written_to(audit, store):
    with pytest.raises(RuntimeError), store.writing() as writer:
        audit.ledger.append_within(writer, [entry()])


def test_any_transaction_of_the_database_can_be_written_to(audit, store):
    with audit.ledger.transaction(), store.database.writing() as transaction:
        audit.ledger.append_within(AccessesWithin(transaction), [entry("erased")], [proof("p1")])
        transaction.change([], last=True)
    audit.ledger.append([entry()])
    assert chains(audit) == [[1, 2, 3]]
    with pytest.raises(FhirError), audit.ledger.transaction(), store.database.writing() as transaction:
        audit.ledger.append_within(AccessesWithin(transaction), [entry("again")], [proof("p1")])
    assert chains(audit) == [[1, 2, 3]]


class Recorded:
    """A log that keeps the rows, and fails when told to."""

    def __init__(self):
        self.rows = []
        self.fault = None

    def record(self, accesses, proofs=()):
        if self.fault is not None:
            raise self.fault
        self.rows += accesses


@pytest.mark.parametrize(
    ("fault", "continues"),
    [
        (refuse(401, "security", "proof-replayed", "No."), True),
        (Hurried(), True),
        (refuse(503, "transient", "database-unreachable", "No."), False),
        (KeyboardInterrupt(), False),
        (OSError(), False),
    ],
)
def test_a_chain_goes_on_only_after_what_surely_wrote_nothing(clock, fault, continues):
    log = Recorded()
    ledger = Ledger(log, KEYS, clock)
    ledger.append([entry()])
    log.fault = fault
    with pytest.raises(type(fault)):
        ledger.append([entry()])
    log.fault = None
    ledger.append([entry()])
    assert [row.seq for row in log.rows] == ([1, 2, 3] if continues else [1, 2, 1, 2])
    assert len({row.chain for row in log.rows}) == (1 if continues else 2)


def test_chains_are_ended_in_good_order_once(audit):
    write(audit, "b1", "y")
    audit.close()
    audit.close()
    assert chains(audit) == [[1, 2, 3]]
    assert verify(audit.rows, KEYS).open == 0


def test_it_counts_the_rows_that_came_to_stand(audit):
    audit.ledger.append([entry()])
    with pytest.raises(FhirError), audit.store.writing() as writer:
        audit.ledger.append_within(writer, [entry()])
        raise refuse(422, "invalid", "some-rule", "No.")
    assert audit.ledger.written == 2
