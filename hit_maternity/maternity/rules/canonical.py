"""Addresses that the rules look for: profiles, extensions, code systems, identifier systems."""

from __future__ import annotations

BASE = "https://hit-maternity.example/fhir"
PROFILE = f"{BASE}/StructureDefinition/no-domain-Maternity-"

END_REASON = f"{BASE}/StructureDefinition/end-reason"
FETAL_STATUS = f"{BASE}/StructureDefinition/fetal-status"
FETUS_NUMBER = f"{BASE}/StructureDefinition/fetus-number"
FETUS_OF = f"{BASE}/StructureDefinition/fetus-of"
VALID_TERM = f"{BASE}/StructureDefinition/valid-term"
WORKFLOW_EPISODE = "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare"

RECORD_ID = f"{BASE}/NamingSystem/record-id"
FETUS_ID = f"{BASE}/NamingSystem/fetus"

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
END_REASONS = f"{BASE}/CodeSystem/end-reason"
FETAL_STATUSES = f"{BASE}/CodeSystem/fetal-status"
TERM_BASES = f"{BASE}/CodeSystem/term-basis"

#: The short names of code systems in ``kinds.toml``.
SYSTEMS = {
    "loinc": LOINC,
    "sct": SNOMED,
    "nlk": "urn:oid:2.16.578.1.12.4.1.1.7280",
    "atc": "http://www.whocc.no/atc",
    "card-item": f"{BASE}/CodeSystem/card-item",
    "visit-kind": f"{BASE}/CodeSystem/visit-kind",
}

#: Answers as ``(system, code)``.
RHESUS_POSITIVE = frozenset({(SNOMED, "165747007"), (SNOMED, "10828004"), (LOINC, "LA22747-2")})
RHESUS_NEGATIVE = frozenset({(SNOMED, "165746003"), (SNOMED, "260385009"), (LOINC, "LA22748-0")})
BORN_ALIVE = frozenset({(SNOMED, "281050002"), (FETAL_STATUSES, "live-born")})
STILLBORN = frozenset({(SNOMED, "237364002"), (FETAL_STATUSES, "stillborn")})
LOST = frozenset({(FETAL_STATUSES, "lost")})
