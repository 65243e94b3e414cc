"""Which kind of fact of the card a resource is, by the profile it claims or by its code. The table is ``kinds.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hit_maternity.maternity.lifecycle import contents
from hit_maternity.maternity.rules.canonical import FETUS_ID, FETUS_NUMBER, PROFILE, SYSTEMS
from hit_maternity.maternity.rules.reading import Code, Resource, codes, extension, identifier, listed, table
from hit_maternity.maternity.tables import Row, rows

#: Where the codes of a resource stand that tell its kind.
_CODED = {
    "Encounter": "type",
    "EpisodeOfCare": "type",
    "MedicationAdministration": "medicationCodeableConcept",
    "Observation": "code",
    "Procedure": "code",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """``content``: an id of lifecycle.toml's contents; ``fetal``: about a fetus; ``unit``: UCUM, that an amount must convert to."""

    id: str
    type: str
    profiles: tuple[str, ...]
    codes: tuple[Code, ...]
    content: str | None
    fetal: bool
    unit: str | None


def _code(row: Row, written: str) -> Code:
    system, _, code = written.partition("|")
    if system not in SYSTEMS or not code:
        raise row.fault(f"{written!r} is no code of a known system")
    return SYSTEMS[system], code


def _kind(row: Row) -> Kind:
    content = row.text("content") if "content" in row.values else None
    if content is not None and content not in contents():
        raise row.fault(f"the content {content!r} is not in lifecycle.toml")
    unit = row.text("unit") if "unit" in row.values else None
    profiles = tuple(PROFILE + name for name in row.texts("profiles"))
    return Kind(row.id, row.text("type"), profiles, tuple(_code(row, c) for c in row.texts("codes")), content, row.flag("fetal"), unit)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by id."""
    return {row.id: _kind(row) for row in rows("rules/kinds", "kind")}


@cache
def links() -> dict[str, str]:
    """Type of resource to the element by which it names its visit (an Encounter: its record)."""
    return {row.id: row.text("element") for row in rows("rules/kinds", "link")}


@cache
def _by_profile() -> dict[str, Kind]:
    return {profile: kind for kind in kinds().values() for profile in kind.profiles}


@cache
def _by_code() -> dict[tuple[str, Code], Kind]:
    found: dict[tuple[str, Code], Kind] = {}
    for kind in kinds().values():
        for code in kind.codes:
            found.setdefault((kind.type, code), kind)
    return found


def claims_card(resource: Resource) -> bool:
    """Whether the resource claims a profile of the card."""
    return any(isinstance(p, str) and p.startswith(PROFILE) for p in listed(table(resource.get("meta")).get("profile")))


def kind_of(resource: Resource) -> Kind | None:
    """The kind by claimed profile, else by code, a fetus also by its number; ``None`` for everything that no rule looks at."""
    known = _by_profile()
    for profile in listed(table(resource.get("meta")).get("profile")):
        if isinstance(profile, str) and (kind := known.get(profile.partition("|")[0])) is not None:
            return kind
    type = resource.get("resourceType", "")
    if type == "Patient":
        return kinds()["fetus"] if extension(resource, FETUS_NUMBER) or identifier(resource, FETUS_ID) else None
    element = _CODED.get(type)
    if element is None:
        return None
    concepts = resource.get(element)
    by_code = _by_code()
    for concept in concepts if isinstance(concepts, list) else [concepts]:
        for code in codes(concept):
            if (kind := by_code.get((type, code))) is not None:
                return kind
    return None
