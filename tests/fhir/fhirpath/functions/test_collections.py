"""Existence, subsetting and combining."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.fhirpath import FhirPathError


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{}.empty()", [True]),
        ("{}.not()", []),
        ("{}.allTrue() and {}.allFalse()", [True]),
        ("{}.anyTrue() or {}.anyFalse()", [False]),
        ("(true | false).allTrue()", [False]),
        ("(true | false).anyFalse()", [True]),
        ("(1 | 2).subsetOf(1 | 2 | 3)", [True]),
        ("(1 | 2).supersetOf(1 | 2 | 3)", [False]),
        ("(1 | 2 | 3).skip(-1).count()", [3]),
        ("(1 | 2 | 3).take(-1)", []),
        ("(1 | 2 | 3).last()", [3]),
        ("(1 | 2 | 3)[1]", [2]),
        ("(1 | 2 | 3)[-1]", []),
        ("(1 | 2 | 3)[9]", []),
        ("{}[0]", []),
        ("1.combine(1).distinct().count()", [1]),
        ("1.combine(1).isDistinct()", [False]),
        ("(1.0 | 1 | 1.00).count()", [1]),
        ("('a' | 'A').count()", [2]),
        ("(true | 1).count()", [2]),
        ("(@2020-01-01T10:00:00+01:00 | @2020-01-01T09:00:00Z).count()", [1]),
        ("(1 | 2 | 3).intersect(3 | 4)", [3]),
        ("1.combine(1).combine(2).exclude(2)", [1, 1]),
        ("{}.single()", []),
        ("coalesce({}, 2, 1)", [2]),
        ("(1 | 2).exists($this > 1)", [True]),
    ],
)
def test_the_result_is_what_the_specification_says(evaluate: Any, text: str, result: list[Any]) -> None:
    assert evaluate(text) == result


@pytest.mark.parametrize(
    "text", ["(1 | 2).not()", "(1 | 2).single()", "('a' | 'b').allTrue()", "(1 | 2).skip('x')", "(1 | 2)['x']", "(1 | 2).take(1 | 2)"]
)
def test_what_does_not_fit_is_an_execution_fault(evaluate: Any, text: str) -> None:
    with pytest.raises(FhirPathError) as fault:
        evaluate(text)
    assert fault.value.rule == "fhirpath-execution"


def test_equal_objects_are_one_in_a_union_whatever_the_order_of_their_keys(evaluate: Any) -> None:
    resource = {"resourceType": "Patient", "name": [{"family": "a", "use": "usual"}, {"use": "usual", "family": "a"}, {"use": "usual"}]}
    assert evaluate("(name | name).count()", resource) == [2]
    assert evaluate("name.isDistinct()", resource) == [False]


def test_many_items_are_told_apart_as_few_are(evaluate: Any) -> None:
    resource = {"resourceType": "Patient", "name": [{"family": str(n % 50)} for n in range(1000)]}
    assert evaluate("name.distinct().count()", resource) == [50]
    assert evaluate("name.take(7).distinct().count() = 7 and name.take(70).distinct().count() = 50", resource) == [True]


def test_functions_of_order_are_refused_without_order_in_strict_mode(evaluate: Any, patient: dict[str, Any]) -> None:
    assert len(evaluate("children().skip(1)", patient)) > 3
    with pytest.raises(FhirPathError, match="without order"):
        evaluate("children().skip(1)", patient, mode="strict")


@pytest.mark.parametrize("text", ["count(1)", "skip()", "where()", "iif(true)", "substring()", "exists(true, true)"])
def test_a_wrong_number_of_arguments_is_refused(evaluate: Any, text: str) -> None:
    with pytest.raises(FhirPathError, match="arguments, not") as fault:
        evaluate(f"(1).{text}")
    assert fault.value.rule == "fhirpath-semantic" and fault.value.position == 4
