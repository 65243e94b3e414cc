"""Any resource as one row of a table: what it is, what it says, about whom, when. What has no table of its own stands in this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hit_maternity.maternity.card.elements import codes
from hit_maternity.maternity.narrative.words import Reader, Resource, moment, number_of
from hit_maternity.maternity.narrative.xhtml import table

#: What a status is called, by type of resource.
_STATUS: dict[str, dict[str, tuple[str, str]]] = {
    "MedicationStatement": {
        "active": ("i bruk", "in use"), "completed": ("avsluttet", "completed"), "not-taken": ("tas ikke", "not taken"),
        "intended": ("planlagt", "intended"), "stopped": ("stoppet", "stopped"), "on-hold": ("pause", "on hold"),
        "unknown": ("ikke kjent", "unknown"),
    },
    "MedicationAdministration": {
        "completed": ("gitt", "given"), "not-done": ("ikke gitt", "not given"), "in-progress": ("gis nå", "in progress"),
        "stopped": ("stoppet", "stopped"), "on-hold": ("pause", "on hold"), "unknown": ("ikke kjent", "unknown"),
    },
    "Procedure": {
        "preparation": ("forberedes", "in preparation"), "in-progress": ("pågår", "in progress"), "not-done": ("ikke gjort", "not done"),
        "on-hold": ("pause", "on hold"), "stopped": ("stoppet", "stopped"), "unknown": ("ukjent status", "status unknown"),
    },
    "Appointment": {
        "proposed": ("foreslått", "proposed"), "pending": ("venter på svar", "pending"), "booked": ("avtalt", "booked"),
        "arrived": ("møtt", "arrived"), "fulfilled": ("gjennomført", "fulfilled"), "cancelled": ("avlyst", "cancelled"),
        "noshow": ("ikke møtt", "did not attend"), "checked-in": ("møtt", "checked in"), "waitlist": ("venteliste", "waiting list"),
    },
    "EpisodeOfCare": {
        "planned": ("planlagt", "planned"), "waitlist": ("venteliste", "waiting list"), "active": ("aktiv", "active"),
        "onhold": ("pause", "on hold"), "finished": ("avsluttet", "finished"), "cancelled": ("avbrutt", "cancelled"),
    },
    "Condition": {
        "active": ("pågår", "active"), "recurrence": ("tilbakefall", "recurrence"), "relapse": ("tilbakefall", "relapse"),
        "inactive": ("ikke aktiv", "inactive"), "remission": ("i remisjon", "in remission"), "resolved": ("over", "resolved"),
    },
    "Consent": {"permit": ("ja", "yes"), "deny": ("nei", "no")},
}  # fmt: skip


def status(it: Resource, code: Any, read: Reader) -> str:
    """A status of ``it`` in words; a code without words as it is, but for those that say nothing (completed, final)."""
    words = _STATUS.get(it["resourceType"], {}).get(str(code))
    return read.say(*words) if words else ""


def clinical(it: Resource, read: Reader) -> str:
    """``clinicalStatus`` in words."""
    code = next((c.get("code") for c in it.get("clinicalStatus", {}).get("coding", ())), None)
    return status({"resourceType": "Condition"}, code, read)


def notes(it: Resource) -> str:
    return "; ".join(n["text"] for n in it.get("note", ()) if n.get("text"))


def medicine(it: Resource, read: Reader) -> str:
    """The medicine's name."""
    concept = it.get("medicationCodeableConcept")
    return read.concept(concept) if concept else read.party(it.get("medicationReference"))


def dosage(it: Resource, read: Reader) -> str:
    """How much and how, as it is written."""
    doses = it.get("dosage", [])
    listed = doses if isinstance(doses, list) else [doses]  # an administration has one
    return "; ".join(filter(None, (d.get("text") or read.quantity(d.get("dose")) for d in listed)))


def _joined(*told: str) -> str:
    return "; ".join(filter(None, told))


def _observation(it: Resource, read: Reader) -> tuple[str, str]:
    return read.concept(it.get("code")), read.answer(it)


def _medicine(it: Resource, read: Reader) -> tuple[str, str]:
    return medicine(it, read), _joined(status(it, it.get("status"), read), dosage(it, read), notes(it))


def _procedure(it: Resource, read: Reader) -> tuple[str, str]:
    return read.concept(it.get("code")), _joined(status(it, it.get("status"), read), notes(it))


def _condition(it: Resource, read: Reader) -> tuple[str, str]:
    return read.concept(it.get("code")), _joined(clinical(it, read), notes(it))


