"""Children, descendants, and FHIR's own functions."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.fhirpath import FhirPathError


class Codes:
    """A terminology of one value set and one hierarchy."""

    def codes(self, value_set: str) -> frozenset[tuple[str, str]] | None:
        return None

    def contains(self, value_set: str, system: str | None, code: str) -> bool | None:
        if value_set != "http://x/vs":
            return None
        return code in ("a", "b") and system in (None, "http://x")

    def descendants(self, system: str, code: str) -> frozenset[str] | None:
        return frozenset({"a", "b"}) if (system, code) == ("http://x", "a") else frozenset({code}) if system == "http://x" else None

    def ancestors(self, system: str, code: str) -> frozenset[str] | None:
        return None


def coding(code: str, system: str = "http://x") -> dict[str, Any]:
    return {"system": system, "code": code}


def test_children_of_a_primitive_are_its_id_and_extensions(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("birthDate.children().count()", patient) == [2]
    assert evaluate("active.children()", patient) == []


def test_children_are_typed_and_leave_out_the_resource_type(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("children().count()", patient) == [9]
    assert evaluate("children().ofType(HumanName).use", patient) == ["official", "usual", "maiden"]
    assert evaluate("children().ofType(Organization).id", patient) == ["o1"]


def test_descendants_come_in_document_order(evaluate: Any, patient: dict[str, Any]) -> None:
    told = evaluate("name.descendants().ofType(string).where(hasValue())", patient)
    assert told == ["Chalmers", "Peter", "James", "Jim", "Windsor", "y", "James"]


def test_deep_nesting_is_walked_without_recursion(evaluate: Any) -> None:
    item: dict[str, Any] = {"linkId": "end"}
    for _ in range(3000):
        item = {"item": [item]}
    assert evaluate("descendants().linkId", {"resourceType": "Questionnaire", "item": [item]}) == ["end"]


def test_extensions_are_found_by_url_also_on_primitives(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("birthDate.extension(%`ext-patient-birthTime`).value is dateTime", patient) == [True]
    assert evaluate("extension('http://none')", patient) == []
    assert evaluate("birthDate.hasExtension('http://none')", patient) == [False]


def test_member_of_asks_the_terminology(evaluate: Any) -> None:
    concept = {"coding": [coding("z"), coding("b")]}
    assert evaluate("memberOf('http://x/vs')", concept, "CodeableConcept", terminology=Codes()) == [True]
    assert evaluate("memberOf('http://x/vs')", coding("z"), "Coding", terminology=Codes()) == [False]
    assert evaluate("memberOf('http://x/vs')", "a", "code", terminology=Codes()) == [True]
    assert evaluate("memberOf('http://x/other')", "a", "code", terminology=Codes()) == []
    assert evaluate("memberOf('http://x/vs')", "a", "code") == []


def test_subsumption_asks_the_terminology(evaluate: Any) -> None:
    resource = {"resourceType": "Observation", "code": {"coding": [coding("a")]}, "valueCodeableConcept": {"coding": [coding("b")]}}
    assert evaluate("code.subsumes(value)", resource, terminology=Codes()) == [True]
    assert evaluate("value.subsumes(code)", resource, terminology=Codes()) == [False]
    assert evaluate("value.subsumedBy(code)", resource, terminology=Codes()) == [True]
    assert evaluate("code.subsumes(code)", resource, terminology=Codes()) == [True]
    resource["code"] = {"coding": [coding("a", "http://unknown")]}
    resource["valueCodeableConcept"] = {"coding": [coding("c", "http://unknown")]}
    assert evaluate("code.subsumes(value)", resource, terminology=Codes()) == []


def test_html_checks_are_the_contexts(evaluate: Any) -> None:
    narrative = {"status": "generated", "div": "<div/>"}
    assert evaluate("`div`.htmlChecks()", narrative, "Narrative", narrative_ok=lambda div: div == "<div/>") == [True]
    assert evaluate("`div`.htmlChecks()", narrative, "Narrative", narrative_ok=lambda div: False) == [False]
    assert evaluate("`div`.htmlChecks()", narrative, "Narrative") == []


def test_conformance_is_told_for_base_types_only(evaluate: Any, patient: dict[str, Any]) -> None:
    core = "http://hl7.org/fhir/StructureDefinition/"
    assert evaluate(f"conformsTo('{core}Patient') and conformsTo('{core}Resource')", patient) == [True]
    assert evaluate(f"conformsTo('{core}bp')", patient) == [False]
    for url in ("http://trash", f"{core}actualgroup"):
        with pytest.raises(FhirPathError, match=r"conformsTo\(\)"):
            evaluate(f"conformsTo('{url}')", {"resourceType": "Group"})


def test_modifiers_that_are_not_listed_are_a_fault(evaluate: Any) -> None:
    resource = {"resourceType": "Observation", "modifierExtension": [{"url": "http://x/not"}]}
    assert evaluate("checkModifiers('http://x/not').count()", resource) == [1]
    with pytest.raises(FhirPathError, match="modifier extension"):
        evaluate("checkModifiers('http://x/other')", resource)


@pytest.mark.parametrize("text", ["elementDefinition()", "slice('http://x', 'y')"])
def test_functions_that_need_a_profile_are_refused_when_compiled(evaluate: Any, patient: dict[str, Any], text: str) -> None:
    with pytest.raises(FhirPathError, match="profile's definition") as fault:
        evaluate(f"name.{text}", patient)
    assert fault.value.rule == "fhirpath-semantic"


def test_a_value_of_a_primitive_is_told_from_its_absence(evaluate: Any) -> None:
    resource = {"resourceType": "Patient", "active": False, "name": [{"given": ["a", "b"]}]}
    assert evaluate("active.hasValue()", resource) == [True]
    assert evaluate("name.given.hasValue()", resource) == [False]
    assert evaluate("name.hasValue()", resource) == [False]
    assert evaluate("active.getValue() = false", resource) == [True]
