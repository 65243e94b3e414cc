"""Small things read from resources."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hit_maternity.maternity.rules.reading import day, happened, identifier, local_id, norwegian_day


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-10-09", date(2026, 10, 9)),
        ("2026-10-09T23:30:00+02:00", date(2026, 10, 9)),
        ("2026-10-09T21:59:59Z", date(2026, 10, 9)),
        ("2026-10-09T22:00:00Z", date(2026, 10, 10)),
        ("2026-12-09T22:59:59.999Z", date(2026, 12, 9)),
        ("2026-12-09T23:00:00.5Z", date(2026, 12, 10)),
        ("2026-10-09T20:00:00-08:00", date(2026, 10, 10)),
        ("2026-10", None),
        ("2026", None),
        ("2026-02-30", None),
        ("0000-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("2026-10-09T24:61:00Z", None),
        (20261009, None),
        (None, None),
    ],
)
def test_a_day_is_the_one_in_norway_and_only_where_it_is_told(written: object, expected: date | None) -> None:
    assert day(written) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_summer_time_begins_and_ends_on_the_last_sundays(moment: datetime, expected: date) -> None:
    assert norwegian_day(moment) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/1"}, "1"),
        ({"reference": "Patient/1/_history/3"}, "1"),
        ({"reference": "http://fhir.test/fhir/Patient/1"}, "1"),
        ({"reference": "Practitioner/1"}, None),
        ({"reference": "#Patient/1"}, None),
        ({"reference": "urn:uuid:Patient/1"}, None),
        ({"reference": "Patient/"}, None),
        ({"reference": "Patient"}, None),
        ({"reference": 1}, None),
        ({"identifier": {"value": "1"}}, None),
        ("Patient/1", None),
        (None, None),
    ],
)
def test_the_id_of_a_reference_to_a_type(reference: object, expected: str | None) -> None:
    assert local_id(reference, "Patient") == expected


def test_what_is_not_as_it_should_be_gives_nothing() -> None:
    assert identifier({"identifier": "x"}, "s") is None
    assert identifier({"identifier": [None, {"system": "s", "value": 1}, {"system": "s", "value": "v"}]}, "s") == "v"
    assert happened({"effectivePeriod": {"start": "2026-01-01"}}) == date(2026, 1, 1)
    assert happened({"effectiveTiming": {}}) is None
