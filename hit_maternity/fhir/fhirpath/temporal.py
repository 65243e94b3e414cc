"""Dates, dateTimes and times of partial precision: how they are read, compared, moved and bounded.

Source: FHIRPath N1, http://hl7.org/fhirpath/N1/#date-datetime-and-time-values and #comparison.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Context, Decimal
from functools import lru_cache

DATE, DATE_TIME, TIME = "System.Date", "System.DateTime", "System.Time"

_TEXT = re.compile(
    r"(?:([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?)?(T)?(?:([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,30}))?)?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
#: Digits that a value of n parts has, as ``precision()`` counts them.
_EXACT = Context(prec=60)
_DATE_DIGITS = (0, 4, 6, 8, 10, 12, 14, 17)
_TIME_DIGITS = (0, 2, 4, 6, 9)
_LIMITS = ((1, 9999), (1, 12), (1, 31), (0, 23), (0, 59), (0, 60))


@dataclass(frozen=True, slots=True)
class Temporal:
    """A point in time as far as it is known. ``parts`` are year, month, day, hour, minute, second (of a time: hour, minute,
    second), cut where the precision ends; ``fraction`` the digits after the second; ``offset`` minutes east of UTC."""

    kind: str
    parts: tuple[int, ...]
    fraction: str = ""
    offset: int | None = None

    def __str__(self) -> str:
        clock = self.parts if self.kind == TIME else self.parts[3:]
        text = "" if self.kind == TIME else f"{self.parts[0]:04}" + "".join(f"-{n:02}" for n in self.parts[1:3])
        time = ":".join(f"{n:02}" for n in clock) + (f".{self.fraction}" if self.fraction else "")
        if time and self.kind != TIME:
            time = "T" + time
        return text + time + _offset_text(self.offset)

    @property
    def digits(self) -> int:
        """The precision as a count of digits: 4 for a year, 8 for a day, 17 for milliseconds."""
        table = _TIME_DIGITS if self.kind == TIME else _DATE_DIGITS
        return table[len(self.parts) + (1 if self.fraction else 0)]

    @property
    def has_time(self) -> bool:
        return self.kind == TIME or len(self.parts) > 3

    def interval(self, local: bool = False) -> tuple[Decimal, Decimal]:
        """First second of the value and first one after it (equal for a value that has seconds), counted from year 0 in UTC,
        or from local midnight where there is no offset or ``local`` is asked for."""
        parts = self.parts if self.kind != TIME else (1, 1, 1, *self.parts)
        year, month, day, hour, minute, second = _padded(parts)
        zone = 0 if local else self.offset or 0
        start = Decimal(date(year, month, day).toordinal() * 86400 + hour * 3600 + (minute - zone) * 60 + second)
        if self.fraction:
            start = _EXACT.add(start, Decimal("0." + self.fraction))
        return start, start + _width(parts) if len(parts) < 6 else start

    def key(self) -> tuple[object, ...]:
        """Equal for two values exactly where FHIRPath's ``=`` is true."""
        return ("t", self.kind == TIME, len(self.parts), self.offset is None, self.interval()[0])


def _padded(parts: tuple[int, ...]) -> tuple[int, ...]:
    return parts + (0, 1, 1, 0, 0, 0)[len(parts) :]


def _width(parts: tuple[int, ...]) -> int:
    """Seconds that a value of this precision covers."""
    if len(parts) == 1:
        return (date(parts[0], 12, 31).toordinal() - date(parts[0], 1, 1).toordinal() + 1) * 86400
    if len(parts) == 2:
        return monthrange(parts[0], parts[1])[1] * 86400
    return (86400, 3600, 60, 0)[len(parts) - 3]


def _offset_text(offset: int | None) -> str:
    if offset is None:
        return ""
    sign = "-" if offset < 0 else "+"
    return "Z" if offset == 0 else f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"


def _offset(text: str | None) -> int | None:
    if text is None or text == "Z":
        return None if text is None else 0
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    return (hours * 60 + minutes) * (-1 if text[0] == "-" else 1)


def parse(text: str, kind: str) -> Temporal | None:
    """``text`` as a value of ``kind`` (``DATE``, ``DATE_TIME``, ``TIME``); None where it isn't one."""
    return _parse(text, kind) if len(text) <= 64 else None


