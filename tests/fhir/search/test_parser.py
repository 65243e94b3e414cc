"""Names, chains, and what a whole query comes to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.search.model import (
    Chain,
    Condition,
    Has,
    Ids,
    InCompartment,
    InList,
    LastUpdated,
    Query,
    ReferenceValue,
    parameter_key,
)

Parse = Callable[..., Query]
Refusal = Callable[..., list[str]]


def codes(condition: object) -> list[str]:
    assert isinstance(condition, Condition)
    return [p.code for p in condition.parameters]


def test_repeats_are_conditions_and_commas_are_alternatives(parse: Parse) -> None:
    first, second = parse("Patient", "given=eve,eva", "given=kari").criteria
    assert isinstance(first, Condition) and isinstance(second, Condition)
    assert [v.folded for v in first.values] == ["eve", "eva"]  # type: ignore[union-attr]  # strings all
    assert len(second.values) == 1


def test_all_faults_come_together(refused: Refusal) -> None:
    assert refused("Observation", "cod=1", "date=x", "code:exact=1", "code=", "_count=x", "_sort=nothing") == [
        "search-parameter-unknown @ http.cod",
        "search-value-date @ http.date",
        "search-modifier-unsupported @ http.code:exact",
        "search-value-empty @ http.code",
        "search-value-count @ http._count",
        "search-parameter-unknown @ http._sort",
    ]


def test_an_unknown_parameter_is_told_with_what_may_be_meant(parse: Parse) -> None:
    with pytest.raises(FhirError) as caught:
        parse("Patient", "birthdat=2020")
    assert "birthdate" in caught.value.issues[0].text


def test_an_unknown_parameter_is_ignored_when_lenient(parse: Parse) -> None:
    query = parse("Patient", "birthdat=2020", "gender=female", "a.b=c", lenient=True)
    assert query.ignored == ("birthdat", "a.b")
    assert query.used == (("gender", "female"),)
    assert len(query.criteria) == 1


def test_a_modifier_that_does_not_fit_is_refused_also_when_lenient(refused: Refusal) -> None:
    assert refused("Patient", "gender:exact=female", lenient=True) == ["search-modifier-unsupported @ http.gender:exact"]


@pytest.mark.parametrize("name", ["13048212345", "navn 13048212345", "x" * 500, "<script>", "identifier:13048212345"])
def test_neither_values_nor_strange_names_are_repeated(name: str, parse: Parse) -> None:
    with pytest.raises(FhirError) as caught:
        parse("Patient", f"{name}=1", "birthdate=13048212345", "_id=13048212345!", "gender=a|13048212345|b", "name=13048212345\\x")
    said = str(caught.value) + "".join(str(i.expression) for i in caught.value.issues)
    assert "13048212345" not in said and "<script>" not in said and "x" * 100 not in said


@pytest.mark.parametrize("value", ["a\x00b", "a\x1fb", "a\ud800b"])
def test_characters_that_no_text_has_are_refused(value: str, refused: Refusal) -> None:
    assert refused("Patient", f"name={value}") == ["search-value-characters @ http.name"]


def test_too_many_of_anything_is_refused(refused: Refusal) -> None:
    assert refused("Patient", *["active=true"] * 101) == ["search-too-many-parameters @ http._count"]
    assert refused("Patient", "name=" + ",".join(f"a{n}" for n in range(1001))) == ["search-value-length @ http.name"]
    assert refused("Patient", "name=" + "a" * 2001) == ["search-value-length @ http.name"]
    assert refused("Patient", "_id=" + ",".join(f"a{n}" for n in range(1001))) == ["search-value-id @ http._id"]


# ---------------------------------------------------------------- of every resource


def test_ids_and_updates_have_criteria_of_their_own(parse: Parse) -> None:
    ids, unlike, updated = parse("Patient", "_id=a,b,a", "_id:not=c", "_lastUpdated=gt2020,lt2010").criteria
    assert ids == Ids(("a", "b")) and unlike == Ids(("c",), negated=True)
    assert isinstance(updated, LastUpdated) and [v.prefix for v in updated.values] == ["gt", "lt"]


def test_a_list_is_named_by_id(parse: Parse, refused: Refusal) -> None:
    assert parse("Patient", "_list=42").criteria == (InList("42"),)
    assert refused("Patient", "_list=$current-allergies") == ["search-value-list @ http._list"]


@pytest.mark.parametrize(
    ("pair", "rule"),
    [
        ("_id=a b", "search-value-id"),
        ("_id=", "search-value-id"),
        ("_id:missing=true", "search-modifier-unsupported"),
        ("_lastUpdated=x", "search-value-date"),
        ("_lastUpdated:missing=true", "search-modifier-unsupported"),
    ],
)
def test_they_refuse_what_they_do_not_take(pair: str, rule: str, refused: Refusal) -> None:
    assert refused("Patient", pair)[0].startswith(rule)


def test_tags_profiles_and_labels_are_ordinary_parameters(parse: Parse) -> None:
    query = parse("Patient", "_tag=s|t", "_profile=http://p", "_security=R", "_source=urn:x", "_tag:missing=false")
    assert [codes(c) for c in query.criteria] == [["_tag"], ["_profile"], ["_security"], ["_source"], ["_tag"]]


# ---------------------------------------------------------------- several types


def test_a_system_search_is_of_every_type(parse: Parse) -> None:
    assert len(parse("", "_id=a").types) == 146
    assert parse("", "_id=a", "_type=Patient,Observation").types == ("Observation", "Patient")


def test_types_searched_together_share_parameters(parse: Parse, refused: Refusal) -> None:
    (condition,) = parse("Condition,Observation", "patient=1").criteria
    assert isinstance(condition, Condition)
    assert [p.resource_type for p in condition.parameters] == ["Condition", "Observation"]
    assert refused("Condition,Observation", "onset-date=2020") == ["search-parameter-unknown @ http.onset-date"]
    assert refused("Patient,Observation", "date=2020", "_type=Patient") == ["search-parameter-unknown @ http.date"]


def test_a_parameter_that_means_different_things_is_refused(refused: Refusal) -> None:
    # `value` is a token of Group, and a string of no type with the same name; `context` is a reference of some and a token of others
    assert refused("Media,Observation,Task,ValueSet,MedicationStatement", "_type=MedicationStatement,ValueSet", "context=x") == [
        "search-parameter-ambiguous @ http.context"
    ]


def test_an_unknown_type_is_refused(refused: Refusal) -> None:
    assert refused("", "_type=Patint") == ["search-value-type @ http._type"]
    assert refused("Patient", "_type=Observation") == ["search-value-type @ http._type"]
    assert refused("Nothing") == ["resource-type-unknown @ http._type"]


# ---------------------------------------------------------------- chains


def test_a_chain_follows_a_reference(parse: Parse) -> None:
    (chain,) = parse("Observation", "subject:Patient.name:exact=Kari").criteria
    assert isinstance(chain, Chain)
    assert ([p.code for p in chain.references], chain.target_types) == (["subject"], ("Patient",))
    assert isinstance(chain.condition, Condition) and chain.condition.modifier == "exact"


def test_a_chain_goes_through_every_type_that_has_the_parameter(parse: Parse) -> None:
    (chain,) = parse("Observation", "subject.identifier=1").criteria
    assert isinstance(chain, Chain) and chain.target_types == ("Device", "Group", "Location", "Patient")
    (chain,) = parse("Observation", "subject.birthdate=2000").criteria
    assert isinstance(chain, Chain) and chain.target_types == ("Patient",)


def test_a_chain_has_as_many_links_as_it_needs(parse: Parse) -> None:
    (chain,) = parse("Observation", "patient.organization.partof._id=7").criteria
    for code in ("patient", "organization", "partof"):
        assert isinstance(chain, Chain) and [p.code for p in chain.references] == [code]
        chain = chain.condition
    assert chain == Ids(("7",))


@pytest.mark.parametrize(
    ("pair", "rule"),
    [
        ("code.name=x", "search-chain-not-reference"),
        ("nothing.name=x", "search-parameter-unknown"),
        ("subject.nothing=x", "search-parameter-unknown"),
        ("subject:Patient.nothing=x", "search-parameter-unknown"),
        ("subject:Medication.code=x", "search-chain-target"),
        ("subject:Nothing.code=x", "search-chain-target"),
        ("subject.=x", "search-parameter-unknown"),
        ("patient.link.link.link.link.link.link.name=x", "search-chain-depth"),
        ("patient.birthdate=x", "search-value-date"),
        ("patient.gender:exact=x", "search-modifier-unsupported"),
    ],
)
def test_a_chain_that_breaks_is_refused(pair: str, rule: str, refused: Refusal) -> None:
    assert refused("Observation", pair) == [f"{rule} @ http.{pair.partition('=')[0]}"]


# ---------------------------------------------------------------- _has


def test_has_looks_from_the_other_end(parse: Parse) -> None:
    (has,) = parse("Patient", "_has:Observation:patient:code=1234-5,x").criteria
    assert isinstance(has, Has)
    assert (has.source_type, has.reference.code) == ("Observation", "patient")
    assert isinstance(has.condition, Condition) and len(has.condition.values) == 2


def test_has_and_chains_nest_either_way(parse: Parse) -> None:
    (outer,) = parse("Patient", "_has:Observation:patient:_has:AuditEvent:entity:agent-name=x").criteria
    assert isinstance(outer, Has) and isinstance(outer.condition, Has)
    assert outer.condition.source_type == "AuditEvent"
    (has,) = parse("Patient", "_has:Observation:patient:performer.name=x").criteria
    assert isinstance(has, Has) and isinstance(has.condition, Chain)
    (chain,) = parse("Encounter", "patient._has:Group:member:_id=102").criteria
    assert isinstance(chain, Chain) and isinstance(chain.condition, Has) and chain.condition.condition == Ids(("102",))


@pytest.mark.parametrize(
    ("pair", "rule"),
    [
        ("_has:Observation:patient=x", "search-has"),
        ("_has:=x", "search-has"),
        ("_has:Nothing:patient:code=x", "search-has-type"),
        ("_has:Observation:nothing:code=x", "search-parameter-unknown"),
        ("_has:Observation:code:code=x", "search-chain-not-reference"),
        ("_has:Observation:encounter:code=x", "search-has-target"),
        ("_has:Observation:patient:nothing=x", "search-parameter-unknown"),
        ("_has:Observation:patient:date=x", "search-value-date"),
        ("_has=x", "search-parameter-unknown"),
        ("_has:Person:link:" * 7 + "name=x", "search-chain-depth"),
    ],
)
def test_a_has_that_makes_no_sense_is_refused(pair: str, rule: str, refused: Refusal) -> None:
    assert refused("Patient", pair)[0].startswith(rule + " @")


# ---------------------------------------------------------------- sorting, compartments, self link


def test_sorting_has_several_keys(parse: Parse) -> None:
    status, date, updated, id = parse("Observation", "_sort=status,-date,_lastUpdated", "_sort=-_id").sort
    assert [(s.code, s.descending) for s in (status, date, updated, id)] == [
        ("status", False),
        ("date", True),
        ("_lastUpdated", False),
        ("_id", True),
    ]
    assert date.parameters and date.parameters[0].code == "date"
    assert updated.parameters is None and id.parameters is None


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("nothing", "search-parameter-unknown"),
        ("", "search-parameter-unknown"),
        ("--date", "search-parameter-unknown"),
        ("date:asc", "search-parameter-unknown"),
        ("_score", "search-parameter-unknown"),
        ("code-value-quantity", "search-sort-unsupported"),
    ],
)
def test_what_has_no_order_is_refused(value: str, rule: str, refused: Refusal) -> None:
    assert refused("Observation", f"_sort={value}") == [f"{rule} @ http._sort"]


def test_a_compartment_is_a_criterion(parse: Parse) -> None:
    inside, _ = parse("Observation", "code=x", compartment=("Patient", "7")).criteria
    expected = tuple(parameter_key("Observation", c) for c in ("subject", "performer"))
    assert inside == InCompartment("Patient", "7", expected)


def test_a_compartment_of_all_types_leaves_out_those_that_are_never_in_it(parse: Parse, refused: Refusal) -> None:
    types = parse("", compartment=("Patient", "7")).types
    assert "Patient" in types and "Observation" in types and "Medication" not in types
    assert refused("Medication", compartment=("Patient", "7")) == ["search-compartment-type @ http.compartment"]
    assert refused("Medication", compartment=("Location", "7")) == ["search-compartment-type @ http.compartment"]


def test_what_was_used_gives_the_same_query_again(parse: Parse) -> None:
    pairs = (
        "subject:Patient.name=a\\,b",
        "code=s|c,d",
        "date=ge2020",
        "_sort=-date",
        "_count=5000",
        "_include=Observation:subject",
        "_elements=code",
    )
    once = parse("Observation", *pairs)
    again = parse("Observation", *[f"{n}={v}" for n, v in once.used])
    assert again == once
    assert [n for n, _ in once.used] == [p.partition("=")[0] for p in pairs]


def test_a_reference_by_id_knows_its_type_where_there_is_but_one(parse: Parse) -> None:
    patient, subject, typed = parse("Observation", "patient=1", "subject=1", "subject:Group=1").criteria
    assert isinstance(patient, Condition) and patient.values == (ReferenceValue("Patient", "1"),)
    assert isinstance(subject, Condition) and subject.values == (ReferenceValue(None, "1"),)
    assert isinstance(typed, Condition) and typed.values == (ReferenceValue("Group", "1"),) and typed.modifier is None
