"""FHIR values in words."""

from __future__ import annotations

import pytest

from hit_maternity.fhir.json import decode
from hit_maternity.maternity.narrative.words import LOINC, Reader, codes, moment, weeks

NB, EN = Reader(), Reader(language="en")


@pytest.mark.parametrize(
    ("text", "nb", "en"),
    [
        ("2026-09-06T01:47:00+02:00", "06.09.2026", "6 September 2026"),
        ("2026-09-06", "06.09.2026", "6 September 2026"),
        ("2026-09", "september 2026", "September 2026"),
        ("2026", "2026", "2026"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_a_date_is_told_as_exactly_as_it_is_known(text, nb, en):
    assert (NB.day(text), EN.day(text)) == (nb, en)


def test_a_number_keeps_its_digits():
    quantity = decode(b'{"value": 65.50, "unit": "kg"}')
    assert (NB.quantity(quantity), EN.quantity(quantity)) == ("65,50 kg", "65.50 kg")
    assert NB.quantity({"value": 3, "comparator": "<", "code": "mg/L"}) == "<3 mg/L"
    assert NB.quantity({"unit": "kg"}) == ""


@pytest.mark.parametrize(
    ("days", "told"), [(0, "0+0"), (198, "28+2"), (308, "44+0"), (309, ""), (-1, ""), ("x", ""), (1.5, ""), (None, "")]
)
def test_days_are_weeks_and_days_only_where_they_can_be(days, told):
    assert weeks(days) == told


def test_yes_no_and_why_not_are_three_answers():
    reason = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-asked"}]}
    assert [NB.value(v) for v in ({"valueBoolean": True}, {"valueBoolean": False}, {"dataAbsentReason": reason}, {})] == [
        "ja",
        "nei",
        "ikke spurt",
        "",
    ]
    assert EN.value({"dataAbsentReason": reason}) == "not asked"


def test_a_concept_is_told_by_its_text_in_norwegian_and_by_its_name_in_english():
    concept = {"coding": [{"code": "1"}, {"code": "2", "display": "Weight"}], "text": "Vekt"}
    assert (NB.concept(concept), EN.concept(concept)) == ("Vekt", "Weight")
    assert NB.concept({"coding": [{"code": "1"}]}) == "1"
    assert NB.concept({}) == NB.concept(None) == ""


def pressure(upper, lower):
    parts = [("8480-6", upper), ("8462-4", lower)]
    return [{"code": {"coding": [{"system": LOINC, "code": c}], "text": c}, **v} for c, v in parts]


def test_a_blood_pressure_is_one_figure_unless_half_of_it_is_missing():
    whole = {"component": pressure({"valueQuantity": {"value": 120}}, {"valueQuantity": {"value": 80, "unit": "mmHg"}})}
    assert NB.answer(whole) == "120/80 mmHg"
    half = {"component": pressure({"valueQuantity": {"value": 120, "unit": "mmHg"}}, {})}
    assert NB.answer(half).startswith("8480-6: 120 mmHg")


def test_what_is_not_final_says_so():
    assert NB.answer({"valueInteger": 2, "status": "preliminary"}) == "2 (foreløpig)"
    assert NB.answer({"valueInteger": 2, "status": "final", "note": [{"text": "liggende"}]}) == "2; liggende"


def test_people_are_told_by_name_role_and_place():
    named = {
        "PractitionerRole/r": {
            "resourceType": "PractitionerRole",
            "practitioner": {"reference": "Practitioner/p"},
            "organization": {"reference": "http://a.test/fhir/Organization/o"},
            "code": [{"text": "Jordmor"}],
        },
        "Practitioner/p": {
            "resourceType": "Practitioner",
            "name": [{"use": "nickname", "text": "Kikki"}, {"use": "official", "family": "Li"}],
        },
        "Organization/o": {"resourceType": "Organization", "name": "Sykehuset"},
    }
    read = Reader(named, base="http://a.test/fhir")
    assert read.party({"reference": "PractitionerRole/r"}) == "Li (jordmor), Sykehuset"
    assert read.party({"reference": "Practitioner/x", "display": "Dr. Aa"}) == "Dr. Aa"
    assert read.party(None) == ""


def test_the_day_of_a_resource_is_that_of_the_fact():
    assert moment({"issued": "2026-02-02", "effectivePeriod": {"start": "2026-01-01"}}) == "2026-01-01"
    assert moment({"period": {"end": "2026"}}) == "2026"
    assert moment({}) == ""
    assert codes({"coding": [{"code": "a"}]}) == [("", "a")]
