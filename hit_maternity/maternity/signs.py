"""Conditions on what is found at a visit: blood pressure, urine, fetal heart, movements, lie, weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from hit_maternity.maternity.conditions import Condition, Finding, Judged, Parameters, figures, names
from hit_maternity.maternity.facts import Consultation, Facts, FetalSigns
from hit_maternity.maternity.fetus import Lie
from hit_maternity.maternity.gestation import MAX_DAYS, GestationalAge
from hit_maternity.maternity.growth import Band, pressure_course, weight_gain
from hit_maternity.maternity.measures import BloodPressure

Reading = tuple[date, BloodPressure]


def _readings(facts: Facts) -> list[Reading]:
    return [(c.on, c.blood_pressure) for c in facts.until_today(facts.consultations) if c.blood_pressure is not None]


def _is_high(pressure: BloodPressure, p: Parameters) -> bool:
    return pressure.systolic >= p.number("systolic") or pressure.diastolic >= p.number("diastolic")


def _finding(reading: Reading) -> Finding:
    on, pressure = reading
    return Finding(on, figures=figures(systolic=pressure.systolic, diastolic=pressure.diastolic))


def latest_pressure(facts: Facts, p: Parameters) -> Judged:
    """The last blood pressure reaches either limit."""
    readings = _readings(facts)
    if not readings:
        return None
    return (_finding(readings[-1]),) if _is_high(readings[-1][1], p) else ()


def pressure_high_once(facts: Facts, p: Parameters) -> Judged:
    """The last blood pressure is the only one that reaches a limit: it waits to be measured again."""
    readings = _readings(facts)
    if not readings:
        return None
    high = [r for r in readings if _is_high(r[1], p)]
    return (_finding(high[0]),) if len(high) == 1 and high[0] is readings[-1] else ()


def pressure_high_twice(facts: Facts, p: Parameters) -> Judged:
    """Two or more readings reach a limit; the finding is the last of them."""
    readings = _readings(facts)
    if not readings:
        return None
    high = [r for r in readings if _is_high(r[1], p)]
    return (_finding(high[-1]),) if len(high) >= 2 else ()


def pressure_high_before(facts: Facts, p: Parameters) -> Judged:
    """A blood pressure before the age ``before`` reaches a limit."""
    readings = _readings(facts)
    if facts.dating is None or not readings:
        return None
    early = [r for r in readings if facts.dating.days_on(r[0]) < p.days("before") and _is_high(r[1], p)]
    return (_finding(early[0]),) if early else ()


def pressure_with_protein(facts: Facts, p: Parameters) -> Judged:
    """After the age ``after`` one visit has both a blood pressure that reaches a limit and protein in the urine of ``protein`` or more."""
    seen = [c for c in facts.until_today(facts.consultations) if c.blood_pressure is not None and c.urine_protein is not None]
    if facts.dating is None or not seen:
        return None
    found = []
    for visit in seen:
        pressure, protein = visit.blood_pressure, visit.urine_protein
        if pressure is None or protein is None or facts.dating.days_on(visit.on) < p.days("after"):
            continue
        if _is_high(pressure, p) and protein >= p.number("protein"):
            found.append(_finding((visit.on, pressure)))
    return tuple(found[-1:])


def pressure_rise(facts: Facts, p: Parameters) -> Judged:
    """From the first to the last reading either pressure has risen by its limit or more."""
    readings = _readings(facts)
    run = pressure_course(readings)
    if run is None or len(readings) < 2:
        return None
    if run.systolic_rise < p.number("systolic") and run.diastolic_rise < p.number("diastolic"):
        return ()
    return (Finding(readings[-1][0], figures=figures(systolic_rise=run.systolic_rise, diastolic_rise=run.diastolic_rise)),)


def latest_protein(facts: Facts, p: Parameters) -> Judged:
    """The last urine has protein of ``protein`` (place on the scale from 0) or more."""
    seen = [(c.on, c.urine_protein) for c in facts.until_today(facts.consultations) if c.urine_protein is not None]
    if not seen:
        return None
    on, protein = seen[-1]
    return (Finding(on),) if protein >= p.number("protein") else ()


def _last_of_each_fetus(facts: Facts, has: Callable[[FetalSigns], bool]) -> Iterator[tuple[Consultation, FetalSigns]]:
    """For every fetus the last visit at which ``has`` is true of it."""
    last: dict[int, tuple[Consultation, FetalSigns]] = {}
    for visit in facts.until_today(facts.consultations):
        for signs in visit.fetuses:
            if has(signs):
                last[signs.number] = (visit, signs)
    return iter([last[number] for number in sorted(last)])


def no_movements(facts: Facts, p: Parameters) -> Judged:
    """At the last answer, from the age ``after`` to before ``before``, the mother felt no movements of a fetus."""
    answered = list(_last_of_each_fetus(facts, lambda s: s.movements is not None))
    if facts.dating is None or not answered:
        return None
    if not facts.pregnant:
        return ()
    low, high = p.days("after"), p.days("before")
    return tuple(Finding(v.on, s.number) for v, s in answered if s.movements is False and low <= facts.dating.days_on(v.on) < high)


def heart_rate_outside(facts: Facts, p: Parameters) -> Judged:
    """The last heart rate of a fetus lies below ``low`` or above ``high``."""
    measured = list(_last_of_each_fetus(facts, lambda s: s.heart_rate is not None))
    if not measured:
        return None
    if not facts.pregnant:
        return ()
    return tuple(
        Finding(v.on, s.number, figures(heart_rate=s.heart_rate))
        for v, s in measured
        if s.heart_rate is not None and not p.number("low") <= s.heart_rate <= p.number("high")
    )


def not_cephalic(facts: Facts, p: Parameters) -> Judged:
    """From the age ``after`` a single fetus last lay otherwise than head down."""
    found = [(v, s) for v, s in _last_of_each_fetus(facts, lambda s: s.lie is not None)]
    if facts.dating is None or not found:
        return None
    if not facts.pregnant or (facts.fetuses is not None and facts.fetuses > 1):
        return ()
    return tuple(Finding(v.on, s.number) for v, s in found if s.lie is not Lie.CEPHALIC and facts.dating.days_on(v.on) >= p.days("after"))


def weight_off(facts: Facts, p: Parameters) -> Judged:
    """The gain up to the last weight lies on the side ``band`` (below or above) of what is recommended for her BMI."""
    weighed = [(c.on, c.weight) for c in facts.until_today(facts.consultations) if c.weight is not None]
    bmi, before = facts.background.bmi, facts.weight_before
    if not weighed or facts.dating is None or bmi is None or bmi <= 0 or before is None:
        return None
    on, weight = weighed[-1]
    days = facts.dating.days_on(on)
    if not facts.pregnant or not p.days("after") <= days <= MAX_DAYS:
        return ()
    side = weight_gain(before, weight, bmi, GestationalAge(days), facts.fetuses or 1)
    gained: Decimal = weight - before
    return (Finding(on, figures=figures(gain=gained)),) if side is Band(p.text("band")) else ()


_PRESSURE = names("systolic", "diastolic")
CONDITIONS = {
    "latest-pressure": Condition(latest_pressure, _PRESSURE),
    "pressure-high-once": Condition(pressure_high_once, _PRESSURE),
    "pressure-high-twice": Condition(pressure_high_twice, _PRESSURE),
    "pressure-high-before": Condition(pressure_high_before, _PRESSURE, names("before")),
    "pressure-with-protein": Condition(pressure_with_protein, _PRESSURE | names("protein"), names("after")),
    "pressure-rise": Condition(pressure_rise, _PRESSURE),
    "latest-protein": Condition(latest_protein, names("protein")),
    "no-movements": Condition(no_movements, ages=names("after", "before")),
    "heart-rate-outside": Condition(heart_rate_outside, names("low", "high")),
    "not-cephalic": Condition(not_cephalic, ages=names("after")),
    "weight-off": Condition(weight_off, ages=names("after"), texts=names("band")),
}
