"""Walking elements: choices, primitives and their companions, lists, and data that aren't what they should be."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import Context, FhirPathError, compile_expression


def test_a_path_opens_every_list_on_its_way(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("name.given.where($this.hasValue())", patient) == ["Peter", "James", "Jim", "James"]


def test_the_type_of_the_resource_may_head_the_path_and_another_type_gives_nothing(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("Patient.id | DomainResource.id | Resource.id", patient) == ["p1"]
    assert evaluate("Practitioner.name", patient) == []
    with pytest.raises(FhirPathError, match="the path begins with Practitioner"):
        evaluate("Practitioner.name", patient, mode="strict")


def test_a_choice_is_reached_by_its_short_name_with_the_type_it_has(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("deceased", patient) == [False]
    assert evaluate("deceased is boolean", patient) == [True]
    assert evaluate("deceased is dateTime", patient) == [False]
    assert evaluate("deceased.as(dateTime).exists()", patient) == [False]


def test_the_json_name_of_a_choice_is_refused_with_the_right_spelling(evaluate: Any, blood_pressure: dict[str, Any]) -> None:
    with pytest.raises(FhirPathError, match=r"write value\.ofType\(Quantity\)") as fault:
        evaluate("component.valueQuantity", blood_pressure)
    assert fault.value.rule == "fhirpath-semantic" and fault.value.position == 10


def test_an_element_that_no_type_has_is_refused_before_anything_runs(definitions: Definitions) -> None:
    with pytest.raises(FhirPathError, match="Observation has no element 'valeu'"):
        compile_expression("valeu.empty()", "Observation", definitions)
    with pytest.raises(FhirPathError, match="HumanName has no element 'first'"):
        compile_expression("name.where(first = 'x')", "Patient", definitions)


def test_a_primitive_with_only_an_extension_exists_but_has_no_value(evaluate: Any, patient: dict[str, Any]) -> None:
    del patient["birthDate"]
    assert evaluate("birthDate.exists()", patient) == [True]
    assert evaluate("birthDate.hasValue()", patient) == [False]
    assert evaluate("birthDate.extension.value", patient) == ["1974-12-25T14:35:45-05:00"]
    assert evaluate("birthDate.id", patient) == ["b1"]
    assert evaluate("birthDate = @1974-12-25", patient) == []


def test_companions_of_a_list_stay_with_their_values(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("name.given.count()", patient) == [5]
    assert evaluate("name.given.where(extension.exists()).hasValue()", patient) == [False]


def test_contained_resources_have_their_own_types(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("contained.name", patient) == ["Ward"]
    assert evaluate("contained.ofType(Organization).id", patient) == ["o1"]
    assert evaluate("contained.first() is Organization", patient) == [True]


def test_bundle_entries_have_their_own_types(evaluate: Any, patient: dict[str, Any], blood_pressure: dict[str, Any]) -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}, {"resource": blood_pressure}]}
    assert evaluate("entry.resource.ofType(Observation).component.code.coding.code", bundle) == ["8480-6", "8462-4"]
    assert evaluate("entry.resource.name.family", bundle) == ["Chalmers", "Windsor"]


def test_nested_items_of_a_content_reference_are_walked(evaluate: Any) -> None:
    form = {"resourceType": "Questionnaire", "item": [{"linkId": "1", "item": [{"linkId": "1.1", "item": [{"linkId": "1.1.1"}]}]}]}
    assert evaluate("item.item.item.linkId", form) == ["1.1.1"]
    assert evaluate("repeat(item).linkId", form) == ["1", "1.1", "1.1.1"]
    assert evaluate("descendants().linkId", form) == ["1", "1.1", "1.1.1"]


def test_decimals_keep_their_digits(definitions: Definitions) -> None:
    value = json.decode(b'{"resourceType":"Observation","valueQuantity":{"value":1.10}}')
    items = compile_expression("value.value", "Observation", definitions).evaluate(value, Context(value, value, definitions))
    assert [str(i.value) for i in items] == ["1.10"] and items[0].type == "decimal"
    text = compile_expression("value.value.toString()", "Observation", definitions)
    assert [i.value for i in text.evaluate(value, Context(value, value, definitions))] == ["1.10"]


def test_items_hold_the_very_objects_of_the_input(definitions: Definitions, patient: dict[str, Any]) -> None:
    items = compile_expression("name.where(use = 'usual')", "Patient", definitions).evaluate(
        patient, Context(patient, patient, definitions)
    )
    assert [(i.type, i.value is patient["name"][1]) for i in items] == [("HumanName", True)]


def test_types_come_with_the_items(definitions: Definitions, blood_pressure: dict[str, Any]) -> None:
    expression = compile_expression(
        "$this | component | code | component.value | status | component.value.value", "Observation", definitions
    )
    items = expression.evaluate(blood_pressure, Context(blood_pressure, blood_pressure, definitions))
    assert [i.type for i in items] == [
        "Observation", "Observation.component", "Observation.component", "CodeableConcept", "Quantity", "Quantity", "code", "decimal",
        "decimal",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "hostile", [5, "x", True, None, [], [[1]], {"coding": 5}, {"coding": "x"}, [{"coding": [None, 5, {"code": {"a": 1}}]}], {}]
)
def test_wrong_json_where_an_object_should_be_is_walked_past(evaluate: Any, hostile: Any) -> None:
    resource = {"resourceType": "Observation", "code": hostile, "status": hostile, "component": hostile, "valueQuantity": hostile}
    for text in (
        "code.coding.code.exists()",
        "status.exists()",
        "component.value.exists()",
        "value.exists()",
        "descendants().count() >= 0",
    ):
        assert len(evaluate(text, resource)) == 1
    assert evaluate("code.coding.code = 'x'", resource) in ([], [False])


def test_input_of_no_known_type_is_walked_by_its_keys(evaluate: Any) -> None:
    assert evaluate("a.b", {"a": [{"b": 1}, {"b": "x"}]}) == [1, "x"]
    assert evaluate("foo", {"resourceType": "NoSuchThing", "foo": True}, "Resource") == [True]
