"""``is``, ``as``, ``ofType`` and ``type()``."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.fhirpath import FhirPathError


def test_fhir_and_system_types_are_kept_apart(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("active is boolean", patient) == [True]
    assert evaluate("active is Boolean", patient) == [False]
    assert evaluate("active is FHIR.boolean", patient) == [True]
    assert evaluate("active is System.Boolean", patient) == [False]
    assert evaluate("true is System.Boolean", patient) == [True]
    assert evaluate("active.getValue() is System.Boolean", patient) == [True]


def test_is_accepts_derived_types_but_as_takes_a_primitive_only_by_its_own(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("name.first().use is string", patient) == [True]
    assert evaluate("name.first().use.as(string)", patient) == []
    assert evaluate("$this is DomainResource and $this is Resource", patient) == [True]


def test_as_filters_several_items_as_search_parameters_need(evaluate: Any, blood_pressure: dict[str, Any]) -> None:
    assert evaluate("(component.value as Quantity).value", blood_pressure) == [121, 80]
    assert evaluate("component.value.ofType(SampledData)", blood_pressure) == []
    assert evaluate("(Observation.component.value as string)", blood_pressure) == []


def test_age_is_a_quantity(evaluate: Any) -> None:
    condition = {"resourceType": "Condition", "onsetAge": {"value": 3, "code": "a"}}
    assert evaluate("onset.as(Quantity).value", condition) == [3]
    assert evaluate("onset is Age", condition) == [True]
    assert evaluate("onset is Duration", condition) == [False]


def test_is_wants_one_item(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("photo is Attachment", patient) == []
    with pytest.raises(FhirPathError, match="3 items"):
        evaluate("name is HumanName", patient)


@pytest.mark.parametrize("text", ["name.as(HumanNam)", "$this is Foo", "name.ofType(FHIR.Foo)", "name.is('x')", "name.ofType(1)"])
def test_a_type_that_does_not_exist_is_refused(evaluate: Any, patient: dict[str, Any], text: str) -> None:
    with pytest.raises(FhirPathError) as fault:
        evaluate(text, patient)
    assert fault.value.rule == "fhirpath-semantic"


def test_the_type_function_names_both_namespaces(evaluate: Any, blood_pressure: dict[str, Any]) -> None:
    assert evaluate("component.first().type().name", blood_pressure) == ["Observation.component"]
    assert evaluate("status.type().namespace", blood_pressure) == ["FHIR"]
    assert evaluate("1.type().namespace & '.' & 1.type().name", blood_pressure) == ["System.Integer"]
