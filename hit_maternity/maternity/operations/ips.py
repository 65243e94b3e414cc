"""The International Patient Summary of a woman, made of her record: which of its facts stand in which section, and the facts in the form
that the IPS asks for, where the record keeps them in another.

Source: HL7 International Patient Summary, https://hl7.org/fhir/uv/ips (STU 2; its sections and codes are those of STU 1.1 too), the
profiles Composition-uv-ips, Observation-pregnancy-status-uv-ips, -pregnancy-edd-uv-ips, -pregnancy-outcome-uv-ips,
MedicationStatement-uv-ips, AllergyIntolerance-uv-ips and Condition-uv-ips.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hit_maternity.maternity.card.elements import codes, stands
from hit_maternity.maternity.card.systems import code, system
from hit_maternity.maternity.narrative.words import SNOMED, coded, extension, moment
from hit_maternity.maternity.operations.ips_pregnancy import followed, pregnancy
from hit_maternity.maternity.operations.ips_record import Summary, newest

Resource = dict[str, Any]

ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
_DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"

#: What the record's words for "none" are, as the IPS has them: code, its name, and the same in SNOMED CT.
_NONE_KNOWN = {
    "MedicationStatement": ("no-known-medications", "No known medications", "787481004", "No known medications"),
    "AllergyIntolerance": ("no-known-medication-allergies", "No known medication allergies", "409137002", "No known drug allergy"),
    "Condition": ("no-known-problems", "No known problems", "160245001", "No current problems or disability"),
}


def _is(it: Resource, category: str) -> bool:
    """Whether an Observation is of a category of FHIR's."""
    return any(c == category for listed in it.get("category", ()) for _, c in codes(listed))


def _hers(summary: Summary) -> list[Resource]:
    """Observations about the woman: no fetus's, and with an answer."""
    answered = (r for r in summary.of("Observation") if any(k.startswith("value") or k == "component" for k in r))
    return [r for r in answered if not r.get("focus")]


def _answer(summary: Summary, wanted: tuple[str, str]) -> Resource | None:
    """The newest yes or no to a question of the card."""
    return next(iter(newest(r for r in summary.of("Observation") if coded(r, *wanted) and isinstance(r.get("valueBoolean"), bool))), None)


def _none_known(summary: Summary, type: str, said: Resource, content: Resource, profile: str) -> list[Resource]:
    """The statement that there are none, as she said it in ``said``."""
    own, name, snomed, display = _NONE_KNOWN[type]
    concept = {"coding": [{"system": ABSENT, "code": own, "display": name}, {"system": SNOMED, "code": snomed, "display": display}]}
    key = "medicationCodeableConcept" if type == "MedicationStatement" else "code"
    return [summary.make(type, name, {**content, key: concept}, profile)]


# ---------------------------------------------------------------- the sections

_IN_USE = frozenset(("active", "intended", "on-hold", "unknown"))


def _medications(summary: Summary) -> list[Resource]:
    found = [r for r in summary.of("MedicationRequest") if r.get("status") in ("active", "on-hold")]
    pregnant = followed(summary) is not None
    for it in summary.of("MedicationStatement"):
        # What was said of the time in a pregnancy ends with it, whatever its status still says.
        if it.get("status") in _IN_USE and (pregnant or extension(it, "time-point") is None):
            found.append(it if any(k.startswith("effective") for k in it) else _timeless(summary, it))
    said = _answer(summary, code("card-item#medication-use"))
    if found or said is None or said["valueBoolean"]:
        return found
    content = {"status": "unknown", "effectiveDateTime": moment(said)}
    return _none_known(summary, "MedicationStatement", said, content, "MedicationStatement-uv-ips")


def _timeless(summary: Summary, it: Resource) -> Resource:
    """A medicine whose time the record doesn't have, in the form of the IPS, which asks for it to be said."""
    kept: Resource = {k: it[k] for k in ("status", "medicationCodeableConcept", "dateAsserted", "note", "dosage") if k in it}
    reference = it.get("medicationReference")
    if reference:
        kept["medicationReference"] = _absolute(summary, reference)
    unknown = {"extension": [{"url": _DATA_ABSENT, "valueCode": "unknown"}]}
    content = {**kept, "_effectiveDateTime": unknown, "derivedFrom": [summary.press.reference(it)]}
    words = summary.read.concept(it.get("medicationCodeableConcept")) or "Medication"
    return summary.make("MedicationStatement", words, content, "MedicationStatement-uv-ips")


def _absolute(summary: Summary, reference: Resource) -> Resource:
    """A reference of a stored resource, as it must stand in one that has no address on the server."""
    identity = summary.read.identity(reference)
    return {**reference, "reference": f"{summary.press.base}/{identity}"} if identity in summary.read.named else reference


