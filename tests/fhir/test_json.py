"""The exact JSON codec."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError


def fault(body: bytes, limits: json.Limits = json.DEFAULT_LIMITS) -> FhirError:
    with pytest.raises(FhirError) as caught:
        json.decode(body, limits)
    return caught.value


@pytest.mark.parametrize(
    "number", ["1.10", "1.50e-3", "0.000000000000000000000000000001", "123456789012345678901234567890", "-0", "-0.0", "1E5", "-12", "100.0"]
)
def test_a_number_comes_back_as_it_was_spelt(number: str) -> None:
    body = f'{{"a":[{number},{{"b":{number}}}]}}'.encode()
    assert json.encode(json.decode(body)) == body


def test_minus_zero_in_a_string_or_a_code_stays_a_string() -> None:
    body = b'{"code":"8462-0","list":["-0","x-0, -0 ]"]}'
    assert json.encode(json.decode(body)) == body


def test_a_document_with_minus_zero_keeps_its_other_numbers() -> None:
    body = b'{"a":-0,"b":1.10,"c":7,"d":1e2}'
    assert json.encode(json.decode(body)) == body


@pytest.mark.parametrize(
    ("body", "rule", "words"),
    [
        (b"", "json-empty", "empty"),
        (b" \n ", "json-empty", "empty"),
        (b'{"a":1} x', "json-malformed", "line 1, column 9"),
        (b'{\n"a": tru}', "json-malformed", "line 2"),
        (b"NaN", "json-malformed", "line 1"),
        (b"[Infinity]", "json-malformed", "line 1"),
        (b"[01]", "json-malformed", "column"),
        (b'{"status":1,"status":2}', "json-duplicate-key", '"status"'),
        (b'{"a b":1,"a b":2}', "json-duplicate-key", "The key stands twice"),
        (b"\xef\xbb\xbf{}", "json-encoding", "byte order mark"),
        (b'{"a":"\xff"}', "json-encoding", "byte 6"),
        (b'["\xed\xa0\x80"]', "json-encoding", "UTF-8"),
        ('{"a":"é"}'.encode("latin-1"), "json-encoding", "UTF-8"),
        ("{}".encode("utf-16"), "json-encoding", "UTF-8"),
        (b'"\\ud800"', "json-malformed", "surrogate"),
        (b'{"\\ud800":1}', "json-malformed", "surrogate"),
        (b'"\\udc00\\ud800"', "json-malformed", "surrogate"),
        (b'["\\u0000"]', "json-nul", "U+0000"),
        (b'{"a\\u0000":1}', "json-nul", "U+0000"),
        (b'"\x00"', "json-malformed", "control character"),
        (b"1" * 10_000, "json-malformed", "4,300 digits"),
        (b"[" * 65 + b"]" * 65, "json-depth", "64"),
        (b"[" * 100_000, "json-depth", "64"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "json-depth", "64"),
    ],
)
def test_what_is_not_acceptable_json_is_refused_with_its_reason(body: bytes, rule: str, words: str) -> None:
    refusal = fault(body)
    assert refusal.status == 400
    assert [issue.rule for issue in refusal.issues] == [rule]
    assert words in refusal.issues[0].text


def test_a_key_that_is_no_element_name_is_not_repeated_in_the_refusal() -> None:
    assert "1234567" not in str(fault(b'{"1234567":1,"1234567":2}'))


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert json.decode(b'["\\\\u0000"]') == ["\\u0000"]


def test_nesting_up_to_the_limit_is_read() -> None:
    assert json.decode(b"[" * 64 + b"]" * 64)
    assert json.decode(b"[" * 63 + b"1" + b"]" * 63)


def test_many_brackets_that_are_not_nested_are_read() -> None:
    assert len(json.decode(b"[" + b"[],{}," * 500 + b"1]")) == 1001


def test_a_body_over_the_limit_is_413() -> None:
    refusal = fault(b'"' + b"x" * 100 + b'"', json.Limits(bytes=50))
    assert (refusal.status, refusal.issues[0].rule) == (413, "body-too-large")


def test_an_array_over_the_limit_is_refused_and_one_at_it_is_read() -> None:
    limits = json.Limits(items=10)
    assert len(json.decode(b'{"a":[' + b"1," * 9 + b"1]}", limits)["a"]) == 10
    refusal = fault(b'{"a":[{"b":[' + b"1," * 10 + b"1]}]}", limits)
    assert (refusal.status, refusal.issues[0].rule) == (400, "json-array-length")


def test_pretty_text_keeps_digits_and_reads_the_same() -> None:
    value = json.decode(b'{"a":[1.10,-0,1.50e-3],"b":{},"c":"\xc3\xa6"}')
    pretty = json.encode(value, pretty=True)
    assert b"\n  " in pretty
    assert b"1.50e-3" in pretty
    assert json.equal(json.decode(pretty), value)


def test_numbers_are_exact_decimals() -> None:
    assert json.decimal(json.number("1.10")) == Decimal("1.1")
    assert json.decimal(7) == 7
    assert json.decimal(json.number("1." + "1" * 5000)).adjusted() == 0


@pytest.mark.parametrize("text", ["1e1000", "1e-1000", "0e99999", "1e99999999999999999999", "-1E-99999999999999999999"])
def test_a_number_with_an_absurd_exponent_is_refused_where_its_value_is_needed(text: str) -> None:
    with pytest.raises(FhirError) as caught:
        json.decimal(json.number(text))
    assert caught.value.issues[0].rule == "number-range"


def test_equal_looks_at_the_spelling_of_numbers_and_at_types() -> None:
    assert json.equal(json.decode(b'{"a":[1.10]}'), json.decode(b'{"a":[1.10]}'))
    assert not json.equal(json.decode(b"[1.10]"), json.decode(b"[1.1]"))
    assert not json.equal(json.decode(b"[1]"), json.decode(b"[true]"))
    assert not json.equal(json.decode(b"[1]"), json.decode(b"[1,2]"))
    assert not json.equal(json.decode(b'{"a":1}'), json.decode(b'{"b":1}'))


def test_a_copy_shares_no_container() -> None:
    value = json.decode(b'{"a":[{"b":1.10}]}')
    other = json.copy(value)
    other["a"][0]["b"] = 2
    assert json.encode(value) == b'{"a":[{"b":1.10}]}'


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_value_or_a_refusal(body: bytes) -> None:
    try:
        json.decode(body)
    except FhirError as refusal:
        assert refusal.status in (400, 413)


_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_", max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(_trees)
@settings(max_examples=200, deadline=None)
def test_what_is_encoded_decodes_to_the_same(value: object) -> None:
    assert json.equal(json.decode(json.encode(value)), value)
