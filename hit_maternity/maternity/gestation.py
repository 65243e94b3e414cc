"""Gestational age: how far a pregnancy has come, in days, written as completed weeks and days (``28+3``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from hit_maternity.fhir.outcome import FhirError, refuse

#: 44 completed weeks. No pregnancy is dated further: beyond it a date or a term is wrong.
#: Inferred, from the limits of the post-term rule (294 days, https://helsedirektoratet.no/folkehelse/graviditet-fodsel-og-barsel/).
MAX_DAYS = 44 * 7

#: First day of the second and of the third trimester: 14+0 and 28+0. Inferred: the international division; Norwegian sources
#: differ by a week, and agree that the blood sample of week 28 is the third trimester's.
SECOND_TRIMESTER, THIRD_TRIMESTER = 14 * 7, 28 * 7

_FORM = re.compile(r"\A(\d{1,2})\+(\d)\Z", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class GestationalAge:
    """``days`` since day 0 of the pregnancy, 0 to 308. Raises ``FhirError`` (rule ``gestational-age-range``) outside of it."""

    days: int

    def __post_init__(self) -> None:
        if not 0 <= self.days <= MAX_DAYS:
            raise refuse(
                422,
                "value",
                "gestational-age-range",
                "A gestational age lies between 0+0 and 44+0. Check the date and the due date it was reckoned from.",
            )

    @classmethod
    def of(cls, weeks: int, days: int = 0) -> GestationalAge:
        """``weeks`` completed weeks and ``days`` (0 to 6) more. Raises ``FhirError`` (rule ``gestational-age-days``)."""
        if not 0 <= days <= 6:
            raise refuse(
                422, "value", "gestational-age-days", "The days after the completed week go from 0 to 6; seven days are a new week."
            )
        return cls(weeks * 7 + days)

    @classmethod
    def parse(cls, text: str) -> GestationalAge:
        """Reads ``28+3``. Raises ``FhirError`` (``gestational-age-form``, ``gestational-age-days``, ``gestational-age-range``)."""
        found = _FORM.match(text)
        if found is None:
            raise refuse(422, "value", "gestational-age-form", "Write a gestational age as completed weeks, a plus and days, such as 28+3.")
        return cls.of(int(found[1]), int(found[2]))

    @property
    def weeks(self) -> int:
        """Completed weeks; "week 28" runs from 28+0 to 28+6."""
        return self.days // 7

    @property
    def days_over(self) -> int:
        """Days after the completed week, 0 to 6."""
        return self.days % 7

    @property
    def trimester(self) -> int:
        """1, 2 or 3."""
        return 1 + (self.days >= SECOND_TRIMESTER) + (self.days >= THIRD_TRIMESTER)

    def __str__(self) -> str:
        return f"{self.weeks}+{self.days_over}"


def shifted(day: date, days: int) -> date:
    """The date ``days`` after ``day``. Raises ``FhirError`` (rule ``date-out-of-range``) where the calendar ends."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise date_out_of_range() from None


def date_out_of_range() -> FhirError:
    """The refusal of a date with which nothing can be reckoned."""
    return refuse(422, "value", "date-out-of-range", "The date lies too near the ends of the calendar to reckon with. Check the year.")
