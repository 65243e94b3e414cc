"""Haemoglobin of the first and of the third trimester: two members without a date, and any number of measurements with one.

Which member a measurement is, its time point tells; where it has none, its day: before week 28 the first one is that of the first
trimester, from week 28 until the birth the last one is that of the third. Without a due date all count as the first trimester's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hit_maternity.dhg.mapping.facts import RECORD, Fact, Observed, Place
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy
from hit_maternity.dhg.mapping.values import Quantity
from hit_maternity.fhir.json import equal
from hit_maternity.maternity.card.elements import code_of, extension
from hit_maternity.maternity.card.moments import day_of
from hit_maternity.maternity.card.systems import coding, system
from hit_maternity.maternity.card.systems import extension as own
from hit_maternity.maternity.card.term import term_of

FIRST, THIRD = "hemoglobin", "hemoglobinAt3rdTrimester"
_MARKS = {FIRST: "first-trimester", THIRD: "third-trimester"}
_WEEK_28 = 28 * 7
_TIME_POINT = own("time-point")
_FACT = Fact("haemoglobin", "laboratory", ("nlk#NOR05172", "loinc#718-7"), "Hemoglobin", "haemoglobin")


def _marked(fact: Resource) -> str | None:
    """The member that a measurement's time point names."""
    said = code_of(extension(fact, _TIME_POINT), system("time-point"))
    return next((name for name, mark in _MARKS.items() if mark == said), None)


def born_on(pregnancy: Pregnancy) -> date | None:
    """The day of the first birth."""
    return min((day for r in pregnancy.placed("birth-status", None) if (day := day_of(r)) is not None), default=None)


@dataclass(frozen=True, slots=True)
class Haemoglobin:
    """The two members."""

    names: Iterable[str] = (FIRST, THIRD)

    def fits(self, resource: Resource) -> bool:
        return _FACT.fits(resource)

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, there in _sorted(pregnancy, place).items():
            told |= _field(name).told(there[-1] if there else None)
        return told

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        put: list[Resource] = []
        for name, there in _sorted(pregnancy, place).items():
            field, value = _field(name), wanted.get(name)
            given = {} if value is None else {name: value}
            if equal(field.told(there[-1] if there else None), given):
                continue
            if not given:
                put += field.withdrawn(there)
            elif there:
                put.append(field.put(pregnancy, there[-1], given, place))
            else:
                made = field.put(pregnancy, None, given, place)
                mark = {"url": _TIME_POINT, "valueCodeableConcept": {"coding": [coding(f"time-point#{_MARKS[name]}")]}}
                put.append({**made, "extension": [*made.get("extension", []), mark]})
        return put


def _field(name: str) -> Observed:
    return Observed(_FACT, {name: Quantity("g/dL")})


def _sorted(pregnancy: Pregnancy, place: Place) -> dict[str, list[Resource]]:
    """The measurements of each member, the one that is shown last: those with a time point before those that are told by their day."""
    by_day: dict[str, list[Resource]] = {FIRST: [], THIRD: []}
    marked: dict[str, list[Resource]] = {FIRST: [], THIRD: []}
    term, born = term_of(pregnancy.card), born_on(pregnancy)
    for fact in _FACT.there(pregnancy, place):
        name, day = _marked(fact), day_of(fact)
        if name is not None:
            marked[name].append(fact)
        elif born is None or day is None or day <= born:
            late = term is not None and day is not None and (day - term.valid.dating.day_zero).days >= _WEEK_28
            by_day[THIRD if late else FIRST].append(fact)
    by_day[FIRST].reverse()
    return {name: [*by_day[name], *marked[name]] for name in by_day}
