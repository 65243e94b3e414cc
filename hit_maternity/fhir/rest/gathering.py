"""Calls that are committed together: one commit for many costs little more than one for each.

Each call stays a part of its own, which is undone alone where it is refused. None is answered before the commit.
"""

from __future__ import annotations

from collections.abc import Sequence

from hit_maternity.clock import monotonic
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError, operation_outcome
from hit_maternity.fhir.ports import Hurried
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Response, Server

#: A read that takes longer than this many seconds leaves the event loop's thread; reads that were made together wait no longer than twice
#: that for each other.
PATIENCE = 0.025
#: Calls that are committed together at most; whatever else comes in waits that long.
MOST_TOGETHER = 16


def read_together(server: Server, requests: Sequence[Request]) -> list[Response | None]:
    """The answers of the first of these reads, one at least and as many as there was time for, once the rows that tell of them, and the
    use of their proofs, are committed. None for one that must be done again, alone and where it keeps nobody waiting: it takes long, or the
    commit failed, and then nothing of any of them is written. Never raises."""
    if len(requests) == 1:
        return [_read(server, requests[0])]
    answers: list[Response | None] = []
    until = monotonic() + PATIENCE
    try:
        with server.store.hurried(PATIENCE), server.store.together():
            for request in requests:
                answers.append(_read(server, request))
                if monotonic() > until:
                    break
    except (Exception, Hurried):
        return [None] * len(requests)
    return answers


def _read(server: Server, request: Request) -> Response | None:
    try:
        with server.store.hurried(PATIENCE):
            return handle(server, request)
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
