"""Functions of strings."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.fhirpath import FhirPathError


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("'abc'.indexOf('c')", [2]),
        ("'abcb'.lastIndexOf('b')", [3]),
        ("'abc'.substring(1)", ["bc"]),
        ("'abc'.substring(1, 1)", ["b"]),
        ("'abc'.substring(3)", []),
        ("'abc'.substring(1, -1)", [""]),
        ("'abc'.contains('')", [True]),
        ("'abc'.replace('', '-')", ["-a-b-c-"]),
        ("'é'.upper() & 'Å'.lower()", ["Éå"]),
        ("' a '.trim()", ["a"]),
        ("'a,b'.split(',').join(';')", ["a;b"]),
        ("{}.join(',')", []),
        ("'ab'.toChars()", ["a", "b"]),
        ("'ÆØ'.encode('base64').decode('base64')", ["ÆØ"]),
        ("'x'.encode('rot13')", []),
        ("'<a href=\"x\">'.escape('html').unescape('html')", ['<a href="x">']),
        ("'a\"\\\\\\n'.escape('json').unescape('json')", ['a"\\\n']),
        ("'abc'.length() + ''.length()", [3]),
        ("{}.upper() | 'a'.startsWith({}) | {}.matches('a')", []),
        ("'aaa'.replaceMatches('a', 'b')", ["bbb"]),
    ],
)
def test_the_result_is_what_the_specification_says(evaluate: Any, text: str, result: list[Any]) -> None:
    assert evaluate(text) == result


def test_dates_count_as_the_text_they_are_spelt_with(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("birthDate.substring(0, 4)", patient) == ["1974"]
    assert evaluate("birthDate.matches('^\\\\d{4}')", patient) == [True]


@pytest.mark.parametrize(
    "text",
    ["1.startsWith('1')", "name.startsWith('x')", "'zz'.decode('hex')", "'%'.decode('base64')", "'a'.substring('x')", "name.given.upper()"],
)
def test_what_is_no_string_is_an_execution_fault(evaluate: Any, patient: dict[str, Any], text: str) -> None:
    with pytest.raises(FhirPathError) as fault:
        evaluate(text, patient)
    assert fault.value.rule == "fhirpath-execution"


def test_strings_cannot_grow_without_end(evaluate: Any) -> None:
    doubling = "'" + "x" * 100 + "'" + ".encode('hex')" * 30
    for text in (doubling, "'x'" + (".replace('', '" + "z" * 1000 + "')") * 5):
        with pytest.raises(FhirPathError) as fault:
            evaluate(text)
        assert fault.value.rule == "fhirpath-limit"


def test_half_a_surrogate_never_comes_out(evaluate: Any) -> None:
    with pytest.raises(FhirPathError, match="surrogate"):
        evaluate(r"'\\ud800'.unescape('json')")
