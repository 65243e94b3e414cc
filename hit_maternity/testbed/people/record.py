"""The record on its way: resources with their ids, the sitting each was written in, and the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

from hit_maternity.fhir.json import number
from hit_maternity.maternity.dating import Dating, Estimate, TermChange, from_lmp, from_transfer, from_ultrasound, history, valid_term
from hit_maternity.maternity.dating import Method as DatingMethod
from hit_maternity.maternity.gestation import GestationalAge
from hit_maternity.testbed.people.canonical import UCUM, hl7, profile, record_id
from hit_maternity.testbed.people.coding import coding, concept
from hit_maternity.testbed.people.kinds import Kind
from hit_maternity.testbed.people.moments import at, local, written
from hit_maternity.testbed.people.parts import Silence, Visit
from hit_maternity.testbed.people.staff import Staff
from hit_maternity.testbed.people.story import Story, StoryError

Resource = dict[str, Any]
Reference = dict[str, str]

#: Why a value is missing: our word, HL7's code and its name.
ABSENT: Mapping[Silence, tuple[str, str]] = {
    "unknown": ("asked-unknown", "Asked But Unknown"),
    "not-asked": ("not-asked", "Not Asked"),
    "declined": ("asked-declined", "Asked But Declined"),
}
VISIT_LENGTH = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A time at which somebody writes: ``key`` is part of the ids, ``by`` the key of who writes, ``encounter`` a reference."""

    key: str
    start: datetime
    end: datetime
    by: str
    encounter: Reference
    visit: Visit | None = None

    @property
    def day(self) -> str:
        """The day as FHIR writes it."""
        return self.start.date().isoformat()


def ref(type: str, id: str) -> Reference:
    """A reference to ``type/id``."""
    return {"reference": f"{type}/{id}"}


def of(resource: Resource) -> Reference:
    """A reference to a resource."""
    return ref(resource["resourceType"], resource["id"])


def quantity(value: Decimal | int, unit: str, shown: str | None = None) -> dict[str, Any]:
    """A Quantity with the digits of ``value``; ``unit`` is UCUM."""
    return {"value": number(str(value)), "unit": shown or unit, "system": UCUM, "code": unit}


def absent(why: Silence) -> dict[str, Any]:
    """A dataAbsentReason."""
    return {"dataAbsentReason": concept([coding(hl7("data-absent-reason"), *ABSENT[why])])}


def answered(answer: bool | int | Silence) -> dict[str, Any]:
    """``valueBoolean``, ``valueInteger``, or why there is none."""
    if isinstance(answer, str):
        return absent(answer)
    return {"valueBoolean": answer} if isinstance(answer, bool) else {"valueInteger": answer}