@lru_cache(maxsize=4096)
def _parse(text: str, kind: str) -> Temporal | None:
    found = _TEXT.fullmatch(text)
    if not found:
        return None
    year, mark, hour, second, fraction, zone = found[1], found[4], found[5], found[7], found[8], found[9]
    numbers = tuple(int(g) for g in found.group(1, 2, 3, 5, 6, 7) if g is not None)
    if kind == TIME:
        fits = year is None and hour is not None and zone is None
        limits: tuple[tuple[int, int], ...] = _LIMITS[3:]
    else:
        whole = found[3] is not None
        fits = year is not None and (hour is None or (mark is not None and whole)) and (zone is None or hour is not None)
        fits = fits and (kind == DATE_TIME or (hour is None and mark is None))
        limits = _LIMITS
    if not fits or any(not low <= n <= high for n, (low, high) in zip(numbers, limits, strict=False)):
        return None
    if kind != TIME and len(numbers) > 2 and numbers[2] > monthrange(numbers[0], numbers[1])[1]:
        return None
    try:
        return Temporal(kind, numbers, fraction if second and fraction else "", _offset(zone))
    except ValueError:
        return None


def of_datetime(moment: datetime, kind: str) -> Temporal:
    """``moment`` (aware) as a dateTime, or its date, or its time of day, to the millisecond."""
    offset = moment.utcoffset() or timedelta()
    clock = (moment.hour, moment.minute, moment.second)
    fraction = f"{moment.microsecond // 1000:03}"
    day = (moment.year, moment.month, moment.day)
    if kind == DATE:
        return Temporal(DATE, day)
    if kind == TIME:
        return Temporal(TIME, clock, fraction)
    return Temporal(DATE_TIME, day + clock, fraction, int(offset.total_seconds()) // 60)


def compare(left: Temporal, right: Temporal) -> int | None:
    """-1, 0 or 1; None where the precision, or an offset that only one of them has, leaves it open."""
    local = not (left.has_time and right.has_time)
    low, high = left.interval(local)
    other_low, other_high = right.interval(local)
    precision, other_precision = len(left.parts), len(right.parts)
    certain = True
    if not local and (left.offset is None) != (right.offset is None):
        certain = False
        if left.offset is None:
            low, high = low - 14 * 3600, high + 12 * 3600
        else:
            other_low, other_high = other_low - 14 * 3600, other_high + 12 * 3600
    if low == other_low and precision == other_precision and certain:
        return 0
    if high <= other_low and low != other_low:
        return -1
    if other_high <= low and low != other_low:
        return 1
    return None


#: Quantity units that move a date: the calendar words, and the UCUM codes of definite durations.
UNITS = {
    "year": "year", "years": "year", "month": "month", "months": "month", "week": "week", "weeks": "week", "day": "day", "days": "day",
    "hour": "hour", "hours": "hour", "minute": "minute", "minutes": "minute", "second": "second", "seconds": "second",
    "millisecond": "millisecond", "milliseconds": "millisecond",
    "wk": "week", "d": "day", "h": "hour", "min": "minute", "s": "second", "ms": "millisecond",
}  # fmt: skip
_SECONDS = {"week": Decimal(604800), "day": Decimal(86400), "hour": Decimal(3600), "minute": Decimal(60), "second": Decimal(1),
            "millisecond": Decimal("0.001")}  # fmt: skip


def add(value: Temporal, amount: Decimal, unit: str) -> Temporal | None:
    """``value`` moved by ``amount`` of ``unit`` (a value of ``UNITS``), its precision kept; None outside years 1 to 9999."""
    whole = amount.to_integral_value(ROUND_DOWN)
    if abs(whole) > 10**15:
        return None
    if value.kind == TIME:
        return _add_to_time(value, whole, unit)
    if unit in ("year", "month"):
        return _add_months(value, int(whole) * (12 if unit == "year" else 1))
    seconds = whole * _SECONDS[unit]
    if len(value.parts) < 3:
        days = int((seconds / 86400).to_integral_value(ROUND_DOWN))
        return _add_months(value, int(days / 365) * 12 if len(value.parts) == 1 else int(days / 30))
    return _add_seconds(value, seconds)


def _add_months(value: Temporal, months: int) -> Temporal | None:
    if len(value.parts) == 1:
        months = int(months / 12) * 12
    month_number = value.parts[0] * 12 + (value.parts[1] - 1 if len(value.parts) > 1 else 0) + months
    year, month = divmod(month_number, 12)
    if not 1 <= year <= 9999:
        return None
    parts = [year, month + 1, *value.parts[2:]][: len(value.parts)]
    if len(parts) > 2:
        parts[2] = min(parts[2], monthrange(year, month + 1)[1])
    return Temporal(value.kind, tuple(parts), value.fraction, value.offset)


def _add_seconds(value: Temporal, seconds: Decimal) -> Temporal | None:
    size = len(value.parts)
    step = (86400, 3600, 60, 1)[size - 3]
    if size < 6:
        seconds = (seconds / step).to_integral_value(ROUND_DOWN) * step
    start = _EXACT.add(value.interval(local=True)[0], seconds)
    days, rest = divmod(start, 86400)
    if not 1 <= days <= date.max.toordinal():
        return None
    day = date.fromordinal(int(days))
    clock, fraction = _clock(rest, value.fraction, seconds)
    return Temporal(value.kind, (day.year, day.month, day.day, *clock)[:size], fraction if size == 6 else "", value.offset)


def _add_to_time(value: Temporal, whole: Decimal, unit: str) -> Temporal | None:
    if unit not in ("hour", "minute", "second", "millisecond"):
        return None
    step = (3600, 60, 1)[len(value.parts) - 1]
    seconds = whole * _SECONDS[unit]
    if len(value.parts) < 3:
        seconds = (seconds / step).to_integral_value(ROUND_DOWN) * step
    rest = (value.interval()[0] - 86400 + seconds) % 86400
    rest = rest + 86400 if rest < 0 else rest
    clock, fraction = _clock(rest, value.fraction, seconds)
    return Temporal(TIME, clock[: len(value.parts)], fraction if len(value.parts) == 3 else "")


def _clock(rest: Decimal, fraction: str, moved: Decimal) -> tuple[tuple[int, int, int], str]:
    """Hour, minute, second and digits of the fraction for ``rest`` seconds of the day."""
    whole = int(rest)
    digits = max(len(fraction), 3 if moved % 1 else 0)
    part = f"{rest - whole:.{digits}f}"[2:] if digits else ""
    return (whole // 3600, whole // 60 % 60, whole % 60), part


def boundary(value: Temporal, digits: int | None, high: bool) -> Temporal | None:
    """The first or last value of ``digits`` digits that ``value`` may stand for; None for a precision that doesn't exist.

    An unknown offset becomes the one that reaches furthest: +14:00 for the low, -12:00 for the high boundary.
    """
    table = _TIME_DIGITS if value.kind == TIME else _DATE_DIGITS
    if digits is None:
        digits = {DATE: 8, DATE_TIME: 17, TIME: 9}[value.kind]
    if digits not in table[1:] or (value.kind == DATE and digits > 8):
        return None
    wanted = table.index(digits)
    if value.kind == TIME:
        clock = value.parts + ((23, 59, 59) if high else (0, 0, 0))[len(value.parts) :]
        return Temporal(TIME, clock[: min(wanted, 3)], _boundary_fraction(value, high) if wanted == 4 else "")
    parts = list(value.parts)
    while len(parts) < min(wanted, 6):
        last = (0, 12, monthrange(parts[0], parts[1])[1] if len(parts) > 1 else 0, 23, 59, 59)
        parts.append((last if high else (1, 1, 1, 0, 0, 0))[len(parts)])
    offset = value.offset if value.offset is not None else (-720 if high else 840)
    fraction = _boundary_fraction(value, high) if wanted == 7 else ""
    return Temporal(value.kind, tuple(parts[: min(wanted, 6)]), fraction, offset if wanted > 3 else None)


def _boundary_fraction(value: Temporal, high: bool) -> str:
    return value.fraction[:3].ljust(3, "9" if high and not value.fraction else "0") if value.fraction else ("999" if high else "000")
