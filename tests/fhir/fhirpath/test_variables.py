"""``%`` variables."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import Context, FhirPathError, Item, compile_expression


def test_constants_of_fhir_are_known(evaluate: Any) -> None:
    assert evaluate("%ucum | %sct | %loinc") == ["http://unitsofmeasure.org", "http://snomed.info/sct", "http://loinc.org"]
    assert evaluate("%`vs-observation-status`") == ["http://hl7.org/fhir/ValueSet/observation-status"]
    assert evaluate("%'ext-patient-birthTime'") == ["http://hl7.org/fhir/StructureDefinition/patient-birthTime"]


def test_resource_root_and_context_are_kept_apart(evaluate: Any, patient: dict[str, Any]) -> None:
    inner = patient["contained"][0]
    name = {"family": "x"}
    told = evaluate("%context.family | %resource.id | %rootResource.id", name, "HumanName", resource=inner, root_resource=patient)
    assert told == ["x", "o1", "p1"]


def test_callers_variables_are_collections(evaluate: Any) -> None:
    assert evaluate("%weeks.count()", variables={"weeks": [Item(1, "System.Integer"), Item(2, "System.Integer")]}) == [2]


def test_an_unknown_variable_is_a_fault_with_its_place(evaluate: Any) -> None:
    with pytest.raises(FhirPathError, match="'%nobody' is not known") as fault:
        evaluate("1 = %nobody")
    assert fault.value.position == 4


def test_the_elements_of_the_resource_are_checked_where_the_input_is_one(definitions: Definitions, patient: dict[str, Any]) -> None:
    with pytest.raises(FhirPathError, match="Patient has no element 'title'"):
        compile_expression("%resource.title", "Patient", definitions)
    assert compile_expression("%resource.title", "HumanName", definitions).evaluate({}, Context(patient, patient, definitions)) == []
