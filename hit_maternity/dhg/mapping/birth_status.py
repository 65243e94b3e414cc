"""``birthStatus``: how it went with each fetus, and when; an Observation for each.

A fetus of whom neither is told keeps its place by an Observation without value and date; so does the order of the list where it isn't
that of the fetuses' numbers. A time without a time zone is taken by Norwegian clocks and given back as it was spelt. Source: public
client; the national documentation doesn't list this resource.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hit_maternity.dhg.mapping.coded import RECEIVED, Coded, received
from hit_maternity.dhg.mapping.facts import Fact, Observed, Place
from hit_maternity.dhg.mapping.part import Body, Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, retracted
from hit_maternity.dhg.mapping.values import UNKNOWN, UNKNOWN_DATE
from hit_maternity.maternity.card.elements import extension, items, whole
from hit_maternity.maternity.card.moments import norwegian
from hit_maternity.maternity.card.systems import extension as own

_LIST = "birthStatus"
_POSITION = own("position")


class Birthtime:
    """When it was born; of a day alone, its beginning."""

    def get(self, fact: Resource) -> str | None:
        spelt = extension(fact.get("_effectiveDateTime") or {}, RECEIVED)
        if isinstance(spelt, str):
            return spelt
        value = fact.get("effectiveDateTime")
        if not isinstance(value, str) or len(value) < 10:
            return None
        return f"{value}T00:00:00" if len(value) == 10 else value

    def put(self, fact: Resource, value: Any) -> Resource:
        if value is None:
            return {"effectiveDateTime": None, "_effectiveDateTime": UNKNOWN_DATE}
        zoned = _zoned(value)
        return {"effectiveDateTime": zoned, "_effectiveDateTime": None if zoned == value else {"extension": [received(value)]}}


def _zoned(text: str) -> str:
    """A time with its time zone, Norway's where it has none."""
    moment = datetime.fromisoformat(text[:19])
    if text.endswith("Z") or text[-6:-5] in ("+", "-"):
        return text
    try:
        hours = norwegian(moment.replace(tzinfo=UTC)).isoformat()[-6:]
    except OverflowError:
        hours = "+01:00"
    return text + hours


class _Status(Coded):
    """The status; where there is none, why."""

    def put(self, fact: Resource, value: Any) -> Resource:
        return {**Coded.put(self, fact, value), **({} if value else {"dataAbsentReason": UNKNOWN})}


_FACT = Fact("birth-status", "exam", ("card-item#birth-status", "loinc#73757-7"), "Fødselsstatus", "birth-status", by_issue=True)
_KNOWN = ("sct#281050002", "sct#237364002", "fetal-status#live-born", "fetal-status#stillborn", "fetal-status#lost")
_FIELD = Observed(_FACT, {"status": _Status(known=_KNOWN), "datetime": Birthtime()})


def _position(fact: Resource, number: int) -> tuple[int, int]:
    place = whole(extension(fact, _POSITION))
    return (number if place is None else place, number)


def _placed(fact: Resource, place: int | None) -> Resource:
    """The fact at its place in the list; ``None``: that of its fetus's number."""
    others = [e for e in items(fact, "extension") if e.get("url") != _POSITION]
    listed = [*others, *([{"url": _POSITION, "valuePositiveInt": place}] if place is not None else [])]
    return {**{k: v for k, v in fact.items() if k != "extension"}, **({"extension": listed} if listed else {})}


class BirthStatus:
    """The part."""

    name = _LIST

    def read(self, pregnancy: Pregnancy) -> Body | None:
        told = {number: facts[-1] for number, facts in self._there(pregnancy).items()}
        order = sorted(told, key=lambda n: _position(told[n], n))
        return {_LIST: [{"fosterId": n, **_FIELD.told(told[n])} for n in order]} if told else None

    def write(self, pregnancy: Pregnancy, body: Body) -> list[Resource]:
        listed = body.get(_LIST, [])
        numbers = [one["fosterId"] for one in listed]
        there, put = self._there(pregnancy), list[Resource]()
        standing = {number: facts[-1] for number, facts in there.items()}
        in_place = numbers == sorted(numbers, key=lambda n: _position(standing.get(n, {}), n))
        by_number = numbers == sorted(numbers)
        for number, facts in there.items():
            put += [retracted(r) for r in facts] if number not in numbers else []
        for place, one in enumerate(listed, 1):
            fetus, made = pregnancy.fetus(one["fosterId"])
            put += made
            old = standing.get(one["fosterId"])
            given = {name: one[name] for name in _FIELD.names if name in one}
            same = old is not None and _FIELD.told(old) == given
            new = old if same and old else _FIELD.put(pregnancy, old, given, Place(fetus=fetus))
            position = whole(extension(new, _POSITION)) if in_place else None if by_number else place
            if not same or whole(extension(new, _POSITION)) != position:
                put.append(_placed(new, position))
        return put

    def touched(self, resource: Resource) -> Iterable[str]:
        return ("",) if _FACT.fits(resource) else ()

    def _there(self, pregnancy: Pregnancy) -> dict[int, list[Resource]]:
        """The birth statuses of each fetus that stand, the newest last."""
        found = {}
        for fetus, number in pregnancy.fetuses().items():
            if facts := _FACT.there(pregnancy, Place(fetus={"reference": fetus})):
                found[number] = facts
        return found


PART = BirthStatus()
