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
        (concept("urn:mine", "X"), [("code-system-unknown", "Patient.maritalStatus.coding[0].system")]),
        ({"text": "cohabiting"}, []),
        (
            concept(MARITAL, "Q"),
            [("coding-code-unknown", "Patient.maritalStatus.coding[0].code"), ("binding-extensible", "Patient.maritalStatus.coding[0]")],
        ),
    ):
        assert errors(patient(maritalStatus=value)) == []
        assert warnings(patient(maritalStatus=value)) == expected


def test_a_system_that_is_not_loaded_never_fails_and_is_told_by_what_it_is(validator, errors, observation):
    def told(*systems: str) -> list[tuple[str, str, str | None]]:
        value = observation(code={"coding": [{"system": s, "code": "0-0"} for s in systems]})
        assert errors(value) == []
        return [(i.severity, i.rule, i.expression) for i in validator.validate(value) if i.rule.startswith("code-system")]

    first = "Observation.code.coding[0].system"
    for known in (
        "http://snomed.info/sct",
        "http://loinc.org",
        "http://www.whocc.no/atc",
        "urn:oid:2.16.578.1.12.4.1.1.7280",
        "http://hl7.org/fhir/sid/icd-10",
    ):
        assert told(known) == [("information", "code-system-not-loaded", first)]
    assert told("http://x.test/mine") == [("warning", "code-system-unknown", first)]
    assert told("http://unitsofmeasure.org", "urn:ietf:bcp:47") == []


def test_a_system_that_is_not_loaded_is_told_once(validator, observation):
    parts = [{"code": concept("http://x.test/a", str(n)), "valueBoolean": True} for n in range(5)]
    value = observation(code=concept("http://x.test/ab", "1"), component=[*parts, {"code": concept("http://x.test/a", "9")}])
    told = [i for i in validator.validate(value) if i.rule == "code-system-unknown"]
    assert [i.expression for i in told] == ["Observation.code.coding[0].system", "Observation.component[0].code.coding[0].system"]
    assert "http://x.test/ab " in told[0].text and "http://x.test/a " in told[1].text


def test_a_code_of_a_grammar_is_read(warnings, observation):
    assert warnings(observation(code=concept("http://unitsofmeasure.org", "mmHg"))) == [
        ("coding-code-unknown", "Observation.code.coding[0].code")
    ]
    assert warnings(observation(code=concept("http://unitsofmeasure.org", "mm[Hg]"))) == []
    assert warnings(observation(code=concept("urn:iso:std:iso:3166", "NX"))) == [("coding-code-unknown", "Observation.code.coding[0].code")]


def test_a_code_outside_the_part_of_a_system_that_is_loaded_is_information(validator, observation):
    part = "http://terminology.hl7.org/CodeSystem/service-type"
    issues = validator.validate(observation(code=concept(part, "no-such")))
    assert [(i.severity, i.rule) for i in issues if i.rule.startswith("coding")] == [("information", "coding-code-not-loaded")]


def test_a_code_that_its_system_does_not_have_is_in_no_required_set(validator_with, patient):
    """A set that can't be enumerated, and a system that can."""
    url = "http://x.test/vs"
    include = [{"system": "http://hl7.org/fhir/administrative-gender", "filter": [{"property": "shade", "op": "=", "value": "x"}]}]
    profile = {
        "resourceType": "StructureDefinition",
        "url": "http://x.test/profile",
        "type": "Observation",
        "kind": "resource",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
        "derivation": "constraint",
        "snapshot": {
            "element": [
                {"id": "Observation", "path": "Observation", "min": 0, "max": "*"},
                {
                    "id": "Observation.code",
                    "path": "Observation.code",
                    "min": 1,
                    "max": "1",
                    "type": [{"code": "CodeableConcept"}],
                    "binding": {"strength": "required", "valueSet": url},
                },
            ]
        },
    }
    validator = validator_with({"resourceType": "ValueSet", "url": url, "compose": {"include": include}}, profile)

    def errors(code: str) -> list[str]:
        value = {"resourceType": "Observation", "status": "final", "code": concept("http://hl7.org/fhir/administrative-gender", code)}
        return [i.rule for i in validator.validate(value, profiles=["http://x.test/profile"]) if i.severity == "error"]

    assert errors("male") == []
    assert errors("man") == ["binding-required"]


def test_a_preferred_binding_informs_of_codes_of_its_own_systems(validator):
    practice = concept("http://snomed.info/sct", "9632001")
    encounter = {"resourceType": "PractitionerRole", "specialty": [practice]}
    told = [(i.severity, i.rule, i.expression) for i in validator.validate(encounter) if i.rule.startswith("binding")]
    assert told == [("information", "binding-preferred", "PractitionerRole.specialty[0].coding[0]")]


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
