from __future__ import annotations

import pytest

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def concept(system: str | None, code: str, display: str | None = None) -> dict:
    parts = {"system": system, "code": code, "display": display}
    return {"coding": [{k: v for k, v in parts.items() if v is not None}]}


def condition(**more) -> dict:
    return {"resourceType": "Condition", "subject": {"reference": "Patient/1"}, **more}


def test_a_code_outside_a_required_value_set_is_an_error_with_the_nearest_code(validator, patient):
    [issue, _] = validator.validate(patient(gender="femal"))
    assert (issue.rule, issue.code, issue.expression) == ("binding-required", "code-invalid", "Patient.gender")
    assert "http://hl7.org/fhir/ValueSet/administrative-gender" in issue.text
    assert issue.text.endswith("Did you mean female?")


def test_a_concept_of_a_required_binding_needs_one_coding_in_the_set(errors):
    assert errors(condition(verificationStatus=concept(VERIFICATION, "confirmed"))) == []
    both = {"coding": [{"system": "urn:x", "code": "y"}, {"system": VERIFICATION, "code": "confirmed"}]}
    assert errors(condition(verificationStatus=both)) == []
    assert errors(condition(verificationStatus=concept(VERIFICATION, "sure"))) == [
        ("binding-required", "Condition.verificationStatus.coding[0]")
    ]
    assert errors(condition(verificationStatus=concept("urn:x", "confirmed"))) == [
        ("binding-required", "Condition.verificationStatus.coding[0]")
    ]
    assert errors(condition(verificationStatus=concept(None, "confirmed"))) == [
        ("binding-required", "Condition.verificationStatus.coding[0]")
    ]
    assert errors(condition(verificationStatus={"text": "sure"})) == [("binding-required-missing", "Condition.verificationStatus")]


def test_an_extensible_binding_warns_only_of_codes_of_its_own_systems(errors, warnings, patient):
    for value, expected in (
        (concept(MARITAL, "M"), []),
        (concept("urn:mine", "X"), []),
        ({"text": "cohabiting"}, []),
        (
            concept(MARITAL, "Q"),
            [("coding-code-unknown", "Patient.maritalStatus.coding[0].code"), ("binding-extensible", "Patient.maritalStatus.coding[0]")],
        ),
    ):
        assert errors(patient(maritalStatus=value)) == []
        assert warnings(patient(maritalStatus=value)) == expected


def test_an_unknown_system_never_fails(errors, warnings, observation):
    value = observation(category=[concept("http://snomed.info/sct", "1")], code=concept("http://loinc.org", "0-0"))
    assert errors(value) == []
    assert warnings(value) == []


def test_a_known_system_tells_of_a_wrong_code_and_a_wrong_display(warnings, observation):
    assert warnings(observation(category=[concept(CATEGORY, "vital")])) == [
        ("coding-code-unknown", "Observation.category[0].coding[0].code")
    ]
    assert warnings(observation(category=[concept(CATEGORY, "vital-signs", "Vitamins")])) == [
        ("coding-display", "Observation.category[0].coding[0].display")
    ]
    assert warnings(observation(category=[concept(CATEGORY, "vital-signs", "vital  SIGNS")])) == []


@pytest.mark.parametrize("system", ["observation-category", "x/y"])
def test_a_coding_system_is_absolute(errors, observation, system):
    assert errors(observation(category=[concept(system, "a")])) == [("coding-system-absolute", "Observation.category[0].coding[0].system")]


def test_a_coding_system_is_no_value_set(errors, observation):
    assert errors(observation(category=[concept("http://hl7.org/fhir/ValueSet/observation-category", "a")])) == [
        ("coding-system-value-set", "Observation.category[0].coding[0].system")
    ]


@pytest.mark.parametrize(
    ("code", "valid"), [("nb", True), ("nb-NO", True), ("en-US-x-a", True), ("norsk bokmål", False), ("n", False), ("nb_NO", False)]
)
def test_a_language_is_a_bcp_47_tag(errors, patient, code, valid):
    assert (errors(patient(active=True, language=code)) == []) is valid


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("text/plain", True),
        ("application/fhir+json; fhirVersion=4.0", True),
        ('text/x; a="b c"', True),
        ("text", False),
        ("text/", False),
        ("a/b/c", False),
    ],
)
def test_a_media_type_is_of_bcp_13(errors, code, valid):
    binary = {"resourceType": "Binary", "contentType": code}
    assert errors(binary) == ([] if valid else [("binding-required", "Binary.contentType")])


@pytest.mark.parametrize(("code", "valid"), [("NOK", True), ("EUR", True), ("nok", False), ("KRONER", False)])
def test_a_currency_is_of_iso_4217(errors, code, valid):
    invoice = {"resourceType": "Invoice", "status": "draft", "totalNet": {"value": 1, "currency": code}}
    assert errors(invoice) == ([] if valid else [("binding-required", "Invoice.totalNet.currency")])


def test_a_set_that_is_not_loaded_judges_nothing(errors):
    sequence = {
        "resourceType": "MolecularSequence",
        "coordinateSystem": 0,
        "structureVariant": [{"variantType": concept("http://loinc.org", "LA0-0")}],
    }
    assert errors(sequence) == []
