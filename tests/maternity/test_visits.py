from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.maternity.dating import Dating
from hit_maternity.maternity.gestation import GestationalAge
from hit_maternity.maternity.visits import Attendance, PlannedVisit, Status, all_tasks, at_each_visit, due, programme, tasks

DATING = Dating(date(2026, 10, 11))
On = Callable[[str], date]


def standing(planned: tuple[PlannedVisit, ...]) -> dict[str, Status]:
    return {p.visit.id: p.status for p in planned}


def test_the_programme_has_nine_consultations_with_fetal_diagnostics_the_week_41_control_and_the_postnatal_check() -> None:
    ids = [v.id for v in programme()]
    assert len(ids) == 11
    assert ids[-2:] == ["post-term", "postnatal"]


@pytest.mark.parametrize(
    ("visit", "coming", "first_due", "last_due", "first_overdue", "last_overdue", "missed"),
    [
        ("first", "5+6", "6+0", "12+6", "13+0", "21+6", "22+0"),
        ("early-ultrasound", "10+6", "11+0", "13+6", "14+0", "14+6", "15+0"),
        ("routine-ultrasound", "16+6", "17+0", "19+6", "20+0", "22+6", "23+0"),
        ("week-24", "23+6", "24+0", "24+6", "25+0", "25+6", "26+0"),
        ("week-28", "27+6", "28+0", "28+6", "29+0", "29+6", "30+0"),
        ("week-32", "31+6", "32+0", "32+6", "33+0", "33+6", "34+0"),
        ("week-36", "35+6", "36+0", "36+6", "37+0", "37+6", "38+0"),
        ("week-38", "37+6", "38+0", "38+6", "39+0", "39+6", "40+0"),
        ("week-40", "39+6", "40+0", "40+6", "41+0", "41+2", "41+3"),
        ("post-term", "41+2", "41+3", "41+5", "41+6", "42+3", "42+4"),
    ],
)
def test_a_visit_is_coming_due_overdue_and_missed_by_the_day(
    visit: str, coming: str, first_due: str, last_due: str, first_overdue: str, last_overdue: str, missed: str, on: On
) -> None:
    days = [coming, first_due, last_due, first_overdue, last_overdue, missed]
    found = [standing(due(DATING, [], on(day)))[visit] for day in days]
    assert found == [Status.COMING, Status.DUE, Status.DUE, Status.OVERDUE, Status.OVERDUE, Status.MISSED]


def test_the_week_41_control_is_7_to_9_days_after_the_due_date() -> None:
    control = next(p for p in due(DATING, [], DATING.due_date) if p.visit.id == "post-term")
    assert (control.opens, control.closes) == (date(2026, 10, 18), date(2026, 10, 20))


def test_the_postnatal_check_comes_4_to_8_weeks_after_the_birth_and_has_no_date_before_it(on: On) -> None:
    before = next(p for p in due(DATING, [], on("36+0")) if p.visit.id == "postnatal")
    assert (before.status, before.opens) == (Status.COMING, None)
    born = on("40+0")
    days = [27, 28, 56, 57, 112, 113]
    found = [standing(due(DATING, [], born + timedelta(d), born=born))["postnatal"] for d in days]
    assert found == [Status.COMING, Status.DUE, Status.DUE, Status.OVERDUE, Status.OVERDUE, Status.MISSED]


def test_after_the_birth_visits_that_had_not_closed_are_not_needed_and_earlier_ones_were_missed(on: On) -> None:
    found = standing(due(DATING, [], on("38+5"), born=on("38+5")))
    assert (found["week-36"], found["week-38"], found["week-40"], found["post-term"]) == (
        Status.MISSED,
        Status.NOT_NEEDED,
        Status.NOT_NEEDED,
        Status.NOT_NEEDED,
    )


def test_a_birth_on_the_last_day_of_a_visits_week_leaves_it_not_needed_and_one_a_day_later_missed(on: On) -> None:
    for born, status in ((on("36+6"), Status.NOT_NEEDED), (on("37+0"), Status.MISSED)):
        assert standing(due(DATING, [], born, born=born))["week-36"] is status


