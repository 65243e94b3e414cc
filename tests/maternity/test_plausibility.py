from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hit_maternity.fhir.outcome import ERROR, WARNING, Issue
from hit_maternity.maternity.dating import Dating, Estimate, Method, from_lmp, from_retrieval, from_ultrasound
from hit_maternity.maternity.gestation import GestationalAge
from hit_maternity.maternity.plausibility import birth_faults, dating_faults, estimate_faults, event_faults

LMP = date(2026, 1, 1)
TODAY = date(2026, 6, 1)


def named(faults: list[Issue]) -> list[tuple[str, str]]:
    return [(f.rule, f.severity) for f in faults]


@pytest.mark.parametrize(
    ("span", "rules"),
    [
        (-1, ["term-before-basis"]),
        (0, ["term-before-basis"]),
        (1, ["term-out-of-range"]),
        (258, ["term-out-of-range"]),
        (259, []),
        (301, []),
        (302, ["term-out-of-range"]),
    ],
)
def test_a_due_date_lies_259_to_301_days_after_the_period(span: int, rules: list[str]) -> None:
    assert [f.rule for f in estimate_faults(Estimate(Method.LMP, LMP + timedelta(span), LMP), TODAY)] == rules


def test_a_period_in_the_future_is_named_and_today_is_not_the_future() -> None:
    assert named(estimate_faults(from_lmp(TODAY), TODAY)) == []
    assert named(estimate_faults(from_lmp(TODAY + timedelta(1)), TODAY)) == [("basis-in-future", ERROR)]


def test_a_scan_before_the_pregnancy_it_dates_is_named() -> None:
    assert named(estimate_faults(Estimate(Method.ULTRASOUND, LMP + timedelta(302), LMP), TODAY)) == [("basis-outside-pregnancy", ERROR)]
    assert estimate_faults(from_ultrasound(LMP, GestationalAge(0)), TODAY) == []


def test_a_correction_and_an_estimate_without_its_day_are_not_questioned() -> None:
    assert estimate_faults(Estimate(Method.CORRECTED, date(1999, 1, 1), LMP), TODAY) == []
    assert estimate_faults(Estimate(Method.ULTRASOUND, date(2026, 10, 1)), TODAY) == []


@pytest.mark.parametrize(("moved", "faults"), [(14, []), (-14, []), (15, ["terms-disagree"]), (-15, ["terms-disagree"])])
def test_period_and_ultrasound_more_than_14_days_apart_are_a_warning(moved: int, faults: list[str]) -> None:
    scan = from_ultrasound(LMP + timedelta(126 + moved), GestationalAge(126))
    found = dating_faults([from_lmp(LMP), scan], TODAY)
    assert [f.rule for f in found] == faults
    assert all(f.severity == WARNING for f in found)


def test_all_faults_of_all_estimates_come_together() -> None:
    future = from_retrieval(TODAY + timedelta(1))
    reversed_ = Estimate(Method.LMP, LMP, LMP + timedelta(9))
    assert {f.rule for f in dating_faults([future, reversed_], TODAY)} == {"basis-in-future", "term-before-basis"}


def test_a_visit_lies_inside_the_pregnancy_before_the_birth_and_not_in_the_future(dating: Dating, on: Callable[[str], date]) -> None:
    late = on("44+0") + timedelta(1)
    assert event_faults(on("0+0"), TODAY, dating) == []
    assert named(event_faults(on("0+0") - timedelta(1), TODAY, dating)) == [("date-before-pregnancy", ERROR)]
    assert event_faults(on("44+0"), late, dating) == []
    assert named(event_faults(late, late, dating)) == [("gestational-age-over-44-weeks", ERROR)]
    assert named(event_faults(TODAY + timedelta(1), TODAY)) == [("date-in-future", ERROR)]
    assert event_faults(TODAY, TODAY, born=TODAY) == []
    assert named(event_faults(TODAY, TODAY, born=TODAY - timedelta(1))) == [("visit-after-birth", ERROR)]


@pytest.mark.parametrize(
    ("age", "faults"),
    [
        (-1, [("birth-before-pregnancy", ERROR)]),
        (0, [("birth-before-22-weeks", WARNING)]),
        (153, [("birth-before-22-weeks", WARNING)]),
        (154, []),
        (308, []),
        (309, [("birth-over-44-weeks", ERROR)]),
    ],
)
def test_a_birth_lies_between_22_and_44_weeks(age: int, faults: list[tuple[str, str]], dating: Dating) -> None:
    assert named(birth_faults(LMP + timedelta(age), date(2027, 1, 1), dating)) == faults


def test_a_birth_in_the_future_is_named_even_without_a_dating() -> None:
    assert named(birth_faults(TODAY + timedelta(1), TODAY)) == [("birth-in-future", ERROR)]
    assert birth_faults(TODAY, TODAY) == []


def test_every_fault_says_how_to_mend_it() -> None:
    found = birth_faults(date(2030, 1, 1), TODAY, Dating(date(2026, 10, 11))) + event_faults(date(2030, 1, 1), TODAY, born=TODAY)
    assert len(found) == 4
    assert all("orrect" in f.text or "Write" in f.text for f in found)
