"""Dates and times of resources as the card reads them: the moment a thing belongs to, and the day it was in Norway.

A fact dated to the month or the year only counts from its first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any

from hit_maternity.clock import Clock

Resource = dict[str, Any]

WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))

#: Where a resource says when it took place, the first that is there counts.
_USUAL = ("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "period.start", "recordedDate", "date", "created", "issued")
_MOMENTS: Mapping[str, tuple[str, ...]] = {
    "Appointment": ("start", "created"),
    "CarePlan": ("created", "period.start"),
    "Condition": ("recordedDate", "onsetDateTime", "onsetPeriod.start"),
    "Consent": ("dateTime",),
    "MedicationStatement": ("dateAsserted", "effectiveDateTime", "effectivePeriod.start"),
    "MedicationRequest": ("authoredOn",),
    "Procedure": ("performedDateTime", "performedPeriod.start"),
    "Provenance": ("occurredDateTime", "occurredPeriod.start", "recorded"),
    "QuestionnaireResponse": ("authored",),
    "ServiceRequest": ("authoredOn",),
}


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def norwegian(moment: datetime) -> datetime:
    """An aware ``moment`` on Norwegian clocks, reckoned without a time zone database, which Windows doesn't have.

    Rule: https://eur-lex.europa.eu/eli/dir/2000/84/oj (last Sundays of March and October, 01:00 UTC).
    """
    universal = moment.astimezone(UTC)
    spring, autumn = (datetime.combine(_last_sunday(universal.year, month), time(1), UTC) for month in (3, 10))
    return moment.astimezone(SUMMER if spring <= universal < autumn else WINTER)


@lru_cache(maxsize=8192)
def read_moment(text: str) -> datetime | None:
    """The moment that a FHIR date, dateTime or instant begins, UTC; one without a zone is taken by Norwegian clocks."""
    try:
        moment = datetime.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=norwegian(moment.replace(tzinfo=UTC)).tzinfo)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=8192)
def read_day(text: str) -> date | None:
    """The day in Norway of a FHIR date, dateTime or instant; ``None`` for what is none."""
    moment = read_moment(text)
    return None if moment is None else norwegian(moment).date()


def _said(resource: Resource, path: str) -> str | None:
    name, _, rest = path.partition(".")
    value = resource.get(name)
    if rest:
        value = value.get(rest) if isinstance(value, dict) else None
    return value if isinstance(value, str) and value else None


def dated(resource: Resource) -> str | None:
    """When a resource took place, as it is written there; ``None`` where it doesn't say."""
    paths = _MOMENTS.get(resource["resourceType"], _USUAL)
    return next((said for path in paths if (said := _said(resource, path)) is not None), None)


def moment_of(resource: Resource) -> datetime | None:
    """The moment a resource belongs to, UTC; ``None`` where it doesn't say."""
    said = dated(resource)
    return None if said is None else read_moment(said)


def day_of(resource: Resource) -> date | None:
    """The day in Norway a resource belongs to; ``None`` where it doesn't say."""
    said = dated(resource)
    return None if said is None else read_day(said)


def today(clock: Clock) -> date:
    """The day it is in Norway."""
    return norwegian(clock.now()).date()
