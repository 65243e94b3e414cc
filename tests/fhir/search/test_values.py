from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.search import values
from hit_maternity.fhir.search.faults import Refused
from hit_maternity.fhir.search.model import CANONICAL, DateValue, NearPoint, QuantityValue, ReferenceValue, TokenValue
from hit_maternity.fhir.search.moments import DAY, milliseconds, period

NOW = datetime(2024, 6, 1, tzinfo=UTC)
TYPES = frozenset({"Patient", "Group"})
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")


def test_an_escaped_mark_does_not_split() -> None:
    assert values.split(r"a\,b,c", ",") == [r"a\,b", "c"]
    assert values.split(r"a\\,b", ",") == [r"a\\", "b"]
    assert values.split("", ",") == [""]


def test_escapes_are_made_plain() -> None:
    assert values.unescape(r"a\,b\|c\$d\\e") == r"a,b|c$d\e"


@pytest.mark.parametrize("text", [r"a\b", "a\\", r"\n"])
def test_a_backslash_before_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        values.unescape(text)
    assert caught.value.faults[0].rule == "search-value-escape"


@given(st.text())
def test_what_is_escaped_comes_back(text: str) -> None:
    escaped = values.escape(text)
    assert values.unescape(escaped) == text
    assert values.split(escaped, ",") == [escaped]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("abc", TokenValue(None, "abc")),
        ("s|abc", TokenValue("s", "abc")),
        ("|abc", TokenValue("", "abc")),
        ("s|", TokenValue("s", None)),
        (r"s|a\|b", TokenValue("s", "a|b")),
    ],
)
def test_a_token_has_a_system_none_or_any(text: str, value: TokenValue) -> None:
    assert values.token(text) == value


@pytest.mark.parametrize("text", ["|", "", "a|b|c"])
def test_a_token_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        values.token(text)


def test_of_type_wants_all_three_parts() -> None:
    assert values.of_type("http://v2|MR|12") == TokenValue("http://v2", "MR|12")
    for text in ("a|b", "a||c", "|b|c", "a|b|"):
        with pytest.raises(Refused):
            values.of_type(text)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_goes_with_dates_numbers_and_quantities(prefix: str) -> None:
    assert values.date(f"{prefix}2024-06-01", NOW).prefix == prefix
    assert values.number(f"{prefix}5").prefix == prefix
    assert values.quantity(f"{prefix}5.4|http://unitsofmeasure.org|mg").number.prefix == prefix


def test_no_prefix_means_equal() -> None:
    found = period("2020-01")
    assert found and values.date("2020-01", NOW) == DateValue("eq", *found)
    assert values.number("5").prefix == "eq"


