"""FHIR dates as half-open periods of milliseconds since 1970 UTC.

A time without a zone, and a date, count as UTC, in resources and in queries alike: the same everywhere, whatever the server's zone.
Source: https://hl7.org/fhir/R4/search.html#date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from hit_maternity.fhir.search.model import MAX_TIME, MIN_TIME

DAY = 86_400_000
_EPOCH = 719_163  # date(1970, 1, 1).toordinal()
_SHAPE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,18}))?)?(Z|([+-])(\d\d):(\d\d))?)?)?)?\Z", re.ASCII)

_WHOLE = frozenset({len("2015-02-07T13:28:17Z"), len("2015-02-07T13:28:17+02:00")})  # the commonest, which the library reads faster
_1970 = datetime(1970, 1, 1, tzinfo=UTC)

Period = tuple[int, int]


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970; ``ValueError`` for a day that isn't."""
    return datetime(year, month, day).toordinal() - _EPOCH


def _date_period(year: int, month: str | None, day: str | None) -> Period:
    if day is not None:
        low = _days(year, int(month or 1), int(day)) * DAY
        return low, low + DAY
    if month is not None:
        low = _days(year, int(month), 1)
        end = (year, int(month) + 1) if month != "12" else (year + 1, 1)
    else:
        low, end = _days(year, 1, 1), (year + 1, 1)
    high = low + 31 if end[0] > 9999 and month else low + 365 if end[0] > 9999 else _days(end[0], end[1], 1)
    return low * DAY, high * DAY


def period(text: str) -> Period | None:
    """``low <= t < high`` of a date, dateTime or instant (seconds may be missing); None where ``text`` is none.

    The width is that of the last part written: a year, month, day, minute, second, or a tenth to a thousandth of one.
    """
    if (
        len(text) in _WHOLE
        and text[10] == "T"
        and text[7] == "-"
        and text[16] == ":"
        and (text[-1] == "Z" or (text[20:22] < "15" and text[22] == ":" and text[23] < "6"))
    ):
        try:
            since = datetime.fromisoformat(text) - _1970
        except ValueError:
            return None if text[17:19] != "60" else _by_parts(text)
        except TypeError:  # no zone after all
            return _by_parts(text)
        low = since.days * DAY + since.seconds * 1000
        return low, low + 1000
    return _by_parts(text)


def _by_parts(text: str) -> Period | None:
    found = _SHAPE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone, sign, zone_hours, zone_minutes = found.groups()
    try:
        if hour is None:
            return _date_period(int(year), month, day)
        low = _days(int(year), int(month), int(day)) * DAY
    except ValueError:
        return None
    if hour > "23" or minute > "59" or (second or "") > "60":  # 60: a leap second
        return None
    low += int(hour) * 3_600_000 + int(minute) * 60_000 + int(second or 0) * 1000
    if zone and zone != "Z":
        if zone_hours > "14" or zone_minutes > "59":
            return None
        shift = int(zone_hours) * 3_600_000 + int(zone_minutes) * 60_000
        low += shift if sign == "-" else -shift
    if second is None:
        return low, low + 60_000
    if fraction is None:
        return low, low + 1000
    low += int(fraction[:3].ljust(3, "0"))
    return low, low + 10 ** max(0, 3 - len(fraction))


def _bound(value: Any) -> Period | None:
    return period(value) if type(value) is str else None


def of_period(value: dict[str, Any]) -> Period | None:
    """The outer limits of a FHIR Period; an end that isn't there (or isn't a date) is open; None where both are."""
    start, end = _bound(value.get("start")), _bound(value.get("end"))
    if start is None and end is None:
        return None
    low, high = start[0] if start else MIN_TIME, end[1] if end else MAX_TIME
    return (low, high) if low < high else None


def of_timing(value: dict[str, Any]) -> Period | None:
    """The outer limits of a FHIR Timing: its events and its bounds; what happens between doesn't matter."""
    events = value.get("event")
    found = [p for e in events if (p := _bound(e))] if type(events) is list else []
    repeat = value.get("repeat")
    bounds = repeat.get("boundsPeriod") if type(repeat) is dict else None
    if type(bounds) is dict and (limits := of_period(bounds)):
        found.append(limits)
    return (min(p[0] for p in found), max(p[1] for p in found)) if found else None


def milliseconds(moment: datetime) -> int:
    """``moment`` since 1970 UTC, in whole milliseconds."""
    moment = moment.astimezone(UTC)
    return (
        (moment.toordinal() - _EPOCH) * DAY + (moment.hour * 3600 + moment.minute * 60 + moment.second) * 1000 + moment.microsecond // 1000
    )
