"""Habits as FHIR has them: an Observation of each kind of habit at each time, put together by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from math import inf
from typing import Any

from hit_maternity.dhg.mapping.coded import AS_RECEIVED, VOLVEN, from_coding, to_coding
from hit_maternity.dhg.mapping.part import Body, Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy
from hit_maternity.dhg.mapping.values import NOT_ASKED, Component, Integer
from hit_maternity.dhg.models.systems import uri_of
from hit_maternity.fhir.json import equal
from hit_maternity.maternity.card.elements import claims, code_of, codes, extension, items, whole
from hit_maternity.maternity.card.moments import moment_of
from hit_maternity.maternity.card.sections import kind_of
from hit_maternity.maternity.card.systems import BASE, coding, system
from hit_maternity.maternity.card.systems import extension as own

TYPE, FREQUENCY = f"{VOLVEN}8536", f"{VOLVEN}8537"
#: What stands beside a national code that isn't one of the card's, and of a habit that nobody has named alone.
_TYPE_BESIDE, _FREQUENCY_BESIDE = f"habit-type#{AS_RECEIVED}", f"card-item#{AS_RECEIVED}"
_POSITION, _TIME = own("position"), own("time-point")
_COUNT = Component(Integer(), ("card-item#daily-count",), "Antall per dag")
#: Time points that the national record has; of the third it has the habit alone.
FIRST, WEEK_36, BARE = "first-visit", "week-36", "during"
TIMES = {"stimuliFrequencyFirstConsultation": FIRST, "stimuliFrequencyAtWeek36": WEEK_36}
_FIRST_OF_ALL = datetime.min.replace(tzinfo=UTC)

#: Address and code of a kind of habit; ``None``: not named.
Key = tuple[str, str] | None


def is_habit(resource: Resource) -> bool:
    """Whether a resource tells of a habit, under a national code or one of the card's."""
    if resource["resourceType"] != "Observation":
        return False
    national = any(its == TYPE for its, _ in codes(resource.get("code")))
    return national or claims(resource, "Observation-habit") or kind_of(resource) == "habit"


def read_concept(concept: object, national: str) -> Body | None:
    """The ``CodeAndSystem`` of a concept: its national code, else the first; words from its text where it has no national code."""
    listed = [c for c in items(concept, "coding") if isinstance(c.get("code"), str)] if isinstance(concept, dict) else []
    listed = [c for c in listed if (c["code"], str(c.get("system")).startswith(BASE)) != (AS_RECEIVED, True)]
    if not listed or not isinstance(concept, dict):
        return None
    chosen = next((c for c in listed if c.get("system") == national), listed[0])
    told = from_coding(chosen)
    text = concept.get("text")
    return {**told, "display": text} if isinstance(text, str) and chosen.get("system") != national else told


def key_of(type: Body | None) -> Key:
    """What tells one kind of habit from another."""
    return None if type is None else (uri_of(type["codeSystem"]) if "codeSystem" in type else "", type["code"])


def type_of(fact: Resource) -> Body | None:
    """The kind of habit that a fact tells of."""
    return read_concept(fact.get("code"), TYPE)


def time_of(fact: Resource) -> str | None:
    """The time point that a fact speaks of."""
    return code_of(extension(fact, _TIME), system("time-point"))


def position_of(fact: Resource) -> int | None:
    """The place of the habit in the national record's list, where it isn't that of time."""
    return whole(extension(fact, _POSITION))


def told(fact: Resource) -> Body:
    """How often: ``stimuliFrequency`` and ``dailyCount``."""
    found = {"stimuliFrequency": read_concept(fact.get("valueCodeableConcept"), FREQUENCY), "dailyCount": _COUNT.get(fact)}
    return {name: value for name, value in found.items() if value is not None}


