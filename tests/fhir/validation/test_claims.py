from __future__ import annotations

import copy
from typing import Any

import pytest

from hit_maternity.fhir.validation.vital_signs import PROFILES

HL7 = "http://hl7.org/fhir/StructureDefinition/"
X = "http://x.test/StructureDefinition/"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"


def test_a_profile_in_another_version_than_the_one_claimed_is_a_warning(validator_with, profile, patient):
    strict = profile("p", "Patient", {"path": "Patient.gender", "min": 1}, version="1.0")
    checked = validator_with(strict)
    for claim, expected in (("p|1.0", ["profile-cardinality"]), ("p", ["profile-cardinality"]), ("p|2.0", ["profile-version"])):
        issues = checked.validate(patient(active=True, meta={"profile": [X + claim]}))
        assert [i.rule for i in issues if i.rule != "inv:dom-6"] == expected
        assert {i.severity for i in issues if i.rule == "profile-version"} <= {"warning"}


def test_what_a_guide_wants_of_all_resources_of_a_type_is_checked(validator_with, profile, patient, told):
    guide = {
        "resourceType": "ImplementationGuide",
        "url": "http://x.test/ig",
        "global": [{"type": "Patient", "profile": X + "p"}],
    }
    checked = validator_with(guide, profile("p", "Patient", {"path": "Patient.gender", "min": 1}))
    assert told(checked, patient(active=True)) == [("profile-cardinality", "Patient")]
    assert told(checked, patient(gender="female")) == []
    assert told(checked, {"resourceType": "Practitioner", "active": True}) == []


def test_each_vital_sign_is_the_code_that_its_profile_requires(definitions):
    for code, name in PROFILES.items():
        elements = definitions.find("StructureDefinition", HL7 + name)["snapshot"]["element"]
        assert code in [e.get("fixedCode") for e in elements]


def weight(**more: Any) -> dict[str, Any]:
    value = {"value": 71, "unit": "kg", "system": UCUM, "code": "kg"}
    category = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [category],
        "code": {"coding": [{"system": "urn:x", "code": "w"}, {"system": LOINC, "code": "29463-7"}]},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2026-05-04",
        "valueQuantity": value,
        **more,
    }


def test_a_vital_sign_is_held_to_its_profile_though_it_doesnt_claim_it(errors):
    assert errors(weight()) == []
    assert errors({k: v for k, v in weight().items() if k != "effectiveDateTime"}) == [("profile-cardinality", "Observation")]
    assert errors(weight(category=[{"text": "x"}])) == [("profile-cardinality", "Observation")]
    stones = {"value": 11, "unit": "st", "system": UCUM, "code": "[stone_av]"}
    assert ("binding-required", "Observation.value.code") in errors(weight(valueQuantity=stones))
    assert errors({**weight(), "code": {"text": "weight"}, "category": [{"text": "x"}]}) == []


def test_a_vital_sign_in_a_bundle_or_contained_is_held_to_it_too(errors):
    untimed = {k: v for k, v in weight().items() if k != "effectiveDateTime"}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": untimed}]}
    assert errors(bundle) == [("profile-cardinality", "Bundle.entry[0].resource")]


@pytest.mark.parametrize("claims", [[HL7 + "bodyweight"], [X + "heavy"], [HL7 + "bodyweight", X + "heavy"]])
def test_a_fault_is_told_once_where_the_profile_or_one_derived_from_it_is_claimed(validator_with, profile, told, claims):
    checked = validator_with(profile("heavy", "Observation", {"path": "Observation.note", "min": 0}, base=HL7 + "bodyweight"))
    untimed = copy.deepcopy({k: v for k, v in weight().items() if k != "effectiveDateTime"})
    untimed["meta"] = {"profile": claims}
    assert told(checked, untimed) == [("profile-cardinality", "Observation")] * len(claims)
