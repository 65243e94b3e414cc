"""create: a new resource under an id that the server gives. https://hl7.org/fhir/R4/http.html#create and #ccreate"""

from __future__ import annotations

from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.answers import written_answer
from hit_maternity.fhir.rest.body import checked, received
from hit_maternity.fhir.rest.conditional import find_one_in_turn
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.fhir.rest.revealing import hidden
from hit_maternity.fhir.rest.writing import write


def create(server: Server, request: Request) -> Response:
    """201 with the resource; with ``If-None-Exist`` 200 and the resource that was there. The body's own id is passed over.

    Raises ``FhirError``: 400 and 422 with every fault of the resource, 412 where several fit ``If-None-Exist``.
    """
    type = request.path[0]
    resource = received(server, request, type)
    resource.pop("id", None)
    warnings = checked(server, request, resource, type)
    server.guard.check(request.principal, Intent("create", type, None, None, resource))
    id = (request.new_id if isinstance(request, EntryRequest) else None) or new_id()
    criteria = request.headers.get("if-none-exist")
    with server.store.writing() as writer:
        if criteria is not None:
            there = find_one_in_turn(server, writer, request.principal, type, criteria, request.base)
            if there is not None:
                (shown,) = server.guard.reveal(request.principal, Intent("read", type, there.id), (there,), writer)
                return written_answer(request, shown or hidden(there), 200, [])
        version, told = write(server, writer, request, resource, id, None, "POST", "create")
    return written_answer(request, version, 201, [*warnings, *told])