@dataclass(slots=True)
class Habit:
    """One kind of habit. ``facts``: its Observations by time point, oldest first; of the bare habit those that tell no more."""

    key: Key
    facts: dict[str, list[Resource]] = field(default_factory=dict)

    def newest(self, time: str) -> Resource | None:
        """The fact that counts at a time point."""
        return next(reversed(self.facts.get(time, [])), None)

    def shown(self) -> dict[str, Resource]:
        """By time point, what the national record tells of the habit; a fact that tells no answer is none of it."""
        newest = {time: fact for time in (FIRST, WEEK_36, BARE) if (fact := self.newest(time)) is not None}
        return {time: fact for time, fact in newest.items() if time == BARE or told(fact)}

    def all_shown(self) -> list[Resource]:
        """The facts to take back for the habit not to be shown: from the newest on, until one that tells no answer."""
        return [fact for time in self.shown() for fact in self.upto_silent(time)]

    def upto_silent(self, time: str) -> list[Resource]:
        """The same at one time point."""
        listed = reversed(self.facts.get(time, []))
        return list(listed if time == BARE else takewhile(told, listed))

    def place(self) -> float:
        """The place that was sent; without one it is after those that have one."""
        return min((place for fact in self.shown().values() if (place := position_of(fact)) is not None), default=inf)

    def body(self) -> Body:
        """The entry of the national record's list."""
        shown = self.shown()
        type = type_of(max(shown.values(), key=lambda fact: (moment_of(fact) or _FIRST_OF_ALL, fact["id"])))
        often = {name: told(shown[time]) for name, time in TIMES.items() if time in shown}
        return ({} if type is None else {"stimuliType": type}) | often


def all_habits(pregnancy: Pregnancy) -> list[Habit]:
    """The habits of the record, also those the national record can't tell of, in its order: by their position, else by time."""
    found: dict[Key, Habit] = {}
    for fact in pregnancy.found("Observation", is_habit):
        time = time_of(fact)
        if time in (FIRST, WEEK_36) or (time == BARE and not told(fact)):
            habit = found.setdefault(key_of(type_of(fact)), Habit(key_of(type_of(fact))))
            habit.facts.setdefault(str(time), []).append(fact)
    return sorted(found.values(), key=Habit.place)


def shown_of(listed: Iterable[Habit]) -> list[Habit]:
    """Those that the national record can tell of."""
    return [habit for habit in listed if habit.shown()]


def concept(value: Body | None, own_system: str, beside: str) -> Resource:
    """A code as it was received; where it isn't one of the card's ``own_system`` with what stands ``beside`` it."""
    coded = [] if value is None else [to_coding(value)]
    known = any(c.get("system") == f"{BASE}/CodeSystem/{own_system}" for c in coded)
    return {"coding": coded if known else [coding(beside), *coded]}


def type_concept(type: Body | None) -> Resource:
    """The code of a fact about a kind of habit."""
    return concept(type, "habit-type", _TYPE_BESIDE)


def often(fact: Resource, wanted: Mapping[str, Any]) -> Resource:
    """The elements that make ``fact`` tell how often; of neither answer nor number that nobody has told."""
    frequency = wanted.get("stimuliFrequency")
    content: Resource = {} if _COUNT.get(fact) == wanted.get("dailyCount") else dict(_COUNT.put(fact, wanted.get("dailyCount")))
    if not equal(told(fact).get("stimuliFrequency"), frequency):
        content["valueCodeableConcept"] = frequency and concept(frequency, "habit-frequency", _FREQUENCY_BESIDE)
    content["dataAbsentReason"] = NOT_ASKED if frequency is None else None
    return content


def time_point(time: str) -> Resource:
    """The extension that tells of which time a fact speaks."""
    return {"url": _TIME, "valueCodeableConcept": {"coding": [coding(f"time-point#{time}")]}}


def placed(fact: Resource, place: int) -> Resource:
    """The fact at this place of the list."""
    rest = [it for it in items(fact, "extension") if it.get("url") != _POSITION]
    return {**fact, "extension": [*rest, {"url": _POSITION, "valuePositiveInt": place}]}
