"""What is wrong with a body: where, by which rule, and how to mend it; never what was sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Fault:
    """``path`` such as ``fetusesVitalSigns[0].fosterId`` (``$``: the body itself); ``rule``: a stable id; ``words``: how to mend it."""

    path: str
    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Checked:
    """``body``: the normal form, in which what is null, empty or blank is left out; empty where there are ``faults``."""

    body: dict[str, Any]
    faults: tuple[Fault, ...] = ()


def path_of(place: Sequence[str | int]) -> str:
    """The path of a place; a member's name that is no name of a field is not repeated."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if _NAME(step) else ".?"
    return text.removeprefix(".") or "$"
