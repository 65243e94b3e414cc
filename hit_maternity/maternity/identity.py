"""Norwegian identity numbers: which kind one is, whether it is synthetic, whether its control digits hold; and synthetic ones to test with.

Confirmed: structure and control digits (Skatteetaten); from 2032 the first control digit of new numbers may leave a remainder of
0 to 3, numbers no longer tell century or sex, and both calculations must be accepted side by side
(https://skatteetaten.github.io/folkeregisteret-api-dokumentasjon/nytt-fodselsnummer-fra-2032/); an FH-number begins with 8 or 9,
has the same control digits and otherwise no meaning (https://nhn.no/hva-er-felles-hjelpenummer/); month + 80 is Skatteetaten's test
population. Inferred (public libraries agree, no text of the owner was found): month + 65 is Norsk helsenett's test population; month
+ 40 is an H-number, and together with a D-number's day a test number of NAV; the 2032 rule holds for H-numbers too (NAV tests with
them), but not for FH-numbers.

A number is never repeated in an error, a ``repr`` or a log line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hit_maternity.fhir.outcome import FhirError, Issue

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
REMAINDERS_UNTIL_2032 = frozenset({0})
REMAINDERS_FROM_2032 = frozenset({0, 1, 2, 3})


class Kind(StrEnum):
    """What sort of number it is."""

    FNR = "fnr"
    D_NUMBER = "d-number"
    H_NUMBER = "h-number"
    FH_NUMBER = "fh-number"


#: The identifier systems of the national base profiles (confirmed). An H-number is local to who gave it and has none.
SYSTEMS = {
    Kind.FNR: "urn:oid:2.16.578.1.12.4.1.4.1",
    Kind.D_NUMBER: "urn:oid:2.16.578.1.12.4.1.4.2",
    Kind.FH_NUMBER: "urn:oid:2.16.578.1.12.4.1.4.3",
}


class Population(StrEnum):
    """Whose test population a synthetic number belongs to."""

    SKATTEETATEN = "skatteetaten"
    NORSK_HELSENETT = "norsk-helsenett"
    NAV = "nav"


#: Months as they are written: first, last, what was added, and whose synthetic population that is.
MONTHS: tuple[tuple[int, int, int, Population | None], ...] = (
    (1, 12, 0, None),
    (41, 52, 40, None),
    (66, 77, 65, Population.NORSK_HELSENETT),
    (81, 92, 80, Population.SKATTEETATEN),
)

#: Individual number, two-digit year (both from, to) and the century they meant until 2032.
CENTURIES = ((0, 499, 0, 99, 1900), (500, 749, 54, 99, 1800), (500, 999, 0, 39, 2000), (900, 999, 40, 99, 1900))


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A number that holds. ``population`` is ``None`` for one that may belong to a living person (or can't be told: H, FH).

    ``by_2032``: its first control digit holds only by the calculation of 2032. ``birth_date``: as told by the scheme until 2032,
    ``None`` where the number doesn't tell; the population register has the truth, and sex is never told by a number.
    """

    value: str = field(repr=False)
    kind: Kind
    population: Population | None
    by_2032: bool
    birth_date: date | None = field(repr=False)

    @property
    def is_synthetic(self) -> bool:
        """Whether it is surely a test number."""
        return self.population is not None

    @property
    def system(self) -> str | None:
        """The FHIR identifier system; ``None`` for an H-number."""
        return SYSTEMS.get(self.kind)

    def __str__(self) -> str:
        return f"{self.kind} (not shown)"


