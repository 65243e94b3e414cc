"""``toX`` and ``convertsToX``."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.fhirpath import FhirPathError


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("'YES'.toBoolean()", [True]),
        ("'0.0'.toBoolean()", [False]),
        ("2.toBoolean()", []),
        ("1.0.toBoolean()", [True]),
        ("' 1'.toInteger()", []),
        ("'+7'.toInteger()", [7]),
        ("'2147483648'.toInteger()", []),
        ("1.0.toInteger()", []),
        ("'1.10'.toDecimal().toString()", ["1.10"]),
        ("'1e5'.toDecimal()", []),
        ("true.toDecimal()", ["1"]),
        ("'2020-01-02T10:00:00Z'.toDate()", ["2020-01-02"]),
        ("@2020-01-02.toDateTime()", ["2020-01-02"]),
        ("@2020-01-02T10:00.toDate()", ["2020-01-02"]),
        ("'2020-02-30'.toDate()", []),
        ("'T10:30'.toTime()", ["10:30"]),
        ("@T10:30.toDate()", []),
        ("1 'mg'.toString()", ["1 'mg'"]),
        ("1.toQuantity('mg')", []),
        ("'1 \\'mg\\''.toQuantity('mg').toString()", ["1 'mg'"]),
        ("'x'.convertsToQuantity()", [False]),
        ("{}.convertsToInteger()", []),
        ("0.00000001.toString()", ["0.00000001"]),
        ("@2020-01.toString()", ["2020-01"]),
    ],
)
def test_what_converts_is_converted_and_the_rest_is_empty(evaluate: Any, text: str, result: list[Any]) -> None:
    assert evaluate(text) == result


def test_fhir_primitives_convert(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("active.toString() & birthDate.toString()", patient) == ["true1974-12-25"]


def test_several_items_do_not_convert(evaluate: Any) -> None:
    with pytest.raises(FhirPathError, match="2 items"):
        evaluate("(1 | 2).toString()")
