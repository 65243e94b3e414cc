from __future__ import annotations

from typing import Any

import pytest

HL7 = "http://hl7.org/fhir/StructureDefinition/"


def extension(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url, **more}


@pytest.mark.parametrize("url", ["http://x.test/e", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:oid:1.2.3"])
def test_an_unknown_extension_is_stored_and_told_as_information(validator, patient, url):
    issues = validator.validate(patient(active=True, extension=[extension(url, valueString="x")]))
    assert [(i.rule, i.severity, i.expression) for i in issues if i.rule != "inv:dom-6"] == [
        ("extension-unknown", "information", "Patient.extension[0]")
    ]


def test_one_that_hl7_does_not_define_is_a_warning(errors, warnings, patient):
    value = patient(extension=[extension(HL7 + "patient-colour", valueString="x")])
    assert errors(value) == []
    assert warnings(value) == [("extension-undefined", "Patient.extension[0]")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueString": "x"}, [("structure-cardinality", "Patient.extension[0].url")]),
        (extension("e", valueString="x"), [("extension-url", "Patient.extension[0].url")]),
        (extension(HL7 + "patient-congregation|4.0.1", valueString="x"), [("extension-url-version", "Patient.extension[0].url")]),
        (extension("http://x.test/e"), [("inv:ext-1", "Patient.extension[0]")]),
        (
            extension("http://x.test/e", valueString="x", extension=[extension("http://x.test/f", valueCode="y")]),
            [("inv:ext-1", "Patient.extension[0]")],
        ),
        (extension("http://x.test/e", valueString="x", valueCode="y"), [("structure-choice", "Patient.extension[0].value")]),
        (extension(1, valueString="x"), [("structure-json-type", "Patient.extension[0].url")]),  # type: ignore[arg-type]  # the fault meant
    ],
)
def test_the_form_of_an_extension_is_checked(errors, patient, value, expected):
    assert errors(patient(extension=[value])) == expected


def test_a_known_one_has_the_type_of_its_definition(errors, patient):
    assert errors(patient(extension=[extension(HL7 + "patient-congregation", valueString="x")])) == []
    assert errors(patient(extension=[extension(HL7 + "patient-congregation", valueCode="x")])) == [
        ("profile-type", "Patient.extension[0].value")
    ]


def test_a_known_complex_one_has_the_parts_of_its_definition(errors, patient):
    period = extension("period", valuePeriod={"start": "2020"})
    code = extension("code", valueCodeableConcept={"text": "x"})
    assert errors(patient(extension=[extension(HL7 + "patient-nationality", extension=[code, period])])) == []
    assert errors(patient(extension=[extension(HL7 + "patient-nationality", extension=[code, code])])) == [
        ("profile-cardinality-max", "Patient.extension[0].extension")
    ]
    wrong = extension("code", valueString="x")
    assert errors(patient(extension=[extension(HL7 + "patient-nationality", extension=[wrong])])) == [
        ("profile-type", "Patient.extension[0].extension[0].value")
    ]
    assert errors(patient(extension=[extension(HL7 + "patient-nationality", valueString="x")])) == [
        ("profile-cardinality-max", "Patient.extension[0].value")
    ]


def test_one_used_on_another_kind_of_element_is_an_error(errors, patient):
    name = {"family": "x", "extension": [extension(HL7 + "humanname-mothers-family", valueString="y")]}
    assert errors(patient(name=[name])) == [("extension-context", "Patient.name[0].extension[0]")]
    right = {"family": "x", "_family": {"extension": [extension(HL7 + "humanname-mothers-family", valueString="y")]}}
    assert errors(patient(name=[right])) == []


def test_one_used_on_another_resource_than_its_own_is_a_warning(errors, warnings):
    person = {"resourceType": "Person", "extension": [extension(HL7 + "patient-congregation", valueString="x")]}
    assert errors(person) == []
    assert warnings(person) == [("extension-context-resource", "Person.extension[0]")]


def test_the_place_of_a_modifier_is_checked(errors, warnings, observation, patient):
    assert errors(patient(modifierExtension=[extension(HL7 + "patient-congregation", valueString="x")])) == [
        ("extension-not-modifier", "Patient.modifierExtension[0]")
    ]
    unknown = observation(modifierExtension=[extension("http://x.test/m", valueBoolean=True)])
    assert errors(unknown) == []
    assert warnings(unknown) == [("extension-modifier-unknown", "Observation.modifierExtension[0]")]


def test_one_on_any_element_may_stand_on_a_primitive_without_value(errors):
    absent = {"extension": [extension(HL7 + "data-absent-reason", valueCode="unknown")]}
    assert errors({"resourceType": "Observation", "_status": absent, "code": {"text": "x"}}) == []
    wrong = {"extension": [extension(HL7 + "data-absent-reason", valueCode="dunno")]}
    assert errors({"resourceType": "Observation", "_status": wrong, "code": {"text": "x"}}) == [
        ("binding-required", "Observation.status.extension[0].value")
    ]
