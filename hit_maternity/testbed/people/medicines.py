"""Medicines: folate before and during the pregnancy, and what else she takes."""

from __future__ import annotations

from typing import Any

from hit_maternity.testbed.people.canonical import ATC, hl7
from hit_maternity.testbed.people.coding import coding, concept
from hit_maternity.testbed.people.habits import at_time
from hit_maternity.testbed.people.kinds import KINDS
from hit_maternity.testbed.people.note import note
from hit_maternity.testbed.people.parts import Answer, Medicine
from hit_maternity.testbed.people.record import ABSENT, Record, Sitting, answered

FOLATE = concept([coding(ATC, "B03BB01", "folic acid")], "Folat")


def build(record: Record) -> None:
    """Writes the MedicationStatements, each at the visit at which it was told."""
    told = record.story.background
    for time in ("before", "during"):
        answer = getattr(told.folate, time)
        if answer is not None:
            _folate(record, time, answer)
    if told.medication is not None:
        record.observe(record.first, "medication", KINDS["medication"], **answered(told.medication))
    if told.medication_frequency is not None:
        record.observe(record.first, "medication-frequency", KINDS["medication-frequency"], valueString=told.medication_frequency)
    for medicine in told.medicine:
        _medicine(record, record.first, medicine)
    for visit, sitting in record.visits():
        for medicine in visit.medicine:
            _medicine(record, sitting, medicine)
    if told.medicine_note:
        note(record, record.first, "medicines", told.medicine_note)


def _statement(record: Record, sitting: Sitting, id: str, **content: Any) -> None:
    record.add(
        sitting,
        "MedicationStatement",
        id,
        "MedicationStatement",
        **content,
        subject=record.mother,
        context=sitting.encounter,
        dateAsserted=sitting.day,
        informationSource=record.mother,
    )


def _folate(record: Record, time: str, answer: Answer) -> None:
    taken = "completed" if time == "before" else "active"
    status = "unknown" if isinstance(answer, str) else taken if answer else "not-taken"
    why = [concept([coding(hl7("data-absent-reason"), *ABSENT[answer])])] if isinstance(answer, str) else None
    content = {"extension": [at_time(time)], "status": status, "statusReason": why, "medicationCodeableConcept": FOLATE}
    _statement(record, record.first, record.id("folate", time), **content)


def _medicine(record: Record, sitting: Sitting, it: Medicine) -> None:
    period = {**({"start": it.start} if it.start else {}), **({"end": it.end} if it.end else {})}
    _statement(
        record,
        sitting,
        record.id("medicine", it.atc.lower(), sitting.key),
        extension=[at_time("during")],
        status="completed" if it.end else "active",
        medicationCodeableConcept=concept([coding(ATC, it.atc)], it.name),
        effectivePeriod=period or None,
        dosage=[{"text": it.dose}] if it.dose else None,
    )
