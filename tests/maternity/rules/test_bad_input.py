"""What can't be true together: each case its own issue with rule id and place, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Resource = dict[str, Any]
CARD = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"
SCT = "http://snomed.info/sct"
#: How the rule ids of validation's own hints begin.
VALIDATION = ("inv:", "code-system", "profile")
BIRTH = [
    lambda p: p.visit("2026-10-08", id="stay", kind="birth"),
    lambda p: p.born(visit="stay"),
]
NEXT = [
    lambda p: p.mother("other"),
    lambda p: p.episode(id="second", woman="other"),
    lambda p: p.fetus(id="foreign", woman="other", record="record-second"),
]

#: What is there beside a record under way, what is written, and the rule and place that it is refused with.
REFUSED: dict[str, tuple[list[Callable[[Any], Resource]], Callable[[Any], Resource], str, str]] = {
    "a due date before the period": (
        [lambda p: p.lmp()],
        lambda p: p.term("2025-12-20", "lmp", valid=False, id="other"),
        "term-before-basis",
        "Observation.value",
    ),
    "a due date on the day of the period": (
        [lambda p: p.lmp()],
        lambda p: p.term("2026-01-01", "lmp", valid=False, id="other"),
        "term-before-basis",
        "Observation.value",
    ),
    "a due date by the period 258 days after it": (
        [lambda p: p.lmp()],
        lambda p: p.term("2026-09-16", "lmp", valid=False, id="other"),
        "term-out-of-range",
        "Observation.value",
    ),
    "a due date by the period 302 days after it": (
        [lambda p: p.lmp()],
        lambda p: p.term("2026-10-30", "lmp", valid=False, id="other"),
        "term-out-of-range",
        "Observation.value",
    ),
    "an ultrasound's due date before the period": (
        [lambda p: p.lmp()],
        lambda p: p.term("2025-12-20", valid=False, id="other"),
        "term-before-basis",
        "Observation.value",
    ),
    "a period after the due date that is there": ([], lambda p: p.lmp("2026-10-12"), "term-before-basis", "Observation.value"),
    "a due date in a year that can't be": ([], lambda p: p.term("1492-10-11"), "date-out-of-range", "Observation.value"),
    "two valid due dates": ([], lambda p: p.term("2026-10-14", "corrected", id="other"), "valid-term-doubled", "Observation.extension"),
    "a valid due date by which a visit was before the pregnancy": (
        [lambda p: p.term(valid=False)],
        lambda p: p.term("2027-01-20", id="other"),
        "date-before-pregnancy",
        "Observation.value",
    ),
    "a valid due date by which a birth came after 44 weeks": (
        [lambda p: p.born(), lambda p: p.term(valid=False)],
        lambda p: p.term("2026-08-01", id="other"),
        "birth-over-44-weeks",
        "Observation.value",
    ),
    "a visit before the pregnancy": ([], lambda p: p.visit("2025-12-31", id="new"), "date-before-pregnancy", "Encounter.period.start"),
    "a visit after 44 weeks": ([], lambda p: p.visit("2026-11-06", id="new"), "gestational-age-over-44-weeks", "Encounter.period.start"),
    "a visit after the birth": (BIRTH, lambda p: p.visit("2026-10-10", id="new"), "visit-after-birth", "Encounter.period.start"),
    "a postnatal visit before the birth": (
        BIRTH,
        lambda p: p.visit("2026-10-08", id="new", kind="postpartum"),
        "postnatal-before-birth",
        "Encounter.period.start",
    ),
    "a measurement after the birth that names a visit before it": (
        BIRTH,
        lambda p: p.heart("fetus", on="2026-10-20"),
        "visit-after-birth",
        "Observation.effective",
    ),
    "a birth before a visit that is there": (
        [lambda p: p.visit("2026-09-20", id="late")],
        lambda p: p.born("2026-09-19"),
        "visit-after-birth",
        "Observation.effective",
    ),
    "a birth before the pregnancy": ([], lambda p: p.born("2025-12-24"), "birth-before-pregnancy", "Observation.effective"),
    "a birth after 44 weeks": ([], lambda p: p.born("2026-11-06"), "birth-over-44-weeks", "Observation.effective"),
    "a delivery after 44 weeks": (
        [],
        lambda p: {
            "resourceType": "Procedure",
            "id": "delivery",
            "status": "completed",
            "code": {"coding": [{"system": SCT, "code": "48782003"}]},
            "subject": {"reference": "Patient/mother"},
            "encounter": {"reference": "Encounter/visit"},
            "performedDateTime": "2026-11-06",
        },
        "birth-over-44-weeks",
        "Procedure.performed",
    ),
    "a gestational age over 44 weeks": ([], lambda p: p.age(309), "gestational-age-over-44-weeks", "Observation.value"),
    "a gestational age over 44 weeks in another unit": (
        [],
        lambda p: p.age(45, "wk"),
        "gestational-age-over-44-weeks",
        "Observation.value",
    ),
    "a gestational age below nothing": ([], lambda p: p.age(-1), "gestational-age-range", "Observation.value"),
    "a fetal fact without its fetus": ([], lambda p: p.heart(), "fetus-missing", "Observation.focus"),
    "a fetal fact about a fetus that is not there": ([], lambda p: p.heart("nobody"), "fetus-unknown", "Observation.focus[0]"),
    "a fetal fact about the woman": ([], lambda p: p.heart("mother"), "focus-not-fetus", "Observation.focus[0]"),
    "a fetal fact about another woman's fetus": (NEXT, lambda p: p.heart("foreign"), "fetus-of-another", "Observation.focus[0]"),
    "the second focus is wrong": ([], lambda p: p.heart("fetus", "mother"), "focus-not-fetus", "Observation.focus[1]"),
    "a fetus beyond the number of fetuses": ([], lambda p: p.fetus(2, "second"), "fetus-number-beyond-count", "Patient.extension"),
    "a tenth fetus": ([lambda p: p.count(9)], lambda p: p.fetus(10, "tenth"), "fetus-number-range", "Patient.extension"),
    "a number of fetuses below the fetuses that are there": (
        [lambda p: p.count(2), lambda p: p.fetus(2, "second")],
        lambda p: p.count(1),
        "fetus-number-beyond-count",
        "Observation.value",
    ),
    "a fetus that is there already": ([], lambda p: p.fetus(1, "again"), "fetus-doubled", "Patient.identifier"),
    "a fetus of another woman than the record's": (
        NEXT[:1],
        lambda p: p.fetus(1, "fetus", "other"),
        "fetus-of-another",
        "Patient.extension",
    ),
    "a newborn without a link": ([], lambda p: p.newborn(fetus=None), "newborn-not-linked", "Patient.link"),
    "a newborn linked to its mother": ([], lambda p: p.newborn(fetus="mother"), "newborn-not-linked", "Patient.link"),
    "a newborn born before the pregnancy": ([], lambda p: p.newborn("2025-10-09"), "birth-before-pregnancy", "Patient.birthDate"),
    "a visit of another woman": (
        NEXT[:1],
        lambda p: p.visit(id="new", subject={"reference": "Patient/other"}),
        "subject-of-another",
        "Encounter.subject",
    ),
    "a fact of another woman": (
        NEXT[:1],
        lambda p: p.height(subject={"reference": "Patient/other"}),
        "subject-of-another",
        "Observation.subject",
    ),
    "a fundal height in kg": ([], lambda p: p.height(30, "kg"), "unit-not-convertible", "Observation.value.code"),
    "a heart rate in kg": (
        [],
        lambda p: p.heart("fetus", valueQuantity=p.amount(140, "kg")),
        "unit-not-convertible",
        "Observation.value.code",
    ),
    "a record that moves to another woman": (
        NEXT[:1],
        lambda p: p.episode(woman="other"),
        "record-woman-changed",
        "EpisodeOfCare.patient",
    ),
    "a record whose woman is known by number only": (
        [],
        lambda p: p.episode(id="new", patient={"identifier": {"value": "1"}}),
        "record-woman-missing",
        "EpisodeOfCare.patient.reference",
    ),
    "a record of a woman who has died": (
        [lambda p: p.mother("dead", deceasedBoolean=True)],
        lambda p: p.episode(id="new", woman="dead"),
        "patient-deceased",
        "EpisodeOfCare.patient",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_be_is_refused_with_its_rule_and_place(sqlite_api: Any, pieces: Any, case: str) -> None:
    there, written, rule, place = REFUSED[case]
    extra = {(r["resourceType"], r["id"]): r for r in (make(pieces) for make in there)}
    standing = {(r["resourceType"], r["id"]): r for r in pieces.record()}
    assert sqlite_api.all(*{**standing, **extra}.values()).status == 200
    resource = written(pieces)
    url = f"{resource['resourceType']}/{resource['id']}"
    before = sqlite_api.version(url)
    alone = sqlite_api.put(resource)
    assert (alone.status, alone.told()) == (409 if rule in ("valid-term-doubled", "fetus-doubled") else 422, [(rule, place)])
    together = sqlite_api.all(pieces.mother("someone"), resource)
    inside = "Bundle.entry[1].resource" + place.removeprefix(resource["resourceType"])
    assert (rule, inside) in together.told()
    assert sqlite_api.version(url) == before
    assert sqlite_api.version("Patient/someone") == 0


#: What is written beside a record under way, and the rule and place of the hint that comes with it.
HINTED: dict[str, tuple[list[Callable[[Any], Resource]], Callable[[Any], Resource], str, str]] = {
    "a visit tomorrow but one": (
        [lambda p: p.term(valid=False)],
        lambda p: p.visit("2026-11-22", id="new"),
        "date-in-future",
        "Encounter.period.start",
    ),
    "a fact in the future": ([], lambda p: p.lmp(on="2030-01-01"), "date-in-future", "Observation.effective"),
    "due dates of period and ultrasound three weeks apart": (
        [lambda p: p.lmp("2025-12-11")],
        lambda p: p.term("2026-10-12"),
        "terms-disagree",
        "Observation.value",
    ),
    "a gestational age that the due date does not give": ([], lambda p: p.age(80), "gestational-age-disagrees", "Observation.value"),
    "a postnatal visit without a birth": (
        [],
        lambda p: p.visit("2026-10-20", id="new", kind="postpartum"),
        "birth-missing",
        "Encounter.period.start",
    ),
    "a fact of the card that names no pregnancy": (
        [],
        lambda p: p.height(visit=None, meta={"profile": [CARD + "Observation-fundal-height"]}),
        "pregnancy-not-named",
        "Observation",
    ),
    "a birth before 22 weeks": ([], lambda p: p.born("2026-06-03"), "birth-before-22-weeks", "Observation.effective"),
    "anti-D though she is RhD positive": (
        [lambda p: p.rhesus("165747007")],
        lambda p: p.anti_d(),
        "rhd-prophylaxis-needless",
        "MedicationAdministration.medication",
    ),
    "anti-D though the fetus is RhD negative": (
        [lambda p: p.rhesus("165746003"), lambda p: p.rhesus("165746003", "frhd", "fetus")],
        lambda p: p.anti_d(),
        "rhd-prophylaxis-needless",
        "MedicationAdministration.medication",
    ),
    "the fetus is typed though she is RhD positive": (
        [lambda p: p.rhesus("165747007")],
        lambda p: p.rhesus("165746003", "frhd", "fetus"),
        "rhd-typing-needless",
        "Observation.code",
    ),
    "more outcomes than earlier pregnancies": (
        [lambda p: p.history("246211005", 1, "earlier", SCT), lambda p: p.history("11636-8", 1, "live")],
        lambda p: p.history("11614-5", 1, "miscarriages"),
        "outcomes-beyond-pregnancies",
        "Observation.value",
    ),
    "gravida no more than the earlier pregnancies": (
        [lambda p: p.history("246211005", 2, "earlier", SCT)],
        lambda p: p.history("11996-6", 2, "gravida"),
        "gravida-disagrees",
        "Observation.value",
    ),
    "a newborn of another day than its fetus": (BIRTH, lambda p: p.newborn("2026-10-10"), "birth-days-differ", "Patient.birthDate"),
    "a newborn whose fetus is not there": ([], lambda p: p.newborn(fetus="nobody"), "newborn-not-linked", "Patient.link"),
}


@pytest.mark.parametrize("case", HINTED)
def test_what_is_unlikely_is_written_and_told(sqlite_api: Any, pieces: Any, case: str) -> None:
    there, written, rule, place = HINTED[case]
    extra = {(r["resourceType"], r["id"]): r for r in (make(pieces) for make in there)}
    standing = {(r["resourceType"], r["id"]): r for r in pieces.record()}
    assert sqlite_api.all(*{**standing, **extra}.values()).status == 200
    answer = sqlite_api.put(written(pieces))
    assert answer.status in (200, 201), answer.json
    assert (rule, place) in answer.told("warning")


FINE: dict[str, tuple[list[Callable[[Any], Resource]], Callable[[Any], Resource]]] = {
    "a visit on day 0": ([], lambda p: p.visit("2026-01-01", id="new")),
    "a visit at 44+0": ([], lambda p: p.visit("2026-11-05", id="new")),
    "a visit on the day of the birth": (BIRTH, lambda p: p.visit("2026-10-09", id="new")),
    "a visit just before midnight of that day, written in UTC": (BIRTH, lambda p: p.visit("2026-10-09T21:59:00Z", id="new")),
    "a booked visit after the birth": (BIRTH, lambda p: p.visit("2026-10-20", id="new", status="planned")),
    "a visit of which only the month is known": (BIRTH, lambda p: p.visit("2026-10", id="new")),
    "a visit between the births of twins": (
        [*BIRTH, lambda p: p.count(2), lambda p: p.fetus(2, "second")],
        lambda p: p.visit("2026-10-12", id="new"),
    ),
    "a postnatal visit on the day of the birth": (BIRTH, lambda p: p.visit("2026-10-09", id="new", kind="postpartum")),
    "a postnatal visit after a loss": (
        [lambda p: p.born("2026-03-10", "lost")],
        lambda p: p.visit("2026-03-20", id="new", kind="postpartum"),
    ),
    "another record's due date is the valid one there": (
        NEXT[:1],
        lambda p: p.term(
            "2027-01-01",
            id="other",
            visit=None,
            subject={"reference": "Patient/other"},
            extension=[
                *p.term()["extension"],
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare",
                    "valueReference": {"reference": "EpisodeOfCare/second"},
                },
            ],
        ),
    ),
    "a due date 259 days after the period": ([lambda p: p.lmp()], lambda p: p.term("2026-09-17", "lmp", valid=False, id="other")),
    "a due date 301 days after the period": ([lambda p: p.lmp()], lambda p: p.term("2026-10-29", "lmp", valid=False, id="other")),
    "the valid due date is written again": ([], lambda p: p.term("2026-10-12")),
    "a vanished twin: the number of the one that stays is 2": (
        [lambda p: p.count(2), lambda p: p.fetus(2, "second"), lambda p: p.count(1, "later", on="2026-04-01")],
        lambda p: p.fetus(2, "second"),
    ),
    "a fetus while the number of fetuses is not known": ([lambda p: p.count(1, status="entered-in-error")], lambda p: p.fetus(2, "second")),
    "a gestational age within the tolerance": ([], lambda p: p.age(59 + 7)),
    "a gestational age by another due date of the record": (
        [lambda p: p.term("2026-09-20", "lmp", valid=False, id="other")],
        lambda p: p.age(59 + 21),
    ),
    "a fact of the newborn at the birth": (
        [*BIRTH, lambda p: p.newborn()],
        lambda p: p.fact("cry", {"text": "cries"}, "2026-10-09", subject={"reference": "Patient/newborn"}),
    ),
    "a fact about a device": ([], lambda p: p.fact("new", {"text": "x"}, focus=[{"reference": "Device/1"}])),
    "a fact of a visit that is not there": ([], lambda p: p.height(visit="nowhere")),
    "a fact of a visit whose record is not there": (
        [lambda p: p.visit(id="lone", episode="nowhere")],
        lambda p: p.height(visit="lone"),
    ),
    "a fundal height in mm": ([], lambda p: p.height(300, "mm")),
    "a heart rate of unknown answer": (
        [],
        lambda p: {
            **{k: v for k, v in p.heart("fetus").items() if k != "valueQuantity"},
            "dataAbsentReason": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-asked"}]},
        },
    ),
    "anti-D while her type is not known": ([], lambda p: p.anti_d()),
    "anti-D that was not given to one who is RhD positive": (
        [lambda p: p.rhesus("165747007")],
        lambda p: p.anti_d(status="not-done"),
    ),
    "outcomes while the number of earlier pregnancies is not known": ([], lambda p: p.history("11636-8", 3, "live")),
    "a newborn on the day of its fetus's birth": (BIRTH, lambda p: p.newborn()),
    "a retracted fact, however wrong": ([], lambda p: p.height(30, "kg", status="entered-in-error")),
    "a fundal height in kg that is of no record": ([], lambda p: p.height(30, "kg", visit=None)),
}


@pytest.mark.parametrize("case", FINE)
def test_what_may_be_is_written_without_a_word(sqlite_api: Any, pieces: Any, case: str) -> None:
    there, written = FINE[case]
    extra = {(r["resourceType"], r["id"]): r for r in (make(pieces) for make in there)}
    standing = {(r["resourceType"], r["id"]): r for r in pieces.record()}
    assert sqlite_api.all(*{**standing, **extra}.values()).status == 200
    answer = sqlite_api.put(written(pieces))
    assert answer.status in (200, 201), answer.json
    assert [h for h in answer.hints if not h.startswith(VALIDATION)] == []


def test_every_fault_of_a_transaction_is_told_at_once_each_at_its_entry(api: Any, pieces: Any) -> None:
    answer = api.all(*pieces.record(), pieces.height(30, "kg"), pieces.heart(), pieces.fetus(3, "third"))
    assert sorted(answer.told()) == [
        ("fetus-missing", "Bundle.entry[7].resource.focus"),
        ("fetus-number-beyond-count", "Bundle.entry[8].resource.extension"),
        ("unit-not-convertible", "Bundle.entry[6].resource.value.code"),
    ]
    assert answer.status == 422
    assert api.version("Patient/mother") == 0


def test_a_fault_of_two_resources_of_one_transaction_is_told_once(api: Any, pieces: Any) -> None:
    answer = api.all(*pieces.record(), pieces.visit("2026-10-20", id="late"), pieces.born())
    assert answer.told() == [("visit-after-birth", "Bundle.entry[6].resource.period.start")]


def test_the_other_due_date_may_give_way_in_the_same_transaction(api: Any, pieces: Any) -> None:
    assert api.all(*pieces.record()).status == 200
    assert api.all(pieces.term("2026-10-14", id="other"), pieces.term(valid=False)).status == 200
