"""Growth: where a fundal height lies on the reference curve, how a course of them runs, weight gain and blood pressure over time.

The curve is the one Helsenorge draws (values confirmed to 0.05 cm; the chart doesn't say what its lines mean). A place on it is
therefore told as a band and as a ``score``; a percentile is only offered under the name of what it assumes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from statistics import NormalDist

from hit_maternity.maternity.gestation import GestationalAge
from hit_maternity.maternity.measures import BloodPressure
from hit_maternity.maternity.tables import Basis, Words, rows

#: The first measurement counts as "near week 25" in these days (inferred: the rule names the week only).
FIRST_FROM, FIRST_TO = 24 * 7, 26 * 7 + 6
JUMP = Decimal(3)  # cm
REST = 21  # days without growth after which there is nothing to wait for


class Band(StrEnum):
    """Where a measurement lies; on a line is within."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Lines:
    """The three lines of the curve at one age, in cm."""

    low: Decimal
    middle: Decimal
    high: Decimal

    def score(self, height: Decimal) -> Decimal:
        """-1 on the lower line, 0 on the middle, 1 on the upper one, straight between and beyond."""
        distance = height - self.middle
        return distance / (self.high - self.middle if distance > 0 else self.middle - self.low)

    def height(self, score: Decimal) -> Decimal:
        """The height in cm at a score: the inverse of ``score``."""
        return self.middle + score * (self.high - self.middle if score > 0 else self.middle - self.low)


@dataclass(frozen=True, slots=True)
class Position:
    """Where one fundal height lies: its band, its ``score`` between the lines, and the lines themselves."""

    band: Band
    score: Decimal
    lines: Lines

    @property
    def percentile_if_10_to_90(self) -> float:
        """The percentile, if low and high are the 10th and 90th and each half is normal. Inferred: the chart doesn't say so."""
        return 100 * NormalDist().cdf(float(self.score) * NormalDist().inv_cdf(0.9))


@cache
def _curve() -> Mapping[int, Lines]:
    return {int(row.id): Lines(*row.numbers("lines", 3)) for row in rows("growth", "point")}


@cache
def curve_basis() -> Basis:
    """What the curve rests on."""
    return rows("growth", "curve")[0].basis()


def lines_at(age: GestationalAge) -> Lines | None:
    """The lines at a gestational age, straight between the weeks; ``None`` off the curve (before 23+0, after 42+0)."""
    here, ahead = _curve().get(age.weeks), _curve().get(age.weeks + 1)
    if here is None or (age.days_over and ahead is None):
        return None
    if ahead is None or not age.days_over:
        return here
    left, right = 7 - age.days_over, age.days_over
    low, middle, high = (
        (a * left + b * right) / 7 for a, b in ((here.low, ahead.low), (here.middle, ahead.middle), (here.high, ahead.high))
    )
    return Lines(low, middle, high)


def position(age: GestationalAge, height: Decimal) -> Position | None:
    """Where ``height`` (cm) lies at ``age``; ``None`` off the curve."""
    lines = lines_at(age)
    if lines is None:
        return None
    band = Band.BELOW if height < lines.low else Band.ABOVE if height > lines.high else Band.WITHIN
    return Position(band, lines.score(height), lines)


@dataclass(frozen=True, slots=True)
class FundalHeight:
    """A measurement of the distance from symphysis to fundus in cm."""

    age: GestationalAge
    height: Decimal


@dataclass(frozen=True, slots=True)
class CourseSign:
    """What a course shows, and at which measurement (its gestational age) it shows."""

    id: str
    at: GestationalAge

    @property
    def words(self) -> Words:
        """The sign in three languages."""
        return next(row for row in rows("growth", "course") if row.id == self.id).words()

    @property
    def basis(self) -> Basis:
        """What the sign rests on."""
        return next(row for row in rows("growth", "course") if row.id == self.id).basis()


@dataclass(frozen=True, slots=True)
class Course:
    """Several fundal heights in order of time, each with its position, and what they show together."""

    measured: tuple[tuple[FundalHeight, Position | None], ...]
    signs: tuple[CourseSign, ...]


def _low_signs(placed: Sequence[tuple[FundalHeight, Position]]) -> list[CourseSign]:
    signs = []
    first, where = placed[0]
    if where.band is Band.BELOW and FIRST_FROM <= first.age.days <= FIRST_TO:
        signs.append(CourseSign("first-low", first.age))
    low = [measured for measured, place in placed if place.band is Band.BELOW]
    if len(low) >= 2:
        signs.append(CourseSign("two-low", low[-1].age))
    return signs


