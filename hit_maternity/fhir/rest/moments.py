"""Dates and times in parameters of histories and operations: the period that a FHIR date, dateTime or instant spans.

Source: https://hl7.org/fhir/R4/datatypes.html#dateTime; a time without a zone, and a date, is taken in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hit_maternity.fhir.outcome import refuse

_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+ \-]\d\d:\d\d)?)?)?)?", re.ASCII)


def period(text: str, name: str) -> tuple[datetime, datetime]:
    """The half-open period ``low <= t < high``, UTC, that ``text`` spans. Raises ``FhirError`` 400 naming parameter ``name``."""
    found = _FORM.fullmatch(text)
    try:
        if found:
            return _spanned(found)
    except (ValueError, OverflowError):
        pass  # the form is right but there is no such day or hour
    rule = f"value-{name.lstrip('_')}"
    text = f"{name} must be a date or a time such as 2026, 2026-03-01 or 2026-03-01T09:30:00Z (a + in a zone is written %2B)."
    raise refuse(400, "value", rule, text)


def _spanned(found: re.Match[str]) -> tuple[datetime, datetime]:
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    low = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    if month is None:
        return low, low.replace(year=low.year + 1)
    if day is None:
        return low, (low + timedelta(days=32)).replace(day=1)
    if hour is None:
        return low, low + timedelta(days=1)
    if fraction:
        digits = fraction[1:4].ljust(3, "0")
        low += timedelta(milliseconds=int(digits))
        length = timedelta(milliseconds=1)
    else:
        length = timedelta(minutes=1) if second is None else timedelta(seconds=1)
    if zone and zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
        # An unencoded + arrives as a space.
        low += offset if zone[0] == "-" else -offset
    return low, low + length
