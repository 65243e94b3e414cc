"""Corners of the mapping: several facts of a kind, facts in other words and codes, dates that are missing, marks that move."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.dhg.mapping import PARTS, Pregnancy
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.maternity.card.term import is_marked_valid, term_of
from tests.dhg.mapping.records import EMPTY, NOW, faults, item, many, new_record, pregnancy, read, single

LOINC, SCT, NLK = "http://loinc.org", "http://snomed.info/sct", "urn:oid:2.16.578.1.12.4.1.1.7280"
ABSENT = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-asked"}]}
VISIT: Resource = {
    "resourceType": "Encounter",
    "id": "visit",
    "status": "finished",
    "class": {"code": "AMB"},
    "type": [{"coding": [{"system": SCT, "code": "424619006"}]}],
    "subject": {"reference": "Patient/new-woman"},
    "episodeOfCare": [{"reference": "EpisodeOfCare/new-record"}],
    "period": {"start": "2026-10-01T09:00:00+02:00", "end": "2026-10-01T09:30:00+02:00"},
}


def fact(id: str, system: str, code: str, day: str = "2026-10-01", **more: Any) -> Resource:
    """An Observation at the visit."""
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": system, "code": code}]},
        "subject": {"reference": "Patient/new-woman"},
        "encounter": {"reference": "Encounter/visit"},
        "effectiveDateTime": day,
        **more,
    }


def pressure(id: str, day: str, systolic: int, diastolic: int) -> Resource:
    parts = [("8480-6", systolic), ("8462-4", diastolic)]
    unit = {"system": "http://unitsofmeasure.org", "code": "mm[Hg]"}
    component = [{"code": {"coding": [{"system": LOINC, "code": c}]}, "valueQuantity": {"value": v, **unit}} for c, v in parts]
    return fact(id, LOINC, "85354-9", day, component=component)


def record(*resources: Resource) -> Pregnancy:
    return Pregnancy.of([*new_record(), VISIT, *resources], NOW)


def visit(of: Pregnancy) -> dict[str, Any]:
    return item("antenatalAppointments", "visit", of)


def test_of_two_pressures_at_a_visit_the_last_counts_and_both_go() -> None:
    here = record(pressure("a", "2026-10-01T09:00:00+02:00", 142, 90), pressure("b", "2026-10-01T09:20:00+02:00", 138, 88))
    assert visit(here)["bloodPressure"] == "138/88"
    _, changes = many("antenatalAppointments").write(here, "visit", {"appointmentDate": "2026-10-01", "bloodPressure": "130/80"})
    assert [r["id"] for r in changes] == ["b"]
    _, changes = many("antenatalAppointments").write(here, "visit", {"appointmentDate": "2026-10-01"})
    assert [(r["id"], r["status"]) for r in changes] == [("b", "entered-in-error"), ("a", "entered-in-error")]


def test_what_was_entered_in_error_is_not_read_and_not_written_to() -> None:
    here = record(
        fact(
            "w",
            LOINC,
            "29463-7",
            valueQuantity={"value": 70, "system": "http://unitsofmeasure.org", "code": "kg"},
            status="entered-in-error",
        )
    )
    assert visit(here) == {"appointmentDate": "2026-10-01"}
    _, changes = many("antenatalAppointments").write(here, "visit", {"appointmentDate": "2026-10-01", "motherWeight": 70})
    assert len(changes) == 1
    assert changes[0]["id"] != "w"
    assert changes[0]["encounter"] == {"reference": "Encounter/visit"}


def test_a_unit_is_converted_and_four_plus_is_three() -> None:
    here = record(
        fact("w", LOINC, "29463-7", valueQuantity={"value": 70500, "system": "http://unitsofmeasure.org", "code": "g"}),
        fact("p", NLK, "NPU04206", valueCodeableConcept={"coding": [{"system": SCT, "code": "167278006"}]}),
    )
    told = visit(here)
    assert (str(told["motherWeight"]), told["proteinInUrineTestResult"]) == ("70.5", "3+")
    assert many("antenatalAppointments").write(here, "visit", told) == ("visit", [])


def test_tests_under_nlk_codes_alone_are_known() -> None:
    negative = {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.8340", "code": "T008"}]}
    here = record(*(fact(f"t{n}", NLK, code, valueCodeableConcept=negative) for n, code in enumerate(["NPU19649", "NPU03611", "NPU12412"])))
    assert read("clinicalTests", here) == {"hiv": False, "syphilis": False, "rubellaAntigen": False}
    (changed,) = single("clinicalTests").write(here, {"hiv": True, "syphilis": False, "rubellaAntigen": False})
    assert changed["code"] == {"coding": [{"system": NLK, "code": "NPU19649"}]}


def test_a_reason_for_no_answer_is_null_and_goes_with_an_answer() -> None:
    item_system = "https://hit-maternity.example/fhir/CodeSystem/card-item"
    here = record(fact("m", item_system, "medication-use", dataAbsentReason=ABSENT))
    assert visit(here) == {"appointmentDate": "2026-10-01"}
    assert many("antenatalAppointments").write(here, "visit", visit(here)) == ("visit", [])
    _, (changed,) = many("antenatalAppointments").write(here, "visit", {"appointmentDate": "2026-10-01", "medication": False})
    assert (changed["id"], changed["valueBoolean"], "dataAbsentReason" in changed) == ("m", False, False)


def test_a_fetus_that_is_there_under_any_id_is_the_one() -> None:
    fetus = {
        "resourceType": "Patient",
        "id": "another-id",
        "identifier": [{"system": "https://hit-maternity.example/fhir/NamingSystem/fetus", "value": "new-0001:2"}],
    }
    body = {"appointmentDate": "2026-10-01", "fetusesVitalSigns": [{"fosterId": 2, "fetalHeartRate": 140}, {"fosterId": 1}]}
    _, changes = many("antenatalAppointments").write(record(fetus), "visit", body)
    made = [r for r in changes if r["resourceType"] == "Patient"]
    assert [r["identifier"][0]["value"] for r in made] == ["new-0001:1"]
    assert [r["focus"] for r in changes if "focus" in r] == [
        [{"reference": "Patient/another-id"}],
        [{"reference": f"Patient/{made[0]['id']}"}],
    ]
    assert visit(record(fetus).after(changes)) == body


def test_a_visit_that_is_moved_takes_its_facts_along() -> None:
    here = record(pressure("a", "2026-10-01T09:20:00+02:00", 138, 88))
    _, changes = many("antenatalAppointments").write(here, "visit", {"appointmentDate": "2026-10-02", "bloodPressure": "138/88"})
    assert [(r["id"], r.get("effectiveDateTime"), r.get("period")) for r in changes] == [
        ("visit", None, {"start": "2026-10-02"}),
        ("a", "2026-10-02", None),
    ]


@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_a_visit_that_was_not_held_is_none(status: str) -> None:
    here = Pregnancy.of([*new_record(), {**VISIT, "status": status}], NOW)
    assert many("antenatalAppointments").read(here) == []


def test_a_body_mass_index_stands_beside_height_and_weight_that_do_not_give_it() -> None:
    body = {"height": 170, "prePregnancyWeight": 60, "bMI": 35}
    here = pregnancy(EMPTY)
    changes = single("vitalMeasurementsBeforePregnancy").write(here, body)
    assert len(changes) == 3
    assert read("vitalMeasurementsBeforePregnancy", here.after(changes)) == body


def test_a_corrected_due_date_becomes_the_valid_one_where_the_record_marks_one() -> None:
    here = pregnancy("normal")
    body = {**read("currentPregnancy", here), "dueDateCorrectedDate": "2026-08-12"}
    changes = single("currentPregnancy").write(here, body)
    after = here.after(changes)
    assert [r["valueDateTime"] for r in after.facts("due-date") if is_marked_valid(r)] == ["2026-08-12"]
    assert [faults(r) for r in changes] == [[] for _ in changes]
    term = term_of(after.card)
    assert term is not None
    assert (str(term.valid.estimate.due_date), term.valid.reason) == ("2026-08-12", "corrected")
    back = single("currentPregnancy").write(after, read("currentPregnancy", here))
    term = term_of(after.after(back).card)
    assert term is not None
    assert str(term.valid.estimate.due_date) == "2026-08-11"


def test_a_change_of_the_due_date_that_does_not_hold_moves_no_mark() -> None:
    here = pregnancy("normal")
    changes = single("currentPregnancy").write(here, {**read("currentPregnancy", here), "dueDate": "2026-08-15"})
    assert [r["id"] for r in changes] == ["normal-due-lmp-w09"]


def test_a_haemoglobin_of_an_undated_pregnancy_says_its_trimester() -> None:
    here = pregnancy(EMPTY)
    changes = single("clinicalTests").write(here, {"hemoglobin": 12, "hemoglobinAt3rdTrimester": 11})
    marks = [e["valueCodeableConcept"]["coding"][0]["code"] for r in changes for e in r["extension"] if e["url"].endswith("time-point")]
    assert marks == ["first-trimester", "third-trimester"]


def test_anti_d_after_the_birth_is_not_that_of_week_28() -> None:
    here = pregnancy("rhd-negative")
    body = {k: v for k, v in read("rhesusDNegative", here).items() if k != "prophylaxisAtWeek28"}
    changes = single("rhesusDNegative").write(here, body)
    assert [(r["resourceType"], r["status"]) for r in changes] == [("MedicationAdministration", "entered-in-error")]
    left = here.after(changes).found("MedicationAdministration", lambda r: True)
    assert len(left) == 1


@pytest.mark.parametrize(("status", "told"), [("rejected", False), ("inactive", False), ("proposed", None), ("entered-in-error", None)])
def test_a_consent_that_does_not_hold(status: str, told: bool | None) -> None:
    here = pregnancy("rhd-negative")
    (consent,) = [r for r in here.card.of("Consent") if "fetal-rhesus" in r["meta"]["profile"][0]]
    assert read("rhesusDNegative", here.after([{**consent, "status": status}])).get("consentFetalRhesusTyping") is told


@pytest.mark.parametrize("spelt", ["POSTIVE", "POSITIVE", "positive", "Pos"])
def test_the_spelling_comes_back_beside_the_proper_code(spelt: str) -> None:
    here = pregnancy(EMPTY)
    (made,) = single("clinicalTests").write(here, {"aboRh": {"rhesusDType": spelt}})
    assert made["valueCodeableConcept"] == {"coding": [{"system": SCT, "code": "165747007"}], "text": spelt}
    assert read("clinicalTests", here.after([made])) == {"aboRh": {"rhesusDType": spelt}}


def test_a_time_without_a_time_zone_is_norways_and_comes_back_as_it_was() -> None:
    here = pregnancy(EMPTY)
    body = {"birthStatus": [{"fosterId": 1, "datetime": "2026-10-29T11:45:06.866"}]}
    changes = single("birthStatus").write(here, body)
    assert changes[-1]["effectiveDateTime"] == "2026-10-29T11:45:06.866+01:00"
    assert read("birthStatus", here.after(changes)) == body


def test_a_deleted_appointment_still_tells_what_it_told() -> None:
    here = record(pressure("a", "2026-10-01T09:20:00+02:00", 138, 88))
    after = here.after(many("antenatalAppointments").remove(here, "visit"))
    (gone,) = many("antenatalAppointments").read(after)
    assert (gone.entered_in_error, gone.body) == (True, {"appointmentDate": "2026-10-01", "bloodPressure": "138/88"})


def test_the_parts_stand_in_the_order_of_the_wire() -> None:
    assert list(PARTS)[:2] == ["antenatalAppointments", "birthStatus"]
    assert len(PARTS) == 14
