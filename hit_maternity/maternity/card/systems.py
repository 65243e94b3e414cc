"""Addresses the card is read by: code systems under short names, own extensions, identifier systems, profiles.

The short names are those of ``kinds.toml`` and of docs/codes.md.
"""

from __future__ import annotations

from typing import Any

from hit_maternity.maternity.tables import TableError

BASE = "https://hit-maternity.example/fhir"
PROFILE = f"{BASE}/StructureDefinition/no-domain-Maternity-"
RECORD_ID = f"{BASE}/NamingSystem/record-id"
FETUS_ID = f"{BASE}/NamingSystem/fetus"
EPISODE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
UCUM = "http://unitsofmeasure.org"

_FOREIGN = {
    "loinc": "http://loinc.org",
    "sct": "http://snomed.info/sct",
    "nlk": "urn:oid:2.16.578.1.12.4.1.1.7280",
    "volven-8340": "urn:oid:2.16.578.1.12.4.1.1.8340",
    "atc": "http://www.whocc.no/atc",
    "icd-10-no": "http://hl7.org/fhir/sid/icd-10-no",
    "role-code": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
    "interpretation": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "condition-category": "http://terminology.hl7.org/CodeSystem/condition-category",
}
_OWN = frozenset(
    (
        "card-item", "section", "disease-history", "habit-type", "term-basis", "term-reason", "visit-kind", "time-point", "end-reason",
        "fetal-status", "attention", "programme", "programme-status", "origin",
    )
)  # fmt: skip

Code = tuple[str, str]


def system(name: str) -> str:
    """The address of a code system by its short name. Raises ``TableError`` at an unknown one."""
    if name in _OWN:
        return f"{BASE}/CodeSystem/{name}"
    if name not in _FOREIGN:
        raise TableError(f"there is no code system {name!r}")
    return _FOREIGN[name]


def code(short: str) -> Code:
    """System and code of what is written ``loinc#8665-2``. Raises ``TableError``."""
    name, _, value = short.partition("#")
    return system(name), value


def extension(name: str) -> str:
    """The address of an extension of our own."""
    return f"{BASE}/StructureDefinition/{name}"


def coding(short: str, display: str | None = None) -> dict[str, Any]:
    """A Coding of what is written ``section#visits``."""
    address, value = code(short)
    return {"system": address, "code": value, **({"display": display} if display else {})}