def _weighed(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(d * w for d, w in zip(digits, weights, strict=False)) % 11


def _holds(digits: list[int], remainders: frozenset[int]) -> bool:
    return _weighed(digits, FIRST_WEIGHTS) in remainders and _weighed(digits, SECOND_WEIGHTS) == 0


def _date_part(digits: str) -> tuple[Kind, Population | None, int, int]:
    """Kind, population, day and month behind the first six digits; day 0 where they make no date of any kind."""
    day, month, d_number = int(digits[:2]), int(digits[2:4]), digits[0] in "4567"
    for first, last, added, population in MONTHS:
        if first <= month <= last:
            is_h = added == 40 and not d_number
            kind = Kind.D_NUMBER if d_number else Kind.H_NUMBER if is_h else Kind.FNR
            owner = Population.NAV if added == 40 and d_number else population
            return kind, owner, day - 40 if d_number else day, month - added
    return Kind.FNR, None, 0, 0


def _calendar(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _century(individual: int, year: int) -> int | None:
    return next((c for low, high, first, last, c in CENTURIES if low <= individual <= high and first <= year <= last), None)


def _fault(rule: str, text: str) -> Issue:
    return Issue("value", rule, text)


def _recognised(value: str) -> tuple[IdentityNumber, list[Issue]]:
    digits = [int(c) for c in value]
    if value[0] in "89":
        number = IdentityNumber(value, Kind.FH_NUMBER, None, False, None)
        return number, [] if _holds(digits, REMAINDERS_UNTIL_2032) else [_control_fault()]
    kind, population, day, month = _date_part(value)
    year, individual = int(value[4:6]), int(value[6:9])
    faults = []
    if not any(_calendar(day, month, century + year) for century in (1800, 1900, 2000)):
        faults.append(_fault("identity-date", "The first six digits of the identity number are no date. Check them for a slip."))
    century = _century(individual, year)
    born = None if century is None else _calendar(day, month, century + year)
    before = _holds(digits, REMAINDERS_UNTIL_2032)
    if not _holds(digits, REMAINDERS_FROM_2032):
        faults.append(_control_fault())
    return IdentityNumber(value, kind, population, not before, born if before else None), faults


def _control_fault() -> Issue:
    return _fault("identity-control-digits", "The control digits of the identity number don't hold. Check it for a slip of the finger.")


def recognise(value: object) -> IdentityNumber:
    """Reads an identity number of any kind, without blanks. Raises ``FhirError`` (422) with every fault found:
    ``identity-form`` (not eleven digits), ``identity-date``, ``identity-control-digits``; none repeats the number."""
    if not isinstance(value, str) or len(value) != 11 or not (value.isascii() and value.isdigit()):
        raise FhirError(422, [_fault("identity-form", "An identity number is eleven digits without blanks or signs.")])
    number, faults = _recognised(value)
    if faults:
        raise FhirError(422, faults)
    return number


def _completed(nine: str) -> str | None:
    """``nine`` digits with their two control digits; ``None`` where there are none (one of them would be ten)."""
    digits = [int(c) for c in nine]
    first = -_weighed(digits, FIRST_WEIGHTS) % 11
    second = -_weighed([*digits, first], SECOND_WEIGHTS) % 11
    return None if first == 10 or second == 10 else f"{nine}{first}{second}"


def synthetic_numbers(born: date, *, d_number: bool = False) -> Iterator[str]:
    """Synthetic numbers (month + 80) of people born on that day, always the same ones in the same order, highest first.

    Those of 1900-1999 are from the individual numbers 499 down, those of 2000-2039 from 999 down to 500.
    Raises ``FhirError`` (rule ``identity-birth-year``) for a year before 1900 or after 2039.
    """
    if not 1900 <= born.year <= 2039:
        raise FhirError(422, [_fault("identity-birth-year", "Synthetic numbers are made for people born from 1900 to 2039.")])
    start, stop = (499, -1) if born.year < 2000 else (999, 499)
    day = born.day + (40 if d_number else 0)
    prefix = f"{day:02d}{born.month + 80:02d}{born.year % 100:02d}"
    return (number for i in range(start, stop, -1) if (number := _completed(f"{prefix}{i:03d}")) is not None)


_ELEVEN = re.compile(r"(?<![0-9])(?<![0-9]\.)[0-9]{11}(?!\.?[0-9])")


def ordinary_positions(text: str) -> list[int]:
    """Where in ``text`` (offsets) stand eleven digits that may be a living person's fnr, D-, H- or FH-number.

    For checks that no such number is in a file or a log; it tells the place and never the number.
    """
    found = []
    for match in _ELEVEN.finditer(text):
        number, faults = _recognised(match[0])
        if not faults and not number.is_synthetic:
            found.append(match.start())
    return found
