"""Norwegian local time without a time zone database, which Windows doesn't have."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def local(moment: datetime) -> datetime:
    """A local ``moment`` with Norway's offset; the hour that comes twice in October is taken as winter time.

    Rule: https://eur-lex.europa.eu/eli/dir/2000/84/oj (last Sundays of March and October, 01:00 UTC).
    """
    spring = datetime.combine(_last_sunday(moment.year, 3), time(2))
    autumn = datetime.combine(_last_sunday(moment.year, 10), time(2))
    return moment.replace(tzinfo=SUMMER if spring <= moment < autumn else WINTER)


def at(day: date, clock: time) -> datetime:
    """The moment at which Norwegian clocks show ``clock`` on ``day``."""
    return local(datetime.combine(day, clock))


def written(moment: datetime) -> str:
    """A FHIR dateTime to the second, with offset."""
    return moment.isoformat(timespec="seconds")
