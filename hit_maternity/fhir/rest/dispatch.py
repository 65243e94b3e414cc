"""From a request to its answer: the path's shape and the verb name the interaction; faults become OperationOutcomes.

Source: https://hl7.org/fhir/R4/http.html#summary.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from hit_maternity.fhir import formats
from hit_maternity.fhir.operations import run_operation
from hit_maternity.fhir.outcome import FATAL, FhirError, Issue, operation_outcome, refuse
from hit_maternity.fhir.rest.binary import create_binary, read_binary, update_binary, vread_binary
from hit_maternity.fhir.rest.bundles import process_bundle
from hit_maternity.fhir.rest.capabilities import capabilities
from hit_maternity.fhir.rest.create import create
from hit_maternity.fhir.rest.delete import conditional_delete, delete
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.history import history
from hit_maternity.fhir.rest.identity import is_id
from hit_maternity.fhir.rest.negotiation import ACCEPT_PATCH, answer_format
from hit_maternity.fhir.rest.patch import conditional_patch, patch
from hit_maternity.fhir.rest.read import read
from hit_maternity.fhir.rest.search import search_compartment, search_system, search_type
from hit_maternity.fhir.rest.update import conditional_update, update
from hit_maternity.fhir.rest.vread import vread

_log = logging.getLogger("hit_maternity.fhir")


class Interaction(NamedTuple):
    """``code`` is FHIR's name of it (``read``, ``search-type``, ...), for the guard, the log and the metrics."""

    code: str
    run: Callable[[Server, Request], Response]


#: The one path that asks for no principal: the CapabilityStatement tells a client how to come in.
PUBLIC = ["metadata"]


def perform(server: Server, request: Request) -> Response:
    """The answer of the interaction that the request asks for. Raises ``FhirError``."""
    path = request.path
    shape = shape_of(path)
    if shape in _TYPED and path[0] not in server.definitions.resource_types:
        raise refuse(404, "not-supported", "type-unknown", _unknown_type(path[0], server))
    if shape in _IDENTIFIED and not is_id(path[1]):
        text = "The address holds no id: an id has 1 to 64 letters (A-Z, a-z), digits, - and full stops."
        raise refuse(400, "value", "id-invalid", text)
    method = "GET" if request.method == "HEAD" else request.method
    interactions = _BINARY.get(shape) if path and path[0] == "Binary" else None
    found = (interactions or _INTERACTIONS[shape]).get(method) if shape else None
    if found is None:
        return _other_method(shape, method)
    request.interaction = found.code
    return found.run(server, request)


def handle(server: Server, request: Request) -> Response:
    """``perform``, with every fault told in the format that the caller asked for. Never raises."""
    format = formats.PLAIN
    try:
        try:
            format = answer_format(request.headers, request.query)
        except FhirError:
            if not _own_type(request):
                raise
        if request.path != PUBLIC and request.method != "OPTIONS":
            request.principal = server.guard.admit(request.headers, request.method, request.url)
        response = perform(server, request)
        if response.body and format is not formats.PLAIN and "content-type" not in response.headers:
            response.body = formats.encode(response.body, format, server.definitions)
            response.headers["content-type"] = format.mime
        return response
    except FhirError as refusal:
        if refusal.status in (401, 403):
            refusal = server.guard.refused(request.principal, request, refusal) or refusal
        issues, status, headers = refusal.issues, refusal.status, refusal.headers
    except Exception as fault:  # the last barrier: what gets here is a bug of ours, and its text might hold data of a patient
        issues, status, headers = [_told(fault)], 500, {}
    outcome = formats.encode(operation_outcome(issues), format, server.definitions)
    return Response(status, outcome, {**{k.lower(): v for k, v in headers.items()}, "content-type": format.mime})


def _own_type(request: Request) -> bool:
    return "_format" not in request.query and request.path[:1] == ["Binary"] and request.method in ("GET", "HEAD")


def _told(fault: Exception) -> Issue:
    """Logs where the fault arose, without its words, under an id that the answer shows."""
    number = uuid.uuid4().hex
    frames = "".join(traceback.format_tb(fault.__traceback__))
    _log.error("fault %s: %s\n%s", number, type(fault).__qualname__, frames)
    return Issue("exception", "internal", f"The server failed. Its log tells of it as fault {number}.", severity=FATAL)