@pytest.mark.parametrize(("age", "counts"), [("21+6", False), ("22+0", True), ("25+6", True), ("26+0", False)])
def test_an_attendance_counts_up_to_and_with_the_ends_of_a_visits_window(age: str, counts: bool, on: On) -> None:
    done = [Attendance(on("8+0")), Attendance(on(age))]
    assert (standing(due(DATING, done, on("26+6")))["week-24"] is Status.DONE) is counts


def test_after_a_loss_no_task_is_due_any_more(on: On) -> None:
    found = {p.task.id: p.status for p in tasks(DATING, [], on("30+0"), {}, ended=on("20+0"))}
    assert (found["folate"], found["haemoglobin-28"], found["birth-talk"]) == (Status.MISSED, Status.NOT_NEEDED, Status.NOT_NEEDED)


def test_after_a_loss_nothing_is_due_any_more(on: On) -> None:
    found = standing(due(DATING, [Attendance(on("8+0"))], on("30+0"), ended=on("20+0")))
    assert found.pop("first") is Status.DONE
    assert {found.pop("early-ultrasound"), found.pop("routine-ultrasound")} == {Status.MISSED}
    assert set(found.values()) == {Status.NOT_NEEDED}


def test_attendances_are_matched_by_kind_and_week_each_for_one_visit(on: On) -> None:
    done = [
        Attendance(on("9+0")),
        Attendance(on("12+0"), "ultrasound"),
        Attendance(on("18+0"), "ultrasound"),
        Attendance(on("23+2")),
        Attendance(on("25+2")),
        Attendance(on("28+6")),
    ]
    found = {p.visit.id: p.attended for p in due(DATING, done[::-1], on("31+0")) if p.attended}
    assert found == {
        "first": on("9+0"),
        "early-ultrasound": on("12+0"),
        "routine-ultrasound": on("18+0"),
        "week-24": on("23+2"),
        "week-28": on("28+6"),
    }


def test_a_named_attendance_counts_for_its_visit_whatever_its_day(on: On) -> None:
    found = {p.visit.id: p.attended for p in due(DATING, [Attendance(on("30+1"), visit="week-28")], on("31+0")) if p.attended}
    assert found == {"week-28": on("30+1")}


def test_a_first_consultation_that_comes_late_is_the_first_and_that_of_its_week(on: On) -> None:
    found = standing(due(DATING, [Attendance(on("28+3"))], on("28+3")))
    assert (found["first"], found["week-24"], found["week-28"], found["week-32"]) == (
        Status.DONE,
        Status.MISSED,
        Status.DONE,
        Status.COMING,
    )


def test_a_consultation_before_the_pregnancy_counts_for_nothing(on: On) -> None:
    assert [p for p in due(DATING, [Attendance(on("0+0") - timedelta(1))], on("8+0")) if p.attended] == []


def test_a_visit_in_overlapping_weeks_goes_to_the_earliest_that_is_open(on: On) -> None:
    assert standing(due(DATING, [Attendance(on("37+2"))], on("37+2")))["week-36"] is Status.DONE
    both = standing(due(DATING, [Attendance(on("36+0")), Attendance(on("37+2"))], on("37+2")))
    assert (both["week-36"], both["week-38"]) == (Status.DONE, Status.DONE)


def test_what_lies_after_today_is_not_done_yet(on: On) -> None:
    assert standing(due(DATING, [Attendance(on("24+3"))], on("24+2")))["week-24"] is Status.DUE
    assert standing(due(DATING, [Attendance(on("24+3"))], on("24+3")))["week-24"] is Status.DONE


ORDER = [Status.COMING, Status.DUE, Status.OVERDUE, Status.MISSED]


@given(st.integers(-50, 400), st.integers(0, 100))
def test_with_nothing_done_time_moves_a_visit_only_forward(days: int, later: int) -> None:
    now = standing(due(DATING, [], DATING.day_zero + timedelta(days)))
    then = standing(due(DATING, [], DATING.day_zero + timedelta(days + later)))
    assert all(ORDER.index(now[v]) <= ORDER.index(then[v]) for v in now)


