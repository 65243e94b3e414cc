"""Moments and days of resources, by Norwegian clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hit_maternity.clock import FixedClock
from hit_maternity.maternity.card.moments import dated, day_of, moment_of, read_day, read_moment, today


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03", date(2026, 3, 1)),
        ("2026", date(2026, 1, 1)),
        ("2026-03-01T23:30:00Z", date(2026, 3, 2)),  # half past midnight in Norway
        ("2026-07-01T22:00:00Z", date(2026, 7, 2)),  # summer: two hours ahead
        ("2026-07-01T21:59:59.999Z", date(2026, 7, 1)),
        ("2026-03-01T23:30:00+01:00", date(2026, 3, 1)),
        ("2026-03-01T18:30:00-06:00", date(2026, 3, 2)),
        ("2026-03-29T00:59:59Z", date(2026, 3, 29)),
        ("2026-02-30", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("None", None),
        ("", None),
    ],
)
def test_a_date_is_the_day_it_was_in_norway(text: str, day: date | None) -> None:
    assert read_day(text) == day


def test_summer_begins_and_ends_at_one_in_the_morning_utc() -> None:
    def today_at(*moment: int) -> date:
        return today(FixedClock(datetime(*moment, tzinfo=UTC)))  # type: ignore[arg-type, misc]  # six numbers

    assert today_at(2026, 3, 28, 22, 30, 0) == date(2026, 3, 28)
    assert today_at(2026, 3, 29, 22, 30, 0) == date(2026, 3, 30)
    assert today_at(2026, 10, 24, 22, 30, 0) == date(2026, 10, 25)
    assert today_at(2026, 10, 25, 22, 30, 0) == date(2026, 10, 25)


def test_moments_in_different_zones_are_put_in_order_by_the_moment() -> None:
    texts = ["2026-03-01T12:30:00+02:00", "2026-03-01T10:45:00Z", "2026-03-01T11:50:00+01:00"]
    assert sorted(texts, key=lambda t: str(read_moment(t))) == texts


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ({"resourceType": "Observation", "effectivePeriod": {"start": "2026-01-01"}, "issued": "2026-01-02"}, "2026-01-01"),
        ({"resourceType": "Observation", "issued": "2026-01-02T00:00:00Z"}, "2026-01-02T00:00:00Z"),
        ({"resourceType": "Condition", "onsetDateTime": "2019", "recordedDate": "2026-01-03"}, "2026-01-03"),
        ({"resourceType": "MedicationStatement", "effectivePeriod": {"start": "2020"}, "dateAsserted": "2026-01-04"}, "2026-01-04"),
        ({"resourceType": "Appointment", "start": "2026-05-01T08:00:00Z", "created": "2026-01-05"}, "2026-05-01T08:00:00Z"),
        ({"resourceType": "Encounter", "period": "not an object"}, None),
        ({"resourceType": "Patient"}, None),
    ],
)
def test_a_resource_belongs_to_the_moment_it_names_first(resource: dict[str, object], said: str | None) -> None:
    assert dated(resource) == said
    assert (moment_of(resource) is None) == (day_of(resource) is None) == (said is None)