@pytest.mark.parametrize("text", ["", "gt", "xx2020", "GT2020", "2020-13", "yesterday", "2020,", "gtgt2020"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        values.date(text, NOW)
    assert caught.value.faults[0].rule == "search-value-date"


def test_about_a_date_is_a_tenth_of_its_distance_from_now() -> None:
    value = values.date("ap2024-05-22", NOW)
    day = milliseconds(NOW - timedelta(days=10))
    assert (value.low, value.high) == (day - 9 * DAY // 10, day + DAY + 9 * DAY // 10)
    today = values.date("ap2024-06-01", NOW)
    assert today.high - today.low == DAY


def test_a_plus_that_became_a_space_is_understood() -> None:
    assert values.date("2020-01-01T10:00:00 01:00", NOW) == values.date("2020-01-01T10:00:00+01:00", NOW)


@pytest.mark.parametrize(
    ("text", "value", "low", "high"),
    [
        ("100", 100, 99.5, 100.5),
        ("100.00", 100, 99.995, 100.005),
        ("1e2", 100, 95, 105),
        ("1.00e2", 100, 99.5, 100.5),
        ("5.40e-3", 0.0054, 0.005395, 0.005405),
        ("-5", -5, -5.5, -4.5),
        ("+5", 5, 4.5, 5.5),
        ("ap100", 100, 90, 110),
        ("ap-100", -100, -110, -90),
        ("ap1", 1, 0.5, 1.5),
    ],
)
def test_a_number_is_as_exact_as_it_is_written(text: str, value: float, low: float, high: float) -> None:
    found = values.number(text)
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), rel=1e-12)


@pytest.mark.parametrize("text", ["", "x", "1,5", "1.", ".5", "1e", "0x1", "NaN", "Infinity", "１", "1_000", "gt", "1e9999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        values.number(text)
    assert caught.value.faults[0].rule == "search-value-number"


def test_a_huge_number_is_drawn_in() -> None:
    assert values.number("1e999").value < float("inf")


def test_a_ucum_quantity_is_searched_in_base_units() -> None:
    found = values.quantity("gt5.4|http://unitsofmeasure.org|mg")
    assert (found.system, found.code) == (CANONICAL, "g")
    assert (found.number.value, found.number.low, found.number.high) == pytest.approx((0.0054, 0.00535, 0.00545), rel=1e-12)


def test_other_quantities_are_searched_as_given() -> None:
    assert values.quantity("5")[1:] == (None, None)
    assert values.quantity("5||mm[Hg]")[1:] == (None, "mmHg")
    assert values.quantity("5|http://other|x")[1:] == ("http://other", "x")
    assert values.quantity("5|http://unitsofmeasure.org|nonsense")[1:] == ("http://unitsofmeasure.org", "nonsense")
    assert isinstance(values.quantity("5"), QuantityValue)


@pytest.mark.parametrize("text", ["5|mg", "5|s|", "a|s|c", "5|s|c|d", "|s|c"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        values.quantity(text)


def reference(text: str, target: str | None = None, only: str | None = None) -> ReferenceValue:
    return values.reference(text, "https://me.example/fhir", TYPES, target, only)


def test_a_reference_is_an_id_a_relative_or_an_absolute_address() -> None:
    assert reference("23") == ReferenceValue(None, "23")
    assert reference("23", only="Patient") == ReferenceValue("Patient", "23")
    assert reference("23", target="Group") == ReferenceValue("Group", "23")
    assert reference("Patient/23") == reference("https://me.example/fhir/Patient/23/_history/2") == ReferenceValue("Patient", "23")
    assert reference("https://other.example/Patient/23") == ReferenceValue("", "https://other.example/Patient/23")
    assert reference("urn:uuid:1-2") == ReferenceValue("", "urn:uuid:1-2")


@pytest.mark.parametrize(
    ("text", "target"), [("a b", None), ("Nothing/23", None), ("#p", None), ("", None), ("Patient/23", "Group"), ("x" * 65, None)]
)
def test_what_is_no_reference_is_refused(text: str, target: str | None) -> None:
    with pytest.raises(Refused):
        reference(text, target)


def chord(one: NearPoint, other: NearPoint) -> float:
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(one[:3], other[:3], strict=True)))


def test_near_is_a_distance_on_the_earth() -> None:
    oslo = values.near("59.9139|10.7522|310|km")
    bergen = values.near("60.3929|5.3241")  # 305 km away
    assert chord(oslo, bergen) < oslo.chord
    assert chord(oslo, bergen) > values.near("59.9139|10.7522|300|km").chord
    assert values.near("1|2|5000|m") == values.near("1|2|5|km") == values.near("1|2|5")
    assert chord(values.near("0|179.9"), values.near("0|-179.9")) < values.near("0|0|30").chord
    assert values.near("1|2|99999|km").chord == pytest.approx(2)


@pytest.mark.parametrize("text", ["", "1", "91|0", "0|181", "a|b", "1|2|3|s", "1|2|-3|km", "1|2|3|km|4", "|2", "1e9|2"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        values.near(text)
    assert caught.value.faults[0].rule == "search-value-near"
