"""Each modifier with each parameter type, and what becomes of the values."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hit_maternity.fhir.search.conditions import MODIFIERS
from hit_maternity.fhir.search.model import (
    CompositeValue,
    Condition,
    Near,
    QuantityValue,
    Query,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
)

Parse = Callable[..., Query]
Refusal = Callable[..., list[str]]

#: A type, a parameter of each search type, and a value for it.
SAMPLES = {
    "string": ("Patient", "family", "berg"),
    "token": ("Observation", "code", "http://loinc.org|8480-6"),
    "date": ("Observation", "date", "2020"),
    "number": ("RiskAssessment", "probability", "0.5"),
    "quantity": ("Observation", "value-quantity", "5"),
    "reference": ("Observation", "subject", "Patient/1"),
    "uri": ("ValueSet", "url", "http://x"),
    "composite": ("Observation", "code-value-quantity", "8480-6$5"),
    "special": ("Location", "near", "1|2"),
}
ALL_MODIFIERS = (
    "missing",
    "exact",
    "contains",
    "text",
    "not",
    "above",
    "below",
    "in",
    "not-in",
    "of-type",
    "identifier",
    "type",
    "Patient",
    "",
)
VALUES = {
    "missing": "true", "in": "http://example.org/ValueSet/pressures", "not-in": "http://example.org/ValueSet/pressures",
    "of-type": "a|b|c", "above": "http://example.org/tree|x", "below": "http://example.org/tree|x", "Patient": "1",
}  # fmt: skip


def only(query: Query) -> Condition:
    (condition,) = query.criteria
    assert isinstance(condition, Condition)
    return condition


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_type_is_read_without_a_modifier(kind: str, parse: Parse) -> None:
    type, code, value = SAMPLES[kind]
    (criterion,) = parse(type, f"{code}={value}").criteria
    assert isinstance(criterion, Condition | Near)
    assert criterion.parameters[0].code == code


@pytest.mark.parametrize("modifier", ALL_MODIFIERS)
@pytest.mark.parametrize("kind", SAMPLES)
def test_a_type_takes_its_own_modifiers_and_refuses_all_others(kind: str, modifier: str, parse: Parse, refused: Refusal) -> None:
    type, code, value = SAMPLES[kind]
    pair = f"{code}:{modifier}={VALUES.get(modifier, value)}"
    taken = (*MODIFIERS[kind], "Patient") if kind == "reference" else MODIFIERS[kind]
    if (kind, modifier) in (("token", "of-type"), ("reference", "below")):
        type, pair = ("Patient", "identifier:of-type=a|b|c") if kind == "token" else ("Measure", "depends-on:below=http://x")
    if modifier in taken:
        assert len(parse(type, pair).criteria) == 1
    else:
        assert refused(type, pair) == [f"search-modifier-unsupported @ http.{code}:{modifier}"]


# ---------------------------------------------------------------- missing


@pytest.mark.parametrize("wanted", [True, False])
def test_missing_is_true_or_false(wanted: bool, parse: Parse, refused: Refusal) -> None:
    condition = only(parse("Patient", f"gender:missing={str(wanted).lower()}"))
    assert (condition.modifier, condition.missing, condition.values) == ("missing", wanted, ())
    assert refused("Patient", "gender:missing=maybe") == ["search-value-missing @ http.gender:missing"]


# ---------------------------------------------------------------- string


def test_a_name_is_looked_for_in_the_parts_of_family_names_too(parse: Parse) -> None:
    assert [p.code for p in only(parse("Patient", "family=berg")).parameters] == ["family", "family:part"]
    assert [p.code for p in only(parse("Patient", "name=berg")).parameters] == ["name", "name:part"]
    assert [p.code for p in only(parse("Patient", "family:exact=Berg")).parameters] == ["family"]
    assert [p.code for p in only(parse("Patient", "given=kari")).parameters] == ["given"]


def test_phonetic_is_searched_in_the_rows_of_name(parse: Parse) -> None:
    assert [p.code for p in only(parse("Patient", "phonetic=kari")).parameters] == ["name", "name:part"]


@pytest.mark.parametrize("modifier", ["exact", "contains"])
def test_a_modified_string_keeps_its_text(modifier: str, parse: Parse) -> None:
    condition = only(parse("Patient", f"given:{modifier}=Åse"))
    assert (condition.modifier, condition.values) == (modifier, (StringValue("ase", "Åse"),))


# ---------------------------------------------------------------- token


def test_code_alone_and_with_components(parse: Parse) -> None:
    assert [p.code for p in only(parse("Observation", "code=8480-6")).parameters] == ["code"]
    assert [p.code for p in only(parse("Observation", "combo-code=8480-6")).parameters] == ["code", "component-code"]


def test_the_system_of_a_code_element_is_that_of_its_value_set(parse: Parse) -> None:
    gender = "http://hl7.org/fhir/administrative-gender"
    assert only(parse("Patient", f"gender={gender}|female")).values == (TokenValue("", "female"),)
    assert only(parse("Patient", "gender=female")).values == (TokenValue(None, "female"),)
    assert only(parse("Patient", "gender=http://other|female")).values == (TokenValue("http://other", "female"),)


def test_a_boolean_may_be_written_with_its_system(parse: Parse) -> None:
    assert only(parse("Patient", "active=http://hl7.org/fhir/special-values|true")).values == (TokenValue("", "true"),)


def test_a_string_searched_as_token_is_compared_without_case(parse: Parse) -> None:
    assert only(parse("ValueSet", "version=1.0-Beta")).values == (TokenValue(None, "1.0-beta"),)
    assert only(parse("Observation", "code=A-b")).values == (TokenValue(None, "A-b"),)


def test_a_telephone_number_is_compared_without_spaces(parse: Parse) -> None:
    assert only(parse("Patient", "phone=+47 22 00")).values == (TokenValue(None, "+472200"),)


def test_not_is_negated(parse: Parse) -> None:
    condition = only(parse("Patient", "gender:not=male,other"))
    assert (condition.modifier, condition.negated, len(condition.values)) == ("not", True, 2)


def test_text_is_searched_as_a_string(parse: Parse) -> None:
    condition = only(parse("Observation", "code:text=Blood Pressure"))
    assert (condition.modifier, condition.values) == ("text", (StringValue("blood pressure", "Blood Pressure"),))


@pytest.mark.parametrize(("modifier", "negated"), [("in", False), ("not-in", True)])
def test_a_value_set_is_expanded(modifier: str, negated: bool, parse: Parse) -> None:
    condition = only(parse("Observation", f"code:{modifier}=http://example.org/ValueSet/pressures"))
    assert condition.values == (TokenValue("http://loinc.org", "8462-4"), TokenValue("http://loinc.org", "8480-6"))
    assert (condition.modifier, condition.negated) == (None, negated)


def test_a_value_set_of_our_own_may_be_relative(parse: Parse) -> None:
    assert only(parse("Observation", "code:in=ValueSet/local")).values == (TokenValue("http://loinc.org", "1-1"),)


def test_a_code_element_is_matched_without_the_system_of_the_value_set(parse: Parse) -> None:
    condition = only(parse("Patient", "gender:in=http://example.org/ValueSet/pressures"))
    assert condition.values == (TokenValue("", "8462-4"), TokenValue("", "8480-6"))


@pytest.mark.parametrize(
    ("pair", "rule"),
    [
        ("code:in=http://nowhere", "search-value-set-unknown"),
        ("code:in=http://example.org/ValueSet/huge", "search-value-set-too-large"),
        ("code:below=http://loinc.org|1", "search-hierarchy-unknown"),
        ("code:below=1", "search-value-token"),
        ("code:above=http://example.org/tree|", "search-value-token"),
        ("code:of-type=a|b|c", "search-modifier-unsupported"),
    ],
)
def test_what_can_not_be_expanded_is_refused(pair: str, rule: str, refused: Refusal) -> None:
    assert refused("Observation", pair) == [f"{rule} @ http.{pair.partition('=')[0]}"]


def test_a_hierarchy_is_followed_either_way(parse: Parse) -> None:
    tree = "http://example.org/tree"
    assert set(only(parse("Observation", f"code:below={tree}|x")).values) == {TokenValue(tree, "x"), TokenValue(tree, "child")}
    assert set(only(parse("Observation", f"code:above={tree}|x")).values) == {TokenValue(tree, "x"), TokenValue(tree, "parent")}


def test_below_a_mime_type_are_its_parameters(parse: Parse) -> None:
    condition = only(parse("DocumentReference", "contenttype:below=text/xml; charset=x"))
    assert [p.code for p in condition.parameters] == ["contenttype:below"]
    assert condition.values == (TokenValue(None, "text/xml"),)


# ---------------------------------------------------------------- reference, uri


def test_a_logical_reference_is_searched_by_token(parse: Parse) -> None:
    condition = only(parse("Observation", "subject:identifier=urn:oid:1|7"))
    assert (condition.modifier, condition.values) == ("identifier", (TokenValue("urn:oid:1", "7"),))


def test_a_canonical_is_searched_by_url_and_version(parse: Parse) -> None:
    assert only(parse("Measure", "depends-on=http://x|1.0")).values == (ReferenceValue("", "http://x|1.0"),)
    below = only(parse("Measure", "depends-on:below=http://x|1"))
    assert ([p.code for p in below.parameters], below.values) == (["depends-on:below"], (ReferenceValue("", "http://x|1"),))


def test_a_type_that_can_not_be_named_is_refused(refused: Refusal) -> None:
    assert refused("Observation", "patient:Group=1") == ["search-modifier-unsupported @ http.patient:Group"]


def test_a_uri_is_taken_as_it_is(parse: Parse) -> None:
    assert only(parse("ValueSet", "url=http://x/A?b|1")).values == (UriValue("http://x/A?b|1"),)
    assert only(parse("ValueSet", "url:below=http://x/")).modifier == "below"
    assert only(parse("ValueSet", "url:above=http://x/y")).modifier == "above"


def test_a_relative_profile_is_one_of_our_own(parse: Parse) -> None:
    found = only(parse("Patient", "_profile=StructureDefinition/p")).values
    assert found == (UriValue("StructureDefinition/p"), UriValue("https://record.example/fhir/StructureDefinition/p"))


# ---------------------------------------------------------------- composite


def test_a_composite_has_a_value_a_part(parse: Parse) -> None:
    (value,) = only(parse("Observation", "component-code-value-quantity=http://loinc.org|8480-6$lt60")).values
    assert isinstance(value, CompositeValue)
    code, amount = value.parts
    assert code == TokenValue("http://loinc.org", "8480-6")
    assert isinstance(amount, QuantityValue) and amount.number.prefix == "lt"


def test_a_composite_of_alternatives(parse: Parse) -> None:
    assert len(only(parse("Observation", "code-value-quantity=a$1,b$2")).values) == 2


@pytest.mark.parametrize(
    ("value", "rule"),
    [("a", "composite"), ("a$", "composite"), ("$1", "composite"), ("a$1$2", "composite"), ("a$x", "number"), ("a|b|c$1", "token")],
)
def test_a_composite_of_another_shape_is_refused(value: str, rule: str, refused: Refusal) -> None:
    assert refused("Observation", f"code-value-quantity={value}") == [f"search-value-{rule} @ http.code-value-quantity"]


def test_a_composite_of_a_union_is_searched_in_both(parse: Parse) -> None:
    condition = only(parse("Observation", "combo-code-value-quantity=a$1"))
    assert [p.code for p in condition.parameters] == ["code-value-quantity", "component-code-value-quantity"]
    assert [p.components[1].code for p in condition.parameters] == ["code-value-quantity$2", "component-code-value-quantity$2"]


def test_every_bad_alternative_is_told_once(refused: Refusal) -> None:
    assert refused("Observation", "date=2020,x,y,gt") == ["search-value-date @ http.date"]
    assert refused("Observation", "date=2020,,x") == ["search-value-empty @ http.date", "search-value-date @ http.date"]


def test_a_part_that_may_be_a_code_or_a_boolean_is_searched_as_either(parse: Parse) -> None:
    (value,) = only(parse("Group", "characteristic-value=gender$mixed")).values
    assert value == CompositeValue((TokenValue(None, "gender"), TokenValue(None, "mixed")))
