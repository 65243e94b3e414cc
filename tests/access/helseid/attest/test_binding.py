"""An attest serves one patient for an hour (attack A6), on both databases and across workers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hit_maternity.access.helseid.attest.binding import Binding
from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.access.helseid.attest.rules import EXPIRED, AttestConfig, Judgement
from hit_maternity.access.helseid.attest.tables import Verdict
from hit_maternity.access.principal import Organisation, Principal
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.store.attest_uses import AttestUse, AttestUses
from hit_maternity.store.repository import Store

Change = Callable[[Any, str, Any], Any]
KEY = b"k" * 32
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


class Memory:
    """First uses in memory, and how often it was asked."""

    def __init__(self) -> None:
        self.uses: dict[tuple[str, str], AttestUse] = {}
        self.asked: list[str] = []

    def first_seen(self, decision: str, client: str, patient: str, now: datetime) -> AttestUse:
        self.asked.append(decision)
        return self.uses.setdefault((decision, client), AttestUse(patient, now))


@pytest.fixture
def caller(principal: Principal, claim: dict[str, Any]) -> Principal:
    return replace(principal, attest=parse(claim))


@pytest.fixture
def uses(store: Store) -> AttestUses:
    """First uses, in each database."""
    return AttestUses(store.database)


def rules(judgement: Judgement) -> list[str]:
    return [issue.rule for issue in judgement.faults]


def test_the_first_patient_is_its_patient_and_no_other(uses: AttestUses, caller: Principal, now: datetime):
    binding = Binding(uses, KEY, AttestConfig())
    assert binding.judge(caller, "kari", now) == Judgement()
    assert binding.judge(caller, "kari", now + SECOND) == Judgement()
    found = binding.judge(caller, "ola", now)
    assert rules(found) == ["att-4-decision-ref"]
    assert "kari" not in found.faults[0].text and "ola" not in found.faults[0].text
    assert binding.judge(caller, "kari", now) == Judgement()


def test_another_worker_knows_it_too(uses: AttestUses, caller: Principal, now: datetime):
    assert Binding(uses, KEY, AttestConfig()).judge(caller, "kari", now) == Judgement()
    assert rules(Binding(uses, KEY, AttestConfig()).judge(caller, "ola", now)) == ["att-4-decision-ref"]


def test_another_decision_client_or_organisation_is_another_attest(
    uses: AttestUses, caller: Principal, claim: dict[str, Any], change: Change, now: datetime
):
    binding = Binding(uses, KEY, AttestConfig())
    assert binding.judge(caller, "kari", now) == Judgement()
    decision = replace(caller, attest=parse(change(claim, "care_relationship.decision_ref.id", "another")))
    others = (decision, replace(caller, client_id="another"), replace(caller, organisation=Organisation("310100006", "310200018")))
    assert [rules(binding.judge(other, "ola", now)) for other in others] == [[], [], []]
    assert rules(binding.judge(caller, "ola", now)) == ["att-4-decision-ref"]


def test_without_a_time_it_ages_from_its_first_use(uses: AttestUses, caller: Principal, now: datetime):
    binding = Binding(uses, KEY, AttestConfig())
    assert binding.judge(caller, "kari", now) == Judgement()
    assert binding.judge(caller, "kari", now + HOUR) == Judgement()
    found = binding.judge(caller, "kari", now + HOUR + SECOND)
    assert rules(found) == ["att-58-decision-ref"]
    assert found.faults[0].code == "expired" and EXPIRED in found.faults[0].text
    assert rules(binding.judge(caller, "ola", now + 2 * HOUR)) == ["att-4-decision-ref", "att-58-decision-ref"]


def test_it_is_as_old_as_the_token_that_brought_it_first(caller: Principal, now: datetime):
    binding = Binding(Memory(), KEY, AttestConfig())
    issued = replace(caller, issued=now - timedelta(minutes=10))
    assert binding.judge(issued, "kari", now + timedelta(minutes=50)) == Judgement()
    later = replace(caller, issued=now + timedelta(minutes=40))
    assert rules(binding.judge(later, "kari", now + timedelta(minutes=50, seconds=1))) == ["att-58-decision-ref"]


def test_with_a_time_that_alone_tells_its_age(caller: Principal, claim: dict[str, Any], now: datetime):
    binding = Binding(Memory(), KEY, AttestConfig())
    timed = replace(caller, attest=parse({**claim, "toa": int(now.timestamp())}))
    assert binding.judge(timed, "kari", now) == binding.judge(timed, "kari", now + 2 * HOUR) == Judgement()


def test_the_operator_decides_what_a_breach_does(caller: Principal, now: datetime):
    lenient = AttestConfig(age_by_first_use=False, verdicts={"att-4-decision-ref": Verdict.FLAG})
    binding = Binding(Memory(), KEY, lenient)
    assert binding.judge(caller, "kari", now) == Judgement()
    assert binding.judge(caller, "ola", now + 2 * HOUR) == Judgement(flags=frozenset(("att-4-decision-ref",)))


def test_who_has_no_attest_or_none_with_a_decision_is_bound_to_nobody(caller: Principal, now: datetime):
    uses = Memory()
    binding = Binding(uses, KEY, AttestConfig())
    for attest in (None, parse({}), "no attest"):
        assert binding.judge(replace(caller, attest=attest), "kari", now) == Judgement()
    assert uses.asked == []


def test_what_is_kept_tells_neither_patient_nor_decision(caller: Principal, now: datetime):
    uses = Memory()
    Binding(uses, KEY, AttestConfig()).judge(caller, "kari", now)
    Binding(uses, b"x" * 32, AttestConfig()).judge(caller, "kari", now)
    kept = str(uses.uses)
    assert len(uses.uses) == 2  # another key, another digest
    assert "kari" not in kept and "3c1c2a60" not in kept


def test_a_worker_asks_once_and_remembers_a_bounded_number(caller: Principal, claim: dict[str, Any], change: Change, now: datetime):
    uses = Memory()
    binding = Binding(uses, KEY, AttestConfig(), remembered=2)
    callers = [replace(caller, attest=parse(change(claim, "care_relationship.decision_ref.id", f"d{n}"))) for n in range(3)]
    for number in (0, 0, 1, 0, 2, 0):
        assert binding.judge(callers[number], "kari", now) == Judgement()
    assert len(uses.asked) == 3
    binding.judge(callers[1], "kari", now)
    assert len(uses.asked) == 4
    binding.judge(callers[1], "kari", now + timedelta(hours=25))
    assert len(uses.asked) == 5  # older than what is kept


def test_a_failure_of_the_database_lets_nobody_in(caller: Principal, now: datetime):
    class Down:
        def first_seen(self, decision: str, client: str, patient: str, now: datetime) -> AttestUse:
            raise FhirError(503, [])

    with pytest.raises(FhirError) as refused:
        Binding(Down(), KEY, AttestConfig()).judge(caller, "kari", now)
    assert refused.value.status == 503


def test_a_first_use_within_a_write_is_undone_with_it(store: Store, caller: Principal, now: datetime):
    uses = AttestUses(store.database)
    binding = Binding(uses, KEY, AttestConfig())
    with pytest.raises(RuntimeError), store.database.writing() as transaction:
        assert binding.judge(caller, "kari", now, uses.within(transaction)) == Judgement()
        raise RuntimeError
    with store.database.writing() as transaction:
        assert binding.judge(caller, "ola", now, uses.within(transaction)) == Judgement()
        transaction.change([], last=True)
    assert rules(binding.judge(caller, "kari", now)) == ["att-4-decision-ref"]


def test_of_many_patients_at_once_one_wins(store: Store, caller: Principal, now: datetime):
    won: list[str] = []
    start = threading.Barrier(8)

    def use(patient: str) -> None:
        binding = Binding(AttestUses(store.database), KEY, AttestConfig())
        start.wait()
        if not binding.judge(caller, patient, now).faults:
            won.append(patient)

    threads = [threading.Thread(target=use, args=(f"p{n % 4}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 2 and len(set(won)) == 1
