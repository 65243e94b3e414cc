"""Dating: the due date ("termin") from period, ultrasound or assisted conception, which one is valid, and what follows from it.

Rules: 283 days from the first day of the last period (confirmed, Norsk elektronisk legehåndbok and eSnurra, which
Helsedirektoratet recommends and by which day 294 falls 11 days after the due date); the ultrasound of weeks 17-19 stands above
the period (confirmed); oocyte retrieval is day 14, an embryo is transferred on day 14 + its age (confirmed).
https://helsedirektoratet.no/folkehelse/graviditet-fodsel-og-barsel/graviditet-og-svangerskap/overtidige-svangerskap
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hit_maternity.fhir.outcome import refuse
from hit_maternity.maternity.gestation import GestationalAge, date_out_of_range, shifted
from hit_maternity.maternity.tables import Basis, Words, rows, words_of

CONCEPTION_DAY = 14
USUAL_CYCLE = 28


class Method(StrEnum):
    """How a due date was found."""

    LMP = "lmp"
    ULTRASOUND = "ultrasound"
    OOCYTE_RETRIEVAL = "oocyte-retrieval"
    EMBRYO_TRANSFER = "embryo-transfer"
    CORRECTED = "corrected"

    @property
    def words(self) -> Words:
        """The method's name in three languages."""
        return words_of("dating", "method")[self.value]


ASSISTED = frozenset({Method.OOCYTE_RETRIEVAL, Method.EMBRYO_TRANSFER})


@dataclass(frozen=True, slots=True)
class DatingRules:
    """What can be configured; the defaults are Norway's.

    ``term_length``: days from day 0 to the due date. ``routine_from``/``routine_to``: the ultrasound that sets the term, in days.
    ``precedence``: groups of methods, strongest first. Limits are in days; those of the cycle and the embryo are inferred.
    """

    term_length: int = 283
    routine_from: int = 17 * 7
    routine_to: int = 19 * 7 + 6
    precedence: tuple[frozenset[Method], ...] = (
        frozenset({Method.CORRECTED}),
        ASSISTED,
        frozenset({Method.ULTRASOUND}),
        frozenset({Method.LMP}),
    )
    shortest_term: int = 259  # due date minus period: 37 weeks
    longest_term: int = 301  # 43 weeks
    disagreement: int = 14  # period and ultrasound further apart than this are worth a question
    shortest_cycle: int = 20
    longest_cycle: int = 60
    oldest_embryo: int = 7

    def __post_init__(self) -> None:
        if not self.shortest_term <= self.term_length <= self.longest_term:
            raise ValueError(f"term_length must lie between {self.shortest_term} and {self.longest_term} days")


NORWAY = DatingRules()


@dataclass(frozen=True, slots=True)
class Estimate:
    """One due date and where it comes from.

    ``basis`` is the day it rests on (first day of the period, day of the scan, retrieval or transfer); ``recorded`` the day it
    entered the record, by which corrections are put in order (``None``: before all others).
    """

    method: Method
    due_date: date
    basis: date | None = None
    recorded: date | None = None


@dataclass(frozen=True, slots=True)
class Dating:
    """The valid dating of a pregnancy: ``due_date`` and the length (days) by which ages are reckoned back from it.

    Raises ``FhirError`` (``date-out-of-range``) at a due date outside the years 1900 to 2199, so that nothing later can overflow.
    """

    due_date: date
    term_length: int = NORWAY.term_length

    def __post_init__(self) -> None:
        if not 1900 <= self.due_date.year <= 2199:
            raise date_out_of_range()

    @property
    def day_zero(self) -> date:
        """The day with gestational age 0+0."""
        return shifted(self.due_date, -self.term_length)

    def days_on(self, day: date) -> int:
        """Days of pregnancy on ``day``: any whole number, negative before day 0, without limit after the due date."""
        return (day - self.due_date).days + self.term_length

    def age_on(self, day: date) -> GestationalAge:
        """The gestational age on ``day``. Raises ``FhirError`` (``gestational-age-range``) before 0+0 and after 44+0."""
        return GestationalAge(self.days_on(day))

    def day_at(self, age: GestationalAge) -> date:
        """The date on which the pregnancy is ``age`` old."""
        return shifted(self.day_zero, age.days)


def from_lmp(first_day: date, cycle_length: int | None = None, recorded: date | None = None, rules: DatingRules = NORWAY) -> Estimate:
    """The due date from the first day of the last period, moved by ``cycle_length`` - 28 days where the cycle is known.

    The correction for the cycle is inferred (ovulation 14 days before the next period); without ``cycle_length`` there is none.
    Raises ``FhirError`` (``cycle-length-range``, ``date-out-of-range``).
    """
    if cycle_length is not None and not rules.shortest_cycle <= cycle_length <= rules.longest_cycle:
        words = f"A cycle to date by has {rules.shortest_cycle} to {rules.longest_cycle} days; leave it out if it is irregular."
        raise refuse(422, "value", "cycle-length-range", words)
    correction = 0 if cycle_length is None else cycle_length - USUAL_CYCLE
    return Estimate(Method.LMP, shifted(first_day, rules.term_length + correction), first_day, recorded)


