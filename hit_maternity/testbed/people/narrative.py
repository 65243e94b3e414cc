"""The sentence each resource carries for a reader without a program: what it is, and its value. Never a national id."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

Resource = dict[str, Any]


def _words(concept: Any) -> str:
    """The text of a CodeableConcept, else the name of its first code."""
    if not isinstance(concept, dict):
        return ""
    return str(concept.get("text") or next((c.get("display", c["code"]) for c in concept.get("coding", ())), ""))


def _value(it: Resource) -> str:
    """The value of an Observation or of one of its components."""
    if "valueQuantity" in it:
        return f"{it['valueQuantity']['value']} {it['valueQuantity']['unit']}"
    if "valueBoolean" in it:
        return "ja" if it["valueBoolean"] else "nei"
    if "valueCodeableConcept" in it:
        return _words(it["valueCodeableConcept"])
    if "dataAbsentReason" in it:
        reasons = {"not-asked": "ikke spurt", "asked-unknown": "vet ikke", "asked-declined": "vil ikke svare", "not-performed": "ikke tatt"}
        return reasons[it["dataAbsentReason"]["coding"][0]["code"]]
    return str(next((it[key] for key in ("valueString", "valueInteger", "valueDateTime") if key in it), ""))


def _observation(it: Resource) -> str:
    told = [f"{_words(it['code'])}: {_value(it)}".removesuffix(": ")]
    told += [f"{_words(part['code']).lower()} {_value(part)}" for part in it.get("component", ())]
    return f"{', '.join(told)} ({it['effectiveDateTime'][:10]})"


def _person(it: Resource) -> str:
    number = next((e["valuePositiveInt"] for e in it.get("extension", ()) if "valuePositiveInt" in e), None)
    if number is not None:
        return f"Foster nr. {number}"
    name = it["name"][0]
    called = " ".join([*name.get("given", ()), name["family"]])
    return f"{called}, født {it['birthDate']}" if "birthDate" in it else called


def _medicine(it: Resource) -> str:
    statuses = {"not-taken": "tas ikke", "not-done": "ikke gitt", "unknown": "ikke kjent", "active": "i bruk", "completed": "avsluttet"}
    return f"{_words(it['medicationCodeableConcept'])}: {statuses[it['status']]}"


def _given(it: Resource) -> str:
    done = "gitt" if it["status"] == "completed" else "ikke gitt"
    return f"{_words(it['medicationCodeableConcept'])}: {done} {it['effectiveDateTime'][:10]}"


def _consent(it: Resource) -> str:
    return f"Samtykke {it['dateTime'][:10]}: {'ja' if it['provision']['type'] == 'permit' else 'nei'}"


#: Resource type to its sentence.
SENTENCES: dict[str, Callable[[Resource], str]] = {
    "Observation": _observation,
    "Patient": _person,
    "Practitioner": _person,
    "RelatedPerson": _person,
    "PractitionerRole": lambda it: f"Rolle: {_words(it['code'][0])}",
    "Organization": lambda it: str(it["name"]),
    "Encounter": lambda it: f"{_words(it['type'][0])} {it['period']['start'][:10]}",
    "EpisodeOfCare": lambda it: f"Svangerskapsjournal fra {it['period']['start']}",
    "Condition": lambda it: f"{_words(it['code'])} ({it['recordedDate']})",
    "CareTeam": lambda it: str(it["name"]),
    "CarePlan": lambda it: "; ".join([it["title"], *(a["detail"]["description"] for a in it["activity"])]),
    "Appointment": lambda it: f"{it['description']} {it['start'][:10]}",
    "AllergyIntolerance": lambda it: f"Allergi: {_words(it['code'])}",
    "FamilyMemberHistory": lambda it: f"{_words(it['relationship'])}: {_words(it['condition'][0]['code'])}",
    "MedicationStatement": _medicine,
    "MedicationAdministration": _given,
    "Consent": _consent,
    "Procedure": lambda it: f"{_words(it['code'])} {it['performedDateTime'][:10]}",
    "Provenance": lambda it: f"Skrevet {it['recorded'][:10]}",
}


def narrative(resource: Resource) -> Resource:
    """The ``text`` of a resource, generated, in bokmål. Raises ``KeyError`` at a type that has no sentence."""
    sentence = escape(SENTENCES[resource["resourceType"]](resource))
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml" lang="nb" xml:lang="nb">{sentence}</div>'}
