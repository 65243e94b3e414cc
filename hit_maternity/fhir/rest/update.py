"""update: a new current version of a resource, which is made where its id is unused. https://hl7.org/fhir/R4/http.html#update

Every accepted update makes a version, also one that changes nothing: the plain reading of the specification, and what a
sender who counts its versions expects.
"""

from __future__ import annotations

from typing import Any

from hit_maternity.fhir.outcome import Issue, refuse
from hit_maternity.fhir.ports import Intent, Version, Writer
from hit_maternity.fhir.rest.answers import written_answer
from hit_maternity.fhir.rest.body import checked, demand_id, received
from hit_maternity.fhir.rest.conditional import find_one_in_turn
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.headers import demand_match
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.fhir.rest.writing import write


def update(server: Server, request: Request) -> Response:
    """200, or 201 where the id was unused or its resource deleted, with the resource.

    Raises ``FhirError``: 400 and 422 with every fault, 412 where ``If-Match`` or ``If-None-Match`` does not fit.
    """
    type, id = request.path
    resource = received(server, request, type)
    demand_id(resource, id)
    warnings = checked(server, request, resource, type)
    server.guard.check(request.principal, Intent("update", type, id, None, resource))
    with server.store.writing() as writer:
        answer = _put(server, writer, request, resource, id, warnings, writer.lock(type, id))
    return answer


def conditional_update(server: Server, request: Request) -> Response:
    """``PUT [type]?criteria``: updates the one resource that fits; where none does, makes one, under the body's id if it has one.

    Raises ``FhirError``: 400 where the body names another id than the match, 409 where nothing fits but the body's id is in
    use, 412 where several fit. Source: https://hl7.org/fhir/R4/http.html#cond-update.
    """
    type = request.path[0]
    resource = received(server, request, type)
    warnings = checked(server, request, resource, type)
    server.guard.check(request.principal, Intent("update", type, None, None, resource))
    with server.store.writing() as writer:
        match = find_one_in_turn(server, writer, request.principal, type, request.query, request.base)
        id, before = settle(writer, type, resource, match)
        server.guard.check(request.principal, Intent("update", type, id, None, resource))
        answer = _put(server, writer, request, resource, id, warnings, before)
    return answer


def settle(writer: Writer, type: str, resource: dict[str, Any], match: Version | None) -> tuple[str, Version | None]:
    """The id that a conditional update writes to, locked, and its current version."""
    if match is not None:
        if "id" in resource:
            demand_id(resource, match.id)
        return match.id, writer.lock(type, match.id)
    if "id" not in resource:
        return new_id(), None
    before = writer.lock(type, resource["id"])
    if before is not None and before.body is not None:
        text = "Nothing fits the criteria, but the resource's id is in use. Update it by its id, or leave the id out."
        raise refuse(409, "conflict", "conditional-id-taken", text, f"{type}.id")
    return str(resource["id"]), before


def _put(
    server: Server, writer: Writer, request: Request, resource: dict[str, Any], id: str, warnings: list[Issue], before: Version | None
) -> Response:
    if before is not None:
        server.guard.approach(writer, request.principal, Intent("update", before.type, id, None, resource), (before,))
    demand_match(request.headers, before)
    version, told = write(server, writer, request, resource, id, before, "PUT", "update")
    status = 201 if before is None or before.body is None else 200
    return written_answer(request, version, status, [*warnings, *told])