def _consent(it: Resource, read: Reader) -> tuple[str, str]:
    provision = it.get("provision", {}).get("type")
    name = read.say("Samtykke til typing av fosteret", "Consent to typing of the fetus")
    if any(c.get("code") == "patient-privacy" for c in it.get("scope", {}).get("coding", ())):
        name = read.say("Samtykke til digitalt helsekort", "Consent to the digital record")
    return name, status(it, provision, read)


def _plan(it: Resource, read: Reader) -> tuple[str, str]:
    wishes = (a.get("detail", {}).get("description", "") for a in it.get("activity", ()))
    return it.get("title") or read.say("Plan", "Plan"), _joined(it.get("description", ""), *wishes, notes(it))


def _family(it: Resource, read: Reader) -> tuple[str, str]:
    said = (_joined(read.concept(c.get("code")), notes(c)) for c in it.get("condition", ()))
    return read.concept(it.get("relationship")), _joined(*said, notes(it))


def _encounter(it: Resource, read: Reader) -> tuple[str, str]:
    kinds = ", ".join(dict.fromkeys(read.concept(t) for t in it.get("type", ())))
    who = read.parties([p.get("individual") for p in it.get("participant", ())])
    return kinds or read.say("Konsultasjon", "Visit"), who or read.party(it.get("serviceProvider"))


def _appointment(it: Resource, read: Reader) -> tuple[str, str]:
    kinds = ", ".join(read.concept(t) for t in it.get("serviceType", ()))
    others = [p.get("actor") for p in it.get("participant", ()) if not read.identity(p.get("actor")).startswith("Patient/")]
    name = it.get("description") or kinds or read.say("Avtale", "Appointment")
    return name, _joined(status(it, it.get("status"), read), read.parties(others))


def _episode(it: Resource, read: Reader) -> tuple[str, str]:
    return read.say("Helsekort for gravide", "Maternity record"), status(it, it.get("status"), read)


def _allergy(it: Resource, read: Reader) -> tuple[str, str]:
    reactions = (read.concept(m) for r in it.get("reaction", ()) for m in r.get("manifestation", ()))
    return read.concept(it.get("code")), _joined(clinical(it, read), ", ".join(filter(None, reactions)), notes(it))


def _person(it: Resource, read: Reader) -> tuple[str, str]:
    born = read.say("født", "born")
    child = read.child(it)
    return child or read.name(it), f"{born} {read.day(it['birthDate'])}" if it.get("birthDate") else ""


def _any(it: Resource, read: Reader) -> tuple[str, str]:
    concept = it.get("code") or next(iter(it.get("type", ())), None) if isinstance(it.get("type", ()), list) else it.get("type")
    return read.concept(concept) or str(it["resourceType"]), str(it.get("description") or it.get("title") or notes(it))


_TELLERS: dict[str, Callable[[Resource, Reader], tuple[str, str]]] = {
    "Observation": _observation,
    "MedicationStatement": _medicine,
    "MedicationAdministration": _medicine,
    "Procedure": _procedure,
    "Condition": _condition,
    "Consent": _consent,
    "CarePlan": _plan,
    "FamilyMemberHistory": _family,
    "Encounter": _encounter,
    "Appointment": _appointment,
    "EpisodeOfCare": _episode,
    "AllergyIntolerance": _allergy,
    "Patient": _person,
    "RelatedPerson": _person,
}


def told(it: Resource, read: Reader) -> tuple[str, str]:
    """What a resource is, and what it says; the statement that there are none says it with its name."""
    name, words = _TELLERS.get(it["resourceType"], _any)(it, read)
    concept = it.get("code") if "code" in it else it.get("medicationCodeableConcept")
    return name, "" if any(code.startswith("no-known-") for _, code in codes(concept)) else words


def by_time(resources: Iterable[Resource]) -> list[Resource]:
    """Oldest first; what has no day stands first."""
    return sorted(resources, key=lambda it: (moment(it)[:10], moment(it)))


def listing(resources: Iterable[Resource], read: Reader) -> str:
    """One row a resource: what, answer, about whom, when. "" where there is none."""
    head = (read.say("Hva", "What"), read.say("Svar", "Answer"), read.say("Gjelder", "About"), read.say("Dato", "Date"))
    rows = []
    for it in resources:
        name, words = told(it, read)
        rows.append((name, words, read.about(it), read.day(moment(it))))
    return table(head, rows)


def decimal(it: Resource) -> Any:
    """The number of an Observation's quantity as a Decimal; None where it has none."""
    return number_of(it.get("valueQuantity", {}).get("value"))
