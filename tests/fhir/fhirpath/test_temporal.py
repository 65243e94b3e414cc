"""Dates, dateTimes and times of partial precision."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hit_maternity.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal, add, boundary, compare, parse


def read(text: str) -> Temporal:
    kind = TIME if ":" in text and "-" not in text[:5] else DATE_TIME if "T" in text else DATE
    value = parse(text.removeprefix("T") if kind == TIME else text, kind)
    assert value is not None, text
    return value


@pytest.mark.parametrize(
    "text",
    ["2015", "2015-02", "2015-02-04", "2016-02-29", "2015-02-04T14", "2015-02-04T14:34", "2015-02-04T14:34:28", "2015-02-04T14:34:28.123",
     "2015-02-04T14:34:28Z", "2015-02-04T14:34:28+10:00", "2015-02-04T14:34:28.5-03:30", "10:30", "10:30:00.000"],
)  # fmt: skip
def test_what_is_read_is_written_as_it_was_spelt(text: str) -> None:
    assert str(read(text)) == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [("2015-02-30", DATE), ("2015-13", DATE), ("0000", DATE), ("2015-2-4", DATE), ("2015-02-04T10:00", DATE),
     ("2015-02-04T25:00", DATE_TIME),
     ("2015-02T10:00", DATE_TIME), ("2015-02-04T10:00+15:00", DATE_TIME), ("24:00", TIME), ("10:00Z", TIME), ("", DATE),
     ("2015-02-04T10:61:00", DATE_TIME),
     ("٢٠١٥", DATE), ("2015-02-04\n", DATE), ("9" * 100, DATE)],
)  # fmt: skip
def test_what_is_not_of_the_calendar_is_not_read(text: str, kind: str) -> None:
    assert parse(text, kind) is None


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        ("2018-03-01", "2018-03-02", -1),
        ("2018-03", "2018-03-01", None),
        ("2018-03", "2018-04-01", -1),
        ("2018", "2019-01-01T00:00:00Z", -1),
        ("2018-03-01T10:30", "2018-03-01T10:30:00", None),
        ("2018-03-01T10:30:00", "2018-03-01T10:30:00.000", 0),
        ("2017-11-05T01:30:00.0-04:00", "2017-11-05T00:30:00.0-05:00", 0),
        ("2017-11-05T01:30:00-04:00", "2017-11-05T01:15:00-05:00", -1),
        ("2012-04-15T15:00:00Z", "2012-04-15T10:00:00", None),
        ("2012-04-15T15:00:00Z", "2012-04-17T10:00:00", -1),
        ("2012-04-15", "2012-04-15T10:00:00+02:00", None),
        ("2012-04-15", "2012-04-16T00:30:00+02:00", -1),
        ("10:30:00", "10:30:00.1", -1),
        ("2012-04-15T15:00:00.12345678901234567890", "2012-04-15T15:00:00.12345678901234567891", -1),
    ],
)
def test_order_is_told_as_far_as_the_precision_goes(left: str, right: str, order: int | None) -> None:
    assert compare(read(left), read(right)) == order
    assert compare(read(right), read(left)) == (None if order is None else -order)


@pytest.mark.parametrize(
    ("text", "amount", "unit", "result"),
    [
        ("2016-02-29", "1", "year", "2017-02-28"),
        ("2016-01-31", "1", "month", "2016-02-29"),
        ("2016-03-31", "-1", "month", "2016-02-29"),
        ("2016-12-31", "1", "day", "2017-01-01"),
        ("2016", "24", "month", "2018"),
        ("2016", "23", "month", "2017"),
        ("2016-05", "45", "day", "2016-06"),
        ("2016-05-01", "25", "hour", "2016-05-02"),
        ("2016-05-01T23:30:00.000+10:00", "1", "hour", "2016-05-02T00:30:00.000+10:00"),
        ("2016-05-01T23:30", "90", "second", "2016-05-01T23:31"),
        ("23:30:00", "1", "hour", "00:30:00"),
        ("00:10", "-20", "minute", "23:50"),
        ("10:30:00", "10", "millisecond", "10:30:00.010"),
    ],
)
def test_adding_keeps_the_precision(text: str, amount: str, unit: str, result: str) -> None:
    assert str(add(read(text), Decimal(amount), unit)) == result


@pytest.mark.parametrize(("text", "amount", "unit"), [("9999-12-31", "1", "day"), ("0001-01", "-1", "month"), ("2020", "1E+30", "year")])
def test_moving_out_of_the_calendar_gives_nothing(text: str, amount: str, unit: str) -> None:
    assert add(read(text), Decimal(amount), unit) is None


@pytest.mark.parametrize(
    ("text", "digits", "low", "high"),
    [
        ("2014", 6, "2014-01", "2014-12"),
        ("2016-02", None, "2016-02-01", "2016-02-29"),
        ("2014-01-01T08", 17, "2014-01-01T08:00:00.000+14:00", "2014-01-01T08:59:59.999-12:00"),
        ("2014-01-01T08:05+08:00", None, "2014-01-01T08:05:00.000+08:00", "2014-01-01T08:05:59.999+08:00"),
        ("2014-01-01T08:05:10", 8, "2014-01-01", "2014-01-01"),
        ("10:30", 9, "10:30:00.000", "10:30:59.999"),
        ("10:30", 4, "10:30", "10:30"),
    ],
)
def test_boundaries_are_the_first_and_last_moment_that_may_be_meant(text: str, digits: int | None, low: str, high: str) -> None:
    assert str(boundary(read(text), digits, high=False)) == low
    assert str(boundary(read(text), digits, high=True)) == high


@pytest.mark.parametrize(("text", "digits"), [("2014", 5), ("2014", 17), ("10:30", 8), ("2014-01-01T08", 0)])
def test_a_precision_that_does_not_exist_gives_no_boundary(text: str, digits: int) -> None:
    assert boundary(read(text), digits, high=True) is None
