"""The fetus in the record: its number, and when a fact about it can't be right."""

from __future__ import annotations

from enum import StrEnum

from hit_maternity.fhir.outcome import Issue

#: More fetuses than this is a slip of the finger (inferred; the highest number ever born alive at once is nine).
MOST = 9


class Lie(StrEnum):
    """Lie and presentation (inferred: the members of Volven 8534, which the national record uses, are not public)."""

    CEPHALIC = "cephalic"
    BREECH = "breech"
    TRANSVERSE = "transverse"
    OBLIQUE = "oblique"


def count_faults(fetuses: int) -> list[Issue]:
    """``fetus-count-range`` where the number of fetuses can't be."""
    if 1 <= fetuses <= MOST:
        return []
    return [Issue("value", "fetus-count-range", f"The number of fetuses lies between 1 and {MOST}. Correct it.")]


def number_faults(number: int | None, fetuses: int | None) -> list[Issue]:
    """Faults of the fetus a fact is about: ``fetus-missing``, ``fetus-number-range``, ``fetus-number-beyond-count``.

    ``fetuses``: the registered number of fetuses; while it is ``None`` only the number itself is checked.
    """
    if number is None:
        return [Issue("required", "fetus-missing", "A fact about a fetus must say which fetus. Give its number, 1 for a singleton.")]
    if not 1 <= number <= MOST:
        return [Issue("value", "fetus-number-range", f"A fetus has a number from 1 to {MOST}. Correct it.")]
    if fetuses is not None and number > fetuses:
        words = "The fetus's number is beyond the number of fetuses registered. Correct the one or the other."
        return [Issue("business-rule", "fetus-number-beyond-count", words)]
    return []