def from_ultrasound(examined: date, age: GestationalAge, recorded: date | None = None, rules: DatingRules = NORWAY) -> Estimate:
    """The due date from the gestational ``age`` that a scan showed on the day ``examined``."""
    return Estimate(Method.ULTRASOUND, shifted(examined, rules.term_length - age.days), examined, recorded)


def from_retrieval(retrieved: date, recorded: date | None = None, rules: DatingRules = NORWAY) -> Estimate:
    """The due date from the day of oocyte retrieval, which is day 14."""
    return Estimate(Method.OOCYTE_RETRIEVAL, shifted(retrieved, rules.term_length - CONCEPTION_DAY), retrieved, recorded)


def from_transfer(transferred: date, embryo_age: int, recorded: date | None = None, rules: DatingRules = NORWAY) -> Estimate:
    """The due date from embryo transfer, ``embryo_age`` in days at the transfer. Raises ``FhirError`` (``embryo-age-range``)."""
    if not 0 <= embryo_age <= rules.oldest_embryo:
        raise refuse(422, "value", "embryo-age-range", f"An embryo is 0 to {rules.oldest_embryo} days old when it is transferred.")
    due = shifted(transferred, rules.term_length - CONCEPTION_DAY - embryo_age)
    return Estimate(Method.EMBRYO_TRANSFER, due, transferred, recorded)


@dataclass(frozen=True, slots=True)
class ValidTerm:
    """The one estimate that counts, and ``reason``: corrected, assisted-conception, ultrasound-routine, ultrasound-other,
    ultrasound-undated or lmp."""

    estimate: Estimate
    reason: str
    dating: Dating

    @property
    def words(self) -> Words:
        """The reason in three languages."""
        return words_of("dating", "reason")[self.reason]

    @property
    def basis(self) -> Basis:
        """What the reason rests on."""
        return next(row for row in rows("dating", "reason") if row.id == self.reason).basis()


def _is_routine(estimate: Estimate, rules: DatingRules) -> bool:
    if estimate.basis is None:
        return False
    age = Dating(estimate.due_date, rules.term_length).days_on(estimate.basis)
    return rules.routine_from <= age <= rules.routine_to


def _of_ultrasounds(scans: Sequence[Estimate], rules: DatingRules) -> Estimate:
    """The first scan of weeks 17-19, else the earliest; one without a day of examination comes last."""
    by_day = sorted(scans, key=lambda e: (e.basis is None, e.basis or date.max))
    return next((scan for scan in by_day if _is_routine(scan, rules)), by_day[0])


def _newest(estimates: Sequence[Estimate]) -> Estimate:
    """The last recorded; of several from one day the last given."""
    return max(enumerate(estimates), key=lambda pair: (pair[1].recorded or date.min, pair[0]))[1]


def _reason(estimate: Estimate, rules: DatingRules) -> str:
    if estimate.method is Method.ULTRASOUND:
        if estimate.basis is None:
            return "ultrasound-undated"
        return "ultrasound-routine" if _is_routine(estimate, rules) else "ultrasound-other"
    return "assisted-conception" if estimate.method in ASSISTED else estimate.method.value


def valid_term(estimates: Iterable[Estimate], rules: DatingRules = NORWAY) -> ValidTerm | None:
    """The due date that counts among ``estimates``, by the rules' precedence; ``None`` when there is none.
    Raises ``FhirError`` (``date-out-of-range``).

    Of several corrections, periods or days of conception the one recorded last counts; of several ultrasounds the first from
    weeks 17-19, else the earliest.
    """
    given = tuple(estimates)
    for group in rules.precedence:
        found = [e for e in given if e.method in group]
        if found:
            chosen = _of_ultrasounds(found, rules) if group == {Method.ULTRASOUND} else _newest(found)
            return ValidTerm(chosen, _reason(chosen, rules), Dating(chosen.due_date, rules.term_length))
    return None


@dataclass(frozen=True, slots=True)
class TermChange:
    """A step in the history of the due date: from ``on`` (``None``: from the start) ``term`` was the valid one.

    ``moved`` is how many days later (negative: earlier) the due date lies than the one before; ``None`` at the first.
    """

    on: date | None
    term: ValidTerm
    moved: int | None


def history(estimates: Iterable[Estimate], rules: DatingRules = NORWAY) -> tuple[TermChange, ...]:
    """How the valid due date came to be, oldest first: one step each time another estimate became the valid one."""
    ordered = sorted(estimates, key=lambda e: e.recorded or date.min)
    steps: list[TermChange] = []
    for count in range(1, len(ordered) + 1):
        term = valid_term(ordered[:count], rules)
        before = steps[-1].term if steps else None
        if term is None or (before is not None and term.estimate == before.estimate):
            continue
        moved = None if before is None else (term.estimate.due_date - before.estimate.due_date).days
        steps.append(TermChange(ordered[count - 1].recorded, term, moved))
    return tuple(steps)
