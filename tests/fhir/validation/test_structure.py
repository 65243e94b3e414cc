from __future__ import annotations

import pytest

from hit_maternity.fhir import json


def decoded(text: str):
    return json.decode(text.encode())


def test_an_unknown_element_is_told_with_the_nearest_one(validator, patient):
    [issue, _] = validator.validate(patient(birthdate="1994-01-01"))
    assert (issue.rule, issue.expression, issue.code) == ("structure-unknown-element", "Patient", "structure")
    assert issue.text == "Patient has no element birthdate. Did you mean birthDate?"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"name": {"family": "x"}}, ("structure-array-expected", "Patient.name")),
        ({"gender": ["female"]}, ("structure-array-unexpected", "Patient.gender")),
        ({"managingOrganization": [{"display": "x"}]}, ("structure-array-unexpected", "Patient.managingOrganization")),
        ({"name": []}, ("structure-array-empty", "Patient.name")),
        ({"name": [{}]}, ("structure-object-empty", "Patient.name[0]")),
        ({"name": [None]}, ("structure-null", "Patient.name[0]")),
        ({"name": ["Kari"]}, ("structure-json-type", "Patient.name[0]")),
        ({"active": "true"}, ("structure-json-type", "Patient.active")),
        ({"active": 1}, ("structure-json-type", "Patient.active")),
        ({"birthDate": 1994}, ("structure-json-type", "Patient.birthDate")),
        ({"birthDate": None}, ("structure-null", "Patient.birthDate")),
        ({"name": [{"family": ""}]}, ("primitive-string", "Patient.name[0].family")),
        ({"maritalStatus": {"id": "only"}}, ("structure-object-empty", "Patient.maritalStatus")),
        ({"maritalStatus": {"coding": [], "text": "x"}}, ("structure-array-empty", "Patient.maritalStatus.coding")),
        ({"name": [{"given": "Kari"}]}, ("structure-array-expected", "Patient.name[0].given")),
        ({"name": [{"given": []}]}, ("structure-array-empty", "Patient.name[0].given")),
        ({"name": [{"resourceType": "HumanName", "family": "x"}]}, ("structure-resource-type-misplaced", "Patient.name[0]")),
        ({"communication": [{"preferred": True}]}, ("structure-cardinality", "Patient.communication[0].language")),
        ({"_name": [{"id": "x"}]}, ("structure-unknown-element", "Patient")),
        ({"multipleBirthInteger": 1.5}, ("primitive-integer", "Patient.multipleBirth")),
        ({"fhir_comments": ["x"]}, ("structure-unknown-element", "Patient")),
    ],
)
def test_a_break_of_the_json_form_is_told_where_it_is(errors, patient, more, expected):
    assert errors(patient(**more)) == [expected]


def test_a_choice_may_be_given_once(errors, observation):
    assert errors(observation(valueString="x", valueInteger=1)) == [("structure-choice", "Observation.value")]
    assert errors(observation(valueString="x", _valueInteger={"extension": [{"url": "http://x.test/e", "valueCode": "a"}]})) == [
        ("structure-choice", "Observation.value")
    ]


def test_a_choice_may_be_given_by_value_and_companion_of_the_same_type(errors, observation):
    assert errors(observation(valueString="x", _valueString={"id": "a"})) == []


def test_a_type_a_choice_does_not_allow_is_an_unknown_element(errors, observation):
    assert errors(observation(valueMoney={"value": 1})) == [("structure-unknown-element", "Observation")]


def test_a_mandatory_element_is_satisfied_by_its_extension_alone(errors):
    reason = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
    assert errors({"resourceType": "Observation", "_status": reason, "code": {"text": "x"}}) == []
    assert errors({"resourceType": "Observation", "_status": {"id": "a"}, "code": {"text": "x"}}) == [
        ("structure-object-empty", "Observation.status")
    ]


