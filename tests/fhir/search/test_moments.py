from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.search.model import MAX_TIME, MIN_TIME
from hit_maternity.fhir.search.moments import DAY, milliseconds, of_period, of_timing, period


def ms(*parts: int) -> int:
    return milliseconds(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type,misc]  # a date's parts, however many


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2015", ms(2015, 1, 1), ms(2016, 1, 1)),
        ("2015-12", ms(2015, 12, 1), ms(2016, 1, 1)),
        ("2016-02-29", ms(2016, 2, 29), ms(2016, 3, 1)),
        ("2015-02-07T13:28Z", ms(2015, 2, 7, 13, 28), ms(2015, 2, 7, 13, 29)),
        ("2015-02-07T13:28:17+02:00", ms(2015, 2, 7, 11, 28, 17), ms(2015, 2, 7, 11, 28, 18)),
        ("2015-02-07T13:28:17-05:30", ms(2015, 2, 7, 18, 58, 17), ms(2015, 2, 7, 18, 58, 18)),
        ("2015-02-07T13:28:17.2Z", ms(2015, 2, 7, 13, 28, 17) + 200, ms(2015, 2, 7, 13, 28, 17) + 300),
        ("2015-02-07T13:28:17.239Z", ms(2015, 2, 7, 13, 28, 17) + 239, ms(2015, 2, 7, 13, 28, 17) + 240),
        ("2015-02-07T13:28:17.2391234567Z", ms(2015, 2, 7, 13, 28, 17) + 239, ms(2015, 2, 7, 13, 28, 17) + 240),
        ("2015-02-07T23:59:60Z", ms(2015, 2, 8), ms(2015, 2, 8) + 1000),
        ("9999-12-31", ms(9999, 12, 31), ms(9999, 12, 31) + DAY),
        ("9999", ms(9999, 1, 1), ms(9999, 12, 31) + DAY),
    ],
)
def test_a_date_is_the_period_of_its_last_part(text: str, low: int, high: int) -> None:
    assert period(text) == (low, high)


def test_a_time_without_a_zone_is_utc() -> None:
    assert period("2015-02-07T13:28:17") == period("2015-02-07T13:28:17Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15",
        "2015-13",
        "2015-02-30",
        "2015-2-7",
        "0000",
        "2015-02-07T24:00:00Z",
        "2015-02-07T13Z",
        "2015-02-07T13:60Z",
        "2015-02-07T13:28:61Z",
        "2015-02-07T13:28:17+0200",
        "2015-02-07T13:28:17+02.00",
        "2015-02-07T13:28:17+23:00",
        "2015-02-07T13:28:17+02:60",
        "20150207",
        "2015-W06-6",
        "٢٠١٥",
        "2015-02-07T13:28:17.Z",
        "2015-02-07 13:28:17",
        "2015\n",
        " 2015",
        "2015-02-07T13:28:17Zx",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert period(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_none(text: str) -> None:
    found = period(text)
    assert found is None or found[0] < found[1]


@given(st.datetimes(timezones=st.just(UTC)))
def test_both_ways_of_reading_seconds_agree(moment: datetime) -> None:
    text = moment.strftime("%m-%dT%H:%M:%S")
    whole, parts = period(f"{moment.year:04}-{text}Z"), period(f"{moment.year:04}-{text}.000Z")
    assert whole and parts and whole[0] == parts[0] == milliseconds(moment.replace(microsecond=0))


def test_a_period_is_open_where_it_has_no_end() -> None:
    assert of_period({"start": "2020"}) == (ms(2020, 1, 1), MAX_TIME)
    assert of_period({"end": "2020"}) == (MIN_TIME, ms(2021, 1, 1))
    assert of_period({"start": "2020-01-01", "end": "2020-01-01"}) == (ms(2020, 1, 1), ms(2020, 1, 2))
    assert of_period({}) is None
    assert of_period({"start": "2021", "end": "2020"}) is None
    assert of_period({"start": ["2021"], "end": 7}) is None


def test_of_a_timing_only_the_outer_limits_matter() -> None:
    timing = {"event": ["2013-02-03", "2013-01-31"], "repeat": {"boundsPeriod": {"end": "2013-03-24"}}}
    assert of_timing(timing) == (MIN_TIME, ms(2013, 3, 25))
    assert of_timing({"event": ["2013-02-03", "2013-01-31"]}) == (ms(2013, 1, 31), ms(2013, 2, 4))
    assert of_timing({"repeat": {"frequency": 1}}) is None
    assert of_timing({"event": "2013", "repeat": ["x"]}) is None
