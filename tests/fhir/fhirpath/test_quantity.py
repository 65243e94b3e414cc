"""Quantities: units, calendar durations, and what FHIR's own Quantity means."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir import json
from hit_maternity.fhir.fhirpath.quantity import of_fhir, parse


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 'm' = 100 'cm'", [True]),
        ("1 'm' = 1 's'", [False]),
        ("1 'm' > 1 's'", []),
        ("1 'kg' > 999 'g'", [True]),
        ("120 'mm[Hg]' > 10 'kPa'", [True]),
        ("7 days = 1 'wk'", [True]),
        ("1 year = 1 'a'", []),
        ("1 year = 1 year", [True]),
        ("1 year ~ 1 'a'", [True]),
        ("1 'g' + 500 'mg' = 1.5 'g'", [True]),
        ("(1 'g' + 500 'g').toString()", ["501 'g'"]),
        ("1 'g' + 1 's'", []),
        ("3 'm' * 2 = 6 'm'", [True]),
        ("6 'm' / 2 'm' = 3", [True]),
        ("(-5.5 'mg').abs()", ["5.5 'mg'"]),
        ("(1 'g' | 1000 'mg' | 2 'g').count()", [2]),
        ("4 'g' ~ 4040 'mg'", [True]),
        ("4.0 'g' ~ 4060 'mg'", [False]),
        ("1 'cm'.comparable(1 '[in_i]')", [True]),
        ("1 'm'.toQuantity('cm')", []),
    ],
)
def test_units_are_converted_where_they_measure_the_same(evaluate: Any, text: str, result: list[Any]) -> None:
    assert evaluate(text) == result


@pytest.mark.parametrize(("text", "told"), [("1 day", "1 day"), ("1 'wk'", "1 'wk'"), ("1.50", "1.50 '1'"), ("-3   'kg'", "-3 'kg'")])
def test_a_quantity_is_read_from_text(text: str, told: str) -> None:
    assert str(parse(text)) == told


@pytest.mark.parametrize("text", ["1 wk", "1.a", "", "kg", "1 'kg", "1  fortnight", "1e5 'kg'"])
def test_other_text_is_no_quantity(text: str) -> None:
    assert parse(text) is None


def test_a_fhir_quantity_keeps_its_exact_number_and_prefers_its_code() -> None:
    found = of_fhir({"value": json.number("1.10"), "unit": "gram", "code": "g"})
    assert found is not None and str(found) == "1.10 'g'"


@pytest.mark.parametrize("value", [{}, {"value": "1"}, {"value": True}, {"value": 5, "comparator": "<"}, {"value": 1, "code": 5}])
def test_without_a_number_or_with_a_comparator_there_is_no_system_quantity(value: dict[str, Any]) -> None:
    assert of_fhir(value) is None


def test_a_fhir_duration_of_a_year_equals_both_kinds_of_year(evaluate: Any) -> None:
    age = {"value": 1, "system": "http://unitsofmeasure.org", "code": "a"}
    assert evaluate("$this = 1 year and $this = 1 'a'", age, "Age") == [True]


def test_measured_values_compare_with_literals(evaluate: Any, blood_pressure: dict[str, Any]) -> None:
    assert evaluate("component.where(value > 100 'mm[Hg]').code.coding.code", blood_pressure) == ["8480-6"]
    assert evaluate("component.where(value.ofType(Quantity) < 12 'kPa').code.coding.code", blood_pressure) == ["8462-4"]
