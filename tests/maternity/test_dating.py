from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.dating import (
    ASSISTED,
    NORWAY,
    Dating,
    DatingRules,
    Estimate,
    Method,
    from_lmp,
    from_retrieval,
    from_transfer,
    from_ultrasound,
    history,
    valid_term,
)
from hit_maternity.maternity.gestation import MAX_DAYS, GestationalAge
from hit_maternity.maternity.tables import Evidence, rows

LMP = date(2026, 1, 1)
DUE = date(2026, 10, 11)
days = st.dates(date(1950, 1, 1), date(2150, 1, 1))


def test_the_due_date_is_283_days_after_the_last_period() -> None:
    assert from_lmp(LMP) == Estimate(Method.LMP, DUE, LMP)
    assert (DUE - LMP).days == 283


def test_the_length_of_the_pregnancy_can_be_configured() -> None:
    naegele = DatingRules(term_length=280)
    assert from_lmp(LMP, rules=naegele).due_date == date(2026, 10, 8)
    with pytest.raises(ValueError, match="term_length"):
        DatingRules(term_length=200)


def test_the_limits_of_what_can_be_configured_are_included() -> None:
    assert (DatingRules(term_length=259).term_length, DatingRules(term_length=301).term_length) == (259, 301)
    assert Dating(date(1900, 1, 1)).day_zero.year == 1899
    assert Dating(date(2199, 12, 31)).due_date.year == 2199


@pytest.mark.parametrize(
    ("cycle", "due"),
    [(20, date(2026, 10, 3)), (60, date(2026, 11, 12)), (28, DUE), (35, date(2026, 10, 18)), (21, date(2026, 10, 4)), (None, DUE)],
)
def test_a_known_cycle_moves_the_due_date_by_its_difference_to_28_days(cycle: int | None, due: date) -> None:
    assert from_lmp(LMP, cycle).due_date == due


@pytest.mark.parametrize("cycle", [19, 61, -1, 0, 10**20])
def test_a_cycle_that_cannot_be_dated_by_is_refused(cycle: int) -> None:
    with pytest.raises(FhirError) as caught:
        from_lmp(LMP, cycle)
    assert caught.value.issues[0].rule == "cycle-length-range"


def test_oocyte_retrieval_is_day_14() -> None:
    estimate = from_retrieval(date(2026, 1, 15))
    assert estimate.due_date == DUE
    assert Dating(estimate.due_date).age_on(date(2026, 1, 15)) == GestationalAge(14)


@pytest.mark.parametrize("embryo_age", range(8))
def test_retrieval_and_transfer_of_the_same_embryo_give_the_same_due_date(embryo_age: int) -> None:
    retrieved = date(2026, 1, 15)
    assert from_transfer(retrieved + timedelta(embryo_age), embryo_age).due_date == from_retrieval(retrieved).due_date


@pytest.mark.parametrize("embryo_age", [-1, 8])
def test_an_embryo_of_impossible_age_is_refused(embryo_age: int) -> None:
    with pytest.raises(FhirError) as caught:
        from_transfer(LMP, embryo_age)
    assert caught.value.issues[0].rule == "embryo-age-range"


@given(days, st.integers(0, MAX_DAYS))
def test_a_scan_is_dated_so_that_the_age_it_showed_is_the_age_on_its_day(examined: date, age: int) -> None:
    estimate = from_ultrasound(examined, GestationalAge(age))
    assert Dating(estimate.due_date).age_on(examined) == GestationalAge(age)


@given(days, st.integers(0, MAX_DAYS))
def test_day_and_age_lead_to_each_other(due: date, age: int) -> None:
    dating = Dating(due)
    assert dating.age_on(dating.day_at(GestationalAge(age))) == GestationalAge(age)
    assert dating.days_on(dating.day_zero) == 0
    assert dating.days_on(due) == 283


@given(days, days, days)
def test_a_later_day_is_a_higher_age_and_a_later_due_date_a_lower_one(due: date, one: date, other: date) -> None:
    assert (Dating(due).days_on(one) <= Dating(due).days_on(other)) == (one <= other)
    assert (Dating(one).days_on(due) >= Dating(other).days_on(due)) == (one <= other)


def test_the_due_date_is_at_40_weeks_and_3_days_and_post_term_begins_11_days_after() -> None:
    assert str(Dating(DUE).age_on(DUE)) == "40+3"
    assert str(Dating(DUE).age_on(DUE + timedelta(11))) == "42+0"


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 11, 6), date.min, date.max])
def test_a_day_outside_the_pregnancy_has_no_age(day: date) -> None:
    with pytest.raises(FhirError) as caught:
        Dating(DUE).age_on(day)
    assert caught.value.issues[0].rule == "gestational-age-range"
    assert isinstance(Dating(DUE).days_on(day), int)


