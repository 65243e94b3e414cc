"""Regular expressions from anybody: right answers, and never a long wait."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir.fhirpath import FhirPathError, regex


@pytest.mark.parametrize(
    ("value", "pattern", "found"),
    [
        ("FHIR", "HI", True),
        ("A\nB", "A.B", True),
        ("Patient.name", r"^[A-Z][a-z]+(\.[a-z]+)*$", True),
        ("patient", "^[A-Z]", False),
        ("2026-01-02", r"\d{4}(-\d\d){2}", True),
        ("foo bar", "^(?!.*baz)[a-z ]+$", True),
        ("foo baz", "^(?!.*baz)[a-z ]+$", False),
    ],
)
def test_a_match_anywhere_counts(value: str, pattern: str, found: bool) -> None:
    assert regex.matches(value, pattern) is found


def test_a_full_match_takes_it_all() -> None:
    assert regex.matches_full("FHIR", "F.*")
    assert not regex.matches_full("FHIR", "HI")


@pytest.mark.parametrize(
    ("value", "pattern", "found"),
    [("a" * 60 + "!", "^(a+)+$", False), ("a" * 3000 + "!", "(a|aa)+$", False), ("a" * 30, "a?" * 30 + "a" * 30, True),
     ("a" * 5000, ".*.*.*=x", False),
     ("a" * 2000, "(.*a){12}$", True), ("ab" * 1000, r"^(\w+\s?)*$", True)],
)  # fmt: skip
def test_patterns_that_would_explode_are_answered(value: str, pattern: str, found: bool) -> None:
    assert regex.matches(value, pattern) is found


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("a" * 40, "^(?=(a+)+$)b"),
        ("a" * 100, "((a{0,50}){0,50}){0,50}b"),
        ("a" * 50, r"(a+)+\1$"),
        ("x", "a" * 5000),
        ("a" * 200_000, "(a|b|ab)*c|(a*)*d"),
    ],
)
def test_what_might_take_long_all_the_same_is_refused(value: str, pattern: str) -> None:
    with pytest.raises(FhirPathError) as fault:
        regex.matches(value, pattern)
    assert fault.value.rule == "fhirpath-limit"


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "*", "\\", "(?P<n>a)(?P<n>b)", "(?<=a*)b", r"\p{L}", "(" * 3000])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(FhirPathError):
        regex.matches("a", pattern)


def test_groups_are_put_in_where_a_replacement_names_them() -> None:
    assert regex.replace("11/30/1972", r"(\d+)/(\d+)/(\d+)", "$2-$1-$3") == "30-11-1972"
    assert regex.replace("ab", "(?P<first>a)", "${first}${first}") == "aab"
    assert regex.replace("abc", "", "x") == "abc"
    assert regex.replace("abc", "b", r"\1\n") == r"a\1\nc"


def test_a_replacement_by_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(FhirPathError, match="a group"):
        regex.replace("abc", "b", "$3")


def test_a_costly_replacement_is_refused() -> None:
    with pytest.raises(FhirPathError) as fault:
        regex.replace("a" * 60 + "!", "(a+)+$", "")
    assert fault.value.rule == "fhirpath-limit"


PIECES = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "(a|b)",
        "(ab?)*",
        "[ab]",
        "[^a]",
        r"\w",
        "a*",
        "b+",
        "^",
        "$",
        "|",
        "(a{1,2}){2}",
        r"\b",
        "c{0,2}?",
        "(?:b|)",
        "{",
        "-",
        r"\Z",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.text("abc-\n", max_size=8), st.booleans())
def test_the_automaton_agrees_with_the_backtracking_matcher(pattern: str, value: str, whole: bool) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(pattern, re.DOTALL)
    except (re.error, FutureWarning):
        return
    wanted = (compiled.fullmatch(value) if whole else compiled.search(value)) is not None
    assert regex._run(regex._instructions(pattern), value, whole) is wanted
