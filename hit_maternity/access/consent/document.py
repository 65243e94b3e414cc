"""The consent to the record as a FHIR Consent: made, and recognised.

Source: profile Consent-record of the card; the category is that of HL7 Norway's Consent draft (confirmed), the rest is ours (inferred).
"""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from hit_maternity.fhir.bundle import instant

PROFILE = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-Consent-record"
_SCOPE = ("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")
_CATEGORY = ("http://loinc.org", "59284-0")
_POLICY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_ENDED = frozenset(("inactive", "rejected"))


def consent(id: str, patient: str, moment: datetime) -> dict[str, Any]:
    """The Consent that says that the Patient with this id said yes at ``moment``."""
    her = {"reference": f"Patient/{patient}"}
    words = escape(f"Samtykke {moment.date().isoformat()}: ja")
    return {
        "resourceType": "Consent",
        "id": id,
        "meta": {"profile": [PROFILE]},
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml" lang="nb" xml:lang="nb">{words}</div>'},
        "status": "active",
        "scope": {"coding": [{"system": _SCOPE[0], "code": _SCOPE[1]}]},
        "category": [{"coding": [{"system": _CATEGORY[0], "code": _CATEGORY[1]}]}],
        "patient": her,
        "dateTime": instant(moment),
        "performer": [her],
        "policyRule": {"coding": [{"system": _POLICY, "code": "OPTIN"}]},
        "provision": {"type": "permit"},
    }


def decision(resource: dict[str, Any]) -> bool | None:
    """What a Consent says of the record: yes, no, or None for one that is about something else, or no decision (yet)."""
    if resource.get("resourceType") != "Consent" or not _is_of_record(resource):
        return None
    status, provision = resource.get("status"), resource.get("provision")
    kind = provision.get("type") if type(provision) is dict else None
    if status in _ENDED or (status == "active" and kind == "deny"):
        return False
    return True if status == "active" and kind == "permit" else None


def _is_of_record(resource: dict[str, Any]) -> bool:
    meta = resource.get("meta")
    profiles = meta.get("profile") if type(meta) is dict else None
    if type(profiles) is list and any(type(p) is str and p.partition("|")[0] == PROFILE for p in profiles):
        return True
    categories = resource.get("category")
    named = [_CATEGORY in _codings(c) for c in categories] if type(categories) is list else []
    provision = resource.get("provision")
    narrow = type(provision) is dict and any(key not in ("type", "id") for key in provision)
    return any(named) and _SCOPE in _codings(resource.get("scope")) and not narrow


def _codings(concept: Any) -> set[tuple[Any, Any]]:
    listed = concept.get("coding") if type(concept) is dict else None
    return {(c.get("system"), c.get("code")) for c in listed if type(c) is dict} if type(listed) is list else set()
