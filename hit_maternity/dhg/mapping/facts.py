"""Facts of the record behind members of a body: found by kind, read from the newest that stands, changed in place.

What is gone is marked as entered in error. Where an older fact of the kind would then be shown in its stead, that one is too, until the
member reads as nothing: the national record has one value for it, and its author has taken it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from hit_maternity.dhg.mapping.part import Body, Resource, member, nested
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, retracted
from hit_maternity.dhg.mapping.values import Slot, String
from hit_maternity.fhir.json import equal
from hit_maternity.maternity.card.elements import codes, items
from hit_maternity.maternity.card.moments import moment_of, read_moment
from hit_maternity.maternity.card.sections import kind_of
from hit_maternity.maternity.card.systems import code, coding

_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where facts are looked for and written. ``visit``: a reference to the Encounter, without which it is the whole record;
    ``fetus``: a reference to the fetus they are about, without which they are about none; ``on``: when new ones are of, without which
    it is now; ``retracted``: those entered in error are read too."""

    visit: Resource | None = None
    fetus: Resource | None = None
    on: str | None = None
    retracted: bool = False

    def holds(self, pregnancy: Pregnancy, fact: Resource) -> bool:
        """Whether a fact is of this place."""
        if self.visit is not None and not pregnancy.same(fact.get("encounter"), self.visit):
            return False
        focus = items(fact, "focus")
        return any(pregnancy.same(f, self.fetus) for f in focus) if self.fetus else not focus


RECORD = Place()


def _always(resource: Resource) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Fact:
    """A kind of Observation. ``profile``: what follows ``no-domain-Maternity-Observation-``; ``codes``: short names
    (``loinc#8302-2``), all of which a new one gets; ``kind``: that of ``card/kinds.toml`` it is found by, without which it is found by the
    first of its codes; ``narrow``: which of them; ``more``: further elements of a new one.

    ``by_issue``: the newest is the one that was told last, as the day of the fact is a member itself and may be moved."""

    profile: str
    category: str
    codes: tuple[str, ...]
    text: str = ""
    kind: str | None = None
    narrow: Callable[[Resource], bool] = _always
    more: Mapping[str, Any] = field(default_factory=dict)
    by_issue: bool = False

    def fits(self, resource: Resource) -> bool:
        """Whether a resource is such a fact."""
        if resource["resourceType"] != "Observation":
            return False
        known = kind_of(resource) == self.kind if self.kind else code(self.codes[0]) in codes(resource.get("code"))
        return known and self.narrow(resource)

    def there(self, pregnancy: Pregnancy, place: Place = RECORD) -> list[Resource]:
        """Such facts of a place that stand, the newest last."""
        visit = None if place.visit is None else pregnancy.named(place.visit)
        listed = pregnancy.placed(self.kind or code(self.codes[0]), visit, self.narrow, place.retracted)
        found = [r for r in listed if place.holds(pregnancy, r)]
        return sorted(found, key=_told) if self.by_issue else found

    def new(self, pregnancy: Pregnancy, place: Place = RECORD, **content: object) -> Resource:
        """A new one."""
        concept = {"coding": [coding(c) for c in self.codes], **({"text": self.text} if self.text else {})}
        beginning = {"focus": [place.fetus] if place.fetus else None, "effectiveDateTime": place.on or pregnancy.moment, **self.more}
        return pregnancy.observation(self.profile, self.category, concept, place.visit, **{**beginning, **content})


def _told(fact: Resource) -> datetime:
    issued = fact.get("issued")
    return (read_moment(issued) if isinstance(issued, str) else moment_of(fact)) or _FIRST


