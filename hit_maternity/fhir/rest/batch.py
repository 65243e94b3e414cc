"""batch: independent requests in one call; each succeeds or fails alone. https://hl7.org/fhir/R4/http.html#trules"""

from __future__ import annotations

import re
from typing import Any

from hit_maternity.fhir import bundle
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.entries import Perform, answer_entry, entry_request, faults_of_frame, located, refusal_entry
from hit_maternity.fhir.rest.exchange import Request, Response, Server

_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]")


def run_batch(perform: Perform, server: Server, request: Request, sent: dict[str, Any]) -> Response:
    """200 with a batch-response whose entries stand in the order of the requests. Raises ``FhirError`` 400 where the Bundle itself,
    rather than an entry of it, is wrong."""
    server.guard.check(request.principal, Intent("batch", resource=sent))
    faults = _by_entry(faults_of_frame(server, request, sent))
    if None in faults:
        raise FhirError(400, [i for group in faults.values() for i in group])
    answers = [_answer(perform, server, request, entry, n, faults.get(n)) for n, entry in enumerate(sent.get("entry", ()))]
    return Response(200, bundle.responses("batch-response", answers, server.clock.now()))


def _by_entry(issues: list[Issue]) -> dict[int | None, list[Issue]]:
    grouped: dict[int | None, list[Issue]] = {}
    for issue in issues:
        found = _ENTRY.match(issue.expression or "")
        grouped.setdefault(int(found[1]) if found else None, []).append(issue)
    return grouped


def _answer(perform: Perform, server: Server, request: Request, entry: dict[str, Any], index: int, faults: list[Issue] | None) -> bytes:
    if faults:
        return refusal_entry(FhirError(400, faults))
    try:
        asked = entry_request(request, entry)
        return answer_entry(asked, perform(server, asked))
    except FhirError as refusal:
        if refusal.status in (401, 403):
            refusal = server.guard.refused(request.principal, request, refusal) or refusal
        return refusal_entry(FhirError(refusal.status, located(refusal.issues, index), refusal.headers))
