"""All of R4 through ``Search``: every parameter gives rows, and nothing that is written in brings it down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import Context, compile_expression
from hit_maternity.fhir.json import decode
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.search import TIMELINES, Search
from hit_maternity.fhir.search.indexer import MAKERS
from hit_maternity.fhir.search.model import IndexRows, SearchParameter, parameter_key
from hit_maternity.fhir.search.paths import Route
from hit_maternity.fhir.search.registry import Registry

FAMILIES = ("token", "string", "date", "number", "quantity", "reference", "uri")
SUFFIXES = ("", "$1", ":identifier", ":text", ":x")

#: A value of each data type that search parameters read.
VALUES: dict[str, Any] = {
    "Address": {"city": "Bodø"},
    "Age": {"value": 3, "unit": "a"},
    "CodeableConcept": {"coding": [{"system": "s", "code": "c"}]},
    "Coding": {"system": "s", "code": "c"},
    "ContactPoint": {"system": "phone", "value": "1"},
    "Duration": {"value": 3, "unit": "h"},
    "HumanName": {"family": "Berg"},
    "Identifier": {"system": "s", "value": "v"},
    "Location.position": {"latitude": 1, "longitude": 2},
    "Money": {"value": 1, "currency": "NOK"},
    "Period": {"start": "2020"},
    "Quantity": {"value": 1, "unit": "kg"},
    "Range": {"low": {"value": 1}},
    "Reference": {"reference": "Patient/1"},
    "SampledData": {"origin": {"value": 0}, "data": "1 2"},
    "Timing": {"event": ["2020"]},
    "boolean": True,
    "canonical": "http://x",
    "code": "c",
    "date": "2020-01-01",
    "dateTime": "2020-01-01",
    "decimal": 1,
    "id": "a",
    "instant": "2020-01-01T00:00:00Z",
    "integer": 1,
    "markdown": "text",
    "string": "text",
    "uri": "http://x",
    "url": "http://x",
}

#: What R4's expressions reach that no parameter type can search: a date parameter that also meets text, an attachment.
NOT_SEARCHABLE = {("date", "Age"), ("date", "Range"), ("date", "string"), ("reference", "Attachment")}


def keys_in(rows: IndexRows) -> set[int]:
    return {row[0] for family in FAMILIES for row in getattr(rows, family)}


def has_rows(parameter: SearchParameter, keys: set[int]) -> bool:
    return any(parameter.variant(suffix) in keys for suffix in SUFFIXES)


def example_of(route: Route, parameter: SearchParameter) -> dict[str, Any]:
    """The smallest resource that has a value at the end of ``route``."""
    value: Any = VALUES.get(route.type)
    if route.type == "Resource":
        value = {"resourceType": next(iter(parameter.targets)), "id": "1"}
    if route.type == "Extension":
        value = {"valueReference": {"reference": "Patient/1"}, "valueString": "text", "valueCodeableConcept": VALUES["CodeableConcept"]}
    for step in reversed(route.steps):
        if step.kind == "name":
            value = {step.argument: value}
        elif step.kind == "index":
            value = [value]
        elif step.kind == "equals":
            value = {**value, step.argument: step.value}
        elif step.kind == "resolves":
            value = {**value, "reference": f"{step.argument}/1"}
        elif step.kind == "extension":
            value = {"extension": [{**value, "url": step.argument}]}
        else:
            value = {**value, "extension": [{"url": step.argument}]}
    return {**value, "resourceType": parameter.resource_type}


def listed(value: Any) -> Any:
    """``value`` with every element, but those of data types, as a list of one: what the indexer must take as well."""
    return {k: v if k in ("resourceType", "id") or isinstance(v, list) else [v] for k, v in value.items()}


def test_every_r4_parameter_gives_rows_wherever_its_expression_leads(search: Search, definitions: Definitions) -> None:
    registry = Registry(definitions)
    read = 0
    never = []
    for type_name in sorted(definitions.resource_types):
        for parameter in search.parameters(type_name).values():
            if parameter.type == "composite" or parameter.code in ("_id", "_lastUpdated"):
                continue
            for route in registry.elements(parameter):
                if (parameter.type, route.type) in NOT_SEARCHABLE:
                    continue
                resource = example_of(route, parameter)
                for form in (resource, listed(resource)):
                    keys = keys_in(search.index(form))
                    if not any(has_rows(p, keys) for p in registry.stored(parameter)):
                        never.append(f"{type_name}.{parameter.code}: {route}")
                read += 1
    assert never == []
    assert read > 2250


def test_every_parameter_but_one_is_a_plain_path(search: Search, definitions: Definitions) -> None:
    registry = Registry(definitions)
    computed = [
        f"{t}.{p.code}"
        for t in sorted(definitions.resource_types)
        for p in search.parameters(t).values()
        if p.type != "composite" and not registry.elements(p)
    ]
    assert computed == ["Patient.deceased"]


def test_every_data_type_that_a_parameter_can_read_is_known() -> None:
    assert {t for _, t in MAKERS} >= set(VALUES) - {"Resource"}


def test_the_engine_and_the_index_see_the_same_in_the_official_examples(
    search: Search, definitions: Definitions, examples: list[Path]
) -> None:
    """Wherever FHIRPath finds something that can be searched there are rows, and nowhere else."""
    registry = Registry(definitions)
    differing, seen = [], 0
    for path in examples:
        resource = decode(path.read_bytes())
        context = Context(resource, resource, definitions, None, None, None, {}, None)
        keys = keys_in(search.index(resource))
        for parameter in search.parameters(resource["resourceType"]).values():
            if parameter.type == "composite" or parameter.code in ("_id", "_lastUpdated"):
                continue
            found = compile_expression(parameter.expression, parameter.resource_type, definitions).evaluate(resource, context)
            searchable = [i for i in found if can_be_searched(parameter, i.type, i.value)]
            if bool(searchable) != any(has_rows(p, keys) for p in registry.stored(parameter)):
                differing.append(f"{path.name}: {parameter.code} {[i.type for i in found]}")
            seen += bool(searchable)
    assert differing == []
    assert seen > 2500


def can_be_searched(parameter: SearchParameter, type_name: str, value: Any) -> bool:
    if type_name == "Reference":
        return any(k in value for k in ("reference", "identifier"))
    if parameter.type == "reference" and "resourceType" in value:
        return value["resourceType"] in parameter.targets
    return (parameter.type, type_name) not in NOT_SEARCHABLE


def test_every_timeline_stands_on_parameters_of_its_type(search: Search, definitions: Definitions) -> None:
    kinds = {"patient": "reference", "code": "token", "date": "date"}
    for type_name, timeline in TIMELINES.items():
        known = search.parameters(type_name)
        for role, code in [*(("patient", p) for p in timeline.patient), ("code", timeline.code), ("date", timeline.date)]:
            if code is not None:
                assert known[code].type == kinds[role], (type_name, code)
        assert all("Patient" in known[p].targets for p in timeline.patient)


def test_every_type_with_a_patient_and_a_date_has_a_timeline(search: Search, definitions: Definitions) -> None:
    for type_name in definitions.resource_types:
        known = search.parameters(type_name)
        if "patient" in known and "date" in known and known["date"].type == "date":
            assert TIMELINES[type_name].patient[0] == "patient" or "patient" in TIMELINES[type_name].patient


def test_an_unknown_resource_has_no_rows(search: Search) -> None:
    for resource in ({}, {"resourceType": "Nothing"}, {"resourceType": ["Patient"]}, {"resourceType": None}):
        assert search.index(resource) == IndexRows()


# ---------------------------------------------------------------- whatever is written in

words = st.sampled_from(
    [
        "coding",
        "system",
        "code",
        "text",
        "value",
        "unit",
        "reference",
        "identifier",
        "type",
        "extension",
        "url",
        "valueQuantity",
        "valueString",
        "subject",
        "component",
        "name",
        "family",
        "given",
        "telecom",
        "meta",
        "tag",
        "profile",
        "effectivePeriod",
        "effectiveTiming",
        "start",
        "end",
        "event",
        "repeat",
        "boundsPeriod",
        "contained",
        "id",
        "resourceType",
        "deceasedBoolean",
        "valueSampledData",
        "origin",
        "data",
        "factor",
        "position",
        "latitude",
        "longitude",
        "entry",
        "resource",
        "comparator",
        "low",
        "high",
        "category",
        "effectiveDateTime",
        "item",
        "answer",
    ]
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "Patient/1",
            "#x",
            "2020-01-01",
            "http://unitsofmeasure.org",
            "mm[Hg]",
            "<",
            "1 2 E",
            "Patient",
            "",
            decode(b"1e400"),
            decode(b"-0.10"),
        ]
    ),
)
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=6), max_leaves=25)


@given(
    st.sampled_from(
        ["Observation", "Patient", "Location", "Bundle", "QuestionnaireResponse", "Condition", "ValueSet", "MolecularSequence"]
    ),
    st.dictionaries(words, anything, max_size=10),
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_json_brings_the_index_down(search: Search, type_name: str, elements: dict[str, Any]) -> None:
    rows = search.index({**elements, "resourceType": type_name}, "https://record.example/fhir")
    for row in rows.token:
        assert type(row.system) is str and type(row.code) is str
    for amount in rows.quantity:
        assert amount.low <= amount.high and abs(amount.low) < float("inf")


names = st.one_of(
    st.text(max_size=20),
    st.builds(
        "".join,
        st.lists(
            st.sampled_from(
                [
                    "_has",
                    ":",
                    ".",
                    "Observation",
                    "patient",
                    "subject",
                    "code",
                    "name",
                    "date",
                    "_id",
                    "missing",
                    "in",
                    "Patient",
                    "_sort",
                    "_include",
                    "value-quantity",
                    "near",
                    "not",
                    "_type",
                    "_count",
                    "link",
                    "code-value-quantity",
                ]
            ),
            max_size=7,
        ),
    ),
)
texts = st.one_of(st.text(max_size=20), st.text(alphabet="|,$\\:0123456789.-eTZ+ gtap*", max_size=20))


@given(
    st.sampled_from([["Patient"], ["Observation"], ["Location"], [], ["Patient", "Observation"]]),
    st.lists(st.tuples(names, texts), max_size=5),
    st.booleans(),
)
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_text_is_a_query_or_a_refusal(search: Search, types: list[str], pairs: list[tuple[str, str]], lenient: bool) -> None:
    try:
        query = search.parse(types, pairs, lenient=lenient, base="https://record.example/fhir")
    except FhirError as refusal:
        assert refusal.status == 400 and refusal.issues
        return
    assert query.types
    again = search.parse(types, query.used, base="https://record.example/fhir")
    assert (again.criteria, again.sort, again.includes, again.count) == (query.criteria, query.sort, query.includes, query.count)


def test_a_broken_expression_of_a_loaded_package_harms_nothing_else(definitions: Definitions, caplog: pytest.LogCaptureFixture) -> None:
    class Package:
        def find(self, kind: str, url: str) -> dict[str, Any] | None:
            return None

        def entries(self, kind: str) -> list[dict[str, Any]]:
            return []

        def search_parameters(self) -> list[dict[str, Any]]:
            made = {"resourceType": "SearchParameter", "type": "token", "base": ["Patient"]}
            return [
                {**made, "url": "urn:broken", "code": "broken", "expression": "Patient.gender.where("},
                {**made, "url": "urn:odd", "code": "odd", "expression": "Patient.gender.nothing() | 1 +"},
                {**made, "url": "urn:own", "code": "marital", "expression": "Patient.maritalStatus"},
                {**made, "url": "urn:none", "code": "none", "expression": 7},
                {**made, "url": "urn:computed", "code": "adult", "expression": "Patient.birthDate < @2006-01-01"},
            ]

    class Together(Definitions):
        def search_parameters(self) -> list[dict[str, Any]]:
            return [*definitions.search_parameters(), *Package().search_parameters()]

    search = Search(Together(definitions._sources), None)  # type: ignore[arg-type]  # no value sets are asked for
    rows = search.index(
        {"resourceType": "Patient", "gender": "female", "birthDate": "1990-01-01", "maritalStatus": {"coding": [{"code": "M"}]}}
    )
    found = {(r.parameter, r.code) for r in rows.token}
    assert (parameter_key("Patient", "marital"), "M") in found
    assert (parameter_key("Patient", "adult"), "true") in found
    assert (parameter_key("Patient", "gender"), "female") in found
    assert "broken" in caplog.text and "female" not in caplog.text
