"""``antenatalAppointments[]``: visits before the birth, an Encounter each, whose id is the item's, with what was found at it.

The order of the fetuses is kept on the Encounter where it isn't that of their numbers; a fetus of whom nothing is told keeps its place by
a heart rate without a value. Sources: national documentation; public client for the fetuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hit_maternity.dhg.mapping.facts import Place, gathered, spread
from hit_maternity.dhg.mapping.part import Body, Item, Resource, nested
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, retracted
from hit_maternity.dhg.mapping.values import UNKNOWN, Day
from hit_maternity.dhg.mapping.visit_facts import FETUS, HEART, WOMAN
from hit_maternity.maternity.card.elements import extension, items
from hit_maternity.maternity.card.systems import coding
from hit_maternity.maternity.card.systems import extension as own
from hit_maternity.maternity.rules.kinds import kind_of

_ORDER = own("fetus-order")
_SIGNS = "fetusesVitalSigns"
_DATE = "appointmentDate"
#: Encounters that are no visits: booked ones, and those that were called off.
_NOT_HELD = frozenset(("planned", "cancelled"))
_CLASS = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB", "display": "ambulatory"}


def is_visit(resource: Resource) -> bool:
    """Whether a resource is a visit before the birth, by its profile or its type."""
    kind = kind_of(resource) if resource["resourceType"] == "Encounter" else None
    return kind is not None and kind.id == "antenatal-visit"


def _start(visit: Resource) -> str | None:
    period = visit.get("period")
    start = period.get("start") if isinstance(period, dict) else None
    return start if isinstance(start, str) else None


def _day(visit: Resource) -> str | None:
    return Day("start").get(visit.get("period") or {})


def _place(visit: Resource, fetus: Resource | None = None) -> Place:
    gone = visit.get("status") == "entered-in-error"
    return Place({"reference": f"Encounter/{visit['id']}"}, fetus, _start(visit), gone)


def _numbers(pregnancy: Pregnancy, visit: Resource) -> list[int]:
    """The fetuses of whom something stands at a visit, in the order of the list."""
    there = {number for fetus, number in pregnancy.fetuses().items() if _facts(pregnancy, visit, {"reference": fetus})}
    return _in_order(visit, there)


def _in_order(visit: Resource, numbers: Iterable[int]) -> list[int]:
    """Numbers of fetuses in the order that is kept on the visit; those it doesn't know come last."""
    said = extension(visit, _ORDER)
    kept = [int(n) for n in said.split(",") if n.isascii() and n.isdigit()] if isinstance(said, str) else []
    return sorted(numbers, key=lambda n: (kept.index(n) if n in kept else len(kept), n))


def _facts(pregnancy: Pregnancy, visit: Resource, fetus: Resource | None = None) -> list[Resource]:
    """The facts that stand at a visit, about the woman or about one fetus."""
    place = _place(visit, fetus)
    return [r for field in (FETUS if fetus else WOMAN) for r in field.fact.there(pregnancy, place)]


def _body(pregnancy: Pregnancy, visit: Resource) -> Body:
    body = nested({_DATE: _day(visit), **gathered(WOMAN, pregnancy, _place(visit))})
    signs = []
    for number in _numbers(pregnancy, visit):
        fetus, _ = pregnancy.fetus(number)
        signs.append({"fosterId": number, **gathered(FETUS, pregnancy, _place(visit, fetus))})
    return {**body, **({_SIGNS: signs} if signs else {})}


