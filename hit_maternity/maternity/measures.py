"""Measures of the card: what a value may be at all, and the two that are written in more than one number.

The limits are the table ``growth.toml``, section ``measure``: wide enough for every living woman, narrow enough to catch a slip of
unit or finger. All limits are our own choice (inferred).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from functools import cache

from hit_maternity.fhir.outcome import Issue, refuse
from hit_maternity.maternity.tables import Basis, Words, rows

_FORM = re.compile(r"\A(\d{1,3})/(\d{1,3})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of measurement: UCUM ``unit`` and the limits, both included."""

    id: str
    unit: str
    low: Decimal
    high: Decimal
    words: Words
    basis: Basis


@cache
def measures() -> dict[str, Measure]:
    """All kinds of measurement by id."""
    listed = {}
    for row in rows("growth", "measure"):
        low, high = row.numbers("limits", 2)
        listed[row.id] = Measure(row.id, row.text("unit"), low, high, row.words(), row.basis())
    return listed


def measure_faults(kind: str, value: Decimal | int) -> list[Issue]:
    """``measure-out-of-range`` where ``value`` lies outside what ``kind`` can be. Raises ``KeyError`` at an unknown kind."""
    measure = measures()[kind]
    number = Decimal(value)
    if number.is_finite() and measure.low <= number <= measure.high:
        return []
    words = f"{measure.words.en} lies between {measure.low} and {measure.high} {measure.unit}. Check the value and its unit."
    return [Issue("value", "measure-out-of-range", words)]


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """A blood pressure in mmHg."""

    systolic: int
    diastolic: int

    @classmethod
    def parse(cls, text: str) -> BloodPressure:
        """Reads ``118/76``. Raises ``FhirError`` (rule ``blood-pressure-form``)."""
        found = _FORM.match(text)
        if found is None:
            raise refuse(422, "value", "blood-pressure-form", "Write a blood pressure as systolic, a slash and diastolic, such as 118/76.")
        return cls(int(found[1]), int(found[2]))

    def faults(self) -> list[Issue]:
        """``measure-out-of-range`` for either part, ``systolic-not-above-diastolic``."""
        faults = measure_faults("systolic", self.systolic) + measure_faults("diastolic", self.diastolic)
        if self.systolic <= self.diastolic:
            words = "The systolic pressure must be above the diastolic. Check whether the two were exchanged."
            faults.append(Issue("value", "systolic-not-above-diastolic", words))
        return faults

    def __str__(self) -> str:
        return f"{self.systolic}/{self.diastolic}"


class UrineProtein(IntEnum):
    """Protein in urine by strip, in rising order (Neg, Spor, 1+, 2+, 3+ of NPU04206)."""

    NEGATIVE = 0
    TRACE = 1
    ONE = 2
    TWO = 3
    THREE = 4


def body_mass_index(height: Decimal, weight: Decimal) -> Decimal:
    """kg/m2 with two decimals, half rounded up, from ``height`` in cm and ``weight`` in kg.

    Raises ``FhirError`` (``measure-out-of-range``) where either can't be.
    """
    for kind, value in (("height", height), ("weight", weight)):
        for fault in measure_faults(kind, value):
            raise refuse(422, fault.code, fault.rule, fault.text)
    metres = height / 100
    return (weight / (metres * metres)).quantize(Decimal("0.01"), ROUND_HALF_UP)