def _run_signs(placed: Sequence[tuple[FundalHeight, Position]]) -> list[CourseSign]:
    """What the last measurement shows against the one before, and against the first."""
    (before, was), (last, now) = placed[-2], placed[-1]
    signs = []
    if last.height <= before.height:
        waited = last.age.days - before.age.days
        signs.append(CourseSign("not-rising" if waited >= REST else "measure-again", last.age))
    if last.height - now.lines.height(was.score) >= JUMP:
        signs.append(CourseSign("jump", last.age))
    if placed[0][1].score - now.score >= 1:
        signs.append(CourseSign("falling-off", last.age))
    return signs


def course(heights: Iterable[FundalHeight]) -> Course:
    """The course of several measurements, given in any order. Those off the curve are listed but not judged."""
    measured = tuple((m, position(m.age, m.height)) for m in sorted(heights, key=lambda m: m.age))
    placed = [(m, place) for m, place in measured if place is not None]
    signs: list[CourseSign] = []
    if placed:
        signs += _low_signs(placed)
        if placed[-1][1].band is Band.ABOVE:
            signs.append(CourseSign("above", placed[-1][0].age))
    if len(placed) >= 2:
        signs += _run_signs(placed)
    return Course(measured, tuple(signs))


@dataclass(frozen=True, slots=True)
class WeightGroup:
    """A BMI group before the pregnancy and the gain recommended for it in kg: in all, per week after 14+0, and in all for twins."""

    id: str
    bmi_from: Decimal
    bmi_below: Decimal
    total: tuple[Decimal, Decimal]
    weekly: tuple[Decimal, Decimal]
    twins: tuple[Decimal, Decimal] | None
    words: Words
    basis: Basis


@cache
def weight_groups() -> tuple[WeightGroup, ...]:
    """The four BMI groups, lightest first."""
    listed = []
    for row in rows("growth", "weight_gain"):
        (start, below), total, weekly = row.numbers("bmi", 2), row.numbers("total", 2), row.numbers("weekly", 2)
        twins = row.numbers("twins", 2) if "twins" in row.values else None
        pair = None if twins is None else (twins[0], twins[1])
        listed.append(WeightGroup(row.id, start, below, (total[0], total[1]), (weekly[0], weekly[1]), pair, row.words(), row.basis()))
    return tuple(listed)


def weight_group(bmi: Decimal) -> WeightGroup:
    """The group of a BMI before the pregnancy. Raises ``ValueError`` where there is none (not above 0)."""
    for group in weight_groups():
        if max(group.bmi_from, Decimal("0.01")) <= bmi < group.bmi_below:
            return group
    raise ValueError("a BMI is a number above 0")


def expected_gain(group: WeightGroup, age: GestationalAge, fetuses: int = 1) -> tuple[Decimal, Decimal] | None:
    """The recommended gain in kg (least, most) at ``age``: none at 0+0, 0.5 to 2 kg at 13+0, the group's total at 40+0 and after,
    straight between (inferred). ``None`` where there is no recommendation (three or more, underweight with twins)."""
    total = {1: group.total, 2: group.twins}.get(fetuses)
    if total is None:
        return None
    early, days = (Decimal("0.5"), Decimal(2)), Decimal(min(age.days, 280))
    if days <= 91:
        return early[0] * days / 91, early[1] * days / 91
    share = (days - 91) / (280 - 91)
    return early[0] + (total[0] - early[0]) * share, early[1] + (total[1] - early[1]) * share


def weight_gain(before: Decimal, now: Decimal, bmi: Decimal, age: GestationalAge, fetuses: int = 1) -> Band | None:
    """Whether the gain from ``before`` to ``now`` (kg) lies below, within or above the recommendation; ``None`` without one."""
    expected = expected_gain(weight_group(bmi), age, fetuses)
    if expected is None:
        return None
    gained = now - before
    return Band.BELOW if gained < expected[0] else Band.ABOVE if gained > expected[1] else Band.WITHIN


@dataclass(frozen=True, slots=True)
class PressureCourse:
    """Blood pressure over time: first, last and highest, and the rise from first to last in mmHg (negative: a fall)."""

    first: BloodPressure
    last: BloodPressure
    highest_systolic: int
    highest_diastolic: int
    systolic_rise: int
    diastolic_rise: int


def pressure_course(readings: Iterable[tuple[date, BloodPressure]]) -> PressureCourse | None:
    """The course of readings given in any order (of one day: in the order given); ``None`` without any."""
    ordered = [reading for _, reading in sorted(readings, key=lambda pair: pair[0])]
    if not ordered:
        return None
    first, last = ordered[0], ordered[-1]
    return PressureCourse(
        first,
        last,
        max(r.systolic for r in ordered),
        max(r.diastolic for r in ordered),
        last.systolic - first.systolic,
        last.diastolic - first.diastolic,
    )