def shape_of(path: list[str]) -> str:
    """The name of the path's form, "" where FHIR knows none of that form."""
    count = len(path)
    if count == 2:
        second = path[1]
        return "instance" if second[:1] not in ("_", "$", "") else "type-operation" if second[:1] == "$" else _SECOND.get(second, "")
    if count == 1:
        first = path[0]
        return "type" if first[:1].isupper() else "system-operation" if first[:1] == "$" else _FIRST.get(first, "")
    if count == 3:
        third = path[2]
        return _THIRD.get(third) or ("instance-operation" if third[:1] == "$" else "compartment")
    if count == 4:
        return "version" if path[2] == "_history" else "compartment-search" if path[3] == "_search" else ""
    if count == 5 and path[2] == "_history" and path[4][:1] == "$":
        return "version-operation"
    return "" if count else "system"


_FIRST = {"metadata": "metadata", "_history": "system-history", "_search": "system-search"}
_SECOND = {"_history": "type-history", "_search": "type-search"}
_THIRD = {"_history": "instance-history", "_search": "compartment-search"}

_OPERATION = {verb: Interaction("operation", run_operation) for verb in ("GET", "POST")}
_COMPARTMENT = Interaction("search-compartment", search_compartment)
_HISTORY_GET = {kind: {"GET": Interaction(f"history-{kind}", history)} for kind in ("instance", "type", "system")}

_INTERACTIONS: dict[str, Mapping[str, Interaction]] = {
    "instance": {
        "GET": Interaction("read", read),
        "PUT": Interaction("update", update),
        "PATCH": Interaction("patch", patch),
        "DELETE": Interaction("delete", delete),
    },
    "type": {
        "GET": Interaction("search-type", search_type),
        "POST": Interaction("create", create),
        "PUT": Interaction("update", conditional_update),
        "PATCH": Interaction("patch", conditional_patch),
        "DELETE": Interaction("delete", conditional_delete),
    },
    "version": {"GET": Interaction("vread", vread)},
    "type-search": {"POST": Interaction("search-type", search_type)},
    "system": {"GET": Interaction("search-system", search_system), "POST": Interaction("transaction", partial(process_bundle, perform))},
    "system-search": {"POST": Interaction("search-system", search_system)},
    "compartment": {"GET": _COMPARTMENT},
    "compartment-search": {"POST": _COMPARTMENT},
    "instance-history": _HISTORY_GET["instance"],
    "type-history": _HISTORY_GET["type"],
    "system-history": _HISTORY_GET["system"],
    "metadata": {"GET": Interaction("capabilities", capabilities)},
    "system-operation": _OPERATION,
    "type-operation": _OPERATION,
    "instance-operation": _OPERATION,
    "version-operation": _OPERATION,
}

_BINARY: dict[str, Mapping[str, Interaction]] = {
    "instance": {**_INTERACTIONS["instance"], "GET": Interaction("read", read_binary), "PUT": Interaction("update", update_binary)},
    "version": {"GET": Interaction("vread", vread_binary)},
    "type": {**_INTERACTIONS["type"], "POST": Interaction("create", create_binary)},
}

_TYPED = frozenset(s for s in _INTERACTIONS if not s.startswith(("system", "metadata")))
_IDENTIFIED = frozenset(
    ("instance", "version", "compartment", "compartment-search", "instance-history", "instance-operation", "version-operation")
)


def _other_method(shape: str, method: str) -> Response:
    """The answer to OPTIONS; raises ``FhirError`` 405 with ``Allow``, 404 for a path of no form that FHIR knows."""
    if not shape:
        raise refuse(404, "not-found", "path-unknown", "FHIR R4 has no address of this form.")
    verbs = sorted(_INTERACTIONS[shape])
    if "GET" in verbs:
        verbs.append("HEAD")
    headers = {"allow": ", ".join([*verbs, "OPTIONS"])}
    if "PATCH" in verbs:
        headers["accept-patch"] = ACCEPT_PATCH
    if method == "OPTIONS":
        return Response(204, headers=headers)
    text = f"This address does not take this verb. It takes {headers['allow']}."
    raise FhirError(405, [Issue("not-supported", "method-not-allowed", text)], headers)


def _unknown_type(name: str, server: Server) -> str:
    text = "FHIR R4 has no resource type of this name."
    near = next((t for t in server.definitions.resource_types if t.lower() == name.lower()), None)
    return f"{text} Did you mean {near}?" if near else text
