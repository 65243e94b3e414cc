"""The API beside FHIR, for programs that come with a citizen's token: her access log and her consent, as JSON.

``GET api/access-log``, ``GET api/consent``, ``POST api/consent`` with ``{"given": true}`` or ``{"given": false}``: the latter erases her
record. ``GET fhir/AuditEvent`` and ``fhir/AuditEvent/[id]``: the log as FHIR, which is not among the resources that the FHIR door serves.
Refusals are ``application/problem+json`` (RFC 9457) with the ``rule`` they rest on, on FHIR addresses an OperationOutcome.
Ours: the national API for citizens is not public.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hit_maternity.access.audit.log import LogEntry
from hit_maternity.access.citizen_desk import PAGE, Consent, Language
from hit_maternity.access.principal import Principal
from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.outcome import FhirError, operation_outcome, refuse
from hit_maternity.store.receipts import Receipt
from hit_maternity.web.citizen.model import Counter

_MAX_BODY = 1024
#: AuditEvents on a page at most.
MOST = 200
Work = Callable[[Counter, Principal, Request, bytes], Response]


def routes(counter: Callable[[Request], Counter], address: str) -> list[Route]:
    """The API's routes. ``counter``: of a request's space; raises ``HTTPException`` 404. ``address``: where clients see the server."""
    offered: tuple[tuple[str, str, Work], ...] = (
        ("GET", "/api/access-log", _log),
        ("GET", "/fhir/AuditEvent", _events),
        ("GET", "/fhir/AuditEvent/{id}", _event),
        ("GET", "/api/consent", _consent),
        ("POST", "/api/consent", _decide),
    )
    by_path: dict[str, dict[str, Work]] = {}
    for method, path, work in offered:
        by_path.setdefault(path, {})[method] = work
    return [Route(path, _served(counter, works, address), methods=list(works)) for path, works in by_path.items()]


def problem(status: int, rule: str, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """RFC 9457."""
    body = {"type": "about:blank", "title": text, "status": status, "rule": rule}
    return JSONResponse(body, status, {"cache-control": "no-store", **(headers or {})}, "application/problem+json")


def _served(counter: Callable[[Request], Counter], works: Mapping[str, Work], address: str) -> Callable[[Request], Any]:
    async def answered(request: Request) -> Response:
        request.state.base = f"{address}{request.scope.get('root_path', '')}/fhir"
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BODY:
                raise HTTPException(413)
        return await run_in_threadpool(
            _answer, counter(request), request, body, works["GET" if request.method == "HEAD" else request.method]
        )

    return answered


def _answer(counter: Counter, request: Request, body: bytes, work: Work) -> Response:
    try:
        return work(counter, counter.desk.of_request(_headers(request)), request, body)
    except FhirError as refusal:
        headers = {name.lower(): value for name, value in refusal.headers.items()}
        if request.url.path.startswith(f"{request.scope.get('root_path', '')}/fhir/"):
            outcome = encode(operation_outcome(refusal.issues))
            return Response(outcome, refusal.status, {"cache-control": "no-store", **headers}, "application/fhir+json")
        issue = refusal.issues[0]
        return problem(refusal.status, issue.rule, issue.text, headers)


def _headers(request: Request) -> dict[str, str]:
    """Names in lower case; what was sent twice is joined, so that it counts as wrong where one is asked for."""
    return {name: ", ".join(request.headers.getlist(name)) for name in set(request.headers)}


def _log(counter: Counter, principal: Principal, request: Request, body: bytes) -> Response:
    language: Language = "en" if request.query_params.get("lang") == "en" else "nb"
    page = counter.desk.log(principal, language, request.query_params.get("before"))
    return _json({"entries": [_line(line) for line in page.lines], "next": page.next})


def _line(line: LogEntry) -> dict[str, Any]:
    return {
        "at": instant(line.at),
        "who": line.who,
        "role": line.role,
        "organisation": line.organisation,
        "place": line.place,
        "action": line.action,
        "what": list(line.what),
        "reason": line.reason,
        "remarks": list(line.remarks),
        "flags": sorted(line.flags),
    }


def _events(counter: Counter, principal: Principal, request: Request, body: bytes) -> Response:
    asked = request.query_params
    unknown = sorted(set(asked) - {"_count", "_cursor", "_format", "_pretty"})
    if unknown or not asked.get("_count", "1").isdecimal():
        text = "The access log is hers whole: it takes _count (a number) and the _cursor of its own links."
        raise refuse(400, "not-supported", "search-parameter-unknown", text)
    count = max(1, min(int(asked.get("_count", PAGE)), MOST))
    return _fhir(counter.desk.events(principal, request.state.base, asked.get("_cursor"), count))


def _event(counter: Counter, principal: Principal, request: Request, body: bytes) -> Response:
    return _fhir(counter.desk.event(principal, request.path_params["id"]))


def _fhir(body: bytes) -> Response:
    return Response(body, 200, {"cache-control": "no-store"}, "application/fhir+json")


def _consent(counter: Counter, principal: Principal, request: Request, body: bytes) -> Response:
    return _json(_told(counter.desk.consent(principal)))


def _decide(counter: Counter, principal: Principal, request: Request, body: bytes) -> Response:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = decode(body) if kind == "application/json" else None
    given = wanted.get("given") if isinstance(wanted, dict) and set(wanted) == {"given"} else None
    if not isinstance(given, bool):
        raise refuse(
            400, "invalid", "consent-body", 'Send {"given": true} or {"given": false} as application/json. False erases the record.'
        )
    if given:
        return _json(_told(counter.desk.give(principal)))
    return _json({"given": False, "receipt": _receipt(counter.desk.withdraw(principal))})


def _told(consent: Consent) -> dict[str, Any]:
    return {"given": consent.given, "since": instant(consent.since) if consent.since else None}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {"at": instant(receipt.at), "resources": dict(receipt.resources), "versions": receipt.versions, "finished": receipt.finished}


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), 200, {"cache-control": "no-store"}, "application/json")
