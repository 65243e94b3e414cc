from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.lifecycle import (
    Record,
    State,
    contents,
    end_reasons,
    opening_faults,
    step_faults,
    stepped,
    transitions,
    write_faults,
)

OPENED, TODAY = date(2026, 3, 1), date(2026, 11, 1)
BORN = date(2026, 10, 10)
LEGAL = {
    ("begin", State.CREATED),
    ("end", State.ACTIVE),
    ("retract", State.CREATED),
    ("retract", State.ACTIVE),
    ("retract", State.ENDED),
}
REASON = {"begin": None, "end": "moved", "retract": "error"}


def record(state: State = State.ACTIVE, born: date | None = None) -> Record:
    return Record(state, OPENED, born)


@pytest.mark.parametrize(("step", "state"), list(product(["begin", "end", "retract"], State)))
def test_exactly_the_listed_steps_are_legal(step: str, state: State) -> None:
    faults = [f.rule for f in step_faults(record(state), step, TODAY, reason=REASON[step])]
    assert faults == ([] if (step, state) in LEGAL else ["step-not-allowed"])


def test_a_step_that_does_not_exist_is_named_with_those_that_do() -> None:
    fault = step_faults(record(), "reopen", TODAY)[0]
    assert fault.rule == "step-unknown"
    assert all(step in fault.text for step in transitions())


@pytest.mark.parametrize("reason", ["birth", "loss", "death"])
def test_an_end_with_a_day_needs_it_and_not_in_the_future(reason: str) -> None:
    assert [f.rule for f in step_faults(record(), "end", TODAY, reason=reason)] == ["end-day-missing"]
    assert step_faults(record(), "end", TODAY, reason=reason, on=TODAY) == []
    later = step_faults(record(), "end", TODAY, reason=reason, on=TODAY + timedelta(1))
    assert [f.rule for f in later] == ["end-day-in-future"]


def test_an_end_without_a_reason_or_with_another_steps_reason_is_refused() -> None:
    assert [f.rule for f in step_faults(record(), "end", TODAY)] == ["end-reason-missing"]
    assert [f.rule for f in step_faults(record(), "end", TODAY, reason="error")] == ["end-reason-unknown"]
    assert [f.rule for f in step_faults(record(), "end", TODAY, reason="bored")] == ["end-reason-unknown"]
    assert [f.rule for f in step_faults(record(State.CREATED), "begin", TODAY, reason="moved")] == ["end-reason-unknown"]


def test_the_end_does_not_contradict_the_birth_in_the_record() -> None:
    assert step_faults(record(born=BORN), "end", TODAY, reason="birth", on=BORN) == []
    early = step_faults(record(born=BORN), "end", TODAY, reason="birth", on=BORN - timedelta(1))
    assert [f.rule for f in early] == ["end-day-before-birth"]
    assert [f.rule for f in step_faults(record(born=BORN), "end", TODAY, reason="loss", on=BORN)] == ["loss-after-birth"]


def test_a_step_leads_to_its_state_and_keeps_reason_and_day() -> None:
    active = stepped(record(State.CREATED), "begin", TODAY)
    assert active == record()
    assert stepped(active, "end", TODAY, reason="birth", on=BORN) == Record(State.ENDED, OPENED, BORN, "birth", BORN)
    assert stepped(active, "end", TODAY, reason="moved") == Record(State.ENDED, OPENED, None, "moved", TODAY)
    assert stepped(active, "end", TODAY, reason="loss", on=BORN) == Record(State.ENDED, OPENED, None, "loss", BORN)
    later = stepped(record(born=BORN), "end", TODAY, reason="birth", on=BORN + timedelta(1))
    assert (later.born, later.ended) == (BORN, BORN + timedelta(1))
    assert stepped(active, "retract", TODAY, reason="error").state is State.ENTERED_IN_ERROR


