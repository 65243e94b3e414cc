"""``mother``: the pregnant woman: what stands in her Patient, her work, and whether she lives with the co-parent.

Her employment at a visit is a fact of that visit too, so a changed percentage is written beside it and not into it. Sources: national
documentation; public client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hit_maternity.dhg.mapping.facts import RECORD, Fact, Place, Table, note, observed
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.person import Person
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, retracted
from hit_maternity.dhg.mapping.values import NOT_ASKED, Boolean, Component, Quantity, Slot, String
from hit_maternity.fhir.json import equal
from hit_maternity.maternity.card.elements import claims, extension, items, stands
from hit_maternity.maternity.card.moments import moment_of
from hit_maternity.maternity.card.systems import coding
from hit_maternity.maternity.card.systems import extension as own

_RATE = "employmentPercentage"
_SLOTS: Mapping[str, Slot] = {
    _RATE: Quantity("%", "%", whole=True),
    "employedLast6Months": Component(Boolean(), ("card-item#employed-last-6-months",), "Yrkesaktiv siste seks måneder"),
    "occupationAndIndustry": Component(String(), ("card-item#occupation",), "Yrke og bransje"),
}


#: What is left of an answer at a visit that was taken back: a change that can be told from the resource.
_TAKEN_BACK = {"code": {"coding": [coding("card-item#employed-last-6-months")]}, "dataAbsentReason": NOT_ASKED}


def _of_her(fact: Resource) -> bool:
    """Whether an employment tells more than the rate at a visit."""
    return "encounter" not in fact or any(_SLOTS[name].get(fact) is not None for name in _SLOTS if name != _RATE)


_EMPLOYMENT = Fact("employment", "social-history", ("card-item#employment",), "Yrkesaktiv", "employment", _of_her)
_AT_VISIT = Fact("employment", "social-history", ("card-item#employment",), kind="employment")


class Employment:
    """How much she works, as what, and whether she did in the last six months."""

    names = tuple(_SLOTS)

    def fits(self, resource: Resource) -> bool:
        return _EMPLOYMENT.fits(resource) or (_AT_VISIT.fits(resource) and "component" in resource)

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        return self._told(next(reversed(_EMPLOYMENT.there(pregnancy)), {}))

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        there = _EMPLOYMENT.there(pregnancy)
        newest = there[-1] if there else {}
        told = self._told(newest)
        given = {name: wanted[name] for name in _SLOTS if wanted.get(name) is not None}
        if equal(told, given):
            return []
        if not given:
            return [self._without(fact) for fact in there]
        if newest and self._may_hold(newest, told, given):
            return [changed(newest, **self._content(newest, given))]
        later = [fact for fact in there if (on := moment_of(fact)) is not None and on >= pregnancy.now]
        return [*map(self._without, later), _EMPLOYMENT.new(pregnancy, RECORD, **self._content({}, given))]

    def _may_hold(self, fact: Resource, told: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        """Whether ``given`` can be written into ``fact`` without changing the rate at its visit."""
        return "encounter" not in fact or (given.keys() != {_RATE} and equal(told.get(_RATE), given.get(_RATE)))

    def _told(self, fact: Resource) -> dict[str, Any]:
        return {name: value for name, slot in _SLOTS.items() if (value := slot.get(fact)) is not None}

    def _content(self, fact: Resource, given: Mapping[str, Any]) -> Resource:
        content: Resource = {}
        for name, slot in _SLOTS.items():
            if not equal(slot.get(fact), given.get(name)):
                content |= slot.put({**fact, **content}, given.get(name))
        return content

    def _without(self, fact: Resource) -> Resource:
        """The fact without what it tells of her; of one at a visit its rate stays."""
        return changed(fact, component=[_TAKEN_BACK]) if "encounter" in fact else retracted(fact)


class Cohabitation:
    """Whether she lives with the co-parent; where that person is named, the same is said there."""

    names = ("cohabitingCoparent",)
    _answer = observed(
        "cohabitingCoparent", Boolean(), Fact("cohabitation", "social-history", ("card-item#cohabitation",), "Bor sammen med far/medmor")
    )

    def fits(self, resource: Resource) -> bool:
        return self._answer.fits(resource)

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        return self._answer.read(pregnancy)

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        changes = self._answer.write(pregnancy, wanted)
        return [*changes, *self._repeated(pregnancy, wanted.get(self.names[0]))] if changes else []

    def _repeated(self, pregnancy: Pregnancy, answer: bool | None) -> list[Resource]:
        url = own("cohabiting")
        saying = [
            r
            for r in pregnancy.card.of("RelatedPerson")
            if claims(r, "RelatedPerson-coparent") and r.get("active") is not False and stands(r) and extension(r, url) is not None
        ]
        if len(saying) != 1 or extension(saying[0], url) is answer:
            return []
        rest = [it for it in items(saying[0], "extension") if it.get("url") != url]
        kept = rest if answer is None else [*rest, {"url": url, "valueBoolean": answer}]
        return [changed(saying[0], extension=kept or None)]


PART = Table(
    "mother",
    (
        Person(),
        Employment(),
        Cohabitation(),
        note("coparent", "cohabitingCoparentNote", "Merknad til far eller medmor"),
    ),
)
