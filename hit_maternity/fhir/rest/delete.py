"""delete: the resource is gone, its history stays. https://hl7.org/fhir/R4/http.html#delete"""

from __future__ import annotations

from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import INFORMATION, Issue, operation_outcome
from hit_maternity.fhir.ports import Intent, Version, Writer
from hit_maternity.fhir.rest.answers import StoredAnswer
from hit_maternity.fhir.rest.conditional import find_one_in_turn
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.headers import demand_match, preference, version_headers
from hit_maternity.fhir.rest.writing import write_deletion


def delete(server: Server, request: Request) -> Response:
    """204, or 200 with an OperationOutcome if ``Prefer`` asks for it; the same where there is nothing to delete.

    Raises ``FhirError`` 412 where ``If-Match`` does not fit.
    """
    type, id = request.path
    server.guard.check(request.principal, Intent("delete", type, id))
    with server.store.writing() as writer:
        version, told = _remove(server, writer, request, type, id)
    return _answer(request, version, told)


def conditional_delete(server: Server, request: Request) -> Response:
    """``DELETE [type]?criteria``: deletes the one resource that fits, nothing where none does.

    Raises ``FhirError`` 412 where several fit: one call never deletes more than one resource.
    Source: https://hl7.org/fhir/R4/http.html#2.36.0.12 (conditional delete: single).
    """
    type = request.path[0]
    version, told = None, list[Issue]()
    server.guard.check(request.principal, Intent("delete", type))
    with server.store.writing() as writer:
        match = find_one_in_turn(server, writer, request.principal, type, request.query, request.base)
        if match is not None:
            server.guard.check(request.principal, Intent("delete", type, match.id))
            version, told = _remove(server, writer, request, type, match.id)
    return _answer(request, version, told)


def _remove(server: Server, writer: Writer, request: Request, type: str, id: str) -> tuple[Version | None, list[Issue]]:
    """The version that says so, or what there was before; and the warnings of the rules between resources."""
    before = writer.lock(type, id)
    if before is not None:
        server.guard.approach(writer, request.principal, Intent("delete", type, id), (before,))
    demand_match(request.headers, before)
    if before is None or before.body is None:
        return before, []
    version, told = write_deletion(server, writer, request, before)
    return version, told


def _answer(request: Request, version: Version | None, told: list[Issue]) -> Response:
    answer = StoredAnswer(204, headers=version_headers(version), updated=version.updated) if version else Response(204)
    if preference(request.headers).returns == "OperationOutcome":
        text = "The resource is deleted." if version else "There was nothing to delete."
        answer.status = 200
        answer.body = encode(operation_outcome([Issue("informational", "ok", text, severity=INFORMATION), *told]))
    return answer