def test_null_pads_an_array_of_primitives_that_has_a_companion(errors, patient):
    reason = {"extension": [{"url": "http://x.test/e", "valueCode": "a"}]}
    assert errors(patient(name=[{"given": ["Kari", None], "_given": [None, reason]}])) == []
    assert errors(patient(name=[{"given": [None], "_given": [reason]}])) == []
    assert errors(patient(name=[{"_given": [reason]}])) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ({"given": ["Kari", None]}, [("structure-null", "Patient.name[0].given[1]")]),
        (
            {"given": ["Kari", None], "_given": [{"id": "a"}]},
            [("structure-null", "Patient.name[0].given[1]"), ("structure-companion", "Patient.name[0].given")],
        ),
        ({"given": ["Kari"], "_given": [None]}, [("structure-companion", "Patient.name[0].given")]),
        ({"given": ["Kari"], "_given": {"id": "a"}}, [("structure-companion", "Patient.name[0].given")]),
        ({"given": ["Kari"], "_given": [{}]}, [("structure-object-empty", "Patient.name[0].given[0]")]),
        ({"given": ["Kari"], "_given": [{"value": "x"}]}, [("structure-unknown-element", "Patient.name[0].given[0]")]),
        ({"given": [None], "_given": [{"id": "a"}]}, [("structure-object-empty", "Patient.name[0].given[0]")]),
        ({"_given": [{"id": "a"}]}, [("structure-object-empty", "Patient.name[0].given[0]")]),
        ({"_family": [{"id": "a"}], "text": "x"}, [("structure-array-unexpected", "Patient.name[0].family")]),
        ({"_family": "x", "text": "x"}, [("structure-json-type", "Patient.name[0].family")]),
    ],
)
def test_companions_stand_beside_their_values(errors, patient, name, expected):
    assert errors(patient(name=[name])) == expected


def test_numbers_keep_their_kinds(errors):
    text = """{"resourceType": "Observation", "status": "final", "code": {"text": "x"},
        "component": [{"code": {"text": "a"}, "valueInteger": 1.0}, {"code": {"text": "b"}, "valueQuantity": {"value": 1.50e-3}},
        {"code": {"text": "c"}, "valueQuantity": {"value": "1.5"}}, {"code": {"text": "d"}, "valueInteger": 2147483648}]}"""
    assert errors(decoded(text)) == [
        ("primitive-integer", "Observation.component[0].value"),
        ("structure-json-type", "Observation.component[2].value.value"),
        ("primitive-integer", "Observation.component[3].value"),
    ]


def test_faults_in_contained_entries_and_parameters_carry_their_whole_path(errors, patient):
    broken = patient(birthDate="x")
    assert errors(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient(active=True)}, {"resource": broken}]}
    ) == [("primitive-date", "Bundle.entry[1].resource.birthDate")]
    assert errors({"resourceType": "Parameters", "parameter": [{"name": "x", "part": [{"name": "y", "resource": broken}]}]}) == [
        ("primitive-date", "Parameters.parameter[0].part[0].resource.birthDate")
    ]
    assert errors(patient(contained=[{**broken, "id": "a"}], link=[{"other": {"reference": "#a"}, "type": "seealso"}])) == [
        ("primitive-date", "Patient.contained[0].birthDate")
    ]


def test_an_extension_on_a_primitive_is_walked(errors, patient):
    assert errors(patient(birthDate="1994", _birthDate={"extension": [{"url": "http://x.test/e", "valueDate": "x"}]})) == [
        ("primitive-date", "Patient.birthDate.extension[0].value")
    ]


def test_what_is_an_attribute_in_xml_carries_no_extensions(errors, patient):
    more = {"extension": [{"url": "http://x.test/e", "valueCode": "a"}]}
    assert errors(patient(id="a", _id=more)) == []
    assert errors(patient(name=[{"id": "a", "_id": more, "family": "x"}])) == [("structure-unknown-element", "Patient.name[0]")]
    assert errors(patient(extension=[{"url": "http://x.test/e", "_url": more, "valueCode": "a"}])) == [
        ("structure-unknown-element", "Patient.extension[0]")
    ]


def test_every_type_of_the_definitions_compiles(validator, definitions):
    for name in sorted(definitions.resource_types):
        assert validator.validate({"resourceType": name, "id": "a b"})[0].rule == "primitive-id"
