from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.maternity.gestation import GestationalAge
from hit_maternity.maternity.growth import (
    Band,
    FundalHeight,
    Lines,
    PressureCourse,
    course,
    curve_basis,
    expected_gain,
    lines_at,
    position,
    pressure_course,
    weight_gain,
    weight_group,
    weight_groups,
)
from hit_maternity.maternity.measures import BloodPressure
from hit_maternity.maternity.tables import Evidence, rows

on_curve = st.integers(23 * 7, 42 * 7).map(GestationalAge)
heights = st.decimals(D(10), D(50), places=1)


def age(text: str) -> GestationalAge:
    return GestationalAge.parse(text)


def heights_of(*measured: tuple[str, str]) -> list[FundalHeight]:
    return [FundalHeight(age(when), D(height)) for when, height in measured]


def signs_of(*measured: tuple[str, str]) -> list[tuple[str, str]]:
    return [(s.id, str(s.at)) for s in course(heights_of(*measured)).signs]


@pytest.mark.parametrize(
    ("week", "lines"),
    [
        ("23+0", ("19.70", "22.10", "25.10")),
        ("24+0", ("20.50", "23.00", "26.00")),
        ("36+0", ("30.20", "33.80", "36.90")),
        ("42+0", ("34.20", "37.50", "41.40")),
    ],
)
def test_the_lines_at_whole_weeks_are_those_of_the_table(week: str, lines: tuple[str, str, str]) -> None:
    assert lines_at(age(week)) == Lines(*(D(v) for v in lines))


def test_between_the_weeks_the_lines_are_straight() -> None:
    assert lines_at(age("24+0")) != lines_at(age("24+1"))
    here = lines_at(age("27+0"))
    ahead = lines_at(age("28+0"))
    between = lines_at(age("27+3"))
    assert here and ahead and between
    assert abs(between.middle - (here.middle + (ahead.middle - here.middle) * 3 / 7)) < D("1e-20")


@pytest.mark.parametrize("off", ["0+0", "22+6", "42+1", "44+0"])
def test_off_the_curve_there_is_no_position(off: str) -> None:
    assert lines_at(age(off)) is None
    assert position(age(off), D(30)) is None


@given(on_curve, on_curve)
def test_all_lines_rise_with_the_weeks_and_never_cross(one: GestationalAge, other: GestationalAge) -> None:
    a, b = lines_at(one), lines_at(other)
    assert a and b
    assert a.low < a.middle < a.high
    if one < other:
        assert a.low < b.low and a.middle < b.middle and a.high < b.high


@given(on_curve, heights, heights)
def test_a_greater_height_never_has_a_lower_place(when: GestationalAge, one: D, other: D) -> None:
    a, b = position(when, one), position(when, other)
    assert a and b
    assert (a.score < b.score) == (one < other)
    assert (a.percentile_if_10_to_90 <= b.percentile_if_10_to_90) or one > other


@given(on_curve, heights)
def test_score_and_height_lead_to_each_other(when: GestationalAge, height: D) -> None:
    lines = lines_at(when)
    assert lines
    assert abs(lines.height(lines.score(height)) - height) < D("1e-20")


@pytest.mark.parametrize(
    ("height", "band", "score"),
    [("20.49", Band.BELOW, None), ("20.50", Band.WITHIN, -1), ("23", Band.WITHIN, 0), ("26", Band.WITHIN, 1), ("26.01", Band.ABOVE, None)],
)
def test_on_a_line_is_within(height: str, band: Band, score: int | None) -> None:
    place = position(age("24+0"), D(height))
    assert place and place.band is band
    assert score is None or place.score == score


def test_if_the_lines_are_the_10th_and_90th_the_percentile_follows() -> None:
    for height, percentile in (("20.5", 10), ("23", 50), ("26", 90)):
        place = position(age("24+0"), D(height))
        assert place and place.percentile_if_10_to_90 == pytest.approx(percentile)


def test_the_curves_values_are_confirmed_and_what_its_lines_mean_is_said_not_to_be() -> None:
    assert curve_basis().evidence is Evidence.CONFIRMED
    assert "not stated" in curve_basis().note
    assert len(rows("growth", "point")) == 20


@pytest.mark.parametrize(
    ("measured", "signs"),
    [
        ([("25+0", "24")], []),
        ([("25+0", "21.34")], [("first-low", "25+0")]),
        ([("24+0", "20.4")], [("first-low", "24+0")]),
        ([("26+6", "22.9")], [("first-low", "26+6")]),
        ([("23+6", "20")], []),
        ([("27+0", "23")], []),
        ([("25+0", "21.35")], []),
    ],
)
def test_a_first_measurement_under_the_lower_line_counts_near_week_25(
    measured: list[tuple[str, str]], signs: list[tuple[str, str]]
) -> None:
    assert signs_of(*measured) == signs


def test_two_measurements_under_the_lower_line_are_a_sign_even_with_a_good_one_between() -> None:
    assert signs_of(("28+0", "23.5"), ("30+0", "26"), ("32+0", "27.1")) == [("two-low", "32+0")]
    assert signs_of(("28+0", "23.5"), ("30+0", "26"), ("32+0", "27.2")) == []


