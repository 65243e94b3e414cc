"""Three-valued answers: yes, no, and not known (``None``), which never counts as no."""

from __future__ import annotations

from collections.abc import Iterable


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Yes if one is yes; else not known if one isn't known; else no."""
    given = list(answers)
    if True in given:
        return True
    return None if None in given else False


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """No if one is no; else not known if one isn't known; else yes."""
    given = list(answers)
    if False in given:
        return False
    return None if None in given else True


def opposite(answer: bool | None) -> bool | None:
    """Yes for no, no for yes; what isn't known stays so."""
    return None if answer is None else not answer
