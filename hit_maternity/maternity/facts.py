"""The facts the rules of attention judge: plain values, as they stand in one pregnancy's record on one day.

Three-valued throughout: ``None`` is "not registered" and never counts as no. Whoever knows the resources makes the facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from hit_maternity.maternity.dating import Dating
from hit_maternity.maternity.fetus import Lie
from hit_maternity.maternity.measures import BloodPressure, UrineProtein
from hit_maternity.maternity.visits import Attendance


class Dated(Protocol):
    """Anything that happened on a day."""

    @property
    def on(self) -> date: ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class FetalSigns:
    """One fetus at one visit: ``number``, heart rate per minute, whether the mother feels it move, and how it lies."""

    number: int = 1
    heart_rate: int | None = None
    movements: bool | None = None
    lie: Lie | None = None


@dataclass(frozen=True, slots=True)
class Consultation:
    """What was found at one visit. ``weight`` in kg. ``kind``: as of an ``Attendance``; ``stay``: in hospital; ``none``: at no visit."""

    on: date
    blood_pressure: BloodPressure | None = None
    urine_protein: UrineProtein | None = None
    weight: Decimal | None = None
    fetuses: tuple[FetalSigns, ...] = ()
    kind: str = "consultation"


@dataclass(frozen=True, slots=True)
class Measured:
    """A laboratory value in the card's unit: haemoglobin g/dL, ferritin ug/L, HbA1c mmol/mol; fundal height cm."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class GlucoseLoad:
    """A glucose load in mmol/L; either value may be missing."""

    on: date
    fasting: Decimal | None = None
    two_hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Screening:
    """The answer of a test for ``test``: antibodies, hepatitis-b, hepatitis-c, hiv, syphilis or group-b-streptococci."""

    on: date
    test: str
    positive: bool


@dataclass(frozen=True, slots=True)
class Rhesus:
    """The RhD chain: the mother's type, her consent to typing, the fetus's type (positive where one of several is) and the prophylaxis."""

    mother_negative: bool | None = None
    consent: bool | None = None
    fetus_positive: bool | None = None
    prophylaxis: bool | None = None
    prophylaxis_after_birth: bool | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """What she brings with her. Ages in completed years, BMI in kg/m2 before the pregnancy, years since the last pregnancy."""

    age: int | None = None
    age_at_term: int | None = None
    births: int | None = None
    bmi: Decimal | None = None
    origin_asia_or_africa: bool | None = None
    relative_with_diabetes: bool | None = None
    earlier_gestational_diabetes: bool | None = None
    earlier_child_over_4500: bool | None = None
    earlier_shoulder_dystocia: bool | None = None
    earlier_pre_eclampsia: bool | None = None
    impaired_glucose_tolerance: bool | None = None
    diabetes: bool | None = None
    chronic_hypertension: bool | None = None
    kidney_disease: bool | None = None
    connective_tissue_disease: bool | None = None
    antiphospholipid_syndrome: bool | None = None
    placental_failure: bool | None = None
    relative_with_pre_eclampsia: bool | None = None
    years_since_last_pregnancy: int | None = None
    multiple_pregnancy: bool | None = None
    other_indication_for_nipt: bool | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules look at. Tuples may be in any order; what lies after ``today`` is not looked at."""

    today: date
    dating: Dating | None = None
    born: date | None = None
    ended: date | None = None
    fetuses: int | None = None
    consultations: tuple[Consultation, ...] = ()
    attendances: tuple[Attendance, ...] = ()
    haemoglobin: tuple[Measured, ...] = ()
    ferritin: tuple[Measured, ...] = ()
    hba1c: tuple[Measured, ...] = ()
    glucose: tuple[GlucoseLoad, ...] = ()
    screenings: tuple[Screening, ...] = ()
    fundal_heights: tuple[Measured, ...] = ()
    rhesus: Rhesus = field(default_factory=Rhesus)
    background: Background = field(default_factory=Background)
    weight_before: Decimal | None = None

    def until_today(self, things: Sequence[D]) -> list[D]:
        """``things`` up to and with today, oldest first."""
        return sorted((t for t in things if t.on <= self.today), key=lambda t: t.on)

    @property
    def pregnant(self) -> bool:
        """Whether the pregnancy still goes on today."""
        return all(day is None or day > self.today for day in (self.born, self.ended))

    @property
    def days(self) -> int | None:
        """Days of pregnancy today; ``None`` without a dating."""
        return self.days_on(self.today)

    def days_on(self, day: date) -> int | None:
        """Days of pregnancy on ``day``; ``None`` without a dating."""
        return None if self.dating is None else self.dating.days_on(day)

    def answered(self, test: str) -> list[Screening]:
        """The answers of one test up to today, oldest first."""
        return [s for s in self.until_today(self.screenings) if s.test == test]

    @property
    def immunised(self) -> bool | None:
        """Whether blood group antibodies were ever found; ``None`` when never tested."""
        answers = self.answered("antibodies")
        return any(s.positive for s in answers) if answers else None
