"""Visits: the Encounter, what is measured of the woman, and what is found of each fetus."""

from __future__ import annotations

from typing import Any

from hit_maternity.maternity.measures import BloodPressure
from hit_maternity.testbed.people.canonical import hl7, own_system
from hit_maternity.testbed.people.coding import coding, concept, loinc, sct
from hit_maternity.testbed.people.health import condition
from hit_maternity.testbed.people.kinds import KINDS
from hit_maternity.testbed.people.moments import written
from hit_maternity.testbed.people.note import note
from hit_maternity.testbed.people.parts import Fetus, Visit
from hit_maternity.testbed.people.record import VISIT_LENGTH, Record, Sitting, answered, quantity, ref
from hit_maternity.testbed.people.term import due_date_id
from hit_maternity.testbed.people.values import CLASSES, LIES, PROTEIN, VISITS, Value

SYSTOLIC = (loinc("8480-6", "Systolic blood pressure"), sct("4471000202106"), sct("271649006", "Systolic blood pressure"))
DIASTOLIC = (loinc("8462-4", "Diastolic blood pressure"), sct("4481000202108"), sct("271650006", "Diastolic blood pressure"))
#: Yes and no of the card that belong to a visit.
QUESTIONS = ("medication", "prenatal_information", "birth_talk", "breastfeeding_guidance")
#: The SNOMED code beside the kind of visit.
STANDARD = {
    "first": sct("424441002", "Prenatal initial visit"),
    "postpartum": sct("133906008", "Postpartum care"),
    "birth": sct("236973005", "Delivery procedure"),
}
ANTENATAL = sct("424619006", "Prenatal visit")
SHAPES = {"postpartum": "Encounter-postpartum", "birth": "Encounter-birth"}


def build(record: Record) -> None:
    """Writes every visit."""
    for visit, sitting in record.visits():
        encounter(record, sitting, visit.kind)
        if visit.kind != "postpartum":
            _age(record, sitting)
        _woman(record, sitting, visit)
        for number, fetus in enumerate(visit.fetus, 1):
            _fetus(record, sitting, number, fetus)
        for key in QUESTIONS:
            answer = getattr(visit, key)
            if answer is not None:
                record.observe(sitting, key, KINDS[key], **answered(answer))
        for key in visit.found:
            _found(record, sitting, key)
        if visit.note:
            note(record, sitting, "visit", visit.note)


def encounter(record: Record, sitting: Sitting, kind: str) -> None:
    """Writes the Encounter of a sitting (key of ``VISITS``)."""
    code, display, words, where = VISITS[kind]
    appointment = sitting.visit is not None and sitting is not record.first and kind != "admission"
    record.add(
        sitting,
        "Encounter",
        sitting.encounter["reference"].removeprefix("Encounter/"),
        SHAPES.get(kind, "Encounter-antenatal"),
        status="finished",
        **{"class": coding(hl7("v3-ActCode"), where, CLASSES[where])},
        type=[concept([STANDARD.get(kind, ANTENATAL), coding(own_system("visit-kind"), code, display)], words)],
        subject=record.mother,
        episodeOfCare=[record.episode],
        participant=[{"individual": record.staff.role(sitting.by)}],
        appointment=[ref("Appointment", record.id("appointment", sitting.key))] if appointment else None,
        period={"start": written(sitting.start), "end": written(sitting.end)},
        serviceProvider=ref("Organization", record.staff.place_of(sitting.by).id),
    )


def _age(record: Record, sitting: Sitting) -> None:
    """The gestational age; nothing while the pregnancy has not been dated."""
    day = sitting.start.date()
    if all(estimate.recorded is not None and estimate.recorded > day for estimate in record.estimates):
        return
    age, estimate = record.age(day), record.dating_on(day)[0]
    weeks = {
        "code": concept([loinc("49051-6", "Gestational age in weeks")], "Fullgåtte uker"),
        "valueQuantity": quantity(age.weeks, "wk", "uker"),
    }
    over = concept([coding(own_system("card-item"), "days-after-full-week", "Days after the full week")], "Dager etter fullgått uke")
    record.measure(
        sitting,
        "age",
        KINDS["gestational-age"],
        age.days,
        derivedFrom=[due_date_id(record, estimate)],
        component=[weeks, {"code": over, "valueQuantity": quantity(age.days_over, "d", "dager")}],
    )


