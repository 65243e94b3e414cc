"""Addresses: profiles, extensions, code systems, identifier systems. One place, so that they can be changed in one place.

Own ones stand under the project's canonical base; the Norwegian ones are the OIDs of Volven and of the identifier register.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

BASE = "https://hit-maternity.example/fhir"

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
ATC = "http://www.whocc.no/atc"
ICD10 = "http://hl7.org/fhir/sid/icd-10-no"
LANGUAGE = "urn:ietf:bcp:47"

#: Volven 7497 as no-basis-AllergyIntolerance spells it, with ``uid`` for ``oid``.
REACTION_SYSTEM = "urn:uid:2.16.578.1.12.4.1.1.7497"

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
HPR = "urn:oid:2.16.578.1.12.4.1.4.4"
ORGANISATION_NUMBER = "urn:oid:2.16.578.1.12.4.1.4.101"
RESH = "urn:oid:2.16.578.1.12.4.1.4.102"
RECORD_ID = f"{BASE}/NamingSystem/record-id"
FETUS_ID = f"{BASE}/NamingSystem/fetus"


def record_id(name: str) -> str:
    """The national id of the record of the story ``name``: always the same."""
    return str(uuid5(NAMESPACE_URL, f"{BASE}/record/{name}"))


def profile(name: str) -> str:
    """The canonical of the profile ``no-domain-Maternity-<name>``."""
    return f"{BASE}/StructureDefinition/no-domain-Maternity-{name}"


def own_system(name: str) -> str:
    """The canonical of a code system of our own."""
    return f"{BASE}/CodeSystem/{name}"


def volven(number: int) -> str:
    """The address of a national (Volven) code system."""
    return f"urn:oid:2.16.578.1.12.4.1.1.{number}"


def hl7(name: str) -> str:
    """The canonical of a code system of HL7's terminology."""
    return f"http://terminology.hl7.org/CodeSystem/{name}"


def extension(name: str, **value: Any) -> dict[str, Any]:
    """A simple extension of our own with its ``value[x]``."""
    return {"url": f"{BASE}/StructureDefinition/{name}", **value}
