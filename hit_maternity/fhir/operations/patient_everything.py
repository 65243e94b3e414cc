"""Patient/[id]/$everything: a patient's record. https://hl7.org/fhir/R4/patient-operation-everything.html"""

from __future__ import annotations

from dataclasses import replace

from hit_maternity.fhir import bundle
from hit_maternity.fhir.bundle import Found
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.operations.record import PARAMETERS, Wanted, supporting, wanted
from hit_maternity.fhir.ports import Intent, Reader, Version
from hit_maternity.fhir.rest.answers import present
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.rest.paging import page_links
from hit_maternity.fhir.rest.parameters import pairs_of
from hit_maternity.fhir.rest.revealing import revealed
from hit_maternity.fhir.search.model import Query


def patient_everything(call: Call) -> Response:
    """200 with a searchset: the patient first, then the patient compartment, a page at a time, each page with the resources that
    it refers to (``search.mode`` include). Raises ``FhirError`` 400 for a wrong parameter, 404, 410."""
    assert call.id is not None
    asked = wanted(call)
    server, request = call.server, call.request
    linked = server.definitions.compartment("Patient")
    types = sorted(t for t in {*linked, "Patient"} if not asked.types or t in asked.types)
    query = _query(call, types, asked) if types else None
    intent = Intent("$everything", "Patient", call.id, query)
    narrowed = server.guard.check(request.principal, intent) or query
    with server.store.reading() as session:
        patient = present(session.get("Patient", call.id), "Patient")
        matches, next = _record(call, session, narrowed, asked) if narrowed else ([], None)
        matches = [v for v in matches if (v.type, v.id) != ("Patient", call.id)]
        if asked.cursor is None and asked.takes(call, patient):
            matches.insert(0, patient)
        included = [v for v in supporting(call, session, matches, linked) if not asked.types or v.type in asked.types]
    matches, included = revealed(server, request, intent, matches, included)
    entries = [Found(f"{v.type}/{v.id}", v.body or b"", "match") for v in matches]
    entries += [Found(f"{v.type}/{v.id}", v.body or b"", "include") for v in included]
    used = [p for p in pairs_of(request.query) if p[0] != "_cursor"]
    links = page_links(request.base, f"Patient/{call.id}/$everything", used, asked.cursor, next, None)
    return Response(200, bundle.searchset(entries, links, None, request.base, server.clock.now()))


def _query(call: Call, types: list[str], asked: Wanted) -> Query:
    assert call.id is not None
    pairs = [("_lastUpdated", f"ge{bundle.instant(asked.since)}")] if asked.since else []
    query = call.server.search.parse(types, pairs, compartment=("Patient", call.id), base=call.request.base)
    return replace(query, count=asked.count, cursor=asked.cursor)


def _record(call: Call, session: Reader, query: Query, asked: Wanted) -> tuple[list[Version], str | None]:
    """The next resources of the record that are wanted, at least one where there is one; and where the page after begins."""
    while True:
        page = session.search(query)
        matches = [v for v in page.matches if asked.takes(call, v)]
        if matches or page.next is None:
            return matches, page.next
        query = replace(query, cursor=page.next)


PATIENT_EVERYTHING = Operation(
    "everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything", "all that belongs to this record",
    frozenset(("instance",)), patient_everything, types=frozenset(("Patient",)), parameters=PARAMETERS,
)  # fmt: skip