@given(st.lists(st.integers(-20, 330), max_size=12), st.integers(0, 330))
def test_an_attendance_counts_at_most_twice_and_only_the_late_first_one(days: list[int], today: int) -> None:
    done = [Attendance(DATING.day_zero + timedelta(d)) for d in days]
    attended = [p.attended for p in due(DATING, done, DATING.day_zero + timedelta(today)) if p.attended and p.visit.id != "first"]
    assert len(attended) <= len([d for d in days if d <= today])
    assert all(attended.count(day) <= len([a for a in done if a.on == day]) for day in attended)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_at_the_ends_of_the_calendar_give_an_answer(day: date) -> None:
    assert len(due(DATING, [Attendance(day)], day, born=day)) == 11
    assert tasks(DATING, [], day, {"rhd-negative": True}, born=day)


def test_what_is_examined_at_each_visit_grows_with_the_weeks() -> None:
    def names(age: str) -> set[str]:
        return {item.id for item in at_each_visit(GestationalAge.parse(age))}

    always = {"blood-pressure", "urine-protein", "weight"}
    assert names("8+0") == names("23+6") == always
    assert names("24+0") == names("35+6") == always | {"fundal-height", "fetal-heart", "fetal-movements"}
    assert names("36+0") == names("24+0") | {"lie"}


def test_a_task_applies_where_all_its_circumstances_hold_and_is_open_where_one_is_unknown(on: On) -> None:
    def anti_d(**known: bool | None) -> bool | str | None:
        found = {p.task.id: p.applies for p in tasks(DATING, [], on("28+0"), {k.replace("_", "-"): v for k, v in known.items()})}
        return found.get("anti-d-28", "left out")

    assert anti_d(rhd_negative=True, not_rhd_immunised=True, fetus_rhd_positive=True) is True
    assert anti_d(rhd_negative=True, not_rhd_immunised=True, fetus_rhd_positive=None) is None
    assert anti_d(rhd_negative=True) is None
    assert anti_d(rhd_negative=True, not_rhd_immunised=None, fetus_rhd_positive=False) == "left out"
    assert anti_d(rhd_negative=False) == "left out"


@pytest.mark.parametrize(
    ("task", "opens", "closes", "until"),
    [
        ("ferritin", "6+0", "15+6", "26+6"),
        ("hba1c", "6+0", "15+6", "15+6"),
        ("fetal-rhd-typing", "24+0", "24+6", "27+6"),
        ("antibodies-24", "24+0", "24+6", "27+6"),
        ("glucose-load", "24+0", "28+6", "33+6"),
        ("anti-d-28", "28+0", "28+6", "40+6"),
        ("haemoglobin-28", "28+0", "28+6", "35+6"),
        ("antibodies-32", "32+0", "32+6", "34+6"),
        ("antibodies-36", "36+0", "36+6", "40+6"),
        ("habits-36", "36+0", "36+6", "44+0"),
    ],
)
def test_a_task_stands_by_its_weeks(task: str, opens: str, closes: str, until: str, on: On) -> None:
    yes = {name: True for t in all_tasks() for name in t.when}

    def at(day: date, *done: str) -> Status:
        return next(p.status for p in tasks(DATING, done, day, yes) if p.task.id == task)

    one = timedelta(1)
    assert [at(on(opens) - one), at(on(opens)), at(on(closes))] == [Status.COMING, Status.DUE, Status.DUE]
    if until != closes:
        assert [at(on(closes) + one), at(on(until))] == [Status.OVERDUE, Status.OVERDUE]
    assert at(on(until) + one) is Status.MISSED
    assert at(on(closes), task) is Status.DONE


def test_a_circumstance_or_task_that_does_not_exist_is_refused(on: On) -> None:
    with pytest.raises(ValueError, match="rhesus-negative"):
        tasks(DATING, [], on("24+0"), {"rhesus-negative": True})
    with pytest.raises(ValueError, match="anti-e"):
        tasks(DATING, ["anti-e"], on("24+0"), {})
