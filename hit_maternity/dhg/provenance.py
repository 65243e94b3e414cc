"""Who wrote, as the card's Provenance says it: the caller by logical references, since the token names people and places by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hit_maternity.access.audit.codes import CATEGORIES, ENH, HPR
from hit_maternity.dhg.author import Author
from hit_maternity.dhg.mapping import Pregnancy, Resource
from hit_maternity.dhg.versions import CREATED, DELETED, UPDATED
from hit_maternity.fhir.bundle import instant
from hit_maternity.maternity.card.systems import extension

_ACTIVITIES: Mapping[str, str] = {CREATED: "CREATE", UPDATED: "UPDATE", DELETED: "DELETE"}


def provenance(pregnancy: Pregnancy, targets: Iterable[Resource], author: Author, source: str | None, event: str) -> Resource:
    """The Provenance of a write. ``targets``: references to what was written; ``source``: the calling system; ``event``: what it did."""
    place = author.get("treatmentFacilityName")
    agent: dict[str, Any] = {"type": _coded("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author")}
    if role := author.get("hprRole"):
        agent["role"] = [_coded(CATEGORIES, role)]
    agent["who"] = _who(author, source)
    if number := author.get("orgNr"):
        agent["onBehalfOf"] = _logical("Organization", ENH, number, author.get("orgName"))
    return pregnancy.new(
        "Provenance",
        "Provenance",
        extension=[{"url": extension("treatment-place"), "valueString": place}] if place else None,
        target=list(targets),
        recorded=instant(pregnancy.now),
        activity=_coded("http://terminology.hl7.org/CodeSystem/v3-DataOperation", _ACTIVITIES[event]),
        agent=[agent],
    )


def _who(author: Author, source: str | None) -> Resource:
    if number := author.get("hprNr"):
        return _logical("Practitioner", HPR, number, author.get("name"))
    if author.get("name") or author["userType"] == "HEALTH_CARE_PROFESSIONAL":
        return {"type": "Practitioner", "display": author.get("name") or source or "unknown"}
    return {"type": "Device", "display": source or "unknown"}


def _logical(type: str, system: str, value: str, shown: str | None) -> Resource:
    made: Resource = {"type": type, "identifier": {"system": system, "value": value}}
    return {**made, "display": shown} if shown else made


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}
