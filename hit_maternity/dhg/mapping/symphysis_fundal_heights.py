"""``symphysisFundalHeights[]``: fundal heights, an Observation each, whose id is the item's.

A week without days is a week of the national record only: it stands beside the measurement as the first day of that week. A measurement
without a date has a date that says that it isn't known. Source: public client.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hit_maternity.dhg.mapping.facts import RECORD, Fact
from hit_maternity.dhg.mapping.part import Body, Item, Resource, nested
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, retracted
from hit_maternity.dhg.mapping.values import UNKNOWN, Component, Effective, Quantity
from hit_maternity.fhir.json import equal
from hit_maternity.maternity.card.elements import items

_FACT = Fact("fundal-height", "exam", ("loinc#11881-0", "sct#364253002"), "Symfyse-fundusmål", "fundal-height")
_HEIGHT = Quantity("cm", whole=True)
_DAY = Effective()
_AGE = Component(Quantity("d", "dager", whole=True), ("loinc#18185-9",), "Svangerskapslengde")


def _told(fact: Resource) -> Body:
    days = _AGE.get(fact)
    weeks = None if days is None else days // 7
    return nested({"pregnancyWeek": weeks, "measurement": _HEIGHT.get(fact), "measurementDate": _DAY.get(fact)})


def _content(fact: Resource, body: Body) -> Resource:
    """The elements that make ``fact`` say ``body``; what says so already is left alone."""
    told, content = _told(fact), dict[str, Any]()
    if not equal(told.get("measurement"), body.get("measurement")) or not fact:
        content |= _HEIGHT.put(fact, body.get("measurement"))
        content |= {} if "measurement" in body else {"dataAbsentReason": UNKNOWN}
    elif "dataAbsentReason" in fact:
        content["dataAbsentReason"] = fact["dataAbsentReason"]
    if told.get("pregnancyWeek") != body.get("pregnancyWeek"):
        week = body.get("pregnancyWeek")
        content |= _AGE.put(fact, None if week is None else week * 7)
    if told.get("measurementDate") != body.get("measurementDate") or not fact:
        content |= _DAY.put(fact, body.get("measurementDate"))
    return content


class SymphysisFundalHeights:
    """The part."""

    name = "symphysisFundalHeights"

    def read(self, pregnancy: Pregnancy) -> list[Item]:
        return [Item(r["id"], _told(r), r.get("status") == "entered-in-error") for r in self._there(pregnancy)]

    def write(self, pregnancy: Pregnancy, id: str | None, body: Body) -> tuple[str, list[Resource]]:
        if id is None:
            made = _FACT.new(pregnancy, RECORD)
            made = {**made, **_content({}, body)}
            return made["id"], [{k: v for k, v in made.items() if v is not None}]
        fact = self._one(pregnancy, id)
        return id, [] if equal(_told(fact), body) else [changed(fact, **_content(fact, body))]

    def remove(self, pregnancy: Pregnancy, id: str) -> list[Resource]:
        fact = self._one(pregnancy, id)
        return [] if fact.get("status") == "entered-in-error" else [retracted(fact)]

    def touched(self, resource: Resource) -> Iterable[str]:
        return (resource["id"],) if _FACT.fits(resource) else ()

    def _there(self, pregnancy: Pregnancy) -> list[Resource]:
        hers = (r for r in pregnancy.card.of("Observation") if _FACT.fits(r) and not items(r, "focus"))
        return [r for r in hers if r.get("status") not in ("cancelled", "registered")]

    def _one(self, pregnancy: Pregnancy, id: str) -> Resource:
        """The measurement with this id. Raises ``KeyError``."""
        return {r["id"]: r for r in self._there(pregnancy)}[id]


PART = SymphysisFundalHeights()
