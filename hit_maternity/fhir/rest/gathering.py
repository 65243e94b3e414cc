"""Calls that are committed together: one commit for many costs little more than one for each.

Each call stays a part of its own, which is undone alone where it is refused. None is answered before the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from hit_maternity.clock import monotonic
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError, operation_outcome
from hit_maternity.fhir.ports import Hurried, ResourceStore
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Response, Server

T = TypeVar("T")
#: A read that takes longer than this many seconds leaves the event loop's thread; reads that were made together wait no longer than twice
#: that for each other.
PATIENCE = 0.025
#: Calls that are committed together at most; whatever else comes in waits that long.
MOST_TOGETHER = 16


class Reads(Generic[T]):
    """The reads of a door that leave rows in the access log, in the event loop's own thread. Those that came in the same turn of the loop
    share a commit."""

    def __init__(self, store: ResourceStore) -> None:
        self._store = store
        self._waiting: list[tuple[Callable[[], T], asyncio.Future[T | None]]] = []

    @property
    def waiting(self) -> int:
        """How many have not been answered yet."""
        return len(self._waiting)

    async def answer(self, work: Callable[[], T]) -> T | None:
        """What ``work`` gives, once its rows are committed; None where it must be done again, alone and where it keeps nobody waiting.
        Raises what it raises."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T | None] = loop.create_future()
        self._waiting.append((work, answer))
        if len(self._waiting) == 1:
            loop.call_soon(self._turn, 0)
        return await answer

    def _turn(self, seen: int) -> None:
        """Does what waits, as far as there is time in one turn of the event loop; the rest is for the next. As long as a turn brings more
        than the ``seen`` that waited before it, there is one more."""
        loop = asyncio.get_running_loop()
        if seen < len(self._waiting) < MOST_TOGETHER:
            loop.call_soon(self._turn, len(self._waiting))
            return
        several = self._waiting[:MOST_TOGETHER]
        try:
            answers = read_together(self._store, [work for work, _ in several])
        except Exception as fault:  # of a read by itself
            answers = [None]
            if not several[0][1].done():
                several[0][1].set_exception(fault)
        del self._waiting[: len(answers)]
        for (_, waiting), answer in zip(several, answers, strict=False):
            if not waiting.done():
                waiting.set_result(answer)
        if self._waiting:
            loop.call_soon(self._turn, 0)


def read_together(store: ResourceStore, works: Sequence[Callable[[], T]]) -> list[T | None]:
    """What the first of these reads give, one at least and as many as there was time for, once the rows that tell of them, and the use of
    their proofs, are committed. None for one that must be done again, alone and where it keeps nobody waiting: it takes long, or the
    commit failed, and then nothing of any of them is written. Raises what a read by itself raises."""
    if len(works) == 1:
        return [_read(store, works[0])]
    answers: list[T | None] = []
    until = monotonic() + PATIENCE
    try:
        with store.hurried(PATIENCE), store.together():
            for work in works:
                answers.append(_read(store, work))
                if monotonic() > until:
                    break
    except (Exception, Hurried):
        return [None] * len(works)
    return answers


def _read(store: ResourceStore, work: Callable[[], T]) -> T | None:
    try:
        with store.hurried(PATIENCE):
            return work()
    except Hurried:
        return None


def written_together(server: Server, requests: Sequence[Request]) -> list[Response]:
    """The answers of these writes, once they are committed, in one transaction if there are several. Raises what is no ``FhirError``."""
    if len(requests) == 1:
        return [handle(server, requests[0])]
    try:
        with server.store.together():
            return [handle(server, request) for request in requests]
    except FhirError as refusal:  # of the commit: nothing of them is stored
        return [Response(refusal.status, encode(operation_outcome(refusal.issues)), dict(refusal.headers)) for _ in requests]
