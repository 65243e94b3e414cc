"""The only source of time: the system clock, a fixed one, and one shifted from another."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime:
        """The present moment, UTC, to the millisecond (what a FHIR ``instant`` of ours carries)."""
        ...


def to_milliseconds(moment: datetime) -> datetime:
    """``moment`` in UTC, cut to whole milliseconds."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return to_milliseconds(datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Stands still at ``moment``."""

    moment: datetime

    def now(self) -> datetime:
        return to_milliseconds(self.moment)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """Runs as ``base`` does, moved by ``shift``."""

    base: Clock
    shift: timedelta

    def now(self) -> datetime:
        return to_milliseconds(self.base.now() + self.shift)


def monotonic() -> float:
    """Seconds on a clock that never goes back; only differences mean anything."""
    return time.monotonic()


def unique_tick() -> int:
    """Nanoseconds since 1970 by the machine's clock: raw material for keys, never shown, never shifted."""
    return time.time_ns()