@pytest.mark.parametrize("due", [date.min, date.max, date(1899, 12, 31), date(2200, 1, 1)])
def test_a_due_date_at_the_ends_of_the_calendar_is_refused(due: date) -> None:
    with pytest.raises(FhirError) as caught:
        Dating(due)
    assert caught.value.issues[0].rule == "date-out-of-range"
    with pytest.raises(FhirError):
        valid_term([Estimate(Method.CORRECTED, due)])


PERIOD = from_lmp(LMP, recorded=date(2026, 2, 20))
EARLY = from_ultrasound(date(2026, 3, 26), GestationalAge.of(12, 3), recorded=date(2026, 3, 26))
ROUTINE = from_ultrasound(date(2026, 5, 8), GestationalAge.of(18, 4), recorded=date(2026, 5, 8))
LATE = from_ultrasound(date(2026, 7, 10), GestationalAge.of(28), recorded=date(2026, 7, 10))
UNDATED = Estimate(Method.ULTRASOUND, date(2026, 10, 5))
IVF = from_retrieval(date(2026, 1, 17), recorded=date(2026, 2, 20))
CORRECTED = Estimate(Method.CORRECTED, date(2026, 10, 1), recorded=date(2026, 6, 1))


@pytest.mark.parametrize(
    ("given_", "chosen", "reason"),
    [
        ([PERIOD], PERIOD, "lmp"),
        ([PERIOD, ROUTINE], ROUTINE, "ultrasound-routine"),
        ([LATE, ROUTINE, EARLY], ROUTINE, "ultrasound-routine"),
        ([PERIOD, LATE, EARLY], EARLY, "ultrasound-other"),
        ([UNDATED, LATE], LATE, "ultrasound-other"),
        ([PERIOD, UNDATED], UNDATED, "ultrasound-undated"),
        ([PERIOD, ROUTINE, IVF], IVF, "assisted-conception"),
        ([PERIOD, ROUTINE, IVF, CORRECTED], CORRECTED, "corrected"),
    ],
)
def test_the_valid_term_is_chosen_by_precedence_and_says_why(given_: list[Estimate], chosen: Estimate, reason: str) -> None:
    for order in (given_, given_[::-1]):
        term = valid_term(order)
        assert term is not None
        assert (term.estimate, term.reason, term.dating.due_date) == (chosen, reason, chosen.due_date)
        row = next(row for row in rows("dating", "reason") if row.id == reason)
        assert (term.words, term.basis) == (row.words(), row.basis())


@pytest.mark.parametrize(("age", "reason"), [(118, "other"), (119, "routine"), (139, "routine"), (140, "other")])
def test_the_routine_ultrasound_is_that_of_17_0_to_19_6(age: int, reason: str) -> None:
    term = valid_term([from_ultrasound(date(2026, 5, 8), GestationalAge(age))])
    assert term is not None and term.reason == f"ultrasound-{reason}"


def test_of_several_corrections_the_one_recorded_last_is_valid() -> None:
    earlier = Estimate(Method.CORRECTED, date(2026, 9, 28), recorded=date(2026, 5, 30))
    for order in ([CORRECTED, earlier], [earlier, CORRECTED]):
        term = valid_term(order)
        assert term is not None and term.estimate == CORRECTED


def test_without_estimates_there_is_no_valid_term() -> None:
    assert valid_term([]) is None
    assert history([]) == ()


def test_the_precedence_can_be_configured() -> None:
    ultrasound_first = DatingRules(precedence=(frozenset({Method.ULTRASOUND}), ASSISTED))
    term = valid_term([IVF, ROUTINE], ultrasound_first)
    assert term is not None and term.estimate == ROUTINE


def test_the_history_tells_every_change_of_the_valid_term_and_by_how_many_days_it_moved() -> None:
    steps = history([CORRECTED, ROUTINE, PERIOD, LATE])
    assert [(s.on, s.term.reason, s.moved) for s in steps] == [
        (date(2026, 2, 20), "lmp", None),
        (date(2026, 5, 8), "ultrasound-routine", (ROUTINE.due_date - PERIOD.due_date).days),
        (date(2026, 6, 1), "corrected", (CORRECTED.due_date - ROUTINE.due_date).days),
    ]


@given(st.permutations([PERIOD, EARLY, ROUTINE, LATE, IVF, CORRECTED]))
def test_the_history_ends_with_the_valid_term_in_whatever_order_estimates_come(order: list[Estimate]) -> None:
    valid = valid_term(order)
    steps = history(order)
    assert valid is not None and steps[-1].term.estimate == valid.estimate


def test_every_method_and_every_reason_has_its_words_and_the_unproven_ones_say_so(on: Callable[[str], date]) -> None:
    assert {row.id for row in rows("dating", "method")} == set(Method)
    assert all(method.words.nn for method in Method)
    inferred = {row.id for row in rows("dating", "reason") if row.basis().evidence is Evidence.INFERRED}
    assert inferred == {"corrected", "assisted-conception", "ultrasound-other", "ultrasound-undated"}
    assert NORWAY.term_length == 283 and on("0+0") == LMP
