"""Where each resource stands on the card, and what kind of fact an Observation is: by profile, code or type, from ``kinds.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from hit_maternity.maternity.card.elements import claimed, codes
from hit_maternity.maternity.card.systems import Code, code, system
from hit_maternity.maternity.tables import TableError, Words, rows, words_of

Resource = dict[str, Any]

_TABLE = "card/kinds"
#: An Observation of none of the kinds, with a category that says nothing either.
_ELSEWHERE = "visits"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the card: ``code`` in CodeSystem section, ``main`` that of the one of the ten it is shown in (its own for the ten),
    ``order`` its place on the card."""

    code: str
    main: str
    order: int
    words: Words


@dataclass(frozen=True, slots=True)
class _Places:
    """The table as it is asked: codes of sections by everything that may tell them; ``kinds``: kind and its rank by code."""

    kinds: Mapping[Code, tuple[int, str]]
    families: Mapping[str, str]
    of_kind: Mapping[str, str]
    of_category: Mapping[str, str]
    of_profile: Mapping[str, str]
    of_type: Mapping[str, str]


@cache
def sections() -> Mapping[str, Section]:
    """All sections by code, in the order of the card, each part after the one it is part of."""
    words = words_of(_TABLE, "section")
    listed: dict[str, Section] = {}
    for order, row in enumerate(rows(_TABLE, "section")):
        main = row.text("part_of") if "part_of" in row.values else row.id
        if main != row.id and (main not in listed or listed[main].main != main):
            raise row.fault(f"there is no section {main!r} before it")
        listed[row.id] = Section(row.id, main, order, words[row.id])
    return listed


def main_sections() -> tuple[Section, ...]:
    """The ten sections that a woman sees on Helsenorge, in her order."""
    return tuple(s for s in sections().values() if s.main == s.code)


@cache
def _places() -> _Places:
    def placed(name: str) -> dict[str, str]:
        return {row.id: row.text("section") for row in rows(_TABLE, name)}

    kinds: dict[Code, tuple[int, str]] = {}
    for rank, row in enumerate(rows(_TABLE, "kind")):
        for short in row.texts("codes"):
            if kinds.setdefault(code(short), (rank, row.id))[1] != row.id:
                raise row.fault(f"{short} is of another kind too")
    families = {system(row.text("system")): row.id for row in rows(_TABLE, "family")}
    places = _Places(kinds, families, placed("kind") | placed("family"), placed("category"), placed("profile"), placed("resource"))
    named = {s for part in (places.of_kind, places.of_category, places.of_profile, places.of_type) for s in part.values()}
    if named - set(sections()):
        raise TableError(f"{_TABLE}.toml names unknown sections: {', '.join(sorted(named - set(sections())))}")
    return places


def kind_of(observation: Resource) -> str | None:
    """The kind of fact (an id of ``kinds.toml``; ``note`` for a remark); ``None`` for one the card doesn't know."""
    return _kind_by(tuple(codes(observation.get("code"))))


@lru_cache(maxsize=4096)
def _kind_by(given: tuple[Code, ...]) -> str | None:
    places = _places()
    found = [places.kinds[c] for c in given if c in places.kinds]
    if found:
        return min(found)[1]
    for its, _ in given:
        if its in places.families:
            return places.families[its]
        if its == system("section"):
            return "note"
    return None


def _of_observation(observation: Resource) -> str:
    kind, places = kind_of(observation), _places()
    if kind == "note":
        named = [c for its, c in codes(observation["code"]) if its == system("section") and c in sections()]
        return named[0] if named else _ELSEWHERE
    if kind is not None:
        return places.of_kind[kind]
    for category in observation.get("category", ()):
        for _, value in codes(category):
            if value in places.of_category:
                return places.of_category[value]
    return _ELSEWHERE


def section_of(resource: Resource) -> Section | None:
    """The section a resource stands in, the finest there is; ``None`` for what stands in none, such as a Provenance."""
    if resource["resourceType"] == "Observation":
        return sections()[_of_observation(resource)]
    places = _places()
    for profile in claimed(resource):
        if profile in places.of_profile:
            return sections()[places.of_profile[profile]]
    placed = places.of_type.get(resource["resourceType"])
    return None if placed is None else sections()[placed]
