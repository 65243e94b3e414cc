"""How this door is set: what the operator decides of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Generation(StrEnum):
    """Which of the two generations of headers is spoken (both confirmed by the national documentation, of 2024 and of 2025)."""

    NHN = "nhn"  # nhn-*, DPoP
    HIT = "hit"  # hit-*, Bearer


@dataclass(frozen=True, slots=True)
class Options:
    """``tolerate``: members of a body that are not known are dropped; ``show_deleted``: deleted items stay in the record, marked;
    ``local_times``: timestamps without a zone, by Norwegian clocks, as the first version of the national API wrote them."""

    generation: Generation = Generation.NHN
    tolerate: bool = False
    show_deleted: bool = True
    local_times: bool = False
