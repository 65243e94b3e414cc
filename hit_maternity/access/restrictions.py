"""What a patient has restricted: single resources by their security labels, and people and organisations whom she has shut out.

Sources: dhg-api.md 2.4 and national-services.md 1.2 (restricted data, blocked practitioner: inferred for this record);
https://hl7.org/fhir/R4/security-labels.html and its code system v3-Confidentiality.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from hit_maternity.access.policy import Right
from hit_maternity.access.principal import Principal
from hit_maternity.fhir import json
from hit_maternity.fhir.ports import Standing, Version

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
#: Restricted and very restricted.
RESTRICTED = frozenset(("R", "V"))


def is_restricted(version: Version) -> bool:
    """Whether a resource carries a label that keeps it from ordinary access."""
    if not version.body or b'"security"' not in version.body:
        return False
    meta = json.decode(version.body).get("meta")
    labels = meta.get("security") if isinstance(meta, dict) else None
    return isinstance(labels, list) and any(_restricts(label) for label in labels)


def _restricts(label: Any) -> bool:
    return isinstance(label, dict) and label.get("system") == CONFIDENTIALITY and label.get("code") in RESTRICTED


def shuts_out(blocked: Collection[str], who: Principal) -> bool:
    """Whether the caller, or the place the caller works at, is among those whom a patient has shut out (``hpr:`` and ``org:`` numbers)."""
    if not blocked:
        return False
    place = who.organisation
    names = [f"org:{number}" for number in (place.legal_entity, place.point_of_care) if number]
    if who.person and who.person.hpr_number:
        names.append(f"hpr:{who.person.hpr_number}")
    return any(name in blocked for name in names)


def closed_by(standing: Standing, who: Principal, right: Right) -> str | None:
    """The rule by which a record with this standing is closed to a health worker, the first of several; None where it is open."""
    if standing.confidential:
        return "confidential-address"
    if standing.consent is not True:
        return "consent-missing"
    if right is Right.WRITE and standing.deceased:
        return "patient-deceased"
    return "practitioner-blocked" if shuts_out(standing.blocked, who) else None
