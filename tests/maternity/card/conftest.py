"""Cards made of a few resources, without a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.ports import Version
from hit_maternity.maternity.card import Card

Resource = dict[str, Any]
SYSTEMS = {
    "loinc": "http://loinc.org",
    "sct": "http://snomed.info/sct",
    "nlk": "urn:oid:2.16.578.1.12.4.1.1.7280",
    "card-item": "https://hit-maternity.example/fhir/CodeSystem/card-item",
    "disease-history": "https://hit-maternity.example/fhir/CodeSystem/disease-history",
    "term-basis": "https://hit-maternity.example/fhir/CodeSystem/term-basis",
    "section": "https://hit-maternity.example/fhir/CodeSystem/section",
}
MOTHER: Resource = {"resourceType": "Patient", "id": "mother", "birthDate": "1995-05-05"}
EPISODE: Resource = {"resourceType": "EpisodeOfCare", "id": "e", "status": "active", "period": {"start": "2026-02-20"}}


def concept(*short: str) -> Resource:
    """``loinc#8665-2`` as a CodeableConcept."""
    pairs = (s.split("#") for s in short)
    return {"coding": [{"system": SYSTEMS[system], "code": code} for system, code in pairs]}


def observed(code: str | tuple[str, ...], day: str = "2026-03-01", **more: Any) -> Resource:
    """An Observation; ``quantity``: value and UCUM unit."""
    if "quantity" in more:
        value, unit = more.pop("quantity")
        more["valueQuantity"] = {"value": value, "system": "http://unitsofmeasure.org", "code": unit}
    codes = (code,) if isinstance(code, str) else code
    id = f"o{abs(hash((codes, day, str(more)))) % 10**9}"
    return {"resourceType": "Observation", "id": id, "status": "final", "code": concept(*codes), "effectiveDateTime": day, **more}


def card(*resources: Resource, mother: Resource = MOTHER, episode: Resource = EPISODE) -> Card:
    """A card of these resources, in the order given, as if they had been stored."""
    stored = tuple(decode(encode(r)) for r in (episode, mother, *resources))
    made = datetime(2026, 3, 1, tzinfo=UTC)
    versions = tuple(Version(r["resourceType"], r["id"], 1, made, "PUT", encode(r)) for r in stored)
    return Card(stored[0], stored[1], stored, versions)


@pytest.fixture
def observe() -> Callable[..., Resource]:
    return observed


@pytest.fixture
def coded() -> Callable[..., Resource]:
    return concept


@pytest.fixture
def make_card() -> Callable[..., Card]:
    return card
