"""search: of a type, of everything, of a compartment; by GET, or by POST to ``_search``. https://hl7.org/fhir/R4/http.html#search"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hit_maternity.fhir import bundle, formats
from hit_maternity.fhir.bundle import Found
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import WARNING, Issue, operation_outcome, refuse
from hit_maternity.fhir.ports import Intent, SearchPage, Version
from hit_maternity.fhir.rest.answers import shaped
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.headers import preference
from hit_maternity.fhir.rest.negotiation import answer_format
from hit_maternity.fhir.rest.paging import opened, page_links
from hit_maternity.fhir.rest.parameters import FORM, Pairs, Shape, pairs_of
from hit_maternity.fhir.rest.revealing import revealed
from hit_maternity.fhir.search.model import Query

FORM_TYPE = "application/x-www-form-urlencoded"


def search_type(server: Server, request: Request) -> Response:
    """``[type]?...`` and ``[type]/_search``: 200 with a searchset. Raises ``FhirError`` 400 with every faulty parameter."""
    type = request.path[0]
    return _search(server, request, (type,), type, "search-type", None)


def search_system(server: Server, request: Request) -> Response:
    """``?...`` and ``_search``: resources of every type, or of those that ``_type`` names."""
    return _search(server, request, sorted(server.definitions.resource_types), "", "search-system", None)


def search_compartment(server: Server, request: Request) -> Response:
    """``[compartment]/[id]/[type]?...``; ``*`` for the type, or none before ``_search``, asks for all types of the compartment."""
    owner, id, *rest = request.path
    linked = server.definitions.compartment(owner)
    if not linked:
        text = f"{owner} is no compartment. Those are Patient, Encounter, RelatedPerson, Practitioner and Device."
        raise refuse(404, "not-supported", "compartment-unknown", text)
    wanted = "*" if rest[0] == "_search" else rest[0]
    if wanted == "*":
        types: Sequence[str] = sorted({*linked, owner})
    elif wanted in linked or wanted == owner:
        types = (wanted,)
    elif wanted in server.definitions.resource_types:
        text = f"Resources of type {wanted} are never in the compartment of a {owner}. Search them at /{wanted}."
        raise refuse(404, "not-supported", "compartment-type", text)
    else:
        raise refuse(404, "not-supported", "type-unknown", "FHIR R4 has no resource type of this name.")
    return _search(server, request, types, f"{owner}/{id}/{wanted}", "search-compartment", (owner, id))


def _search(
    server: Server, request: Request, types: Sequence[str], path: str, interaction: str, compartment: tuple[str, str] | None
) -> Response:
    pairs, sealed = _parameters(server, request, path)
    lenient = preference(request.headers).lenient
    query = server.search.parse(types, pairs, lenient=lenient, compartment=compartment, base=request.base)
    intent = Intent(interaction, types[0] if len(types) == 1 else None, compartment[1] if compartment else None, query)
    query = server.guard.check(request.principal, intent) or query
    with server.store.reading() as session:
        page = session.search(query)
    matches, included = revealed(server, request, intent, page.matches, page.included)
    page = replace(page, matches=matches, included=included)
    used = [*query.used, *(p for p in pairs if p[0] in FORM and p[1])]
    next = None if _counts_only(query) else page.next
    links = page_links(request.base, path, used, query.cursor, next, server.seal_key if sealed else None)
    body = bundle.searchset(_entries(server, query, page), links, page.total, request.base, server.clock.now())
    return _in_form(server, request, pairs, body)


def _parameters(server: Server, request: Request, path: str) -> tuple[Pairs, bool]:
    """All parameters, and whether they may not be shown in a link."""
    pairs = pairs_of(request.query)
    if request.method != "POST":
        return opened(pairs, path, server.seal_key)
    kind = request.headers.get("content-type", FORM_TYPE).partition(";")[0].strip().lower()
    if request.body and kind != FORM_TYPE:
        raise refuse(415, "not-supported", "search-body", f"Send the parameters of a _search as {FORM_TYPE}.")
    return pairs + pairs_of(request.body.decode("latin-1")), True


def _in_form(server: Server, request: Request, pairs: Pairs, body: bytes) -> Response:
    """The answer; a POST may ask for its format inside the form, where the dispatcher does not look."""
    if request.method == "POST" and any(name in FORM for name, _ in pairs):
        format = answer_format(request.headers, pairs)
        return Response(200, formats.encode(body, format, server.definitions), {"content-type": format.mime})
    return Response(200, body)


def _counts_only(query: Query) -> bool:
    return query.summary == "count" or query.count == 0


def _entries(server: Server, query: Query, page: SearchPage) -> list[Found]:
    if _counts_only(query):
        return []
    shape = Shape(query.summary if query.summary != "false" else None, query.elements)
    entries = [_entry(server, v, "match", shape) for v in page.matches]
    entries += [_entry(server, v, "include", shape) for v in page.included]
    told = _ignored(query)
    if page.cut:
        text = "More resources are referred to than a page includes. Ask for a smaller page (_count), or search for them by themselves."
        told.append(Issue("too-costly", "search-includes-cut", text, severity=WARNING))
    if told:
        entries.append(Found("", encode(operation_outcome(told)), "outcome"))
    return entries


def _entry(server: Server, version: Version, mode: str, shape: Shape) -> Found:
    body = version.body or b""
    if shape.summary or shape.elements:
        body = shaped(server, body, version.type, shape)
    return Found(f"{version.type}/{version.id}", body, mode)


def _ignored(query: Query) -> list[Issue]:
    text = "The search went on without parameter {}, which is not known here."
    return [Issue("not-supported", "search-parameter-unknown", text.format(name), severity=WARNING) for name in query.ignored]
