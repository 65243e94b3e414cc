"""The resource that a request carries: decoded, of the right type, valid."""

from __future__ import annotations

from typing import Any

from hit_maternity.fhir import formats
from hit_maternity.fhir.outcome import FhirError, Issue, refuse
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.language import language_of
from hit_maternity.fhir.rest.negotiation import request_format


def decoded(server: Server, request: Request) -> Any:
    """What the body says, JSON or XML by ``Content-Type``. Raises ``FhirError`` 400, 413 or 415."""
    if isinstance(request, EntryRequest):
        return request.resource
    kind = request_format(request.headers, request.method)
    if kind == "form":
        text = "A form is the body of a _search. Send the resource as application/fhir+json or application/fhir+xml."
        raise refuse(415, "not-supported", "content-type-unknown", text)
    return formats.decode(request.body, "xml" if kind == "xml" else "json", server.definitions)


def of_type(resource: Any, type: str, where: str | None = None) -> dict[str, Any]:
    """``resource``, if it is a resource of ``type``. Raises ``FhirError`` 400 ``type-mismatch``."""
    if not isinstance(resource, dict):
        raise refuse(400, "structure", "resource-expected", f"Send one {type} resource, as an object.", where or type)
    found = resource.get("resourceType")
    if found == type:
        return resource
    if found is None:
        text = f'The resource has no resourceType. Add "resourceType": "{type}".'
    elif isinstance(found, str) and found.isalnum() and len(found) <= 64:
        text = f"A {type} belongs to this address, not a {found}. Send it to /{found}, or mend its resourceType."
    else:
        text = f'The resourceType is no name of a resource type. It must be "{type}" here.'
    raise refuse(400, "invalid", "type-mismatch", text, where or type)


def received(server: Server, request: Request, type: str) -> dict[str, Any]:
    """The request's resource, which must be of ``type``; not validated yet."""
    return of_type(decoded(server, request), type)


def checked(server: Server, request: Request, resource: dict[str, Any], type: str) -> list[Issue]:
    """Validates ``resource``; gives back the warnings, in the language that the caller prefers. Raises ``FhirError`` with every fault."""
    if isinstance(request, EntryRequest) and request.warnings is not None:
        return request.warnings
    return server.validator.check(resource, type, language=language_of(request.headers))


def demand_id(resource: dict[str, Any], id: str) -> None:
    """Raises ``FhirError`` 400 where the resource's id isn't the one in the address (http.html#update)."""
    found = resource.get("id")
    if found == id:
        return
    where = f"{resource['resourceType']}.id"
    if found is None:
        raise refuse(400, "required", "id-missing", "The resource of an update must carry its id, the same as in the address.", where)
    raise refuse(400, "value", "id-mismatch", "The resource's id is not the one in the address. Make them equal.", where)


def collected(faults: list[FhirError]) -> FhirError:
    """One refusal of several: their common status, else 400; all their issues."""
    statuses = {f.status for f in faults}
    return FhirError(statuses.pop() if len(statuses) == 1 else 400, [i for f in faults for i in f.issues])
