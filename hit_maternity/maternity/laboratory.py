"""Conditions on laboratory answers: haemoglobin, ferritin, HbA1c, glucose load, infections."""

from __future__ import annotations

from decimal import Decimal

from hit_maternity.maternity.conditions import Condition, Finding, Judged, Parameters, figures, names
from hit_maternity.maternity.facts import Facts, GlucoseLoad, Measured
from hit_maternity.maternity.risk import offered


def _last(facts: Facts, values: tuple[Measured, ...]) -> Measured | None:
    seen = facts.until_today(values)
    return seen[-1] if seen else None


def anaemia(facts: Facts, p: Parameters) -> Judged:
    """The last haemoglobin lies below the limit of the days it was taken in: ``middle`` from 14+0 to 27+6, else ``outer``."""
    last = _last(facts, facts.haemoglobin)
    if last is None:
        return None
    days = facts.days_on(last.on)
    if days is None:  # without a dating only what is low, or not low, by both limits can be told
        low, high = sorted((p.number("outer"), p.number("middle")))
        limit = low if last.value < low else high
        if low <= last.value < high:
            return None
    else:
        limit = p.number("middle") if p.days("from") <= days < p.days("to") else p.number("outer")
    return (Finding(last.on, figures=figures(haemoglobin=last.value)),) if last.value < limit else ()


def haemoglobin_below(facts: Facts, p: Parameters) -> Judged:
    """The last haemoglobin lies below ``limit`` and was taken at the age ``after`` or later."""
    last = _last(facts, facts.haemoglobin)
    if last is None:
        return None
    days = facts.days_on(last.on)
    if last.value >= p.number("limit"):
        return ()
    if days is None:
        return None
    return (Finding(last.on, figures=figures(haemoglobin=last.value)),) if days >= p.days("after") else ()


def haemoglobin_above(facts: Facts, p: Parameters) -> Judged:
    """The last haemoglobin lies above ``limit`` and was taken at the age ``after`` or later."""
    last = _last(facts, facts.haemoglobin)
    if last is None:
        return None
    days = facts.days_on(last.on)
    if last.value <= p.number("limit"):
        return ()
    if days is None:
        return None
    return (Finding(last.on, figures=figures(haemoglobin=last.value)),) if days >= p.days("after") else ()


def haemoglobin_fall(facts: Facts, p: Parameters) -> Judged:
    """From the first to the last haemoglobin it has fallen by ``fall`` or more."""
    seen = facts.until_today(facts.haemoglobin)
    if len(seen) < 2:
        return None
    fall = seen[0].value - seen[-1].value
    return (Finding(seen[-1].on, figures=figures(fall=fall)),) if fall >= p.number("fall") else ()


def ferritin_between(facts: Facts, p: Parameters) -> Judged:
    """The last ferritin taken before the age ``before`` is at least ``low`` and at most ``high``."""
    seen = facts.until_today(facts.ferritin)
    if not seen or facts.dating is None:
        return None
    early = [m for m in seen if facts.dating.days_on(m.on) < p.days("before")]
    if not early:
        return ()
    value = early[-1].value
    return (Finding(early[-1].on, figures=figures(ferritin=value)),) if p.number("low") <= value <= p.number("high") else ()


def ferritin_below(facts: Facts, p: Parameters) -> Judged:
    """The last ferritin taken before the age ``before`` lies below ``limit``."""
    seen = facts.until_today(facts.ferritin)
    if not seen or facts.dating is None:
        return None
    early = [m for m in seen if facts.dating.days_on(m.on) < p.days("before")]
    if not early or early[-1].value >= p.number("limit"):
        return ()
    return (Finding(early[-1].on, figures=figures(ferritin=early[-1].value)),)


def ferritin_missing(facts: Facts, p: Parameters) -> Judged:
    """The pregnancy has reached the age ``from`` and no ferritin was taken before it."""
    if facts.days is None or facts.dating is None:
        return None
    limit = p.days("from")
    if not facts.pregnant or facts.days < limit:
        return ()
    return () if any(facts.dating.days_on(m.on) < limit for m in facts.until_today(facts.ferritin)) else (Finding(),)


def hba1c_between(facts: Facts, p: Parameters) -> Judged:
    """The last HbA1c, taken before the age ``before``, is at least ``low`` and below ``below``."""
    last = _last(facts, facts.hba1c)
    if last is None:
        return None
    if not p.number("low") <= last.value < p.number("below"):
        return ()
    days = facts.days_on(last.on)
    if days is None:
        return None
    return (Finding(last.on, figures=figures(hba1c=last.value)),) if days < p.days("before") else ()


