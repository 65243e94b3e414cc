"""Functions that run an expression for each item."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.fhirpath import FhirPathError


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("(3 | 1 | 2).where($this > 1)", [3, 2]),
        ("(10 | 20 | 30).where($index > 0)", [20, 30]),
        ("(10 | 20).select($this + $index)", [10, 21]),
        ("(10 | 20).all($index < 2)", [True]),
        ("(10 | 20).select((1 | 2 | 3).where($index = 1) + $index)", [2, 3]),
        ("{}.all(false)", [True]),
        ("(1 | 2).where({})", []),
        ("(1 | 2 | 3).aggregate($total + $this, 0)", [6]),
        ("(1 | 2).aggregate($total & $this.toString(), '')", ["12"]),
        ("{}.aggregate($total + $this, 7)", [7]),
        ("(1 | 2 | 3).sum()", [6]),
        ("(1 | 2).avg()", ["1.5"]),
        ("('b' | 'a').min()", ["a"]),
        ("(@2020 | @2021-05).max()", ["2021-05"]),
        ("(@2020 | @2020-05).max()", []),
        ("{}.sum()", []),
        ("1.repeat($this + 1).where($this > 5)", []),
        ("iif({}, 1, 2)", [2]),
        ("iif(true, 1)", [1]),
        ("iif(false, 1)", []),
        ("('b' | 'c' | 'a').sort()", ["a", "b", "c"]),
        ("(1 | 3 | 2).sort(-$this)", [3, 2, 1]),
        ("'x'.trace('secret') = 'x'", [True]),
    ],
)
def test_the_result_is_what_the_specification_says(evaluate: Any, text: str, result: list[Any]) -> None:
    if "repeat" in text:
        with pytest.raises(FhirPathError, match="too many steps"):
            evaluate(text)
    else:
        assert evaluate(text) == result


def test_a_branch_not_taken_is_not_run(evaluate: Any) -> None:
    assert evaluate("iif(true, 1, (1 | 2).single())") == [1]
    with pytest.raises(FhirPathError, match="2 items"):
        evaluate("iif(false, 1, (1 | 2).single())")


def test_trace_tells_nobody(evaluate: Any, patient: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    assert evaluate("name.family.trace('family', $this)", patient) == ["Chalmers", "Windsor"]
    assert capfd.readouterr() == ("", "")


def test_conditions_are_booleans_where_that_is_known_beforehand(evaluate: Any) -> None:
    with pytest.raises(FhirPathError, match="no boolean"):
        evaluate("iif('x', 1, 2)")


def test_names_sort_by_several_keys(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("name.sort(-family).use", patient) == ["usual", "maiden", "official"]
    assert evaluate("name.where(family.exists()).sort(given.where(hasValue()).last(), family).family", patient) == ["Chalmers", "Windsor"]
