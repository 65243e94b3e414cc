"""The RhD type of the fetuses and the day of the answer: one answer of the national record to any number of tests.

True: the last answer of one fetus at least is positive; false: those of all that were typed are negative. Another answer from the
national record is one to all fetuses that were typed, as the test from the mother's blood can't tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hit_maternity.dhg.mapping.facts import RECORD, Fact, Place
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, retracted
from hit_maternity.dhg.mapping.values import UNKNOWN, Day, Sign
from hit_maternity.maternity.card.elements import items
from hit_maternity.maternity.card.moments import norwegian

_TYPE, _DATE = "fetusRhDPositiveAtWeek24", "dateForResult"
_FACT = Fact("fetal-rhesus-d", "laboratory", ("card-item#fetal-rhesus-d",), "RhD-type hos fosteret", "fetal-rhesus-d")
_SIGN = Sign(("loinc#LA22747-2", "sct#165747007"), ("loinc#LA22748-0", "sct#165746003"))
_ISSUED = Day("issued")


def _instant(day: str) -> str:
    """The beginning of a day in Norway, as an instant."""
    offset = norwegian(datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=UTC)).isoformat()[-6:]
    return f"{day}T00:00:00{offset}"


def _there(pregnancy: Pregnancy) -> list[Resource]:
    """The answers that stand, the newest last."""
    return pregnancy.placed("fetal-rhesus-d", None)


def _read(pregnancy: Pregnancy, there: list[Resource]) -> dict[str, Any]:
    last: dict[str | None, bool | None] = {}
    for fact in there:
        for fetus in items(fact, "focus") or [{}]:
            last[pregnancy.named(fetus)] = _SIGN.get(fact)
    answers = set(last.values())
    positive = True if True in answers else False if answers == {False} else None
    issued = _ISSUED.get(there[-1]) if there else None
    return {name: value for name, value in ((_TYPE, positive), (_DATE, issued)) if value is not None}


@dataclass(frozen=True, slots=True)
class FetalType:
    """The two members."""

    names: Iterable[str] = (_TYPE, _DATE)

    def fits(self, resource: Resource) -> bool:
        return _FACT.fits(resource)

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        return _read(pregnancy, _there(pregnancy))

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        there = _there(pregnancy)
        given = {name: wanted[name] for name in self.names if wanted.get(name) is not None}
        if _read(pregnancy, there) == given:
            return []
        if not given:
            return _withdrawn(pregnancy, there)
        made: list[Resource] = []
        if there:
            fact, focus = there[-1], _each(pregnancy, there)
        else:
            focus, made = _fetuses(pregnancy)
            fact = _FACT.new(pregnancy, place)
        answer, day = given.get(_TYPE), given.get(_DATE)
        content: Resource = {}
        if not there or _read(pregnancy, there).get(_TYPE) != answer:
            content = {**_SIGN.put(fact, answer), "focus": focus, **({} if answer is not None else {"dataAbsentReason": UNKNOWN})}
        issued = fact.get("issued") if day is not None and _ISSUED.get(fact) == day else None if day is None else _instant(day)
        return [*made, changed(fact, **content, issued=issued)]


def _withdrawn(pregnancy: Pregnancy, there: list[Resource]) -> list[Resource]:
    gone = []
    left = list(there)
    while left and _read(pregnancy, left):
        gone.append(retracted(left.pop()))
    return gone


def _each(pregnancy: Pregnancy, facts: list[Resource]) -> list[Resource]:
    """Every fetus that was typed, once."""
    return list({pregnancy.named(f): f for fact in facts for f in items(fact, "focus")}.values())


def _fetuses(pregnancy: Pregnancy) -> tuple[list[Resource], list[Resource]]:
    """Every fetus of the record, and the first one to put where there is none."""
    known = [{"reference": name} for name, _ in sorted(pregnancy.fetuses().items(), key=lambda pair: pair[1])]
    if known:
        return known, []
    fetus, made = pregnancy.fetus(1)
    return [fetus], made
