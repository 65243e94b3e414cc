"""Reading old and new forms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hit_maternity.client import organisation_name, rhesus_positive, timestamp, version_of


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-05T06:41:27.217541Z", datetime(2025, 3, 5, 6, 41, 27, 217541, UTC)),
        ("2024-10-29T11:45:06.866", datetime(2024, 10, 29, 10, 45, 6, 866000, UTC)),
        ("2024-07-01T00:30:00", datetime(2024, 6, 30, 22, 30, tzinfo=UTC)),
        ("2026-03-29T01:59:59", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)),
        ("2026-03-29T03:00:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T03:00:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ("2026-01-01T10:00:00+01:00", datetime(2026, 1, 1, 9, tzinfo=UTC)),
    ],
)
def test_a_timestamp_is_a_moment_with_and_without_a_zone(text: str, moment: datetime):
    assert timestamp(text) == moment


def test_what_is_no_timestamp_is_refused():
    with pytest.raises(ValueError):
        timestamp("yesterday")


@pytest.mark.parametrize(
    ("code", "positive"), [("POSTIVE", True), ("POSITIVE", True), ("positive", True), ("NEGATIVE", False), ("weak", None), (None, None)]
)
def test_rhesus_is_understood_in_both_spellings(code: str | None, positive: bool | None):
    assert rhesus_positive(code) is positive


def test_the_organisation_has_its_name_under_the_new_and_the_old_member():
    assert organisation_name({"orgNr": "310001007", "orgName": "Ny"}) == "Ny"
    assert organisation_name({"orgNr": "310001007", "orgNrDisplay": "Gammel"}) == "Gammel"
    assert organisation_name({}) is None and organisation_name(None) is None


def test_the_version_of_a_part():
    assert version_of({"metadata": {"version": 3, "unknown": 1}}) == 3
    for none in (None, {}, {"metadata": {}}, {"metadata": {"version": True}}, {"metadata": {"version": "3"}}):
        assert version_of(none) is None