def hba1c_reaches(facts: Facts, p: Parameters) -> Judged:
    """The last HbA1c is ``limit`` or more."""
    last = _last(facts, facts.hba1c)
    if last is None:
        return None
    return (Finding(last.on, figures=figures(hba1c=last.value)),) if last.value >= p.number("limit") else ()


def hba1c_late(facts: Facts, p: Parameters) -> Judged:
    """The last HbA1c was taken at the age ``from`` or later, where it tells little."""
    last = _last(facts, facts.hba1c)
    if last is None or facts.dating is None:
        return None
    return (Finding(last.on),) if facts.dating.days_on(last.on) >= p.days("from") else ()


def _loads(facts: Facts) -> list[GlucoseLoad]:
    return [g for g in facts.until_today(facts.glucose) if g.fasting is not None or g.two_hours is not None]


def _reaches(value: Decimal | None, limit: Decimal) -> bool:
    return value is not None and value >= limit


def glucose_reaches(facts: Facts, p: Parameters) -> Judged:
    """In any glucose load the fasting or the two hours' value reaches its limit; the last such load is the finding."""
    loads = _loads(facts)
    if not loads:
        return None
    found = [g for g in loads if _reaches(g.fasting, p.number("fasting")) or _reaches(g.two_hours, p.number("two_hours"))]
    return tuple(Finding(g.on, figures=figures(fasting=g.fasting, two_hours=g.two_hours)) for g in found[-1:])


def glucose_between(facts: Facts, p: Parameters) -> Judged:
    """In the last load that reaches ``fasting`` or ``two_hours``, neither value reaches ``fasting_below`` or ``two_hours_below``."""
    reached = glucose_reaches(facts, p)
    if not reached:
        return reached
    values = dict(reached[-1].figures)
    over = _reaches(values.get("fasting"), p.number("fasting_below")) or _reaches(values.get("two_hours"), p.number("two_hours_below"))
    return () if over else reached


def glucose_load_lacking(facts: Facts, p: Parameters) -> Judged:
    """She is to be offered a glucose load, the pregnancy is at the age ``from`` to ``to``, and none was done from ``from`` on.

    A load before ``from`` that was itself diagnostic (``fasting``, ``two_hours``) makes another needless.
    """
    wanted = offered("glucose-load-offered", facts.background)
    if facts.dating is None or facts.days is None:
        return None
    if not facts.pregnant or not p.days("from") <= facts.days <= p.days("to"):
        return ()
    done = any(facts.dating.days_on(g.on) >= p.days("from") for g in _loads(facts)) or bool(glucose_reaches(facts, p))
    if done or wanted is False:
        return ()
    return None if wanted is None else (Finding(),)


def screening_positive(facts: Facts, p: Parameters) -> Judged:
    """The last answer of ``test`` is positive."""
    answers = facts.answered(p.text("test"))
    if not answers:
        return None
    return (Finding(answers[-1].on),) if answers[-1].positive else ()


CONDITIONS = {
    "anaemia": Condition(anaemia, names("outer", "middle"), names("from", "to")),
    "haemoglobin-below": Condition(haemoglobin_below, names("limit"), names("after")),
    "haemoglobin-above": Condition(haemoglobin_above, names("limit"), names("after")),
    "haemoglobin-fall": Condition(haemoglobin_fall, names("fall")),
    "ferritin-between": Condition(ferritin_between, names("low", "high"), names("before")),
    "ferritin-below": Condition(ferritin_below, names("limit"), names("before")),
    "ferritin-missing": Condition(ferritin_missing, ages=names("from")),
    "hba1c-between": Condition(hba1c_between, names("low", "below"), names("before")),
    "hba1c-reaches": Condition(hba1c_reaches, names("limit")),
    "hba1c-late": Condition(hba1c_late, ages=names("from")),
    "glucose-reaches": Condition(glucose_reaches, names("fasting", "two_hours")),
    "glucose-between": Condition(glucose_between, names("fasting", "two_hours", "fasting_below", "two_hours_below")),
    "glucose-load-lacking": Condition(glucose_load_lacking, names("fasting", "two_hours"), names("from", "to")),
    "screening-positive": Condition(screening_positive, texts=names("test")),
}
