"""Exact JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.client.json import decode, encode

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.integers()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(VALUES)
def test_what_is_written_is_read_again_and_others_read_it_too(value: Any):
    assert decode(encode(value)) == value
    assert json.loads(encode(value), parse_float=Decimal) == value


@pytest.mark.parametrize("text", ["72.40", "0.10", "1E+3", "1.0", "-0.50", "118"])
def test_the_digits_of_a_number_are_kept(text: str):
    read = decode(f'{{"weight":{text}}}')
    assert encode(read) == f'{{"weight":{text}}}'.encode()
    assert isinstance(read["weight"], Decimal | int)


@pytest.mark.parametrize("bad", [Decimal("NaN"), float("inf"), {1: 2}, object()])
def test_what_is_no_json_is_not_written(bad: Any):
    with pytest.raises((ValueError, TypeError)):
        encode({"a": bad})


@pytest.mark.parametrize("bad", [b"", b"{", b"NaN", b"[1,]", b"[" * 100_000])
def test_what_is_no_json_is_not_read(bad: bytes):
    with pytest.raises(ValueError):
        decode(bad)


def test_a_value_within_itself_is_refused():
    loop: dict[str, Any] = {}
    loop["again"] = loop
    with pytest.raises(ValueError):
        encode(loop)
