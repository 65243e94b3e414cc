"""Numbers that can't belong to anybody: synthetic national ids (month + 80) and synthetic organisation numbers (31...).

Sources: Skatteetaten's test population adds 80 to the month (confirmed); test organisations of the national services have numbers that
begin with 3 (seen in their examples; inferred as a rule). Everything a simulator knows of is checked with these, so that no real person
or organisation can come into a token by a slip.
"""

from __future__ import annotations

from datetime import date

_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ORGANISATION = (3, 2, 7, 6, 5, 4, 3, 2, 1)


#: What the first control digit may leave: 0 until 2032, 0 to 3 from then on (confirmed by Skatteetaten).
_REMAINDERS = range(4)


def _remainder(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11


def _digits(value: object, length: int) -> list[int]:
    well_formed = isinstance(value, str) and len(value) == length and value.isascii() and value.isdigit()
    return [int(c) for c in str(value)] if well_formed else []


def is_synthetic_pid(value: object) -> bool:
    """Whether ``value`` is a fødselsnummer or D-number of Skatteetaten's test population: month + 80, control digits that hold."""
    digits = _digits(value, 11)
    if not digits:
        return False
    text = str(value)
    day, month, year = int(text[:2]) % 40, int(text[2:4]) - 80, int(text[4:6])
    try:
        date(2000 if (month, day) == (2, 29) and year % 4 == 0 else 1900 + year, month, day)
    except ValueError:
        return False
    return _remainder(digits, _FIRST) in _REMAINDERS and _remainder(digits, _SECOND) == 0


def is_synthetic_organisation(value: object) -> bool:
    """Whether ``value`` is an organisation number of the test series: nine digits beginning with 31, a control digit that holds."""
    digits = _digits(value, 9)
    return bool(digits) and digits[:2] == [3, 1] and _remainder(digits, _ORGANISATION) == 0
