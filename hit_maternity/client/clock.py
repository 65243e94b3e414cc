"""The client's only source of time: a clock that counts seconds since 1970, and how far the clocks of servers are from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

#: Seconds since 1970.
Clock = Callable[[], float]

#: A difference below this, in seconds, is the coarseness of the Date header and the way, and no difference of clocks.
COARSE = 2.0


def system_clock() -> float:
    """The machine's own time."""
    return time.time()


class ServerClocks:
    """What time it is at each server, told by the ``Date`` of its answers. Safe to share between threads: a dict of single numbers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead: dict[str, float] = {}

    def now(self, origin: str) -> float:
        """The time at ``origin``; our own where it has told nothing yet."""
        return self._clock() + self._ahead.get(origin, 0.0)

    def here(self) -> float:
        """Our own time."""
        return self._clock()

    def learn(self, origin: str, date: str | None) -> bool:
        """Takes note of the ``Date`` of an answer that came just now; whether our idea of the time there changed."""
        try:
            told = parsedate_to_datetime(date or "").timestamp() + 0.5  # the header is cut to whole seconds
        except (ValueError, TypeError, OverflowError):
            return False
        ahead = told - self._clock()
        before = self._ahead.get(origin, 0.0)
        after = ahead if abs(ahead) > COARSE else 0.0
        if abs(after - before) <= COARSE and (after != 0.0 or before == 0.0):
            return False
        self._ahead[origin] = after
        return True
