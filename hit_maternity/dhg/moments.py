"""Timestamps: UTC with microseconds and Z as they are written today, or local without a zone as they were; both are read.

Confirmed by examples of the national documentation: ``2025-03-05T06:41:27.217541Z`` and, of the year before, ``2024-10-29T11:45:06.866``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from hit_maternity.maternity.card.moments import norwegian, read_moment

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_MOST_DIGITS = re.compile(r"(\.\d{6})\d+")


def written(moment: datetime, local: bool = False) -> str:
    """``moment`` as the API writes it. ``local``: in the older form."""
    if local:
        return norwegian(moment).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read(text: object) -> datetime | None:
    """The moment, UTC, that a timestamp or a date means, one without a zone by Norwegian clocks; None for what is none."""
    if not isinstance(text, str) or not _TIMESTAMP.fullmatch(text):
        return None
    return read_moment(_MOST_DIGITS.sub(r"\1", text))


def day(moment: datetime) -> date:
    """The day it is in Norway."""
    return norwegian(moment).date()
