"""Pregnancies to write to: the fifteen of the examples, and one with nothing in it; and a validator that knows the card's profiles."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from hit_maternity.dhg.mapping import PARTS, Pregnancy
from hit_maternity.dhg.mapping.part import Body, Many, Resource, Single
from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.maternity.card.systems import PROFILE, RECORD_ID

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EXAMPLES = tuple(sorted(path.stem for path in (ROOT / "profiles" / "examples").glob("*.json")))
EMPTY = "empty"


class _Compiled:
    """The compiled profiles as a source of definitions."""

    def __init__(self) -> None:
        read = (json.decode(path.read_bytes()) for path in sorted((ROOT / "profiles" / "compiled").glob("*.json")))
        self._resources = {(r["resourceType"], str(r.get("url"))): r for r in read}

    def find(self, kind: str, url: str) -> Any:
        return self._resources.get((kind, url))

    def entries(self, kind: str) -> list[Any]:
        return [r for (its, _), r in self._resources.items() if its == kind]

    def search_parameters(self) -> list[Any]:
        return self.entries("SearchParameter")


@cache
def definitions() -> Definitions:
    """FHIR's definitions and the card's."""
    return Definitions([Artefact(ARTEFACT), _Compiled()])


@cache
def validator() -> Validator:
    """The project's own."""
    return Validator(definitions(), LoadedTerminology(definitions()))


def faults(resource: Resource) -> list[str]:
    """What is wrong with a resource by the profiles it claims."""
    found = validator().validate(resource)
    return [f"{i.rule} {i.expression} {i.text}" for i in found if i.severity in ("error", "fatal")]


def new_record(key: str = "new") -> list[Resource]:
    """A woman, her record and nothing in it."""
    woman = {
        "resourceType": "Patient",
        "id": f"{key}-woman",
        "meta": {"profile": [f"{PROFILE}Patient-mother"]},
        "identifier": [{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "14859049894"}],
        "name": [{"text": "Ny Kvinne"}],
        "birthDate": "1990-05-14",
    }
    episode = {
        "resourceType": "EpisodeOfCare",
        "id": f"{key}-record",
        "meta": {"profile": [f"{PROFILE}EpisodeOfCare-pregnancy"]},
        "identifier": [{"system": RECORD_ID, "value": f"{key}-0001"}],
        "status": "active",
        "type": [{"coding": [{"system": "http://snomed.info/sct", "code": "77386006"}]}],
        "diagnosis": [{"condition": {"reference": f"Condition/{key}-pregnancy"}}],
        "patient": {"reference": f"Patient/{key}-woman"},
        "period": {"start": "2026-05-20"},
    }
    hl7 = "http://terminology.hl7.org/CodeSystem"
    condition = {
        "resourceType": "Condition",
        "id": f"{key}-pregnancy",
        "meta": {"profile": [f"{PROFILE}Condition-pregnancy"]},
        "clinicalStatus": {"coding": [{"system": f"{hl7}/condition-clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": f"{hl7}/condition-ver-status", "code": "confirmed"}]},
        "category": [{"coding": [{"system": f"{hl7}/condition-category", "code": "problem-list-item"}]}],
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "77386006"}]},
        "subject": {"reference": f"Patient/{key}-woman"},
        "recordedDate": "2026-05-20",
    }
    return [woman, episode, condition]


@cache
def pregnancy(name: str) -> Pregnancy:
    """One of the examples, or the one with nothing in it."""
    if name == EMPTY:
        return Pregnancy.of(new_record(), NOW)
    bundle = json.decode((ROOT / "profiles" / "examples" / f"{name}.json").read_bytes())
    return Pregnancy.of([entry["resource"] for entry in bundle["entry"]], NOW)


def single(name: str) -> Single:
    """A part with one body."""
    part = PARTS[name]
    assert not hasattr(part, "remove")
    return part  # type: ignore[return-value]  # told apart by what the other kind has


def many(name: str) -> Many:
    """A part that is a list."""
    part = PARTS[name]
    assert hasattr(part, "remove")
    return part  # type: ignore[return-value]  # told apart by what the other kind has


def read(name: str, of: Pregnancy) -> Body:
    """A part with one body, empty where nothing is registered."""
    return single(name).read(of) or {}


def item(name: str, id: str, of: Pregnancy) -> Body:
    """One item of a list."""
    return {one.id: one for one in many(name).read(of)}[id].body
