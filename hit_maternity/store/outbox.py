"""The outbox: messages that left with a transaction, delivered at least once.

A message is leased, delivered without any lock held, then marked. Who dies in between leaves a lease behind; when that is over, the
message is delivered again, under the same key, by which the consumer knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from hit_maternity.clock import Clock
from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.repository import Store
from hit_maternity.store.session import Transaction

WAITING, DELIVERED, DEAD = range(3)


class Delivery(NamedTuple):
    """A message for the consumer. ``attempts`` counts this one."""

    topic: str
    key: str
    payload: bytes
    created: datetime
    attempts: int


class DeadLetter(NamedTuple):
    """A message that was given up. ``number`` is for ``replay``; ``fault`` names the kind of the last fault, without its words."""

    number: int
    topic: str
    key: str
    created: datetime
    attempts: int
    fault: str


class Undeliverable(Exception):
    """To be raised by a consumer that will never take this message: no further attempt is made."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on: ``attempts`` at most, the first again after ``first``, each later one after twice the time, up to ``longest``.
    ``lease``: how long a delivery may take before another dispatcher tries it too."""

    attempts: int = 12
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(hours=1)
    lease: timedelta = timedelta(minutes=2)

    def pause(self, attempts: int) -> timedelta:
        """The time until the next attempt, after so many."""
        doubled: int = 2 ** min(attempts - 1, 30)
        return min(self.first * doubled, self.longest)


class Outcome(NamedTuple):
    """What one round did."""

    delivered: int
    postponed: int
    given_up: int


class Dispatcher:
    """Delivers the messages of one space by calling ``deliver``, which returns when the consumer has taken the message."""

    def __init__(self, store: Store, deliver: Callable[[Delivery], None], clock: Clock, patience: Patience | None = None) -> None:
        self._store = store
        self._deliver = deliver
        self._clock = clock
        self._patience = patience or Patience()
        self._outbox = store.database.names.outbox

    def round(self, most: int = 100) -> Outcome:
        """Delivers what is due, oldest first, ``most`` messages at most; several dispatchers may do so at once."""
        counts = [0, 0, 0]
        for _ in range(most):
            leased = self._lease()
            if leased is None:
                break
            counts[self._attempt(*leased)] += 1
        return Outcome(counts[DELIVERED], counts[WAITING], counts[DEAD])

    def _attempt(self, number: int, delivery: Delivery) -> int:
        try:
            self._deliver(delivery)
        except Exception as fault:
            last = isinstance(fault, Undeliverable) or delivery.attempts >= self._patience.attempts
            state, due = (DEAD, 0) if last else (WAITING, self._now() + _whole(self._patience.pause(delivery.attempts)))
            # only the kind of the fault: its words may repeat what was delivered
            self._change("state = ?, next_attempt = ?, fault = ?", (state, due, type(fault).__name__), number)
            return state
        # what was delivered is not kept any longer than it has to be
        self._change("state = ?, payload = ?, fault = NULL", (DELIVERED, b""), number)
        return DELIVERED

    def _lease(self) -> tuple[int, Delivery] | None:
        statement = (
            f"SELECT key, topic, idempotency, payload, created, attempts FROM {self._outbox}"
            f" WHERE state = {WAITING} AND next_attempt <= ? ORDER BY next_attempt, key LIMIT 1{self._store.database.dialect.skip_locked}"
        )
        now = self._now()
        with self._store.database.writing() as transaction:
            row = transaction.row(statement, (now,))
            if row is None:
                return None
            number, topic, key, payload, created, attempts = row
            lease = now + _whole(self._patience.lease)
            transaction.run(f"UPDATE {self._outbox} SET next_attempt = ?, attempts = ? WHERE key = ?", (lease, attempts + 1, number))
            _commit(transaction)
        return number, Delivery(topic, key, bytes(payload), moment(created), attempts + 1)

    def _change(self, assignments: str, values: tuple[object, ...], number: int) -> int:
        with self._store.database.writing() as transaction:
            changed = transaction.run(f"UPDATE {self._outbox} SET {assignments} WHERE key = ?", (*values, number))
            _commit(transaction)
        return changed

    def _now(self) -> int:
        return milliseconds(self._clock.now())

    # ------------------------------------------------------------ for the operator

    def waiting(self) -> int:
        """How many messages are still to be delivered."""
        with self._store.database.reading() as session:
            row = session.row(f"SELECT count(*) FROM {self._outbox} WHERE state = {WAITING}")
        return int(row[0]) if row else 0

    def dead_letters(self, most: int = 1000) -> list[DeadLetter]:
        """The messages that were given up, oldest first."""
        statement = (
            f"SELECT key, topic, idempotency, created, attempts, fault FROM {self._outbox} WHERE state = {DEAD} ORDER BY key LIMIT ?"
        )
        with self._store.database.reading() as session:
            return [DeadLetter(n, t, k, moment(c), a, f or "") for n, t, k, c, a, f in session.rows(statement, (most,))]

    def replay(self, number: int) -> bool:
        """Has a dead letter delivered again, with all attempts; False where there is none of this number."""
        now = self._now()
        with self._store.database.writing() as transaction:
            statement = f"UPDATE {self._outbox} SET state = {WAITING}, attempts = 0, next_attempt = ? WHERE key = ? AND state = {DEAD}"
            changed = transaction.run(statement, (now, number))
            _commit(transaction)
        return changed > 0

    def forget(self, before: datetime) -> int:
        """Deletes what was delivered and is older than ``before``; their keys may come again then. Returns how many."""
        with self._store.database.writing() as transaction:
            statement = f"DELETE FROM {self._outbox} WHERE state = {DELIVERED} AND created < ?"
            deleted = transaction.run(statement, (milliseconds(before),))
            _commit(transaction)
        return deleted


def _commit(transaction: Transaction) -> None:
    transaction.change([], last=True)


def _whole(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