class AntenatalAppointments:
    """The part."""

    name = "antenatalAppointments"

    def read(self, pregnancy: Pregnancy) -> list[Item]:
        return [Item(v["id"], _body(pregnancy, v), v.get("status") == "entered-in-error") for v in self._visits(pregnancy)]

    def write(self, pregnancy: Pregnancy, id: str | None, body: Body) -> tuple[str, list[Resource]]:
        old = self._made(pregnancy, body) if id is None else self._one(pregnancy, id)
        visit = _dated(old, body)
        written = [] if visit is old and id is not None else [visit]
        moved = [] if id is None else list(_moved(pregnancy, old, visit))
        if moved:
            pregnancy = pregnancy.after(moved)
        facts = spread(WOMAN, pregnancy, body, _place(visit))
        fetal = list(_fetal(pregnancy, visit, body.get(_SIGNS, [])))
        put = {(r["resourceType"], r["id"]): r for r in (*written, *moved, *facts, *fetal)}
        return visit["id"], list(put.values())

    def remove(self, pregnancy: Pregnancy, id: str) -> list[Resource]:
        visit = self._one(pregnancy, id)
        if visit.get("status") == "entered-in-error":
            return []
        facts = _facts(pregnancy, visit)
        for fetus in pregnancy.fetuses():
            facts += _facts(pregnancy, visit, {"reference": fetus})
        return [retracted(visit), *(retracted(r) for r in facts)]

    def touched(self, resource: Resource) -> Iterable[str]:
        """A visit, and the facts of one: also of a visit that is no item, as the resource alone doesn't tell what kind its visit is."""
        if is_visit(resource):
            return (resource["id"],)
        visit = str((resource.get("encounter") or {}).get("reference", ""))
        at_visit = "Encounter/" in visit and any(field.fits(resource) for field in (*WOMAN, *FETUS))
        return (visit.split("/_history/")[0].rpartition("/")[2],) if at_visit else ()

    def _visits(self, pregnancy: Pregnancy) -> list[Resource]:
        return [e for e in pregnancy.card.of("Encounter") if is_visit(e) and e.get("status") not in _NOT_HELD]

    def _one(self, pregnancy: Pregnancy, id: str) -> Resource:
        return {v["id"]: v for v in self._visits(pregnancy)}[id]

    def _made(self, pregnancy: Pregnancy, body: Body) -> Resource:
        content: dict[str, Any] = {
            "status": "finished",
            "class": _CLASS,
            "type": [{"coding": [coding("sct#424619006")], "text": "Svangerskapskonsultasjon"}],
            "subject": pregnancy.mother,
            "episodeOfCare": [pregnancy.episode],
            "period": {"start": body[_DATE]},
        }
        return pregnancy.new("Encounter", "Encounter-antenatal", **content)


def _dated(visit: Resource, body: Body) -> Resource:
    """The visit with the day and the order of fetuses of ``body``; the same object where it has them."""
    content: Resource = {}
    if _day(visit) != body[_DATE]:
        content["period"] = {"start": body[_DATE]}
    numbers = [signs["fosterId"] for signs in body.get(_SIGNS, [])]
    if numbers != _in_order(visit, numbers):
        order = ",".join(map(str, numbers)) if numbers != sorted(numbers) else None
        others = [e for e in items(visit, "extension") if e.get("url") != _ORDER]
        content["extension"] = [*others, *([{"url": _ORDER, "valueString": order}] if order else [])] or None
    return changed(visit, **content) if content else visit


def _moved(pregnancy: Pregnancy, old: Resource, new: Resource) -> Iterator[Resource]:
    """The facts of a visit whose day was another: those of that day go with it."""
    was, is_now = _day(old), _day(new)
    if was is None or was == is_now:
        return
    facts = _facts(pregnancy, old)
    for fetus in pregnancy.fetuses():
        facts += _facts(pregnancy, old, {"reference": fetus})
    for fact in facts:
        if Day("effectiveDateTime").get(fact) == was:
            yield {**fact, "effectiveDateTime": is_now}


def _fetal(pregnancy: Pregnancy, visit: Resource, listed: list[Body]) -> Iterator[Resource]:
    """What must be put so that the visit tells of these fetuses, and of no others."""
    wanted = {signs["fosterId"]: signs for signs in listed}
    for fetus, number in pregnancy.fetuses().items():
        if number not in wanted:
            yield from (retracted(r) for r in _facts(pregnancy, visit, {"reference": fetus}))
    for number, signs in wanted.items():
        fetus_itself, made = pregnancy.fetus(number)
        yield from made
        place = _place(visit, fetus_itself)
        facts = spread(FETUS, pregnancy, signs, place)
        yield from facts
        gone = {r["id"] for r in facts if r["status"] == "entered-in-error"}
        standing = [r for r in (*_facts(pregnancy, visit, fetus_itself), *facts) if r["id"] not in gone]
        if not standing:
            yield HEART.new(pregnancy, place, dataAbsentReason=UNKNOWN)


PART = AntenatalAppointments()
