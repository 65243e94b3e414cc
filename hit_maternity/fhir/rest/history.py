"""history: the versions of a resource, of a type, of everything, newest first. https://hl7.org/fhir/R4/http.html#history"""

from __future__ import annotations

from dataclasses import replace

from hit_maternity.fhir import bundle
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.ports import HistoryPage, HistoryQuery, Intent, Version
from hit_maternity.fhir.rest.answers import not_found, shaped
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.headers import preference
from hit_maternity.fhir.rest.moments import period
from hit_maternity.fhir.rest.paging import page_links
from hit_maternity.fhir.rest.parameters import FORM, Pairs, Shape, pairs_of, shape_of
from hit_maternity.fhir.rest.revealing import revealed

DEFAULT_COUNT, MAX_COUNT = 100, 1000
_KNOWN = ("_since", "_at", "_count", "_cursor", "_summary", "_elements", *FORM)


def history(server: Server, request: Request) -> Response:
    """200 with a Bundle of type history. Raises ``FhirError`` 400 for a wrong parameter, 404 for an id that was never used."""
    type = request.path[0] if len(request.path) > 1 else None
    id = request.path[1] if len(request.path) > 2 else None
    pairs, faults = _sorted_out(pairs_of(request.query), preference(request.headers).lenient)
    query = _query(type, id, pairs, faults)
    shape = shape_of(request.query)
    intent = Intent("history-instance" if id else "history-type" if type else "history-system", type, id)
    server.guard.check(request.principal, intent)
    with server.store.reading() as session:
        page = session.history(query)
        if type and id and not page.versions and session.get(type, id) is None:
            raise not_found(type)
    (shown,) = revealed(server, request, intent, page.versions)
    page = replace(page, versions=shown)
    return Response(200, _bundle(server, request, page, query, pairs, shape))


def _bundle(server: Server, request: Request, page: HistoryPage, query: HistoryQuery, pairs: Pairs, shape: Shape | None) -> bytes:
    used = [p for p in pairs if p[0] != "_cursor"]
    links = page_links(request.base, "/".join(request.path), used, query.cursor, page.next, None)
    versions = page.versions
    if shape:
        versions = [replace_body(server, v, shape) if v.body else v for v in versions]
    return bundle.history(versions, links, page.total, request.base, server.clock.now())


def replace_body(server: Server, version: Version, shape: Shape) -> Version:
    """``version`` with the part of its text that is asked for."""
    return replace(version, body=shaped(server, version.body or b"", version.type, shape))


def _sorted_out(pairs: Pairs, lenient: bool) -> tuple[Pairs, list[Issue]]:
    """The pairs that are understood and not empty, and a fault for each other one unless handling is lenient."""
    known = [(n, v) for n, v in pairs if n in _KNOWN and v]
    if lenient:
        return known, []
    listed = ", ".join(sorted(_KNOWN[:4]))
    text = f"A history has no such parameter. It knows {listed}."
    return known, [Issue("not-supported", "history-parameter-unknown", text) for n, _ in pairs if n not in _KNOWN]


def _query(type: str | None, id: str | None, pairs: Pairs, faults: list[Issue]) -> HistoryQuery:
    values = dict(pairs)
    since = at = None
    count = DEFAULT_COUNT
    try:
        since = period(values["_since"], "_since")[0] if "_since" in values else None
    except FhirError as fault:
        faults += fault.issues
    try:
        at = period(values["_at"], "_at") if "_at" in values else None
    except FhirError as fault:
        faults += fault.issues
    text = values.get("_count", "")
    if text and not (text.isascii() and text.isdigit()):
        faults.append(Issue("value", "value-count", "_count must be a whole number, 0 or more."))
    elif text:
        count = min(int(text[:9]), MAX_COUNT)
    if faults:
        raise FhirError(400, faults)
    return HistoryQuery(type, id, since, at, count, values.get("_cursor"))
