"""read: the current content of a resource. https://hl7.org/fhir/R4/http.html#read and #cread"""

from __future__ import annotations

from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.answers import present, read_answer
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.revealing import revealed_one


def read(server: Server, request: Request) -> Response:
    """200 with the resource, 304; raises ``FhirError`` 404 where the id was never used, 410 where the resource is deleted."""
    type, id = request.path
    intent = Intent("read", type, id)
    server.guard.check(request.principal, intent)
    with server.store.reading() as session:
        version = present(session.get(type, id), type)
    return read_answer(server, request, revealed_one(server, request, intent, version))