def _allergies(summary: Summary) -> list[Resource]:
    found = summary.of("AllergyIntolerance")
    said = _answer(summary, code("disease-history#drug-allergy"))
    if found or said is None:
        return found
    active = {"clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active", "display": "Active"}]}}
    if not said["valueBoolean"]:
        return _none_known(summary, "AllergyIntolerance", said, active, "AllergyIntolerance-uv-ips")
    concept = {"coding": [{"system": SNOMED, "code": "416098002"}], "text": _SOME_DRUG}
    content = {**active, "category": ["medication"], "code": concept, "recordedDate": moment(said)}
    return [summary.make("AllergyIntolerance", _SOME_DRUG, content, "AllergyIntolerance-uv-ips")]


_SOME_DRUG = "Drug allergy, to what is not recorded"


_OVER = frozenset(("inactive", "remission", "resolved"))


def _is_over(it: Resource) -> bool:
    return any(c in _OVER for _, c in codes(it.get("clinicalStatus")))


def _problems(summary: Summary) -> list[Resource]:
    conditions = summary.of("Condition")
    known = {c for it in conditions for c in codes(it.get("code"))}
    found = [it for it in conditions if not _is_over(it)]
    for it in _said_yes(summary):
        if not known & set(codes(it.get("code"))):
            words = summary.read.concept(it.get("code"))
            content = {"code": it["code"], "recordedDate": moment(it), "note": it.get("note") or [{"text": _ASKED}]}
            found.append(summary.make("Condition", f"{words}. {_ASKED}", content, "Condition-uv-ips"))
    said = _answer(summary, code("disease-history#nothing-particular"))
    if found or said is None or not said["valueBoolean"]:
        return found
    return _none_known(summary, "Condition", said, {"recordedDate": moment(said)}, "Condition-uv-ips")


_ASKED = "Past or present: the card's question does not tell which."
_NO_DISEASES = frozenset(("nothing-particular", "drug-allergy", "family-none-known", "family-hip-dysplasia", "family-other"))


def _said_yes(summary: Summary) -> list[Resource]:
    """The card's questions on her own diseases that were answered with yes, as she last answered."""
    asked = system("disease-history")
    own = (r for r in _hers(summary) if any(s == asked and c not in _NO_DISEASES for s, c in codes(r.get("code"))))
    return [r for r in newest(own) if r.get("valueBoolean") is True]


def _past_problems(summary: Summary) -> list[Resource]:
    return [it for it in summary.of("Condition") if _is_over(it)]


def _of_category(category: str) -> Callable[[Summary], list[Resource]]:
    return lambda summary: newest(r for r in _hers(summary) if _is(r, category))


def _procedures(summary: Summary) -> list[Resource]:
    return [p for p in summary.of("Procedure") if p.get("status") == "completed"]


def _immunizations(summary: Summary) -> list[Resource]:
    return [i for i in summary.of("Immunization") if i.get("status") == "completed"]


def _plans(summary: Summary) -> list[Resource]:
    return [p for p in summary.of("CarePlan") if p.get("status") == "active"]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the IPS: its LOINC code and name, its title, what stands in it, and whether it is there even if nothing does."""

    code: str
    display: str
    title: str
    pick: Callable[[Summary], list[Resource]]
    required: bool = False


PARTS = (
    Part("10160-0", "History of Medication use Narrative", "Medication Summary", _medications, required=True),
    Part("48765-2", "Allergies and adverse reactions Document", "Allergies and Intolerances", _allergies, required=True),
    Part("11450-4", "Problem list - Reported", "Problem List", _problems, required=True),
    Part("10162-6", "History of pregnancies Narrative", "History of Pregnancy", pregnancy),
    Part("30954-2", "Relevant diagnostic tests/laboratory data Narrative", "Results", _of_category("laboratory")),
    Part("8716-3", "Vital signs", "Vital Signs", _of_category("vital-signs")),
    Part("47519-4", "History of Procedures Document", "History of Procedures", _procedures),
    Part("11348-0", "History of Past illness Narrative", "History of Past Illness", _past_problems),
    Part("11369-6", "History of Immunization Narrative", "Immunizations", _immunizations),
    Part("29762-2", "Social history Narrative", "Social History", _of_category("social-history")),
    Part("18776-5", "Plan of care note", "Plan of Care", _plans),
)
TYPES = frozenset(
    ("AllergyIntolerance", "CarePlan", "Condition", "EpisodeOfCare", "Immunization", "MedicationRequest", "MedicationStatement",
     "Observation", "Procedure")
)  # fmt: skip


def picked(summary: Summary) -> list[tuple[Part, list[Resource]]]:
    """Each section that is there, with its resources in order. What is retracted, refuted or only announced isn't in any."""
    summary.resources = [r for r in summary.resources if stands(r)]
    filled = [(part, part.pick(summary)) for part in PARTS]
    return [(part, listed) for part, listed in filled if listed or part.required]
