"""Conditions on the course of the pregnancy: fundal height, overdue visits, post-term, risk factors."""

from __future__ import annotations

from hit_maternity.maternity.conditions import Condition, Finding, Judged, Parameters, figures, names
from hit_maternity.maternity.facts import Facts
from hit_maternity.maternity.gestation import MAX_DAYS, GestationalAge
from hit_maternity.maternity.growth import FundalHeight, course
from hit_maternity.maternity.risk import holds, offers
from hit_maternity.maternity.visits import Attendance, Status, due


def fundal_height_sign(facts: Facts, p: Parameters) -> Judged:
    """The course of fundal heights shows the ``sign`` (an id of the course table). For singletons only: the curve is theirs."""
    measured = facts.until_today(facts.fundal_heights)
    if facts.dating is None or not measured:
        return None
    if not facts.pregnant or (facts.fetuses is not None and facts.fetuses > 1):
        return ()
    days = {facts.dating.days_on(m.on): m.on for m in measured}
    usable = [(facts.dating.days_on(m.on), m.value) for m in measured]
    run = course(FundalHeight(GestationalAge(d), value) for d, value in usable if 0 <= d <= MAX_DAYS)
    heights = dict(usable)
    return tuple(
        Finding(days[sign.at.days], figures=figures(fundal_height=heights[sign.at.days])) for sign in run.signs if sign.id == p.text("sign")
    )


def visit_overdue(facts: Facts, _: Parameters) -> Judged:
    """A visit of the programme is overdue today; one finding a visit, on the day it should have been at the latest."""
    if facts.dating is None:
        return None
    listed = {a.on for a in facts.attendances if a.kind == "consultation"}
    consulted = {c.on for c in facts.consultations if c.kind == "consultation"}
    attended = [*facts.attendances, *(Attendance(day) for day in consulted - listed)]
    planned = due(facts.dating, attended, facts.today, born=facts.born, ended=facts.ended)
    return tuple(Finding(item.closes) for item in planned if item.status is Status.OVERDUE)


def past_term(facts: Facts, p: Parameters) -> Judged:
    """The pregnancy goes on ``days`` days or more after the due date."""
    if facts.dating is None:
        return None
    over = (facts.today - facts.dating.due_date).days
    return (Finding(facts.dating.due_date, figures=figures(days=over)),) if facts.pregnant and over >= p.number("days") else ()


def age_reached(facts: Facts, p: Parameters) -> Judged:
    """The pregnancy goes on and has reached the age ``from``."""
    if facts.days is None:
        return None
    return (Finding(figures=figures(days=facts.days)),) if facts.pregnant and facts.days >= p.days("from") else ()


def risk_present(facts: Facts, p: Parameters) -> Judged:
    """At least ``count`` factors of the ``offer`` (an id of the risk table) hold, and the pregnancy goes on."""
    answers = [holds(factor, facts.background) for factor in offers()[p.text("offer")].any_of]
    present, wanted = answers.count(True), p.number("count")
    if not facts.pregnant:
        return ()
    if present >= wanted:
        return (Finding(figures=figures(factors=present)),)
    return None if present + answers.count(None) >= wanted else ()


CONDITIONS = {
    "fundal-height-sign": Condition(fundal_height_sign, texts=names("sign")),
    "visit-overdue": Condition(visit_overdue),
    "past-term": Condition(past_term, names("days")),
    "age-reached": Condition(age_reached, ages=names("from")),
    "risk-present": Condition(risk_present, names("count"), texts=names("offer")),
}
