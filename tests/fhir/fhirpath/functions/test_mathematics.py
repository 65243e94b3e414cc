"""Numbers: operators and functions."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.fhirpath import FhirPathError


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("0.1 + 0.2 = 0.3", [True]),
        ("1 / 3 * 3 = 1", [False]),
        ("1.10 + 1", ["2.10"]),
        ("5 div 2", [2]),
        ("-5 div 2", [-2]),
        ("-5 mod 3", [-2]),
        ("5.5 mod 2", ["1.5"]),
        ("1 / 0", []),
        ("1 mod 0", []),
        ("2147483647 + 1", []),
        ("1 + {}", []),
        ("'a' + {}", []),
        ("'a' & {} & 'b'", ["ab"]),
        ("2.power(3)", [8]),
        ("2.power(-1)", ["0.5"]),
        ("10.power(99999)", []),
        ("(-1).power(0.5)", []),
        ("(-4).sqrt()", []),
        ("0.ln()", []),
        ("8.log(2)", ["3"]),
        ("5.log(1)", []),
        ("(-1.5).ceiling()", [-1]),
        ("(-1.5).floor()", [-2]),
        ("1.5.round()", ["2"]),
        ("2.345.round(2)", ["2.35"]),
        ("1e.exists()", None),
        ("99999.exp()", []),
        ("(-1.50).abs()", ["1.50"]),
        ("-(1.50)", ["-1.50"]),
        ("1.587.lowBoundary()", ["1.58650000"]),
        ("(-1.587).highBoundary(2)", ["-1.58"]),
        ("1.lowBoundary(-1)", []),
        ("1.587.precision()", [3]),
        ("100.precision()", [0]),
    ],
)
def test_arithmetic_is_exact_and_what_has_no_result_is_empty(evaluate: Any, text: str, result: list[Any] | None) -> None:
    if result is None:
        with pytest.raises(FhirPathError):
            evaluate(text)
    else:
        assert evaluate(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "'a' - 'b'",
        "'a' * 2",
        "1 + 'a'",
        "-'a'",
        "'a'.abs()",
        "@2020 + 1",
        "@2020 + 1 'mo'",
        "@2020 + 1 'cm'",
        "(1 | 2) + 1",
        "1.round(-1)",
        "true + 1",
    ],
)
def test_types_that_do_not_fit_are_an_execution_fault(evaluate: Any, text: str) -> None:
    with pytest.raises(FhirPathError) as fault:
        evaluate(text)
    assert fault.value.rule == "fhirpath-execution"


def test_an_integer_of_hundreds_of_digits_does_no_harm(evaluate: Any) -> None:
    resource = {"resourceType": "Observation", "valueInteger": 10**5000}
    assert evaluate("value > 1", resource) == [True]
    assert evaluate("value + 1 | value.toString() | value.power(9)", resource) == []
