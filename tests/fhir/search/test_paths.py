from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.search.paths import branches, read, routes


def keys(expression: str, type_name: str, definitions: Definitions) -> list[tuple[str, str]]:
    return [
        (".".join(s.argument for s in r.steps), r.type)
        for path in read(expression) or ()
        for r in routes(path[1:] if path[0].argument == type_name else path, type_name, definitions)
    ]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Observation.code", [("code", "CodeableConcept")]),
        ("(Observation.value as Quantity)", [("valueQuantity", "Quantity")]),
        ("Observation.value.as(Quantity) | Observation.value.ofType(string)", [("valueQuantity", "Quantity"), ("valueString", "string")]),
        ("(Observation.component.value as CodeableConcept)", [("component.valueCodeableConcept", "CodeableConcept")]),
        ("Observation.value.as(DateTime)", [("valueDateTime", "dateTime")]),
        ("Observation.subject.where(resolve() is Patient)", [("subject.Patient", "Reference")]),
        ("Observation.extension('http://x/y')", [("http://x/y", "Extension")]),
        ("Observation.nothing", []),
    ],
)
def test_an_expression_leads_to_json_keys_and_types(expression: str, expected: list[tuple[str, str]], definitions: Definitions) -> None:
    assert keys(expression, "Observation", definitions) == expected


@pytest.mark.parametrize(
    "expression", ["Patient.deceased.exists()", "a + b", "Patient.name[", "'x'", "", "a.where(b > 1)", "(a", "a b", "a..b", "%"]
)
def test_what_is_not_a_plain_path_is_left_to_the_engine(expression: str) -> None:
    assert read(expression) is None


def test_branches_are_cut_at_the_top_level_only() -> None:
    assert branches("A.b | (A.c | A.d) | A.where(x='|')") == ["A.b", "(A.c | A.d)", "A.where(x='|')"]


@given(st.text(alphabet="Aa.()|'=[]1 %wherol", max_size=40))
def test_any_text_reads_or_does_not(expression: str) -> None:
    assert read(expression) is None or isinstance(read(expression), list)