class Field(Protocol):
    """One or several members of a body that stand in one fact, or otherwise together."""

    @property
    def names(self) -> Iterable[str]:
        """The members, by dotted name."""

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        """The members that are registered, by dotted name."""

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        """What must be put so that ``read`` gives ``wanted``, whose members may be ``None``."""

    def fits(self, resource: Resource) -> bool:
        """Whether a change of this resource may change the members."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Members that stand in one Observation: dotted name to slot."""

    fact: Fact
    slots: Mapping[str, Slot]

    @property
    def names(self) -> Iterable[str]:
        return self.slots

    def fits(self, resource: Resource) -> bool:
        return self.fact.fits(resource)

    def told(self, fact: Resource | None) -> dict[str, Any]:
        """What one fact says."""
        if fact is None:
            return {}
        return {name: value for name, slot in self.slots.items() if (value := slot.get(fact)) is not None}

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        return self.told(next(reversed(self.fact.there(pregnancy, place)), None))

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        there = self.fact.there(pregnancy, place)
        given = {name: wanted[name] for name in self.names if wanted.get(name) is not None}
        if equal(self.told(there[-1] if there else None), given):
            return []
        if not given:
            return self.withdrawn(there)
        return [self.put(pregnancy, there[-1] if there else None, given, place)]

    def put(self, pregnancy: Pregnancy, fact: Resource | None, given: Mapping[str, Any], place: Place = RECORD) -> Resource:
        """``fact``, or a new one, made to say what is ``given``."""
        issued = {"issued": pregnancy.moment} if self.fact.by_issue else {}
        if fact is None:
            return self.fact.new(pregnancy, place, **self.content({}, given), **issued)
        return changed(fact, **self.content(fact, given), **issued)

    def content(self, fact: Resource, given: Mapping[str, Any]) -> Resource:
        """The elements that make ``fact`` (empty: a new one) say what is ``given``, those that say so already left alone."""
        content: Resource = {}
        for name, slot in self.slots.items():
            if not fact or not equal(slot.get(fact), given.get(name)):
                content |= slot.put({**fact, **content}, given.get(name))
        return content

    def withdrawn(self, there: list[Resource]) -> list[Resource]:
        """Facts from the newest on, taken back until one that says nothing shows. What else stands in one of them stays."""
        gone = []
        for fact in reversed(there):
            if not self.told(fact):
                break
            left = changed(fact, **self.content(fact, {}))
            gone.append(left if says(left) else retracted(fact))
        return gone


def says(fact: Resource) -> bool:
    """Whether an Observation says anything."""
    return bool(fact.get("component") or fact.get("hasMember")) or any(key.startswith("value") for key in fact)


def observed(name: str, slot: Slot, fact: Fact) -> Observed:
    """One member in one Observation."""
    return Observed(fact, {name: slot})


def note(section: str, name: str = "note", text: str = "") -> Observed:
    """The remark of a section of the card (a code of CodeSystem section)."""
    wanted = code(f"section#{section}")
    return Observed(
        Fact("note", "survey", (f"section#{section}",), text, "note", lambda r: wanted in codes(r.get("code"))), {name: String()}
    )


@dataclass(frozen=True, slots=True)
class Table:
    """A part with one body, of fields that know nothing of each other."""

    name: str
    fields: tuple[Field, ...]

    def read(self, pregnancy: Pregnancy) -> Body | None:
        return nested(gathered(self.fields, pregnancy)) or None

    def write(self, pregnancy: Pregnancy, body: Body) -> list[Resource]:
        return spread(self.fields, pregnancy, body)

    def touched(self, resource: Resource) -> Iterable[str]:
        return ("",) if any(field.fits(resource) for field in self.fields) else ()


def gathered(fields: Iterable[Field], pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
    """What fields read, by dotted name."""
    found: dict[str, Any] = {}
    for it in fields:
        found |= it.read(pregnancy, place)
    return found


def spread(fields: Iterable[Field], pregnancy: Pregnancy, body: Body, place: Place = RECORD) -> list[Resource]:
    """What must be put so that fields read what stands in ``body``."""
    return [r for it in fields for r in it.write(pregnancy, {name: member(body, name) for name in it.names}, place)]