def _woman(record: Record, sitting: Sitting, visit: Visit) -> None:
    if visit.weight is not None:
        record.measure(sitting, "weight", KINDS["weight"], visit.weight)
    for number, reading in enumerate(visit.pressure, 1):
        _pressure(record, sitting, number, BloodPressure.parse(reading))
    if visit.protein is not None:
        value = PROTEIN[visit.protein]
        record.observe(sitting, "protein", KINDS["protein"], valueCodeableConcept=concept(value.codings, value.text))
    if visit.oedema is not None:
        record.observe(sitting, "oedema", KINDS["oedema"], valueInteger=visit.oedema)
    if visit.fundal_height is not None:
        days = quantity(record.age(visit.on).days, "d", "dager")
        age = {"code": concept([loinc("18185-9", "Gestational age")], "Svangerskapslengde"), "valueQuantity": days}
        record.measure(sitting, "fundal-height", KINDS["fundal-height"], visit.fundal_height, component=[age])
    if visit.employment is not None:
        record.measure(sitting, "work", KINDS["employment"], visit.employment)


def _pressure(record: Record, sitting: Sitting, number: int, reading: BloodPressure) -> None:
    parts = [
        {"code": concept(codes, words), "valueQuantity": quantity(value, "mm[Hg]", "mmHg")}
        for codes, words, value in ((SYSTOLIC, "Systolisk", reading.systolic), (DIASTOLIC, "Diastolisk", reading.diastolic))
    ]
    when = written(sitting.start + (number - 1) * VISIT_LENGTH / 3)
    id = "bp" if number == 1 else f"bp-{number}"
    record.observe(sitting, id, KINDS["pressure"], effectiveDateTime=when, component=parts)


def _fetus(record: Record, sitting: Sitting, number: int, fetus: Fetus) -> None:
    about: dict[str, Any] = {"focus": [record.fetus(number)]}
    if fetus.heart is not None:
        record.measure(sitting, f"heart-{number}", KINDS["heart"], fetus.heart, **about)
    if fetus.movements is not None:
        record.observe(sitting, f"movements-{number}", KINDS["movements"], **answered(fetus.movements), **about)
    if fetus.lie is not None:
        record.observe(sitting, f"lie-{number}", KINDS["lie"], valueCodeableConcept=coded(LIES[fetus.lie]), **about)
    if fetus.ctg is not None:
        record.observe(sitting, f"ctg-{number}", KINDS["ctg"], valueString=fetus.ctg, **about)
    if fetus.note is not None or fetus.estimate is not None:
        _scan(record, sitting, number, fetus, about)


def _scan(record: Record, sitting: Sitting, number: int, fetus: Fetus, about: dict[str, Any]) -> None:
    weight = (
        {"code": concept([loinc("11727-5")], "Vektestimat"), "valueQuantity": quantity(fetus.estimate, "g")} if fetus.estimate else None
    )
    record.observe(sitting, f"scan-{number}", KINDS["ultrasound"], valueString=fetus.note, component=[weight] if weight else None, **about)


def coded(value: Value) -> dict[str, Any]:
    """The CodeableConcept of a coded value."""
    return concept(value.codings, value.text)


def _found(record: Record, sitting: Sitting, key: str) -> None:
    """A finding stays active until a later visit tells that it is over."""
    over = next((s.day for visit, s in record.visits() if key in visit.resolved), None)
    status = "resolved" if over else "active"
    condition(record, sitting, key, category="encounter-diagnosis", status=status, over=over)
