from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.gestation import MAX_DAYS, GestationalAge, shifted

ages = st.integers(0, MAX_DAYS).map(GestationalAge)


@given(ages)
def test_what_is_written_is_read_back_as_the_same_age(age: GestationalAge) -> None:
    assert GestationalAge.parse(str(age)) == age
    assert GestationalAge.of(age.weeks, age.days_over) == age
    assert age.weeks * 7 + age.days_over == age.days


@given(ages, ages)
def test_more_days_are_a_later_age_and_never_an_earlier_trimester(one: GestationalAge, other: GestationalAge) -> None:
    assert (one < other) == (one.days < other.days)
    if one <= other:
        assert one.trimester <= other.trimester


@pytest.mark.parametrize(("age", "trimester"), [("0+0", 1), ("13+6", 1), ("14+0", 2), ("27+6", 2), ("28+0", 3), ("44+0", 3)])
def test_trimesters_begin_at_14_and_28_weeks(age: str, trimester: int) -> None:
    assert GestationalAge.parse(age).trimester == trimester


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("44+1", "gestational-age-range"),
        ("99+6", "gestational-age-range"),
        ("28+7", "gestational-age-days"),
        ("28", "gestational-age-form"),
        ("", "gestational-age-form"),
        ("28+3\n", "gestational-age-form"),
        (" 28+3", "gestational-age-form"),
        ("-1+0", "gestational-age-form"),
        ("٢٨+٣", "gestational-age-form"),
        ("28+3\x00", "gestational-age-form"),
        ("1" * 10_000 + "+1", "gestational-age-form"),
    ],
)
def test_a_text_that_is_no_gestational_age_is_refused_by_name(text: str, rule: str) -> None:
    with pytest.raises(FhirError) as caught:
        GestationalAge.parse(text)
    assert (caught.value.status, [i.rule for i in caught.value.issues]) == (422, [rule])


@pytest.mark.parametrize("days", [-1, MAX_DAYS + 1, 10**30])
def test_an_age_lies_between_0_and_44_weeks(days: int) -> None:
    with pytest.raises(FhirError) as caught:
        GestationalAge(days)
    assert caught.value.issues[0].rule == "gestational-age-range"
    assert GestationalAge(MAX_DAYS).weeks == 44


@pytest.mark.parametrize(("day", "days"), [(date.max, 1), (date.min, -1), (date(2026, 1, 1), 10**12)])
def test_reckoning_past_the_calendar_is_refused(day: date, days: int) -> None:
    with pytest.raises(FhirError) as caught:
        shifted(day, days)
    assert caught.value.issues[0].rule == "date-out-of-range"
