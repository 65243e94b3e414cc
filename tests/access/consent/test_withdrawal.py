"""Consent given and withdrawn, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.access.consent.document import consent, decision
from hit_maternity.access.consent.withdrawal import Consents, Decision, Source
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.json import decode
from hit_maternity.fhir.packages import read_file
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.knowledge import own_package
from hit_maternity.store import Store
from hit_maternity.store.access_rows import AccessRows
from hit_maternity.store.accesses import Access
from hit_maternity.store.decisions import deciding


@pytest.fixture
def pid(records: ModuleType) -> str:
    return str(records.NUMBERS[records.ANNA])


def in_record(store: Store, patient: str) -> list[dict[str, Any]]:
    """The Consents to the record that a Patient has."""
    with store.reading() as reader:
        found = [decode(v.body) for v in reader.referring([("Patient", patient)], ["Consent"]) if v.body]
    return [c for c in found if decision(c) is not None]


def test_a_consent_given_is_a_consent_in_her_record_once(consents: Consents, store: Store, records: ModuleType, pid: str, clock: Any):
    records.put(store, records.mother(records.ANNA))
    told = consents.give(pid)
    assert told == Decision(True, records.ANNA, clock.now(), Source.CITIZEN)
    assert consents.standings.of([records.ANNA])[records.ANNA].consent is True
    (made,) = in_record(store, records.ANNA)
    assert (made["dateTime"], made["meta"]["versionId"], decision(made)) == ("2026-05-01T12:00:00.000Z", "1", True)
    assert not consents.give(pid).changed
    assert len(in_record(store, records.ANNA)) == 1


def test_the_consent_that_is_made_is_valid_by_the_cards_profile(records: ModuleType):
    definitions = Definitions.with_packages([read_file(own_package(), ours=True)])
    validator = Validator(definitions, LoadedTerminology(definitions))
    faults = [issue.rule for issue in validator.validate(consent("1", "kari", records.NOW)) if issue.severity != "warning"]
    assert faults in ([], ["code-system-not-loaded"])  # LOINC is loaded by who has it
    wrong = {**consent("1", "kari", records.NOW), "provision": {"type": "deny"}}
    assert any("mat-consent-1" in issue.rule for issue in validator.validate(wrong))


def test_withdrawn_she_is_gone_and_a_digest_remembers_her_no(consents: Consents, store: Store, records: ModuleType, pid: str, clock: Any):
    records.fill(store, versions=1)
    consents.give(pid)
    at = clock.later(hours=1)
    told = consents.withdraw(pid)
    assert (told.given, told.changed, told.at, told.patient) == (False, True, at, records.ANNA)
    assert told.receipt is not None and told.receipt.resources["Patient"] == 3
    assert records.current(store, "Patient", records.ANNA) is None and records.current(store, "Patient", records.BERIT)
    after = consents.standings.of_pid(pid)
    assert (after.consent, after.consented, after.digest) == (False, at, consents.standings.digest(pid))
    assert pid not in repr(told) and "zqxanna7-" not in repr(told)


def test_every_patient_with_her_national_id_is_erased(consents: Consents, store: Store, records: ModuleType, pid: str):
    for id in ("one", "two"):
        records.put(store, {"resourceType": "Patient", "id": id, "identifier": [{"system": records.FNR, "value": pid}]})
        records.put(store, {"resourceType": "Observation", "id": f"o-{id}", "subject": records.ref(f"Patient/{id}")})
    told = consents.withdraw(pid)
    assert told.receipt is not None and told.receipt.resources == {"Observation": 2, "Patient": 2}
    assert consents.standings.known(pid) == ["one", "two"]  # her access log is kept under both
    assert [s.consent for s in consents.standings.of(["one", "two"]).values()] == [False, False]


def test_who_was_never_here_can_withdraw_too(consents: Consents, pid: str):
    told = consents.withdraw(pid)
    assert told.changed and told.receipt is not None and told.receipt.empty
    assert consents.standings.of_pid(pid).consent is False


def test_she_may_change_her_mind_and_begins_anew(consents: Consents, store: Store, records: ModuleType, pid: str, clock: Any):
    records.fill(store, versions=1)
    consents.withdraw(pid)
    clock.later(minutes=1)
    assert consents.give(pid).changed and consents.standings.of_pid(pid).consent is True
    resource = {"resourceType": "Patient", "id": "new", "identifier": [{"system": records.FNR, "value": pid}]}
    with deciding(store, clock) as under_way:
        under_way.writer.write(records.Version("Patient", "new", 1, clock.now(), "POST", records.encode(resource)), records.index(resource))
        consents.written(under_way.session, resource, by_citizen=False)
    assert consents.standings.of(["new"])["new"].consent is True
    assert consents.standings.known(pid) == ["new", records.ANNA]  # her access log of the time before
    consents.finish()
    assert records.current(store, "Patient", "new")
    clock.later(minutes=1)
    told = consents.withdraw(pid)
    assert told.receipt is not None and told.receipt.resources == {"Patient": 1}


def test_a_decision_older_than_the_last_changes_nothing(consents: Consents, store: Store, records: ModuleType, pid: str, clock: Any):
    records.fill(store, versions=1)
    before = clock.now()
    clock.later(hours=1)
    consents.withdraw(pid, Source.PVK)
    assert not consents.give(pid, Source.PVK, before).changed and consents.standings.of_pid(pid).consent is False
    clock.later(hours=1)
    consents.give(pid)
    assert not consents.withdraw(pid, Source.PVK, before + timedelta(minutes=5)).changed  # an old push, delivered late
    assert consents.standings.of_pid(pid).consent is True


def test_a_moment_to_come_counts_as_now(consents: Consents, pid: str, clock: Any):
    at = clock.now()
    assert consents.give(pid, Source.PVK, at + timedelta(days=400)).at == at
    clock.later(minutes=1)
    assert consents.withdraw(pid).changed


def test_the_access_log_is_told_in_the_transaction_of_the_decision(consents: Consents, store: Store, pid: str, clock: Any):
    seen: list[Decision] = []

    def trace(told: Decision) -> list[Access]:
        seen.append(told)
        return [Access("chain", len(seen), clock.now(), told.patient, b"told", bytes(32))]

    for _ in range(2):
        consents.give(pid, trace=trace)
    clock.later(minutes=1)
    at = clock.now()
    for _ in range(2):
        consents.withdraw(pid, moment=at, trace=trace)
    assert [(d.given, d.changed) for d in seen] == [(True, True), (True, False), (False, True), (False, False)]
    assert len(AccessRows(store.database).after("chain", 0)) == 4

    def broken(told: Decision) -> list[Access]:
        raise RuntimeError

    clock.later(minutes=1)
    with pytest.raises(RuntimeError):
        consents.give(pid, trace=broken)
    assert consents.standings.of_pid(pid).consent is False


def write_consent(consents: Consents, store: Store, clock: Any, resource: dict[str, Any], by_citizen: bool) -> None:
    with deciding(store, clock) as under_way:
        consents.written(under_way.session, resource, by_citizen=by_citizen)


def test_a_consent_that_she_writes_herself_counts_and_a_no_erases(
    consents: Consents, store: Store, records: ModuleType, pid: str, clock: Any
):
    records.fill(store, versions=1)
    no = {**consent("c", records.ANNA, clock.now()), "status": "inactive"}
    clock.later(minutes=1)
    write_consent(consents, store, clock, no, by_citizen=False)
    assert consents.standings.of([records.ANNA])[records.ANNA].consent is True
    write_consent(consents, store, clock, no, by_citizen=True)
    assert consents.standings.of([records.ANNA])[records.ANNA].consent is False  # at once; what follows may be broken off
    consents.finish()
    assert records.current(store, "Patient", records.ANNA) is None and records.current(store, "Patient", records.BERIT)
    receipt = consents.erasure.receipt(records.ANNA)
    assert receipt is not None and receipt.resources["Patient"] == 3


def test_what_was_ordered_to_go_goes_before_she_says_yes_again(consents: Consents, store: Store, records: ModuleType, pid: str, clock: Any):
    records.fill(store, versions=1)
    clock.later(minutes=1)
    write_consent(consents, store, clock, {**consent("c", records.ANNA, clock.now()), "status": "inactive"}, by_citizen=True)
    consents.give(pid)
    assert records.current(store, "Patient", records.ANNA) is None
    assert consents.standings.of_pid(pid).consent is True
    consents.finish()
    assert consents.erasure.unfinished() == []


CHANGES: list[tuple[dict[str, Any], bool | None]] = [
    ({}, True),
    ({"status": "inactive"}, False),
    ({"status": "rejected", "provision": {"type": "deny"}}, False),
    ({"provision": {"type": "deny"}}, False),
    ({"status": "draft"}, None),
    ({"status": "proposed"}, None),
    ({"status": "entered-in-error"}, None),
    ({"provision": "text"}, None),
    ({"meta": {}}, True),
    ({"meta": {}, "category": []}, None),
    ({"meta": {}, "scope": {"coding": [{"code": "treatment"}]}}, None),
    ({"meta": {}, "provision": {"type": "deny", "actor": [{"reference": {}}]}}, None),  # she blocks somebody: another agreement
    ({"resourceType": "Observation"}, None),
]


@pytest.mark.parametrize("change, said", CHANGES)
def test_what_a_consent_says_of_the_record(change: dict[str, Any], said: bool | None):
    assert decision({**consent("1", "kari", datetime(2026, 5, 1, 12, tzinfo=UTC)), **change}) is said
