"""The chains of one process: which row comes next, and what becomes of it when a transaction doesn't come to stand.

A chain is taken for one transaction, as a connection is from a pool, and given back when that has ended; so what runs at the same time
writes to different chains, and nobody waits for another's commit. Rows of a transaction that was undone are counted again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from hit_maternity.access.audit.chain import Entry, Head, beginning, ending, link, origin
from hit_maternity.access.audit.keys import Keys
from hit_maternity.clock import Clock
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Hurried, ResourceStore, Writer
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.store.accesses import Access, Proof

#: After so many conflicts in a row a chain is left as it is, in case somebody else writes to it.
_MOST_CONFLICTS = 3


class Log(Protocol):
    """Where rows are written: ``store.accesses.AccessLog`` in a transaction of its own, a store's writer in the one under way."""

    def record(self, accesses: Sequence[Access], proofs: Sequence[Proof] = ()) -> None: ...


class _Chain:
    __slots__ = ("failures", "head", "name")

    def __init__(self, key: bytes) -> None:
        self.name = new_id()
        self.head = origin(key, self.name)
        self.failures = 0


class _Use:
    """What one transaction has of a chain. ``around``: the transaction that this one is a part of; its chain is used."""

    __slots__ = ("around", "before", "chain")

    def __init__(self, around: _Use | None) -> None:
        self.around = around
        self.chain: _Chain | None = None
        self.before = Head(0, b"")


class _Here(threading.local):
    together: _Use | None = None
    transaction: _Use | None = None


class Ledger:
    """The chains of this process in one space. ``log``: where rows go that have no other transaction."""

    def __init__(self, log: Log, keys: Keys, clock: Clock) -> None:
        self._log = log
        self._keys = keys
        self._clock = clock
        self._free: deque[_Chain] = deque()
        self._here = _Here()
        self.written = 0  # rows that came to stand

    def append(self, entries: Sequence[Entry], proofs: Sequence[Proof] = ()) -> None:
        """Writes rows, and uses up proofs of possession, in a transaction of their own. Raises ``FhirError``: 401 ``proof-replayed``,
        then nothing is written; 503 and others of the store."""
        try:
            self._append(entries, proofs)
        except FhirError as refusal:
            if refusal.status != 409:
                raise
            self._append(entries, proofs)  # somebody wrote to our chain; it is left by now

    def _append(self, entries: Sequence[Entry], proofs: Sequence[Proof]) -> None:
        use = _Use(self._here.together)
        try:
            self._log.record(self._rows(use, entries), proofs)
        except BaseException as fault:
            self._undone(use, fault, alone=True)
            raise
        self._done(use)

    def append_within(self, log: Log, entries: Sequence[Entry], proofs: Sequence[Proof] = ()) -> None:
        """Writes rows into the transaction under way, whose writer ``log`` is. It must have been begun inside ``transaction``, which
        learns of its end (``Audited`` sees to that): else ``RuntimeError``."""
        use = self._here.transaction
        if use is None:
            raise RuntimeError("The transaction was not begun inside Ledger.transaction, so its end would not be noticed")
        log.record(self._rows(use, entries), proofs)

    # ------------------------------------------------------------ beginnings and ends

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """To be put around a transaction of this thread that ``append_within`` writes to: it came to stand unless this raises."""
        here = self._here
        outer = here.transaction
        here.transaction = _Use(here.together)
        try:
            with self._using(here.transaction):
                yield
        finally:
            here.transaction = outer

    @contextmanager
    def together(self) -> Iterator[None]:
        """To be put around what commits several transactions of this thread at once: none of them came to stand if this raises."""
        here = self._here
        here.together = _Use(None)
        try:
            with self._using(here.together):
                yield
        finally:
            here.together = None

    @contextmanager
    def _using(self, use: _Use) -> Iterator[None]:
        try:
            yield
        except BaseException as fault:
            self._undone(use, fault, alone=False)
            raise
        self._done(use)

    def _done(self, use: _Use) -> None:
        chain = use.chain
        if chain is not None and use.around is None:
            chain.failures = 0
            self.written += chain.head.seq - use.before.seq
            self._free.append(chain)

    def _undone(self, use: _Use, fault: BaseException, alone: bool) -> None:
        chain = use.chain
        if chain is None:
            return
        chain.head = use.before
        if use.around is None:
            chain.failures += _is_conflict(fault)
            if chain.failures < _MOST_CONFLICTS and _surely_undone(fault, alone):
                self._free.append(chain)

    def _chain(self, use: _Use) -> _Chain:
        if use.chain is None:
            use.chain = self._chain(use.around) if use.around else self._take()
            use.before = use.chain.head
        return use.chain

    def _take(self) -> _Chain:
        try:
            return self._free.pop()
        except IndexError:
            return _Chain(self._keys.chain)

    def _rows(self, use: _Use, entries: Sequence[Entry]) -> list[Access]:
        chain = self._chain(use)
        if not chain.head.seq:
            entries = [beginning(chain.name, entries[0].at, self._keys.mark), *entries]
        rows = link(self._keys.chain, chain.name, chain.head, entries)
        chain.head = Head(rows[-1].seq, rows[-1].hash)
        return rows

    def close(self) -> None:
        """Ends the chains that nobody is writing to, each with a row that says so."""
        rows = []
        while self._free:
            chain = self._free.popleft()
            if chain.head.seq:
                rows += link(self._keys.chain, chain.name, chain.head, [ending(self._clock.now())])
        if rows:
            self._log.record(rows)


def _is_conflict(fault: BaseException) -> bool:
    return isinstance(fault, FhirError) and fault.status == 409


def _surely_undone(fault: BaseException, alone: bool) -> bool:
    """Whether the transaction can't have come to stand. A broken connection leaves that open: its chain is not written to again. Of rows
    that were written ``alone`` a conflict can only mean that somebody else writes to the chain."""
    if isinstance(fault, FhirError):
        return fault.status < 500 and not (alone and _is_conflict(fault))
    return isinstance(fault, Hurried)


class Audited:
    """``store`` as the server uses it, with the ledger told of the beginning and end of its transactions."""

    def __init__(self, store: ResourceStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger
        self.reading, self.hurried = store.reading, store.hurried

    @property
    def inline(self) -> bool:
        return self._store.inline

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """A transaction of ``store``; what the log is told in it comes to stand with it."""
        with self._ledger.transaction(), self._store.writing() as writer:
            yield writer

    def together(self) -> AbstractContextManager[None]:
        """As ``store`` does; where its transactions are committed one by one all the same, so are their rows."""
        return self._gathered() if self._store.inline else self._store.together()

    @contextmanager
    def _gathered(self) -> Iterator[None]:
        with self._ledger.together(), self._store.together():
            yield

    def __getattr__(self, name: str) -> Any:
        """What else the store offers beside ``ResourceStore``, such as its database."""
        return getattr(self._store, name)
