"""Equality, equivalence, order and logic."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir import json
from hit_maternity.fhir.fhirpath import FhirPathError


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 = 1.0", [True]),
        ("true = 1", [False]),
        ("'1' = 1", [False]),
        ("{} = {}", []),
        ("(1 | 2) = (2 | 1)", [False]),
        ("(1 | 2) ~ (2 | 1)", [True]),
        ("'A  b' ~ ' a B'", [True]),
        ("1.10 ~ 1.1", [True]),
        ("0.67 ~ 0.6666", [True]),
        ("{} ~ {}", [True]),
        ("{} ~ 1", [False]),
        ("(@2020 | 1) = (@2020-01 | 2)", [False]),
        ("(@2020 | 1) = (@2020-01 | 1)", []),
        ("@2020 ~ @2020-01", [False]),
        ("'b' > 'a'", [True]),
        ("1 < {}", []),
        ("1 in {}", [False]),
        ("{} in 1", []),
        ("(1 | 2) contains 3", [False]),
        ("true and {}", []),
        ("false and {}", [False]),
        ("true or (1 | 2).single()", [True]),
        ("false implies (1 | 2).single()", [True]),
        ("{} implies true", [True]),
        ("true xor {}", []),
        ("'x' and true", [True]),
    ],
)
def test_the_verdict_is_what_the_specification_says(evaluate: Any, text: str, result: list[Any]) -> None:
    assert evaluate(text) == result


@pytest.mark.parametrize(
    "text", ["1 < 'a'", "true > false", "@2020 < @T10", "(1 | 2) < 3", "(1 | 2) in (1 | 2)", "(true | false) and true", "$this > 1"]
)
def test_what_has_no_order_is_an_execution_fault(evaluate: Any, text: str) -> None:
    with pytest.raises(FhirPathError) as fault:
        evaluate(text, {"resourceType": "Patient"})
    assert fault.value.rule == "fhirpath-execution"


def test_objects_are_equal_by_their_content_and_numbers_by_value(evaluate: Any) -> None:
    def quantity(text: str, unit: str) -> dict[str, Any]:
        return {"value": json.number(text), "unit": unit}

    resource = {
        "resourceType": "Observation",
        "component": [{"valueRange": {"low": quantity("1.0", "x")}}, {"valueRange": {"low": quantity("1.00", "x")}}],
    }
    assert evaluate("component[0].value = component[1].value", resource) == [True]
    assert evaluate("component[0].value ~ component[1].value", resource) == [True]
    resource["component"][1]["valueRange"]["low"]["unit"] = "y"
    assert evaluate("component[0].value = component[1].value", resource) == [False]


def test_a_specialised_comparison_tells_what_the_general_one_tells(evaluate: Any) -> None:
    for status, told in (
        ("final", [True]),
        ("x", [False]),
        (None, []),
        (5, [False]),
        (["final"], [True]),
        (["final", "final"], [False]),
        ({"a": 1}, [False]),
    ):
        resource = {"resourceType": "Observation", "status": status}
        assert evaluate("status = 'final'", resource) == told
        assert evaluate("status = ('fin' & 'al' | {})", resource) == told
        assert evaluate("status != 'final'", resource) == [not t for t in told]
        assert evaluate("$this.select(status) = 'final'", resource) == told


def test_a_status_with_only_an_extension_is_neither_equal_nor_not(evaluate: Any) -> None:
    resource = {"resourceType": "Observation", "_status": {"extension": [{"url": "http://x", "valueCode": "y"}]}}
    assert evaluate("status = 'final'", resource) == []
