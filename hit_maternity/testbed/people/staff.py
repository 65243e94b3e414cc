"""The health professionals and the places they work at: the same ones in every story, read from ``staff.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from hit_maternity.testbed.people.canonical import HPR, ORGANISATION_NUMBER, RESH, profile, volven
from hit_maternity.testbed.people.coding import coding, concept, of_hl7

CATEGORIES = {"LE": "Lege", "JO": "Jordmor", "SP": "Sykepleier"}


class Organization(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place of work. ``place``: its name as a treatment place."""

    id: str
    number: str
    name: str
    place: str
    resh: str | None = None


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A health professional. ``category``: HPR category (Volven 9060); ``at``: key of the organization."""

    id: str
    hpr: str
    given: str
    family: str
    gender: Literal["female", "male"]
    category: Literal["LE", "JO", "SP"]
    at: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    organization: tuple[Organization, ...]
    person: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """All of them by key."""

    organizations: dict[str, Organization]
    people: dict[str, Person]

    def role(self, key: str) -> dict[str, str]:
        """A reference to somebody's PractitionerRole. Raises ``KeyError``."""
        return {"reference": f"PractitionerRole/{self.people[key].id}"}

    def practitioner(self, key: str) -> dict[str, str]:
        """A reference to somebody's Practitioner. Raises ``KeyError``."""
        return {"reference": f"Practitioner/{self.people[key].id}"}

    def place_of(self, key: str) -> Organization:
        """Where somebody works. Raises ``KeyError``."""
        return self.organizations[self.people[key].at]


@cache
def staff() -> Staff:
    """The staff of the package's table."""
    text = (files("hit_maternity.testbed.people") / "staff.toml").read_text(encoding="utf-8")
    table = msgspec.convert(tomllib.loads(text), _Table)
    return Staff({o.id: o for o in table.organization}, {p.id: p for p in table.person})


def organization(it: Organization) -> dict[str, Any]:
    """The Organization resource."""
    resh = [{"system": RESH, "value": it.resh}] if it.resh else []
    return {
        "resourceType": "Organization",
        "id": it.id,
        "meta": {"profile": [profile("Organization")]},
        "identifier": [{"system": ORGANISATION_NUMBER, "value": it.number}, *resh],
        "active": True,
        "type": [of_hl7("organization-type", "prov", "Healthcare Provider")],
        "name": it.name,
    }


def _category(person: Person) -> dict[str, Any]:
    return concept([coding(volven(9060), person.category, CATEGORIES[person.category])])


def practitioner(person: Person) -> dict[str, Any]:
    """The Practitioner resource."""
    return {
        "resourceType": "Practitioner",
        "id": person.id,
        "meta": {"profile": [profile("Practitioner")]},
        "identifier": [{"system": HPR, "value": person.hpr}],
        "active": True,
        "name": [{"use": "official", "family": person.family, "given": [person.given]}],
        "gender": person.gender,
        "qualification": [{"code": _category(person)}],
    }


def practitioner_role(person: Person) -> dict[str, Any]:
    """The PractitionerRole resource."""
    return {
        "resourceType": "PractitionerRole",
        "id": person.id,
        "meta": {"profile": [profile("PractitionerRole")]},
        "active": True,
        "practitioner": {"reference": f"Practitioner/{person.id}"},
        "organization": {"reference": f"Organization/{person.at}"},
        "code": [_category(person)],
    }
