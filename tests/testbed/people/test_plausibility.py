"""The courses are those of real pregnancies: dates in order, growth along the curve, and the signs each story is told for."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from hit_maternity.fhir.json import decimal
from hit_maternity.maternity.attention import Grade, attention
from hit_maternity.maternity.facts import Consultation, Facts, GlucoseLoad, Measured
from hit_maternity.maternity.fetus import number_faults
from hit_maternity.maternity.gestation import GestationalAge
from hit_maternity.maternity.growth import Band, FundalHeight, course
from hit_maternity.maternity.measures import BloodPressure, UrineProtein, measure_faults
from hit_maternity.maternity.plausibility import birth_faults, dating_faults, event_faults
from hit_maternity.testbed.people import Pregnancy, pregnancies
from hit_maternity.testbed.people.parts import Visit
from hit_maternity.testbed.people.record import Record
from hit_maternity.testbed.people.staff import staff

#: The last day anything in the stories happens on.
TODAY = date(2026, 11, 20)
PROTEIN = {"negative": 0, "trace": 1, "1+": 2, "2+": 3, "3+": 4}
Resource = dict[str, Any]


def record(pregnancy: Pregnancy) -> Record:
    return Record(pregnancy.story, staff())


def born(pregnancy: Pregnancy) -> date | None:
    birth = pregnancy.story.birth
    return max(child.at for child in birth.child).date() if birth else None


def ages(resources: list[Resource]) -> dict[str, int]:
    """Encounter to gestational age in days."""
    found = [r for r in resources if r["resourceType"] == "Observation" and "-age-w" in r["id"]]
    return {r["encounter"]["reference"]: int(decimal(r["valueQuantity"]["value"])) for r in found}


def measured(resources: list[Resource], loinc: str) -> list[tuple[str, date, Decimal]]:
    """(Encounter, day, value) of every Observation with a LOINC code."""
    found = [r for r in resources if r["resourceType"] == "Observation" and any(c["code"] == loinc for c in r["code"]["coding"])]
    return [
        (r["encounter"]["reference"], date.fromisoformat(r["effectiveDateTime"][:10]), decimal(r["valueQuantity"]["value"]))
        for r in found
        if "valueQuantity" in r
    ]


def test_dates_and_their_order_are_possible(pregnancy: Pregnancy):
    it, birth = record(pregnancy), born(pregnancy)
    dating = it.terms[-1].term.dating
    assert dating_faults(it.estimates, TODAY) == []
    for visit in pregnancy.story.visit:
        assert visit.on <= TODAY
        if visit.kind == "postpartum":
            assert birth is not None and visit.on > birth
        else:
            assert event_faults(visit.on, TODAY, dating, birth) == []
    if birth is not None:
        assert birth_faults(birth, TODAY, dating) == []
    if pregnancy.story.ending is not None:
        assert pregnancy.story.visit[-1].on <= pregnancy.story.ending.on <= TODAY
    if pregnancy.story.next is not None:
        assert pregnancy.story.next.on > pregnancy.story.visit[-1].on


def test_nobody_is_seen_on_a_weekend_but_in_hospital(pregnancy: Pregnancy):
    for visit in pregnancy.story.visit:
        assert visit.on.weekday() < 5 or visit.kind == "admission"


def test_exactly_one_due_date_is_valid_and_it_follows_from_its_basis(pregnancy: Pregnancy, resources: list[Resource]):
    terms = [r for r in resources if r["resourceType"] == "Observation" and "-due-" in r["id"]]
    valid = [r for r in terms if {"url": "valid", "valueBoolean": True} in r["extension"][0]["extension"]]
    assert len(valid) == 1 and len(terms) == len(record(pregnancy).estimates)
    dating = pregnancy.story.dating
    for term in terms:
        due, (basis,) = date.fromisoformat(term["valueDateTime"]), term["method"]["coding"]
        if basis["code"] == "lmp" and dating.lmp:
            assert due == dating.lmp + timedelta(days=283 + (dating.cycle_length or 28) - 28)
        elif basis["code"] == "embryo-transfer" and dating.transfer:
            assert due == dating.transfer + timedelta(days=283 - 14 - dating.embryo_age)
        else:
            assert basis["code"] in ("ultrasound", "corrected")


@pytest.mark.parametrize(
    ("name", "basis", "reason"),
    [
        ("normal", "ultrasound", "ultrasound-routine"),
        ("ivf", "embryo-transfer", "assisted-conception"),
        ("late-booking", "ultrasound", "ultrasound-other"),
        ("transferred-term", "corrected", "corrected"),
        ("new-record", "lmp", "lmp"),
    ],
)
def test_the_valid_due_date_is_the_one_that_norway_counts_by(name: str, basis: str, reason: str, told: dict[str, list[Resource]]):
    terms = [r for r in told[name] if r["resourceType"] == "Observation" and "-due-" in r["id"]]
    (valid,) = (r for r in terms if {"url": "valid", "valueBoolean": True} in r["extension"][0]["extension"])
    assert valid["method"]["coding"][0]["code"] == basis
    assert valid["extension"][0]["extension"][1]["valueCodeableConcept"]["coding"][0]["code"] == reason


def test_the_gestational_age_is_reckoned_from_the_due_date_it_names(resources: list[Resource]):
    by_id = {f"Observation/{r['id']}": r for r in resources if r["resourceType"] == "Observation"}
    found = [r for r in by_id.values() if "-age-w" in r["id"]]
    assert found
    for age in found:
        (source,) = age["derivedFrom"]
        term = by_id[source["reference"]]
        assert term["effectiveDateTime"] <= age["effectiveDateTime"], "a due date counts from when it is known"
        left = date.fromisoformat(term["valueDateTime"]) - date.fromisoformat(age["effectiveDateTime"][:10])
        days = int(decimal(age["valueQuantity"]["value"]))
        assert days == 283 - left.days
        weeks, over = (int(decimal(c["valueQuantity"]["value"])) for c in age["component"])
        assert (weeks, over) == divmod(days, 7)


def test_the_programme_is_followed(pregnancy: Pregnancy, resources: list[Resource]):
    """Where a pregnancy was carried to term, it was seen around each week of the programme."""
    birth = born(pregnancy)
    if birth is None or pregnancy.name in ("late-booking", "pre-eclampsia"):
        assert len(pregnancy.story.visit) >= 1
        return
    weeks = {days // 7 for days in ages(resources).values()}
    last = record(pregnancy).terms[-1].term.dating.days_on(birth) // 7
    for week in (18, 24, 28, 32, 36):
        assert week in weeks or week > last
    assert any(visit.kind == "postpartum" and 28 <= (visit.on - birth).days <= 56 for visit in pregnancy.story.visit)


@pytest.mark.parametrize(
    ("loinc", "kind"),
    [
        ("29463-7", "weight"),
        ("8302-2", "height"),
        ("11881-0", "fundal-height"),
        ("55283-6", "fetal-heart-rate"),
        ("718-7", "haemoglobin"),
        ("2276-4", "ferritin"),
        ("59261-8", "hba1c"),
    ],
)
def test_no_measure_is_a_slip_of_unit_or_finger(loinc: str, kind: str, told: dict[str, list[Resource]]):
    values = [value for resources in told.values() for _, _, value in measured(resources, loinc)]
    assert len(values) >= 2
    assert [fault for value in values for fault in measure_faults(kind, value)] == []


def test_the_fetal_heart_is_in_its_range(told: dict[str, list[Resource]]):
    for resources in told.values():
        for encounter, _, value in measured(resources, "55283-6"):
            assert 110 <= value <= (180 if ages(resources).get(encounter, 22 * 7) < 14 * 7 else 160)


def test_fundal_heights_rise_along_the_curve(pregnancy: Pregnancy, resources: list[Resource]):
    days = ages(resources)
    heights = [FundalHeight(GestationalAge(days[encounter]), value) for encounter, _, value in measured(resources, "11881-0")]
    assert sorted(heights, key=lambda h: h.age) == sorted(heights, key=lambda h: h.height)
    if pregnancy.name == "twins":
        assert all(place and place.band is Band.ABOVE for _, place in course(heights).measured), "twins lie above the curve"
    else:
        assert all(place and place.band is Band.WITHIN for _, place in course(heights).measured)
        assert {sign.id for sign in course(heights).signs} <= {"falling-off"}


def test_weight_rises_and_never_by_leaps(pregnancy: Pregnancy, resources: list[Resource]):
    days = ages(resources)
    earlier = {w[2] for w in measured(resources, "56077-1")}
    told = [w for w in measured(resources, "29463-7") if w[0] in days and w[2] not in earlier]
    assert told
    for (_, before, first), (_, after, second) in pairwise(told):
        fluid = pregnancy.name == "pre-eclampsia"
        limit = Decimal(max((after - before).days, 1)) / 7 * Decimal(2 if fluid else "1.4")
        assert Decimal(-1) <= second - first <= limit, (pregnancy.name, before, after)


def test_the_bmi_is_that_of_height_and_weight(pregnancy: Pregnancy, resources: list[Resource]):
    before = pregnancy.story.before
    (found,) = measured(resources, "39156-5")
    assert before.height is not None and before.weight is not None
    assert abs(found[2] - before.weight / (before.height / 100) ** 2) < Decimal("0.005")


def test_a_fact_about_a_fetus_names_one_there_is(resources: list[Resource]):
    counts = [r["valueInteger"] for r in resources if r["resourceType"] == "Observation" and "-fetuses-" in r["id"]]
    fetuses = [r for r in resources if r["resourceType"] == "Patient" and "-fetus-" in r["id"]]
    assert len(fetuses) == max(counts, default=1)
    for resource in resources:
        for focus in resource.get("focus", ()):
            assert number_faults(int(focus["reference"].rpartition("-")[2]), max(counts, default=1)) == []


def test_children_are_as_heavy_as_their_age_lets_expect(pregnancy: Pregnancy):
    birth = pregnancy.story.birth
    for child in birth.child if birth else ():
        days = record(pregnancy).terms[-1].term.dating.days_on(child.at.date())
        assert child.weight is not None and child.length is not None and child.head is not None
        expected = 3500 - (280 - days) * 26
        assert abs(child.weight - expected) < 800, (child.weight, expected)
        assert 43 <= child.length <= 54 and 31 <= child.head <= 38
        assert child.apgar_1 is not None and child.apgar_5 is not None and child.apgar_1 <= child.apgar_5
        assert birth is not None and birth.admitted <= child.at <= birth.discharged


def facts(pregnancy: Pregnancy, visits: list[Visit], today: date) -> Facts:
    def consultation(visit: Visit) -> Consultation:
        pressure = BloodPressure.parse(visit.pressure[0]) if visit.pressure else None
        protein = UrineProtein(PROTEIN[visit.protein]) if visit.protein else None
        return Consultation(visit.on, pressure, protein, visit.weight)

    def test(key: str) -> tuple[Measured, ...]:
        return tuple(Measured(v.on, v.lab[key]) for v in visits if key in v.lab)

    loads = [GlucoseLoad(v.on, v.lab["glucose_fasting"], v.lab["glucose_two_hours"]) for v in visits if "glucose_fasting" in v.lab]
    return Facts(
        today,
        record(pregnancy).terms[-1].term.dating,
        consultations=tuple(consultation(v) for v in visits),
        haemoglobin=test("haemoglobin"),
        ferritin=test("ferritin"),
        hba1c=test("hba1c"),
        glucose=tuple(loads),
    )


def signs(pregnancy: Pregnancy) -> Counter[str]:
    """The rules of grade act and urgent that ever applied on the day of a visit before the birth."""
    found: Counter[str] = Counter()
    visits = [v for v in pregnancy.story.visit if v.kind != "postpartum"]
    for place, visit in enumerate(visits, 1):
        for judgement in attention(facts(pregnancy, visits[:place], visit.on)):
            if judgement.rule.grade >= Grade.ACT:
                found[judgement.rule.id] += 1
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("normal", set()),
        ("twins", {"anaemia"}),
        ("rhd-negative", set()),
        ("ivf", set()),
        ("transferred-term", set()),
        ("under-way", set()),
        ("first-time", {"ferritin-low", "anaemia"}),
        ("gestational-diabetes", {"gestational-diabetes"}),
        ("pre-eclampsia", {"hypertension", "pressure-treat", "pre-eclampsia-suspected"}),
        ("late-booking", {"anaemia"}),
        ("interpreter", {"ferritin-low", "anaemia"}),
    ],
)
def test_each_story_shows_the_signs_it_is_told_for_and_no_other_grave_ones(name: str, expected: set[str]):
    (pregnancy,) = (p for p in pregnancies() if p.name == name)
    assert set(signs(pregnancy)) == expected


def test_the_rhd_chain_is_whole(told: dict[str, list[Resource]]):
    resources = {r["id"]: r for r in told["rhd-negative"]}
    days = ages(told["rhd-negative"])

    def week(resource: Resource) -> int:
        return days[(resource.get("encounter") or resource["context"])["reference"]] // 7

    mother, fetus = resources["rhd-negative-lab-rhesus-d-w09"], resources["rhd-negative-fetal-rhd-1-w24"]
    given, after = resources["rhd-negative-anti-d-w28"], resources["rhd-negative-anti-d-birth"]
    consent = resources["rhd-negative-consent-fetal-typing-w24"]
    assert mother["valueCodeableConcept"]["coding"][0]["code"] == "165746003"
    assert (week(fetus), week(given)) == (24, 28)
    assert fetus["focus"] == [{"reference": "Patient/rhd-negative-fetus-1"}]
    assert consent["provision"]["type"] == "permit" and consent["dateTime"] <= fetus["effectiveDateTime"]
    assert given["status"] == after["status"] == "completed"
    others = [r for name, rs in told.items() if name != "rhd-negative" for r in rs if r["resourceType"] == "MedicationAdministration"]
    assert others == [], "anti-D is for RhD-negative women"


def test_haemoglobin_falls_in_the_middle_of_a_pregnancy(told: dict[str, list[Resource]]):
    for name in ("normal", "first-time", "twins", "rhd-negative"):
        values = [v for _, _, v in measured(told[name], "718-7")]
        assert values[1] < values[0]
