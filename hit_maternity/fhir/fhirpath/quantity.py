"""A number with a unit: UCUM codes and calendar durations, compared across units.

Source: FHIRPath N1, http://hl7.org/fhirpath/N1/#quantity and #time-valued-quantities.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import import_module
from typing import Any

from hit_maternity.fhir.fhirpath.temporal import UNITS
from hit_maternity.fhir.json import LosslessFloat, decimal

UCUM = "http://unitsofmeasure.org"

#: FHIR types that convert to System.Quantity.
QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration", "SimpleQuantity", "MoneyQuantity"})

CALENDAR_WORDS = frozenset(UNITS) - {"wk", "d", "h", "min", "s", "ms"}
_UCUM_OF_WORD = {"year": "a", "month": "mo", "week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s", "millisecond": "ms"}
_TEXT = re.compile(r"([+-]?[0-9]{1,1000}(?:\.[0-9]{1,1000})?)(?:\s*'([^']{1,100})'|\s+([a-z]{1,20}))?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """``unit`` is a UCUM code or a calendar word as spelt; ``lenient``: it came from a FHIR Quantity, where ``a`` also means a
    calendar year and ``mo`` a calendar month."""

    value: Decimal
    unit: str = "1"
    lenient: bool = False

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit}" if self.unit in CALENDAR_WORDS else f"{self.value:f} '{self.unit}'"

    @property
    def code(self) -> str:
        """The unit as UCUM writes it."""
        return _UCUM_OF_WORD[UNITS[self.unit]] if self.unit in CALENDAR_WORDS else self.unit

    def canonical(self) -> tuple[Decimal, str]:
        """Value and unit in base units; as they are where UCUM can't tell."""
        return _canonical()(self.value, self.code) or (self.value, self.code)

    def key(self) -> tuple[object, ...]:
        """Equal for two values exactly where FHIRPath's ``=`` is true."""
        value, unit = self.canonical()
        return ("q", value, unit, _is_calendar(self) and not self.lenient and self.code in ("a", "mo"))


@cache
def _canonical() -> Callable[[Decimal, str], tuple[Decimal, str] | None]:
    """UCUM's conversion where that package is there; imported late, for it may be left out."""
    try:
        found: Callable[[Decimal, str], tuple[Decimal, str] | None] = import_module("hit_maternity.fhir.ucum").canonical
    except ImportError:
        return _same_unit
    return found


def _same_unit(value: Decimal, code: str) -> tuple[Decimal, str] | None:
    factors = {"ms": Decimal("0.001"), "s": Decimal(1), "min": Decimal(60), "h": Decimal(3600), "d": Decimal(86400), "wk": Decimal(604800)}
    return (value * factors[code], "s") if code in factors else None


def _is_calendar(quantity: Quantity) -> bool:
    return quantity.unit in CALENDAR_WORDS


def of_fhir(value: dict[str, Any]) -> Quantity | None:
    """The System.Quantity of a FHIR Quantity; None without a number or with a comparator."""
    number = value.get("value")
    if value.get("comparator") is not None or not (type(number) is int or isinstance(number, LosslessFloat | Decimal)):
        return None
    unit = value.get("code") or value.get("unit") or "1"
    return Quantity(decimal(number), unit, lenient=True) if isinstance(unit, str) else None


def parse(text: str) -> Quantity | None:
    """``4 days``, ``10 'mg'`` or ``10`` as a quantity; None where it isn't one."""
    found = _TEXT.fullmatch(text)
    if not found or (found[3] and found[3] not in CALENDAR_WORDS):
        return None
    return Quantity(Decimal(found[1]), found[2] or found[3] or "1")


def _aligned(left: Quantity, right: Quantity) -> tuple[Decimal, Decimal] | None:
    """The two values in one unit; None where the units can't be compared."""
    if left.code == right.code:
        return left.value, right.value
    (value, unit), (other, other_unit) = left.canonical(), right.canonical()
    return (value, other) if unit == other_unit else None


def _blurred(left: Quantity, right: Quantity) -> bool:
    """A calendar year or month against a definite one (``1 year = 1 'a'``): neither equal nor not."""
    if left.lenient or right.lenient or _is_calendar(left) == _is_calendar(right):
        return False
    word = left if _is_calendar(left) else right
    return word.code in ("a", "mo")


def compare(left: Quantity, right: Quantity) -> int | None:
    """-1, 0, 1, or None where the units don't allow it."""
    pair = None if _blurred(left, right) else _aligned(left, right)
    return None if pair is None else (pair[0] > pair[1]) - (pair[0] < pair[1])


def equal(left: Quantity, right: Quantity) -> bool | None:
    """``=``: None for a calendar duration against a definite one, false for units of different kinds."""
    if _blurred(left, right):
        return None
    pair = _aligned(left, right)
    return False if pair is None else pair[0] == pair[1]


def comparable(left: Quantity, right: Quantity) -> bool:
    return _aligned(left, right) is not None


def equivalent(left: Quantity, right: Quantity) -> bool:
    """``~``: equal when both are rounded to the precision of the coarser one."""
    if left.value == 0 or right.value == 0:
        return left.value == right.value and comparable(left, right)
    pair = _aligned(left, right)
    if pair is None:
        return False
    steps = [abs(v / q.value) * Decimal(1).scaleb(int(q.value.as_tuple().exponent)) for v, q in zip(pair, (left, right), strict=True)]
    step = max(steps)
    return (pair[0] / step).to_integral_value(ROUND_HALF_UP) == (pair[1] / step).to_integral_value(ROUND_HALF_UP)


def _grouped(unit: str) -> str:
    return f"({unit})" if "/" in unit or "." in unit else unit


def product_unit(left: str, right: str) -> str:
    if "1" in (left, right):
        return right if left == "1" else left
    return f"{left}.{_grouped(right)}"


def ratio_unit(left: str, right: str) -> str:
    if left == right:
        return "1"
    return left if right == "1" else f"{'' if left == '1' else left}/{_grouped(right)}"