@pytest.mark.parametrize(("last", "sign"), [("30+6", "measure-again"), ("31+0", "not-rising")])
def test_a_curve_that_does_not_rise_is_measured_again_before_three_weeks_and_then_a_sign(last: str, sign: str) -> None:
    assert (sign, last) in signs_of(("28+0", "28"), (last, "28"))
    assert signs_of(("28+0", "28"), (last, "30")) == []


@pytest.mark.parametrize(("height", "jumps"), [("33.29", False), ("33.3", True)])
def test_three_centimetres_above_what_was_expected_is_a_jump(height: str, jumps: bool) -> None:
    # On the middle line (27.0) at 28+0 she is expected on the middle line (30.3) at 32+0.
    assert (("jump", "32+0") in signs_of(("28+0", "27"), ("32+0", height))) is jumps


@pytest.mark.parametrize(("height", "falls"), [("27.2", True), ("27.21", False)])
def test_falling_from_the_middle_line_to_the_lower_is_falling_off(height: str, falls: bool) -> None:
    assert (("falling-off", "32+0") in signs_of(("28+0", "27"), ("32+0", height))) is falls


@pytest.mark.parametrize(("height", "above"), [("33.3", False), ("33.31", True)])
def test_above_the_upper_line_is_a_sign(height: str, above: bool) -> None:
    assert (("above", "32+0") in signs_of(("32+0", height))) is above


@given(st.permutations([("25+0", "24"), ("28+0", "26"), ("32+0", "26"), ("44+0", "40")]))
def test_a_course_is_the_same_in_whatever_order_it_is_given(measured: list[tuple[str, str]]) -> None:
    run = course(heights_of(*measured))
    assert [str(m.age) for m, _ in run.measured] == ["25+0", "28+0", "32+0", "44+0"]
    assert run.measured[-1][1] is None
    assert [s.id for s in run.signs] == ["not-rising", "falling-off"]
    table = {row.id: row for row in rows("growth", "course")}
    assert all((s.words, s.basis) == (table[s.id].words(), table[s.id].basis()) for s in run.signs)
    assert all(s.basis.evidence is Evidence.INFERRED for s in run.signs)


def test_no_measurements_show_nothing() -> None:
    assert course([]).signs == ()


@pytest.mark.parametrize(
    ("bmi", "group"),
    [
        ("18.49", "underweight"),
        ("18.5", "normal"),
        ("24.99", "normal"),
        ("25", "overweight"),
        ("29.99", "overweight"),
        ("30", "obesity"),
        ("80", "obesity"),
    ],
)
def test_bmi_groups_begin_at_18_5_25_and_30(bmi: str, group: str) -> None:
    assert weight_group(D(bmi)).id == group


@pytest.mark.parametrize("bmi", ["0", "-1", "5000"])
def test_what_is_no_bmi_has_no_group(bmi: str) -> None:
    with pytest.raises(ValueError, match="BMI"):
        weight_group(D(bmi))


def test_the_expected_gain_begins_at_nothing_and_ends_at_the_recommended_total() -> None:
    normal = weight_group(D(22))
    assert expected_gain(normal, age("0+0")) == (D(0), D(0))
    assert expected_gain(normal, age("13+0")) == (D("0.5"), D(2))
    assert expected_gain(normal, age("40+0")) == expected_gain(normal, age("42+0")) == (D("11.5"), D(16))
    assert expected_gain(normal, age("40+0"), 2) == (D("16.8"), D("24.5"))
    assert expected_gain(normal, age("40+0"), 3) is None
    assert expected_gain(weight_group(D(17)), age("40+0"), 2) is None


@given(st.sampled_from(range(4)), st.integers(0, 307), st.sampled_from([1, 2]))
def test_the_expected_gain_never_falls(which: int, days: int, fetuses: int) -> None:
    group = weight_groups()[which]
    now, later = expected_gain(group, GestationalAge(days), fetuses), expected_gain(group, GestationalAge(days + 1), fetuses)
    if now is None or later is None:
        assert (group.id, fetuses) == ("underweight", 2)
    else:
        assert now[0] <= now[1] and now[0] <= later[0] and now[1] <= later[1]


@pytest.mark.parametrize(("now", "band"), [("71.49", Band.BELOW), ("71.5", Band.WITHIN), ("76", Band.WITHIN), ("76.01", Band.ABOVE)])
def test_weight_gain_on_the_limits_is_within(now: str, band: Band) -> None:
    assert weight_gain(D(60), D(now), D(22), age("40+0")) is band


def test_weight_gain_of_triplets_is_not_judged() -> None:
    assert weight_gain(D(60), D(70), D(22), age("40+0"), 3) is None


def test_the_course_of_blood_pressure_tells_first_last_highest_and_rise() -> None:
    readings = [
        (date(2026, 5, 1), BloodPressure(150, 70)),
        (date(2026, 3, 1), BloodPressure(110, 75)),
        (date(2026, 6, 1), BloodPressure(125, 85)),
    ]
    assert pressure_course(readings) == PressureCourse(BloodPressure(110, 75), BloodPressure(125, 85), 150, 85, 15, 10)
    assert pressure_course([]) is None
