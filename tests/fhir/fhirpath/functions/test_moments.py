"""The present moment, and arithmetic of dates in expressions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

NOW = datetime(2026, 2, 28, 23, 30, 15, 123456, tzinfo=UTC)


def test_now_is_the_contexts_moment_all_through(evaluate: Any) -> None:
    assert evaluate("now()", now=NOW) == ["2026-02-28T23:30:15.123Z"]
    assert evaluate("today()", now=NOW) == ["2026-02-28"]
    assert evaluate("timeOfDay()", now=NOW) == ["23:30:15.123"]
    assert evaluate("now()", now=NOW.astimezone(timezone(timedelta(hours=1)))) == ["2026-03-01T00:30:15.123+01:00"]


def test_now_is_not_computed_beforehand(evaluate: Any) -> None:
    later = NOW + timedelta(days=1)
    assert evaluate("today()", now=NOW) != evaluate("today()", now=later)


def test_without_a_moment_the_clock_is_asked_once(evaluate: Any) -> None:
    assert evaluate("now() = now()") == [True]


def test_gestational_age_can_be_written_as_an_expression(evaluate: Any) -> None:
    episode = {"resourceType": "EpisodeOfCare", "period": {"start": "2025-09-01"}}
    assert evaluate("period.start + 28 weeks <= today()", episode, now=NOW) == [False]
    assert evaluate("period.start + 25 weeks <= today()", episode, now=NOW) == [True]


def test_a_birth_date_compares_with_moments(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("birthDate < now()", patient, now=NOW) == [True]
    assert evaluate("birthDate = @1974-12-25T10:00:00Z", patient) == []
    assert evaluate("birthDate != @T10:00", patient) == [True]
    assert evaluate("birthDate = '1974-12-25'", patient) == [False]
