"""When a call is made again, and after how long."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from hit_maternity.client.clock import Clock

#: Answers that mean "later perhaps".
TRANSIENT = frozenset((408, 429, 502, 503, 504))


@dataclass(frozen=True, slots=True)
class Retries:
    """``attempts``: calls in all, the first one among them; ``base``, ``cap``: seconds of the growing wait; ``longest``: a server that asks
    to wait longer (Retry-After) is not waited for; ``chance`` gives the part of the wait that is taken, 0 to 1 (full jitter)."""

    attempts: int = 4
    base: float = 0.25
    cap: float = 8.0
    longest: float = 30.0
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def wait(self, made: int, asked: float | None) -> float | None:
        """Seconds to wait after ``made`` calls, ``asked``: what the server wants; None: don't call again."""
        if made >= self.attempts:
            return None
        jittered = min(self.cap, self.base * 2.0 ** (made - 1)) * self.chance()
        if asked is None:
            return jittered
        return None if asked > self.longest else asked + min(jittered, 1.0)


def retry_after(text: str | None, clock: Clock) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, as a number or a date; None where it says nothing to be understood."""
    if text is None:
        return None
    stripped = text.strip()
    if stripped.isascii() and stripped.isdigit() and len(stripped) < 10:
        return float(stripped)
    try:
        return max(0.0, parsedate_to_datetime(stripped).timestamp() - clock())
    except (ValueError, TypeError, OverflowError):
        return None
