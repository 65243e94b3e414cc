"""Norwegian local time, against the rule of the last Sundays of March and October."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from hit_maternity.testbed.people.moments import at, local, written


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (date(2026, 1, 5), time(9), "2026-01-05T09:00:00+01:00"),
        (date(2026, 7, 14), time(9, 30), "2026-07-14T09:30:00+02:00"),
        (date(2026, 3, 29), time(1, 59), "2026-03-29T01:59:00+01:00"),
        (date(2026, 3, 29), time(3), "2026-03-29T03:00:00+02:00"),
        (date(2026, 10, 25), time(1, 59), "2026-10-25T01:59:00+02:00"),
        (date(2026, 10, 25), time(3), "2026-10-25T03:00:00+01:00"),
        (date(2027, 3, 28), time(12), "2027-03-28T12:00:00+02:00"),
        (date(2027, 10, 30), time(12), "2027-10-30T12:00:00+02:00"),
        (date(2027, 10, 31), time(12), "2027-10-31T12:00:00+01:00"),
    ],
)
def test_the_offset_is_that_of_the_season(day: date, clock: time, expected: str):
    assert written(at(day, clock)) == expected


def test_the_moment_is_the_same_one_in_utc():
    assert local(datetime(2026, 7, 14, 12)).astimezone(UTC).hour == 10
    assert local(datetime(2026, 12, 14, 12)).astimezone(UTC).hour == 11
