"""What the prefixes of dates and numbers mean for a stored range, and how much of an index has to be read for each.

Source: https://hl7.org/fhir/R4/search.html#prefix. Dates are half open (``low <= t < high``), numbers closed.
"""

from __future__ import annotations

from typing import NamedTuple

from hit_maternity.fhir.search.model import DateValue, NumberValue
from hit_maternity.store.rows import DAY
from hit_maternity.store.sql import Sql


class Reach(NamedTuple):
    """``fits``: the condition itself, over columns ``{a}low`` and ``{a}high``. The rows that can fit are those with
    ``after < low < before`` (None: no bound) and, where ``wide`` is set, the wide rows with ``high > wide``."""

    fits: Sql
    after: float | None = None
    before: float | None = None
    wide: float | None = None
    narrowed: bool = True


def date_reach(value: DateValue) -> Reach:
    """For a date or period. A narrow row is at most a day long, so that ``high > x`` means ``low > x - DAY`` for it."""
    low, high = float(value.low), float(value.high)
    match value.prefix:
        case "ne":
            return Reach(Sql("NOT ({a}low >= ? AND {a}high <= ?)", (low, high)), narrowed=False)
        case "gt":
            return Reach(Sql("{a}high > ?", (high,)), after=high - DAY - 1, wide=high)
        case "ge":
            return Reach(Sql("({a}low >= ? OR {a}high > ?)", (low, high)), after=min(low, high - DAY) - 1, wide=high)
        case "lt":
            return Reach(Sql("{a}low < ?", (low,)), before=low)
        case "le":
            return Reach(Sql("({a}low < ? OR {a}high <= ?)", (low, high)), before=high)
        case "sa":
            return Reach(Sql("{a}low >= ?", (high,)), after=high - 1)
        case "eb":
            return Reach(Sql("{a}high <= ?", (low,)), before=low)
        case "ap":
            return Reach(Sql("{a}low < ? AND {a}high > ?", (high, low)), after=low - DAY - 1, before=high, wide=low)
    return Reach(Sql("{a}low >= ? AND {a}high <= ?", (low, high)), after=low - 1, before=high)


def number_reach(value: NumberValue) -> Reach:
    """For a number or a range of numbers; a narrow row is a single number."""
    exact, low, high = value.value, value.low, value.high
    match value.prefix:
        case "ne":
            return Reach(Sql("NOT ({a}low >= ? AND ({a}high < ? OR {a}high = ?))", (low, high, exact)), narrowed=False)
        case "gt":
            return Reach(Sql("{a}high > ?", (exact,)), after=exact, wide=exact)
        case "ge":
            return Reach(Sql("{a}high >= ?", (exact,)), after=_below(exact), wide=_below(exact))
        case "lt":
            return Reach(Sql("{a}low < ?", (exact,)), before=exact)
        case "le":
            return Reach(Sql("{a}low <= ?", (exact,)), before=_above(exact))
        case "sa":
            return Reach(Sql("{a}low > ?", (exact,)), after=exact)
        case "eb":
            return Reach(Sql("{a}high < ?", (exact,)), before=exact)
        case "ap":
            return Reach(Sql("{a}low <= ? AND {a}high >= ?", (high, low)), after=_below(low), before=_above(high), wide=_below(low))
    fits = Sql("{a}low >= ? AND ({a}high < ? OR {a}high = ?)", (low, high, exact))
    return Reach(fits, after=_below(low), before=_above(high))


def _below(number: float) -> float:
    """A little less than ``number``, so that it is itself within an open bound."""
    return number - abs(number) * 1e-12 - 1e-300


def _above(number: float) -> float:
    return number + abs(number) * 1e-12 + 1e-300
