"""Operations: ``$name`` on a resource, a type or the whole server. One file an operation; this is their register.

Source: https://hl7.org/fhir/R4/operations.html.
"""

from __future__ import annotations

from hit_maternity.fhir.operations.arguments import arguments_of
from hit_maternity.fhir.operations.episode_everything import EPISODE_EVERYTHING
from hit_maternity.fhir.operations.expand import EXPAND
from hit_maternity.fhir.operations.lookup import LOOKUP
from hit_maternity.fhir.operations.meta import META, META_ADD, META_DELETE
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.operations.patient_everything import PATIENT_EVERYTHING
from hit_maternity.fhir.operations.subsumes import SUBSUMES
from hit_maternity.fhir.operations.translate import TRANSLATE
from hit_maternity.fhir.operations.validate import VALIDATE
from hit_maternity.fhir.operations.validate_code import VALIDATE_IN_SYSTEM, VALIDATE_IN_VALUE_SET
from hit_maternity.fhir.outcome import FhirError, Issue, refuse
from hit_maternity.fhir.rest.exchange import Request, Response, Server

__all__ = ["OPERATIONS", "Operation", "operations_of", "run_operation"]

#: FHIR's own operations; ``Server.operations`` has those of other rooms.
OPERATIONS: tuple[Operation, ...] = (
    VALIDATE, META, META_ADD, META_DELETE, PATIENT_EVERYTHING, EPISODE_EVERYTHING,
    EXPAND, VALIDATE_IN_VALUE_SET, VALIDATE_IN_SYSTEM, LOOKUP, SUBSUMES, TRANSLATE,
)  # fmt: skip

_LEVELS = ("system", "type", "instance", "", "version")


def operations_of(server: Server) -> tuple[Operation, ...]:
    """Every operation of the server; the capability statement lists them."""
    return (*OPERATIONS, *server.operations)


def run_operation(server: Server, request: Request) -> Response:
    """The answer of the operation that the last part of the path names.

    Raises ``FhirError``: 404 where there is no such operation here, 405 for GET where it changes something, 400 for a parameter
    it does not have, and its own.
    """
    *place, last = request.path
    level = _LEVELS[len(place)]
    type = place[0] if place else None
    operation = _find(operations_of(server), last[1:], level, type)
    request.interaction = f"${operation.name}"
    if request.method != "POST" and not operation.safe:
        issue = Issue("not-supported", "method-not-allowed", f"${operation.name} changes the resource: call it with POST.")
        raise FhirError(405, [issue], {"allow": "POST"})
    id = place[1] if len(place) > 1 else None
    version = place[3] if len(place) > 3 else None
    return operation.run(Call(server, request, type, id, version, arguments_of(server, request, operation, type)))


def _find(all: tuple[Operation, ...], name: str, level: str, type: str | None) -> Operation:
    named = [o for o in all if o.name == name]
    found = next((o for o in named if o.fits(level, type)), None)
    if found:
        return found
    if not named:
        known = ", ".join(sorted({f"${o.name}" for o in all}))
        raise refuse(404, "not-supported", "operation-unknown", f"There is no such operation here. There are {known}.")
    places = "; ".join(f"{' and '.join(sorted(o.levels))} of {', '.join(sorted(o.types)) or 'any type'}" for o in named)
    raise refuse(404, "not-supported", "operation-not-here", f"${name} can't be called here, only on: {places}.")
