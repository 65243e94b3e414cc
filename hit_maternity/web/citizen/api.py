"""The API beside FHIR, for programs that come with a citizen's token: her access log and her consent, as JSON.

``GET api/access-log``, ``GET api/consent``, ``POST api/consent`` with ``{"given": true}`` or ``{"given": false}``: the latter erases her
record. ``GET api/outsiders``: whom she has shut out; ``POST api/outsiders`` with ``{"hprNumber": "…"}``, ``{"organisationNumber": "…"}``
or ``{"event": "…"}`` (the id of an AuditEvent) shuts somebody out, ``POST api/outsiders/remove`` lets somebody in again.
``GET fhir/AuditEvent`` and ``fhir/AuditEvent/[id]``: the log as FHIR, which is not among the resources that the FHIR door serves.
Refusals are ``application/problem+json`` (RFC 9457) with the ``rule`` they rest on, on FHIR addresses an OperationOutcome.
Ours: the national API for citizens is not public.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hit_maternity.access.audit.log import LogEntry
from hit_maternity.access.citizen_desk import PAGE, Consent, Language
from hit_maternity.access.consent.blocking import Outsider
from hit_maternity.access.principal import Principal
from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.outcome import FhirError, operation_outcome, refuse
from hit_maternity.store.receipts import Receipt
from hit_maternity.web.citizen.model import Counter

_MAX_BODY = 1024
#: AuditEvents on a page at most.
MOST = 200
#: Whom she may name to shut out: member of the body -> register.
KINDS = {"hprNumber": "hpr", "organisationNumber": "org"}
Work = Callable[[Counter, Principal, Request, bytes], Response]


def routes(counter: Callable[[Request], Counter], address: str) -> list[Route]:
    """The API's routes. ``counter``: of a request's space; raises ``HTTPException`` 404. ``address``: where clients see the server."""
    offered: tuple[tuple[str, str, Work], ...] = (
        ("GET", "/api/access-log", _log),
        ("GET", "/fhir/AuditEvent", _events),
        ("GET", "/fhir/AuditEvent/{id}", _event),
        ("GET", "/api/consent", _consent),
        ("POST", "/api/consent", _decide),
        ("GET", "/api/outsiders", _outsiders),
        ("POST", "/api/outsiders", _shut_out),
        ("POST", "/api/outsiders/remove", _let_in),
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
    wanted = _object(request, body)
    given = wanted.get("given") if set(wanted) == {"given"} else None
    if not isinstance(given, bool):
        raise refuse(
            400, "invalid", "consent-body", 'Send {"given": true} or {"given": false} as application/json. False erases the record.'
        )
    if given:
        return _json(_told(counter.desk.give(principal)))
    return _json({"given": False, "receipt": _receipt(counter.desk.withdraw(principal))})


def _outsiders(counter: Counter, principal: Principal, request: Request, body: bytes) -> Response:
    return _listed(counter.desk.outsiders(principal))


def _shut_out(counter: Counter, principal: Principal, request: Request, body: bytes) -> Response:
    named = _named(request, body, "event", *KINDS)
    if "event" in named:
        return _listed(counter.desk.shut_out_seen(principal, named["event"]))
    return _listed(counter.desk.shut_out(principal, _outsider(named)))


def _let_in(counter: Counter, principal: Principal, request: Request, body: bytes) -> Response:
    return _listed(counter.desk.let_in(principal, _outsider(_named(request, body, *KINDS))))


def _named(request: Request, body: bytes, *names: str) -> dict[str, str]:
    told = _object(request, body)
    if len(told) != 1 or not set(told) <= set(names) or not all(type(value) is str for value in told.values()):
        wanted = " or ".join(f'{{"{name}": "…"}}' for name in names)
        raise refuse(400, "invalid", "outsider-body", f"Send one of {wanted} as application/json.")
    return told


def _outsider(named: dict[str, str]) -> Outsider:
    ((name, number),) = named.items()
    return Outsider.of(KINDS[name], number)


def _listed(outsiders: Sequence[Outsider]) -> Response:
    names = {kind: name for name, kind in KINDS.items()}
    return _json({"outsiders": [{names[outsider.kind]: outsider.number} for outsider in outsiders]})


def _object(request: Request, body: bytes) -> dict[str, Any]:
    """The body, empty where it isn't a JSON object."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    told = decode(body) if kind == "application/json" else None
    return told if isinstance(told, dict) else {}


def _told(consent: Consent) -> dict[str, Any]:
    return {"given": consent.given, "since": instant(consent.since) if consent.since else None}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {"at": instant(receipt.at), "resources": dict(receipt.resources), "versions": receipt.versions, "finished": receipt.finished}


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), 200, {"cache-control": "no-store"}, "application/json")
