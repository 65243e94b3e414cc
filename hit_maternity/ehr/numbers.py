"""National ids and initials. Only synthetic ids: those of Skatteetaten's test population, whose month has 80 added (confirmed)."""

from __future__ import annotations

from datetime import date

_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def is_synthetic(text: str) -> bool:
    """Whether ``text`` is a synthetic fødselsnummer or D-number."""
    if len(text) != 11 or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(it) for it in text]
    day, month, year = int(text[:2]), int(text[2:4]) - 80, int(text[4:6])
    try:
        date(2000 + year, month, day - 40 if day > 40 else day)
    except ValueError:
        return False
    sums = [sum(d * w for d, w in zip(digits, weights, strict=False)) % 11 for weights in (_FIRST, _SECOND)]
    return sums[0] in range(4) and sums[1] == 0


def initials_of(name: str) -> str:
    """At most four letters: what is shown of who somebody is."""
    words = [it for it in name.replace("-", " ").split() if it[0].isalpha()]
    letters = "".join(it[0] for it in words) if len(words) > 1 else "".join(it for it in name if it.isalpha())
    return letters[:4].upper()