def test_an_illegal_step_raises_with_all_its_faults_and_changes_nothing(
    rules_of: Callable[[pytest.ExceptionInfo[FhirError]], list[str]],
) -> None:
    closed = record(State.ENDED)
    with pytest.raises(FhirError) as caught:
        stepped(closed, "end", TODAY)
    assert caught.value.status == 409
    assert rules_of(caught) == ["step-not-allowed", "end-reason-missing"]
    assert closed.state is State.ENDED


@pytest.mark.parametrize(
    ("others", "faults"),
    [
        ([], []),
        ([State.ENDED, State.ENTERED_IN_ERROR], []),
        ([State.ENDED, State.ACTIVE], ["active-record-exists"]),
        ([State.CREATED], ["active-record-exists"]),
    ],
)
def test_a_woman_has_at_most_one_active_record(others: list[State], faults: list[str]) -> None:
    assert [f.rule for f in opening_faults(consent=True, deceased=False, confidential=False, others=others)] == faults


@pytest.mark.parametrize("consent", [False, None])
def test_a_record_needs_consent_life_and_no_confidential_address_and_all_faults_are_told(consent: bool | None) -> None:
    assert [f.rule for f in opening_faults(consent=consent, deceased=None, confidential=None, others=[])] == ["consent-missing"]
    everything = opening_faults(consent=consent, deceased=True, confidential=True, others=[State.ACTIVE])
    assert [f.rule for f in everything] == ["consent-missing", "patient-deceased", "confidential-address", "active-record-exists"]


WRITABLE = {
    ("background", State.CREATED),
    ("background", State.ACTIVE),
    ("pregnancy", State.ACTIVE),
    ("antenatal-visit", State.ACTIVE),
    ("birth", State.ACTIVE),
    ("postnatal", State.ACTIVE),
    ("retraction", State.CREATED),
    ("retraction", State.ACTIVE),
    ("retraction", State.ENDED),
}


@pytest.mark.parametrize(("content", "state"), list(product(sorted(contents()), State)))
def test_content_is_writable_in_exactly_its_states(content: str, state: State) -> None:
    born = BORN if content == "postnatal" else None
    faults = [f.rule for f in write_faults(record(state, born), content)]
    closed = "record-not-active" if state is State.CREATED else "record-closed"
    assert faults == ([] if (content, state) in WRITABLE else [closed])


def test_a_visit_lies_before_the_birth_and_a_postnatal_check_after_it() -> None:
    born, before, after = record(born=BORN), BORN - timedelta(1), BORN + timedelta(1)
    assert write_faults(born, "antenatal-visit", BORN) == write_faults(born, "antenatal-visit", before) == []
    assert [f.rule for f in write_faults(born, "antenatal-visit", after)] == ["visit-after-birth"]
    assert write_faults(born, "postnatal", BORN) == write_faults(born, "postnatal", after) == []
    assert [f.rule for f in write_faults(born, "postnatal", before)] == ["postnatal-before-birth"]
    assert [f.rule for f in write_faults(record(), "postnatal", after)] == ["birth-missing"]


def test_a_closed_record_and_a_wrong_day_are_told_together() -> None:
    faults = write_faults(record(State.ENDED, BORN), "antenatal-visit", BORN + timedelta(1))
    assert [f.rule for f in faults] == ["record-closed", "visit-after-birth"]


def test_content_that_does_not_exist_is_named_with_what_does() -> None:
    fault = write_faults(record(), "poem")[0]
    assert fault.rule == "content-unknown"
    assert all(content in fault.text for content in contents())


def test_states_are_told_in_the_words_of_fhir_and_of_the_national_record() -> None:
    assert [(s.entry.episode, s.entry.dhg) for s in State] == [
        ("planned", "ACTIVE"),
        ("active", "ACTIVE"),
        ("finished", "TERMINATED"),
        ("entered-in-error", "TERMINATED"),
    ]
    assert set(end_reasons()) == {"birth", "loss", "moved", "death", "error"}
