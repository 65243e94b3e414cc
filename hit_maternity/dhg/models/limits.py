"""What a value of the national record may be at most: one table, each row with how surely it is known.

The national documentation is known to check that numbers are positive, that days are 0 to 6 and oedema 0 to 3. All other limits are
inferred: generous, and never wider than those of the card's FHIR profiles, so that what is taken here can be kept there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Evidence(StrEnum):
    """How surely something of the national contract is known."""

    CONFIRMED = "confirmed by the national documentation"
    SECOND_HAND = "second-hand, from a public client"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Range:
    """A number from ``low`` to ``high``, both included, in ``unit``."""

    low: int
    high: int
    unit: str = ""
    evidence: Evidence = Evidence.INFERRED


@dataclass(frozen=True, slots=True)
class Length:
    """Text of at most ``most`` characters."""

    most: int
    evidence: Evidence = Evidence.INFERRED


WEEK = Range(1, 44, "completed weeks")
DAYS = Range(0, 6, "days", Evidence.SECOND_HAND)
OEDEMA = Range(0, 3, evidence=Evidence.SECOND_HAND)
PERCENT = Range(0, 100, "%")
MOTHER_WEIGHT = Range(25, 350, "kg")
HEIGHT = Range(100, 230, "cm")
BMI = Range(8, 100, "kg/m2")
SYSTOLIC = Range(50, 300, "mmHg")
DIASTOLIC = Range(20, 200, "mmHg")
FETUS = Range(1, 9)
HEART_RATE = Range(30, 300, "beats/min")
FUNDAL_HEIGHT = Range(10, 50, "cm")
FUNDAL_WEEK = Range(16, 44, "completed weeks")
HAEMOGLOBIN = Range(2, 25, "g/dL")
FERRITIN = Range(0, 5000, "µg/L")
HBA1C = Range(15, 200, "mmol/mol")
GLUCOSE = Range(1, 50, "mmol/L")
COUNT = Range(0, 40)
DAILY = Range(0, 200, "a day")

NOTE = Length(4000)
NAME = Length(250)
ADDRESS = Length(500)
SHORT = Length(50)
CODE = Length(100)
DISPLAY = Length(250)

#: Digits of a decimal, before and after the point together, and the power of ten it may be written with.
DIGITS = 20
#: Items of a list.
FETUSES = 9
STIMULI = 50
#: No date lies before this year, and none after the ``AHEAD`` that a due date may be in the future.
FIRST_YEAR = 1950
AHEAD = timedelta(days=330)
#: What a clock in another time zone may be ahead.
ZONE = timedelta(days=1)
#: Faults that one answer names.
FAULTS = 500