@dataclass
class Record:
    """Everything that is written of one story. ``sittings`` stand in order of time; ``listed`` holds resource and sitting."""

    story: Story
    staff: Staff
    sittings: list[Sitting] = field(default_factory=list)
    listed: list[tuple[Sitting, Resource]] = field(default_factory=list)

    def __post_init__(self) -> None:
        seen: dict[str, int] = {}
        for visit in self.story.visit:
            key = self._key(visit)
            seen[key] = seen.get(key, 0) + 1
            key = key if seen[key] == 1 else f"{key}-{seen[key]}"
            start = at(visit.on, visit.at)
            end = local(visit.until) if visit.until else start + VISIT_LENGTH
            self.sittings.append(Sitting(key, start, end, visit.by, ref("Encounter", self.id("visit", key)), visit))
        if self.story.birth is not None:
            birth = self.story.birth
            start, end = local(birth.admitted), local(birth.discharged)
            self.sittings.append(Sitting("birth", start, end, birth.by, ref("Encounter", self.id("birth"))))
            self.sittings.sort(key=lambda s: s.start)
        for before, after in pairwise(self.sittings):
            if after.start < before.end:
                raise StoryError(f"{self.story.name}: {after.key} begins before {before.key} is over")

    def _key(self, visit: Visit) -> str:
        return "postpartum" if visit.kind == "postpartum" else f"w{self.age(visit.on).weeks:02d}"

    # ------------------------------------------------------------ ids

    def id(self, *parts: str | int) -> str:
        """A stable id: the story's name and what the resource is."""
        return "-".join([self.story.name, *(str(p).replace("_", "-") for p in parts)])

    @property
    def record_id(self) -> str:
        """The id of the maternity record, as the national record gives one: always the same for a story."""
        return record_id(self.story.name)

    @property
    def mother(self) -> Reference:
        """The woman."""
        return ref("Patient", self.id("mother"))

    @property
    def episode(self) -> Reference:
        """The pregnancy."""
        return ref("EpisodeOfCare", self.id("pregnancy"))

    def fetus(self, number: int) -> Reference:
        """The fetus with this number."""
        return ref("Patient", self.id("fetus", number))

    def child(self, number: int) -> Reference:
        """The child that was the fetus with this number."""
        return ref("Patient", self.id("child", number))

    # ------------------------------------------------------------ dating

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every due date the story gives grounds for, in the order in which it entered the record."""
        dating, first = self.story.dating, self.story.visit[0].on
        made = []
        if dating.lmp is not None:
            made.append(from_lmp(dating.lmp, dating.cycle_length, first))
        if dating.transfer is not None:
            made.append(from_transfer(dating.transfer, dating.embryo_age, first))
        for visit in self.story.visit:
            if visit.scan is not None:
                made.append(from_ultrasound(visit.on, GestationalAge.parse(visit.scan), visit.on))
            if visit.corrected_due is not None:
                made.append(Estimate(DatingMethod.CORRECTED, visit.corrected_due, visit.on, visit.on))
        return tuple(made)

    @cached_property
    def terms(self) -> tuple[TermChange, ...]:
        """How the valid due date came to be."""
        return history(self.estimates)

    def dating_on(self, day: date) -> tuple[Estimate, Dating]:
        """What the pregnancy was dated by on ``day``; before the first dating, the first one."""
        known = [e for e in self.estimates if e.recorded is None or e.recorded <= day] or self.estimates[:1]
        term = valid_term(known)
        if term is None:
            raise StoryError(f"{self.story.name}: nothing to date the pregnancy by")
        return term.estimate, term.dating

    def age(self, day: date) -> GestationalAge:
        """The gestational age on ``day`` by the dating that was valid then."""
        return self.dating_on(day)[1].age_on(day)

    # ------------------------------------------------------------ writing

    def sitting(self, visit: Visit) -> Sitting:
        """The sitting of a visit."""
        return next(s for s in self.sittings if s.visit is visit)

    @property
    def first(self) -> Sitting:
        """The first visit's sitting."""
        return self.sitting(self.story.visit[0])

    @property
    def last(self) -> Sitting:
        """The last sitting there is."""
        return self.sittings[-1]

    def visits(self) -> Iterator[tuple[Visit, Sitting]]:
        """Every visit with its sitting."""
        return ((visit, self.sitting(visit)) for visit in self.story.visit)

    def at_birth(self) -> Sitting:
        """The sitting of the birth. Raises ``StopIteration`` where the story has none."""
        return next(s for s in self.sittings if s.visit is None)

    def add(self, sitting: Sitting, type: str, id: str, shape: str, /, **content: Any) -> Resource:
        """Writes a resource; ``shape``: what follows ``no-domain-Maternity-`` in its profile. What is ``None`` is left out."""
        given = {key: value for key, value in content.items() if value is not None}
        resource = {"resourceType": type, "id": id, "meta": {"profile": [profile(shape)]}, **given}
        self.listed.append((sitting, resource))
        return resource

    def observe(self, sitting: Sitting, id: str, kind: Kind, /, **content: Any) -> Resource:
        """Writes an Observation of the mother; ``focus``: fetuses. ``effectiveDateTime``, ``code``, ``subject`` may be given anew."""
        standing: dict[str, Any] = {
            "status": "final",
            "category": [concept([coding(hl7("observation-category"), kind.category)])],
            "code": concept(kind.codings, kind.text),
            "subject": self.mother,
            "focus": None,
            "encounter": sitting.encounter,
            "effectiveDateTime": written(sitting.start),
            "performer": [self.staff.role(sitting.by)],
        }
        return self.add(sitting, "Observation", self.id(id, sitting.key), kind.profile, **{**standing, **content})

    def measure(self, sitting: Sitting, id: str, kind: Kind, value: Decimal | int, /, **content: Any) -> Resource:
        """Writes an Observation with a quantity in the kind's unit."""
        assert kind.unit is not None
        return self.observe(sitting, id, kind, valueQuantity=quantity(value, kind.unit, kind.shown), **content)
