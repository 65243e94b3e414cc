"""Reading what servers of different age answer: timestamps with and without a zone, names that were spelled otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any


def timestamp(text: str) -> datetime:
    """The moment that a timestamp of the national API tells, aware. The examples of 2024 have no zone and milliseconds, those of 2025
    are UTC with microseconds (confirmed); that the former are Norwegian time is inferred. Raises ``ValueError``."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo is not None else (read - _norwegian(read)).replace(tzinfo=UTC)


def _norwegian(local: datetime) -> timedelta:
    """Norway's difference from UTC at a local time, since 1996; the doubled hour in October is taken as summer time."""
    since = datetime(local.year, 3, _last_sunday(local.year, 3), 2)
    until = datetime(local.year, 10, _last_sunday(local.year, 10), 3)
    return timedelta(hours=2 if since <= local < until else 1)


def _last_sunday(year: int, month: int) -> int:
    return 31 - (date(year, month, 31).weekday() + 1) % 7


def rhesus_positive(code: str | None) -> bool | None:
    """Whether ``aboRh.rhesusDType`` says positive: ``POSTIVE``, as the documentation spells it, and ``POSITIVE``; None where it tells
    nothing that is known."""
    known = {"POSTIVE": True, "POSITIVE": True, "NEGATIVE": False, "NEG": False}
    return None if code is None else known.get(code.strip().upper())


def organisation_name(last_updated_by: Mapping[str, Any] | None) -> str | None:
    """The organisation's name in ``lastUpdatedBy``: ``orgName``, or ``orgNrDisplay`` as it was called before."""
    told = last_updated_by or {}
    name = told.get("orgName") or told.get("orgNrDisplay")
    return name if isinstance(name, str) else None


def version_of(part: Mapping[str, Any] | None) -> int | None:
    """``metadata.version`` of a record, a resource or an item."""
    metadata = (part or {}).get("metadata")
    version = metadata.get("version") if isinstance(metadata, Mapping) else None
    return version if isinstance(version, int) and not isinstance(version, bool) else None
