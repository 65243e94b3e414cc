"""patch: a change to the current version, by JSON Patch (RFC 6902) or FHIRPath Patch.

Source: https://hl7.org/fhir/R4/http.html#patch and https://hl7.org/fhir/R4/fhirpatch.html.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.patch.fhirpath_patch import apply_fhirpath_patch
from hit_maternity.fhir.patch.json_patch import apply_json_patch
from hit_maternity.fhir.ports import Intent, Writer
from hit_maternity.fhir.rest.answers import not_found, present, written_answer
from hit_maternity.fhir.rest.body import checked, received
from hit_maternity.fhir.rest.conditional import find_one_in_turn
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.headers import demand_match
from hit_maternity.fhir.rest.negotiation import request_format
from hit_maternity.fhir.rest.writing import write

JSON_PATCH = "application/json-patch+json"


def patch(server: Server, request: Request) -> Response:
    """200 with the patched resource.

    Raises ``FhirError``: 400 for a malformed patch, 404, 410, 412 where ``If-Match`` does not fit, 415 for another kind of patch,
    422 where the patch can't be applied or its result isn't valid.
    """
    type, id = request.path
    kind, change = _change(server, request)
    server.guard.check(request.principal, Intent("patch", type, id))
    with server.store.writing() as writer:
        answer = _apply(server, writer, request, type, id, kind, change)
    return answer


def conditional_patch(server: Server, request: Request) -> Response:
    """``PATCH [type]?criteria``: patches the one resource that fits. Raises ``FhirError`` 404 where none does, 412 where several do."""
    type = request.path[0]
    kind, change = _change(server, request)
    server.guard.check(request.principal, Intent("patch", type))
    with server.store.writing() as writer:
        match = find_one_in_turn(server, writer, request.principal, type, request.query, request.base)
        if match is None:
            raise refuse(404, "not-found", "conditional-none", f"No {type} fits the criteria.")
        server.guard.check(request.principal, Intent("patch", type, match.id))
        answer = _apply(server, writer, request, type, match.id, kind, change)
    return answer


def _apply(server: Server, writer: Writer, request: Request, type: str, id: str, kind: str, change: Any) -> Response:
    before = writer.lock(type, id)
    if before is None:
        raise not_found(type)
    server.guard.approach(writer, request.principal, Intent("patch", type, id), (before,))
    demand_match(request.headers, before)
    current = json.decode(present(before, type).body or b"")
    changed = apply_json_patch(current, change) if kind == "json-patch" else apply_fhirpath_patch(current, change, server.definitions)
    warnings = checked(server, request, changed, type)
    version, told = write(server, writer, request, changed, id, before, "PATCH", "patch")
    return written_answer(request, version, 200, [*warnings, *told])


def _change(server: Server, request: Request) -> tuple[str, Any]:
    """The kind of patch, ``json-patch`` or ``fhirpath-patch``, and its operations."""
    if isinstance(request, EntryRequest):
        return _change_of_entry(request.resource)
    kind = request_format(request.headers, request.method)
    if kind == "json-patch":
        return kind, json.decode(request.body)
    return "fhirpath-patch", received(server, request, "Parameters")


def _change_of_entry(resource: Any) -> tuple[str, Any]:
    """In a Bundle a patch is a Parameters resource, or a Binary that holds a JSON Patch (http.html#patch)."""
    if not isinstance(resource, dict) or resource.get("resourceType") not in ("Parameters", "Binary"):
        text = "A PATCH entry carries a Parameters resource (FHIRPath Patch) or a Binary with a JSON Patch."
        raise refuse(400, "invalid", "patch-expected", text, "resource")
    if resource["resourceType"] == "Parameters":
        return "fhirpath-patch", resource
    if str(resource.get("contentType")).partition(";")[0].strip() != JSON_PATCH:
        raise refuse(415, "not-supported", "patch-format", f"The Binary of a PATCH entry must be {JSON_PATCH}.", "resource.contentType")
    try:
        data = base64.b64decode(str(resource.get("data", "")), validate=False)
    except (binascii.Error, ValueError):
        raise refuse(400, "value", "patch-data", "The Binary's data is not base64.", "resource.data") from None
    return "json-patch", json.decode(data)
