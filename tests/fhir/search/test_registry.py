from __future__ import annotations

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.search.model import parameter_key
from hit_maternity.fhir.search.registry import Registry


def test_parameters_of_every_resource_are_among_those_of_a_type(definitions: Definitions) -> None:
    codes = set(Registry(definitions).parameters("Observation"))
    assert {"_id", "_lastUpdated", "_tag", "_profile", "_security", "_source", "code", "combo-code", "patient", "subject", "date"} <= codes
    assert not codes & {"_text", "_content", "_query", "_filter"}


def test_only_the_branches_of_the_type_are_kept(definitions: Definitions) -> None:
    registry = Registry(definitions)
    assert registry.parameters("Observation")["date"].expression == "Observation.effective"
    assert registry.parameters("InsurancePlan")["name"].expression == "name | alias"
    assert registry.parameters("Patient")["_tag"].expression == "Resource.meta.tag"


def test_the_words_are_those_for_the_type(definitions: Definitions) -> None:
    assert Registry(definitions).parameters("Observation")["code"].description == "The code of the observation type"


def test_examples_of_the_package_are_no_parameters(definitions: Definitions) -> None:
    registry = Registry(definitions)
    assert "part-agree" not in registry.parameters("Patient")
    assert registry.parameters("Condition")["subject"].targets == {"Patient", "Group"}


def test_patient_names_patients_only_where_the_expression_says_so(definitions: Definitions) -> None:
    assert Registry(definitions).parameters("Observation")["patient"].targets == {"Patient"}


def test_a_composite_has_typed_parts(definitions: Definitions) -> None:
    parameter = Registry(definitions).parameters("Observation")["component-code-value-quantity"]
    assert [(p.code, p.type, p.expression) for p in parameter.components] == [
        ("component-code-value-quantity$1", "token", "code"),
        ("component-code-value-quantity$2", "quantity", "value.as(Quantity)"),
    ]


def test_a_parameter_that_others_make_up_is_stored_as_those(definitions: Definitions) -> None:
    registry = Registry(definitions)
    known = registry.parameters("Observation")
    assert [p.code for p in registry.stored(known["combo-code"])] == ["code", "component-code"]
    assert [p.code for p in registry.stored(known["combo-code-value-quantity"])] == ["code-value-quantity", "component-code-value-quantity"]
    assert registry.stored(known["code"]) == (known["code"],)
    assert registry.stored(known["patient"]) == (known["patient"],)


def test_unknown_and_abstract_types_have_none(definitions: Definitions) -> None:
    registry = Registry(definitions)
    assert not registry.parameters("Nothing")
    assert not registry.parameters("Resource")
    assert not registry.parameters("HumanName")


def test_no_two_keys_are_the_same(definitions: Definitions) -> None:
    registry = Registry(definitions)
    suffixes = ("", ":text", ":of-type", ":identifier", ":below", ":part", ":x", ":y", ":z", "$1", "$2", "$3")
    names = {(t, p.code + s) for t in definitions.resource_types for p in registry.parameters(t).values() for s in suffixes}
    assert len({parameter_key(*n) for n in names}) == len(names)
