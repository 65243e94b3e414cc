"""Reading expressions: precedence, literals, and faults with their place."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.fhirpath import FhirPathError
from hit_maternity.fhir.fhirpath.parser import parse_expression
from hit_maternity.fhir.fhirpath.syntax import Call, Literal, Member, Operation, TypeOperation, Unary


def test_multiplication_binds_tighter_than_addition_and_comparison_weaker_than_union() -> None:
    node = parse_expression("a | b < 1 + 2 * 3")
    assert isinstance(node, Operation) and node.operator == "<"
    left, right = node.operands
    assert isinstance(left, Operation) and left.operator == "|"
    assert isinstance(right, Operation) and right.operator == "+"


def test_a_sign_takes_in_the_whole_path_after_it() -> None:
    node = parse_expression("-1.convertsToInteger()")
    assert isinstance(node, Unary) and isinstance(node.operand, Call)


def test_chains_of_associative_operators_become_one_operation() -> None:
    node = parse_expression(" or ".join("abcdef"))
    assert isinstance(node, Operation) and len(node.operands) == 6


def test_a_type_may_have_a_namespace_and_a_path_may_follow_in_parentheses() -> None:
    node = parse_expression("(value as FHIR.Quantity).unit")
    assert isinstance(node, Member) and isinstance(node.target, TypeOperation) and node.target.type == "FHIR.Quantity"


@pytest.mark.parametrize("word", ["contains", "in", "is", "as", "div", "mod", "and", "day", "year"])
def test_words_of_the_language_are_names_after_a_dot(word: str) -> None:
    node = parse_expression(f"a.{word}")
    assert isinstance(node, Member) and node.name == word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'a\'b\\c\n\t\r\f\/\"\`'", "a'b\\c\n\t\r\f/\"`"),
        (r"'\u0041'", "A"),
        (r"'\ud83d\ude00'", "😀"),
        (r"'\p'", "p"),
        ("'two\nlines'", "two\nlines"),
    ],
)
def test_escapes_of_strings_are_resolved(text: str, value: str) -> None:
    node = parse_expression(text)
    assert isinstance(node, Literal) and node.value == value


def test_comments_and_white_space_count_for_nothing() -> None:
    assert parse_expression("/* a */ 1 // b\n + /* c\n */ 2") == parse_expression("        1     \n +     \n    2")


@pytest.mark.parametrize(
    ("text", "position"),
    [("", 0), ("a.", 2), ("a..b", 2), ("(a", 2), ("a)", 1), ("a b", 2), ("'open", 0), ("`open", 0), ("a /* open", 2), ("#", 0),
     ("a[1", 3), ("{1}", 1),
     ("@2015-02-30", 0), ("@T25", 0), ("f(a,)", 4), ("1 +", 3), ("a is", 4), ("a is 'x'", 5), ("%", 1), (r"'\ud800'", 0),
     ("a.$index", 2), ("\ud800", 0),
     ("a\x00", 1)],
)  # fmt: skip
def test_what_cannot_be_read_is_a_syntax_fault_with_its_place(text: str, position: int) -> None:
    with pytest.raises(FhirPathError) as fault:
        parse_expression(text)
    assert fault.value.rule == "fhirpath-syntax"
    assert fault.value.position == position
    assert f"(at character {position + 1})" in str(fault.value)


@pytest.mark.parametrize(
    "text",
    ["(" * 5000, "a" + ".a" * 5000, "-" * 5000 + "1", "a" * 30_000, "+".join("1" * 3000),
     "[" * 9000, "f(" * 4000, "9" * 1500, "a[" * 3000, "{" * 9000 + "}"],
)  # fmt: skip
def test_long_and_deep_expressions_are_refused_without_harm(text: str) -> None:
    with pytest.raises(FhirPathError) as fault:
        parse_expression(text)
    assert fault.value.rule in ("fhirpath-limit", "fhirpath-syntax")


def test_a_wide_union_is_no_deep_one(evaluate: Any) -> None:
    assert evaluate("(" + "|".join(map(str, range(1500))) + ").count()") == [1500]
