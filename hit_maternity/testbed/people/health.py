"""Own and hereditary disease: the card's questions, each with its own answer, and what is known by name."""

from __future__ import annotations

from typing import Any

from hit_maternity.testbed.people.canonical import REACTION_SYSTEM, own_system
from hit_maternity.testbed.people.coding import coding, concept, of_hl7
from hit_maternity.testbed.people.kinds import DISEASES, KINDS, SURVEY, Kind
from hit_maternity.testbed.people.note import note
from hit_maternity.testbed.people.parts import Answer
from hit_maternity.testbed.people.record import Record, Sitting, answered
from hit_maternity.testbed.people.values import ALLERGIES, CONDITIONS, REACTIONS, RELATIVE_DISEASES, RELATIVES

#: Fields of ``family`` that are questions, and their key in the table of diseases.
HEREDITARY = {"none_known": "family_none_known", "hip_dysplasia": "family_hip_dysplasia", "other": "family_other"}


def build(record: Record) -> None:
    """Writes Observations of the questions, Conditions, FamilyMemberHistory and AllergyIntolerance."""
    told, family, sitting = record.story.background, record.story.family, record.first
    for key, answer in told.diseases.items():
        _question(record, key, answer)
    if told.drug_allergy is not None:
        _question(record, "drug_allergy", told.drug_allergy)
    for field, key in HEREDITARY.items():
        answer = getattr(family, field)
        if answer is not None:
            _question(record, key, answer)
    if family.consanguinity is not None:
        record.observe(sitting, "consanguinity", KINDS["consanguinity"], **answered(family.consanguinity))
    for key in told.conditions:
        condition(record, sitting, key, category="problem-list-item", status="active")
    if told.allergy is not None:
        _allergy(record, told.allergy, told.allergy_reaction)
    _relatives(record)
    for section, text in (("diseases", told.disease_note), ("family", family.note)):
        if text:
            note(record, sitting, section, text)


def _question(record: Record, key: str, answer: Answer) -> None:
    code, display, words, standard = DISEASES[key]
    kind = Kind("Observation-disease-history", SURVEY, words, (coding(own_system("disease-history"), code, display), *standard))
    record.observe(record.first, f"disease-{key}", kind, **answered(answer))


def condition(record: Record, sitting: Sitting, key: str, *, category: str, status: str, over: str | None = None) -> None:
    """Writes a Condition (key of ``CONDITIONS``) known or found at this sitting."""
    value = CONDITIONS[key]
    display = {"problem-list-item": "Problem List Item", "encounter-diagnosis": "Encounter Diagnosis"}[category]
    record.add(
        sitting,
        "Condition",
        record.id("condition", key),
        "Condition-history",
        clinicalStatus=of_hl7("condition-clinical", status, status.capitalize()),
        verificationStatus=of_hl7("condition-ver-status", "confirmed", "Confirmed"),
        category=[of_hl7("condition-category", category, display)],
        code=concept(value.codings, value.text),
        subject=record.mother,
        encounter=sitting.encounter,
        onsetDateTime=sitting.day if category == "encounter-diagnosis" else None,
        abatementDateTime=over,
        recordedDate=sitting.day,
        recorder=record.staff.role(sitting.by),
    )


def _allergy(record: Record, key: str, reaction: str | None) -> None:
    value = ALLERGIES[key]
    record.add(
        record.first,
        "AllergyIntolerance",
        record.id("allergy", key),
        "AllergyIntolerance",
        clinicalStatus=of_hl7("allergyintolerance-clinical", "active", "Active"),
        verificationStatus=of_hl7("allergyintolerance-verification", "confirmed", "Confirmed"),
        type="allergy",
        category=["medication"],
        criticality="unable-to-assess",
        code=concept(value.codings, value.text),
        patient=record.mother,
        encounter=record.first.encounter,
        recordedDate=record.first.day,
        recorder=record.staff.role(record.first.by),
        asserter=record.mother,
        reaction=[_reaction(REACTIONS[reaction])] if reaction else None,
    )


def _reaction(words: str) -> dict[str, Any]:
    unknown = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
    shown = {"system": REACTION_SYSTEM, "_code": unknown, "display": words}
    return {"manifestation": [{"coding": [shown], "text": words}], "severity": "moderate"}


def _relatives(record: Record) -> None:
    for number, relative in enumerate(record.story.family.relative, 1):
        relation, disease = RELATIVES[relative.relation], RELATIVE_DISEASES[relative.disease]
        known: list[dict[str, Any]] = [{"code": concept(disease.codings, disease.text)}]
        record.add(
            record.first,
            "FamilyMemberHistory",
            record.id("relative", number),
            "FamilyMemberHistory",
            status="completed",
            patient=record.mother,
            date=record.first.day,
            relationship=concept(relation.codings, relation.text),
            condition=known,
        )
