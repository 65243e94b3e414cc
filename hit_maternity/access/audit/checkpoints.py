"""Checkpoints: a process notes in its own chain how far the chains of all others have come, so that none can be cut off unseen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from hit_maternity.access.audit.chain import Head, heads_seen
from hit_maternity.access.audit.ledger import Ledger
from hit_maternity.clock import Clock, monotonic

_log = logging.getLogger(__name__)
#: Chains that one row tells of.
_MOST = 500


class Heads(Protocol):
    """Where the last rows of all chains are read: ``store.access_rows.AccessRows``."""

    def heads(self) -> dict[str, tuple[int, bytes]]: ...


class Checkpoints:
    """Notes the heads of all chains: at the first round, then every ``every``, or after ``rows`` rows of this process."""

    def __init__(self, ledger: Ledger, heads: Heads, clock: Clock, every: timedelta = timedelta(minutes=5), rows: int = 1000) -> None:
        self._ledger = ledger
        self._heads = heads
        self._clock = clock
        self._every = every.total_seconds()
        self._rows = rows
        self._noted: dict[str, Head] = {}
        self._last: float | None = None
        self._written = 0

    def round(self) -> bool:
        """Makes a checkpoint if it is time for one; whether it did. Raises ``FhirError`` 503 without a database."""
        due = self._last is None or monotonic() - self._last >= self._every or self._ledger.written - self._written >= self._rows
        if due:
            self.note()
        return due

    def note(self) -> int:
        """Notes every head that has moved since the last time; how many."""
        heads = {chain: Head(seq, hash) for chain, (seq, hash) in self._heads.heads().items()}
        moved = {chain: head for chain, head in heads.items() if self._noted.get(chain) != head}
        names = sorted(moved)
        now = self._clock.now()
        entries = [heads_seen(now, {c: moved[c] for c in names[n : n + _MOST]}) for n in range(0, len(names), _MOST)]
        if entries:
            self._ledger.append(entries)
        self._noted, self._last, self._written = heads, monotonic(), self._ledger.written
        return len(moved)


class Rounds:
    """A thread that calls each of ``tasks`` every few seconds. What one of them raises is logged by its kind, and tried again."""

    def __init__(self, tasks: Sequence[Callable[[], object]], seconds: float = 10.0) -> None:
        self._tasks = tasks
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="access-log", daemon=True)

    def start(self) -> None:
        """Begins with a first round."""
        self._thread.start()

    def stop(self) -> None:
        """Returns when the round under way has ended; to be called once it was started."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self.round()
            if self._over.wait(self._seconds):
                return

    def round(self) -> None:
        """Calls each task once."""
        for task in self._tasks:
            try:
                task()
            except Exception as fault:
                _log.error("a task of the access log failed: %s", type(fault).__name__)
