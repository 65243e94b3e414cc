"""The parameters of an operation call, from its query and from its body.

Source: https://hl7.org/fhir/R4/operations.html#request.
"""

from __future__ import annotations

from typing import Any

from hit_maternity.fhir.operations.model import Arguments, Operation
from hit_maternity.fhir.outcome import FhirError, Issue, refuse
from hit_maternity.fhir.rest.body import decoded
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.parameters import FORM, pairs_of

_CURSOR = "_cursor"


def arguments_of(server: Server, request: Request, operation: Operation, type: str | None) -> Arguments:
    """All arguments. Raises ``FhirError`` 400 with every parameter that the operation does not have."""
    values: dict[str, list[Any]] = {}
    for name, value in pairs_of(request.query):
        if name not in FORM:
            values.setdefault(name, []).append(value)
    if request.body or (isinstance(request, EntryRequest) and request.resource is not None):
        _add_body(values, decoded(server, request), operation, type)
    known = operation.parameters | {_CURSOR}
    listed = ", ".join(sorted(operation.parameters)) or "none"
    faults = [
        Issue("not-supported", "operation-parameter-unknown", f"${operation.name} has no such parameter. Its parameters: {listed}.")
        for name in values
        if name not in known
    ]
    if faults:
        raise FhirError(400, faults)
    return Arguments({name: tuple(v) for name, v in values.items()})


def _add_body(values: dict[str, list[Any]], body: Any, operation: Operation, type: str | None) -> None:
    wraps = isinstance(body, dict) and body.get("resourceType") == "Parameters"
    parts = body.get("parameter", []) if wraps else []
    if not isinstance(parts, list) or not all(isinstance(p, dict) and isinstance(p.get("name"), str) for p in parts):
        raise refuse(400, "structure", "parameters-malformed", "Each parameter is an object with a name.", "Parameters.parameter")
    # A Parameters resource may itself be what is meant: Parameters/$validate.
    bare = operation.body and (not wraps or (type == "Parameters" and all(p["name"] not in operation.parameters for p in parts)))
    if bare and operation.body:
        values.setdefault(operation.body, []).append(body)
        return
    if not wraps:
        raise refuse(400, "structure", "parameters-expected", f"The body of ${operation.name} is a Parameters resource.")
    for part in parts:
        values.setdefault(part["name"], []).append(_value_of(part))


def _value_of(part: dict[str, Any]) -> Any:
    """``resource`` or ``value[x]`` of a parameter, None where it has neither."""
    if "resource" in part:
        return part["resource"]
    return next((v for k, v in part.items() if k.startswith("value")), None)
