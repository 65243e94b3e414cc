"""From resources to facts: what others write, units, retracted facts, answers that are missing, and twins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hit_maternity.maternity.card import facts_of
from hit_maternity.maternity.dating import Dating
from hit_maternity.maternity.facts import Background, Consultation, Facts, FetalSigns, GlucoseLoad, Measured, Rhesus, Screening
from hit_maternity.maternity.measures import BloodPressure, UrineProtein

TODAY = date(2026, 6, 1)
DAY = date(2026, 3, 1)
Make = Callable[..., Any]
OWN = "https://hit-maternity.example/fhir"


def test_an_empty_card_knows_nothing(make_card: Make) -> None:
    facts = facts_of(make_card(mother={"resourceType": "Patient", "id": "m"}), TODAY)
    assert facts == Facts(today=TODAY)
    assert all(getattr(facts.background, f.name) is None for f in fields(Background))


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ((Decimal("12.60"), "g/dL"), "12.60"),
        ((Decimal("126"), "g/L"), "12.6"),
        ((Decimal("7.8"), "mmol/L"), None),  # moles are no grams
        ((Decimal("12.6"), "kg"), None),
        ((Decimal("12.6"), "nonsense"), None),
    ],
)
def test_a_figure_is_read_in_the_cards_unit_or_not_at_all(make_card: Make, observe: Make, quantity: Any, value: str | None) -> None:
    found = facts_of(make_card(observe("nlk#NOR05172", quantity=quantity)), TODAY).haemoglobin
    assert found == (() if value is None else (Measured(DAY, Decimal(value)),))
    assert [str(m.value) for m in found if quantity[1] == "g/dL"] == ["12.60"] * (quantity[1] == "g/dL")


def test_hba1c_in_per_cent_is_not_taken_for_mmol_per_mol(make_card: Make, observe: Make) -> None:
    assert facts_of(make_card(observe("nlk#NPU27300", quantity=(6.5, "%"))), TODAY).hba1c == ()


def test_the_limit_counts_of_a_figure_below_it(make_card: Make, observe: Make) -> None:
    low = observe("nlk#NPU19763", quantity=(3, "ug/L"))
    low["valueQuantity"]["comparator"] = "<"
    assert facts_of(make_card(low), TODAY).ferritin == (Measured(DAY, Decimal(3)),)


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_what_was_retracted_is_no_fact(make_card: Make, observe: Make, status: str) -> None:
    assert facts_of(make_card(observe("nlk#NOR05172", quantity=(9, "g/dL"), status=status)), TODAY).haemoglobin == ()


def test_two_values_of_a_load_may_come_together_or_apart(make_card: Make, observe: Make, coded: Make) -> None:
    def part(code: str, value: str) -> Any:
        quantity = {"value": Decimal(value), "system": "http://unitsofmeasure.org", "code": "mmol/L"}
        return {"code": coded(code), "valueQuantity": quantity}

    load = observe("sct#113076002", component=[part("loinc#14771-0", "5.3"), part("loinc#14996-3", "9.1")])
    single = observe("loinc#14771-0", "2026-04-01", quantity=(Decimal("4.9"), "mmol/L"))
    later = observe("loinc#14996-3", "2026-04-01", quantity=(Decimal("8.0"), "mmol/L"))
    found = facts_of(make_card(load, single, later), TODAY).glucose
    assert found == (
        GlucoseLoad(DAY, Decimal("5.3"), Decimal("9.1")),
        GlucoseLoad(date(2026, 4, 1), Decimal("4.9"), Decimal("8.0")),
    )


@pytest.mark.parametrize(
    ("value", "interpretation", "expected"),
    [
        ("sct#10828004", None, True),
        ("sct#260385009", None, False),
        ("sct#419984006", None, None),
        ("sct#419984006", "POS", None),  # an inconclusive answer is not made good by its interpretation
        (None, "NEG", False),
        (None, None, None),
    ],
)
def test_an_answer_is_positive_negative_or_neither(
    make_card: Make, observe: Make, coded: Make, value: str | None, interpretation: str | None, expected: bool | None
) -> None:
    told = {"valueCodeableConcept": coded(value)} if value else {}
    system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    sign = {"interpretation": [{"coding": [{"system": system, "code": interpretation}]}]} if interpretation else {}
    found = facts_of(make_card(observe("nlk#NPU19649", **told, **sign)), TODAY).screenings
    assert found == (() if expected is None else (Screening(DAY, "hiv", expected),))


def pressure(observe: Make, coded: Make, systolic: int, diastolic: int | None, day: str = "2026-03-01", **more: Any) -> Any:
    parts = [("loinc#8480-6", systolic), ("loinc#8462-4", diastolic)]
    listed = [
        {"code": coded(c), "valueQuantity": {"value": v, "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}} for c, v in parts if v
    ]
    return observe("loinc#85354-9", day, component=listed, **more)


def test_measurements_of_one_visit_are_one_consultation_and_a_second_reading_another(make_card: Make, observe: Make, coded: Make) -> None:
    visit = {
        "resourceType": "Encounter",
        "id": "v",
        "status": "finished",
        "type": [coded("sct#424619006")],
        "period": {"start": "2026-03-01"},
    }
    at = {"encounter": {"reference": "Encounter/v"}}
    card = make_card(
        visit,
        pressure(observe, coded, 142, 91, "2026-03-01T09:00:00+01:00", **at),
        pressure(observe, coded, 138, 88, "2026-03-01T09:10:00+01:00", **at),
        observe("loinc#29463-7", quantity=(Decimal("71.50"), "kg"), **at),
        observe("loinc#20454-5", valueCodeableConcept=coded("sct#167275009"), **at),
        observe("loinc#29463-7", "2026-03-02", quantity=(72400, "g")),  # at home
        pressure(observe, coded, 150, None, "2026-03-03"),  # half a blood pressure is none
    )
    facts = facts_of(card, TODAY)
    assert facts.consultations == (
        Consultation(DAY, BloodPressure(142, 91), UrineProtein.ONE, Decimal("71.50")),
        Consultation(DAY, BloodPressure(138, 88), UrineProtein.ONE),
        Consultation(date(2026, 3, 2), weight=Decimal("72.4"), kind="none"),
    )
    assert [(a.on, a.kind) for a in facts.attendances] == [(DAY, "consultation")]


def fetus(number: int) -> Any:
    extension = [{"url": f"{OWN}/StructureDefinition/fetus-number", "valuePositiveInt": number}]
    return {"resourceType": "Patient", "id": f"f{number}", "extension": extension}


def test_facts_of_twins_go_to_the_fetus_that_is_named(make_card: Make, observe: Make, coded: Make) -> None:
    def about(number: int) -> Any:
        return {"focus": [{"reference": f"Patient/f{number}"}]}

    card = make_card(
        fetus(1),
        fetus(2),
        observe("sct#246435002", valueInteger=2),
        observe("loinc#55283-6", quantity=(150, "/min"), **about(2)),
        observe("loinc#55283-6", quantity=(140, "/min"), **about(1)),
        observe("loinc#57088-7", valueBoolean=False, **about(2)),
        observe("loinc#57088-7", valueCodeableConcept=coded("sct#276369006"), **about(1)),  # reduced, but felt
        observe("loinc#55283-6", quantity=(99, "/min")),  # of neither: nobody can tell
    )
    (told,) = facts_of(card, TODAY).consultations
    assert told.fetuses == (FetalSigns(1, 140, True), FetalSigns(2, 150, False))


def test_the_chain_knows_no_only_when_every_fetus_is_known(make_card: Make, observe: Make, coded: Make) -> None:
    def typed(number: int, value: str, day: str = "2026-03-01") -> Any:
        return observe("card-item#fetal-rhesus-d", day, valueCodeableConcept=coded(value), focus=[{"reference": f"Patient/f{number}"}])

    mother = observe("nlk#NPU21917", valueCodeableConcept=coded("sct#165746003"))
    count = observe("sct#246435002", valueInteger=2)
    negative, positive, unclear = "sct#260385009", "sct#10828004", "sct#419984006"
    for typings, expected in [
        ((), None),
        ((typed(1, negative),), None),
        ((typed(1, negative), typed(2, negative)), False),
        ((typed(1, negative), typed(2, positive)), True),
        ((typed(1, negative), typed(2, unclear)), None),
        ((typed(1, positive), typed(1, negative, "2026-03-05"), typed(2, negative)), False),  # the last answer counts
    ]:
        chain = facts_of(make_card(fetus(1), fetus(2), mother, count, *typings), TODAY).rhesus
        assert chain == Rhesus(mother_negative=True, fetus_positive=expected)


@pytest.mark.parametrize(
    ("status", "provision", "expected"),
    [
        ("active", "permit", True),
        ("active", "deny", False),
        ("inactive", "permit", False),
        ("draft", "permit", None),
        ("entered-in-error", "deny", None),
    ],
)
def test_a_withdrawn_consent_is_a_no_and_a_draft_none(make_card: Make, status: str, provision: str, expected: bool | None) -> None:
    profile = f"{OWN}/StructureDefinition/no-domain-Maternity-Consent-fetal-rhesus-typing"
    consent = {"resourceType": "Consent", "id": "c", "meta": {"profile": [profile]}, "status": status, "dateTime": "2026-03-01",
               "provision": {"type": provision}}  # fmt: skip
    assert facts_of(make_card(consent), TODAY).rhesus.consent is expected


def answer(observe: Make, line: str, value: bool | None, day: str = "2026-03-01") -> Any:
    told = {"valueBoolean": value} if value is not None else {"dataAbsentReason": {"text": "not asked"}}
    return observe(f"disease-history#{line}", day, **told)


@pytest.mark.parametrize(
    ("answers", "field", "expected"),
    [
        ([("kidney-urinary-tract", True)], "kidney_disease", True),
        ([("kidney-urinary-tract", False)], "kidney_disease", False),
        ([("kidney-urinary-tract", None)], "kidney_disease", None),
        ([], "kidney_disease", None),
        ([("nothing-particular", True)], "kidney_disease", False),
        ([("nothing-particular", True), ("kidney-urinary-tract", True)], "kidney_disease", True),
        ([("nothing-particular", False)], "kidney_disease", None),
        ([("autoimmune-disease", True)], "connective_tissue_disease", None),  # which one isn't told
        ([("autoimmune-disease", False)], "antiphospholipid_syndrome", False),
        ([("family-none-known", True)], "relative_with_diabetes", False),
        ([("family-none-known", False)], "relative_with_diabetes", None),
        ([("kidney-urinary-tract", True), ("kidney-urinary-tract", False)], "kidney_disease", False),  # corrected later
    ],
)
def test_the_lines_of_the_boxes_answer_the_risk_factors_three_valued(
    make_card: Make, observe: Make, answers: list[tuple[str, bool | None]], field: str, expected: bool | None
) -> None:
    told = [answer(observe, line, value, f"2026-03-0{n}") for n, (line, value) in enumerate(answers, 1)]
    assert getattr(facts_of(make_card(*told), TODAY).background, field) is expected


def test_what_is_told_after_today_is_not_known_yet(make_card: Make, observe: Make) -> None:
    card = make_card(answer(observe, "diabetes", True, "2026-07-01"), observe("sct#246435002", "2026-07-01", valueInteger=2))
    facts = facts_of(card, TODAY)
    assert (facts.background.diabetes, facts.fetuses, facts.background.multiple_pregnancy) == (None, None, None)


def test_a_first_pregnancy_has_no_earlier_ones(make_card: Make, observe: Make) -> None:
    told = facts_of(make_card(observe("sct#246211005", valueInteger=0)), TODAY).background
    assert (told.births, told.earlier_pre_eclampsia, told.earlier_gestational_diabetes, told.earlier_child_over_4500) == (
        0,
        False,
        False,
        False,
    )
    assert told.years_since_last_pregnancy is None


@pytest.mark.parametrize(("country", "expected"), [("NO", False), ("SO", True), ("vn", True), ("PL", False), ("Norge", None), (None, None)])
def test_the_country_of_birth_tells_the_background(make_card: Make, country: str | None, expected: bool | None) -> None:
    place = {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": {"country": country} if country else {}}
    told = facts_of(make_card(mother={"resourceType": "Patient", "id": "m", "extension": [place]}), TODAY)
    assert told.background.origin_asia_or_africa is expected


def due(observe: Make, coded: Make, method: str | None, value: str, day: str = "2026-03-01", valid: bool | None = None) -> Any:
    marked = (
        [] if valid is None else [{"url": f"{OWN}/StructureDefinition/valid-term", "extension": [{"url": "valid", "valueBoolean": valid}]}]
    )
    basis = {"method": coded(f"term-basis#{method}")} if method else {}
    return observe("loinc#11778-8", day, valueDateTime=value, extension=marked, **basis)


def test_the_due_date_is_the_one_that_is_marked_else_the_strongest_else_reckoned_from_the_period(
    make_card: Make, observe: Make, coded: Make
) -> None:
    period = observe("loinc#8665-2", valueDateTime="2026-01-01")
    by_period, by_scan = due(observe, coded, "lmp", "2026-10-11"), due(observe, coded, "ultrasound", "2026-10-09")
    marked = due(observe, coded, "lmp", "2026-10-12", valid=True)
    not_marked = due(observe, coded, "ultrasound", "2026-10-09", valid=False)

    def dating(*resources: Any) -> Dating | None:
        return facts_of(make_card(*resources), TODAY).dating

    assert dating(period) == Dating(date(2026, 10, 11))
    assert dating(period, by_period, by_scan) == Dating(date(2026, 10, 9))
    assert dating(period, marked, not_marked) == Dating(date(2026, 10, 12))
    assert dating(due(observe, coded, "lmp", "2026-10")) is None  # a month dates nothing
    assert dating(due(observe, coded, "lmp", "0001-01-01")) is None


def test_facts_never_fail_at_what_is_malformed(make_card: Make) -> None:
    due_code = {"coding": [{"system": "http://loinc.org", "code": "11778-8"}]}
    dated = {"effectiveDateTime": "2026-13-45", "valueDateTime": "2026-99-99"}
    broken: list[Any] = [
        {"resourceType": "Observation", "id": "1", "status": "final", "code": due_code, **dated, "method": "x"},
        {"resourceType": "Observation", "id": "2", "code": "text"},
        {"resourceType": "Observation", "id": "3", "code": {"coding": ["x", {"code": 5}]}, "component": "x"},
        {"resourceType": "Condition", "id": "4", "code": None, "category": [None]},
        {"resourceType": "Encounter", "id": "5", "type": [{}], "period": {"start": 5}},
        {"resourceType": "Patient", "id": "6", "extension": [{"url": f"{OWN}/StructureDefinition/fetus-number", "valuePositiveInt": True}]},
        {"resourceType": "FamilyMemberHistory", "id": "7", "relationship": [], "condition": {}},
    ]
    mother = {"resourceType": "Patient", "id": "m", "birthDate": "1995", "extension": "x"}
    facts = facts_of(make_card(*broken, mother=mother), TODAY)
    assert (facts.dating, facts.consultations, facts.background.age) == (None, (), 31)
