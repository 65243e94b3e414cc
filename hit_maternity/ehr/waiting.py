"""How long to wait before the next try: doubling, bounded, and by chance, so that many EHRs don't come back at the same second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds: of the first wait at most, and of any. ``tries`` without answer only ever lengthen the wait: nothing is given up."""

    first: float = 5.0
    longest: float = 900.0
    longest_asked: float = 86400.0

    def until(self, now: datetime, tries: int, chance: Random) -> datetime:
        """When to try again after ``tries`` failed ones: half of the wait is certain, half by chance."""
        wait = min(self.longest, self.first * 2.0 ** min(max(tries - 1, 0), 30))
        return now + timedelta(seconds=wait / 2 + chance.random() * wait / 2)

    def asked(self, now: datetime, retry_after: float | None, tries: int, chance: Random) -> datetime:
        """When to try again after HTTP 429: not before the server wants it; at the same moment as nobody else."""
        usual = self.until(now, tries, chance)
        if retry_after is None:
            return usual
        return now + timedelta(seconds=min(max(0.0, retry_after), self.longest_asked)) + timedelta(seconds=chance.random() * self.first)
