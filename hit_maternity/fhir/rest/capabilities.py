"""capabilities: what this server can do, drawn from what is registered. https://hl7.org/fhir/R4/http.html#capabilities"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.operations import Operation, operations_of
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.rest.answers import shaped
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.negotiation import ACCEPT_PATCH
from hit_maternity.fhir.rest.parameters import pairs_of, shape_of
from hit_maternity.fhir.rest.terminology_capabilities import terminology_statement
from hit_maternity.fhir.search.model import SearchParameter

if TYPE_CHECKING:
    from hit_maternity.fhir.search import Search

_INSTANCE = ("read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type")
_SYSTEM = ("transaction", "batch", "search-system", "history-system")
_FORMATS = ("application/fhir+json", "application/fhir+xml", "json", "xml")
_COMPARTMENTS = ("Patient", "Encounter", "RelatedPerson", "Practitioner", "Device")


def capabilities(server: Server, request: Request) -> Response:
    """200 with the CapabilityStatement, for ``mode=terminology`` the TerminologyCapabilities. Raises ``FhirError`` 400 for a mode that
    does not exist."""
    mode = dict(pairs_of(request.query)).get("mode", "full")
    if mode not in ("full", "normative", "terminology"):
        raise refuse(400, "value", "capabilities-mode", "mode must be full, normative or terminology.")
    kind = "TerminologyCapabilities" if mode == "terminology" else "CapabilityStatement"
    before, between, after = _frame(server.definitions, server.search, operations_of(server), kind, server.cors)
    body = b"".join((before, encode(server.clock.now().date().isoformat()), between, encode(request.base), after))
    if request.query and (shape := shape_of(request.query)):
        body = shaped(server, body, kind, shape)
    return Response(200, body, {"cache-control": "max-age=60"})


@lru_cache(maxsize=8)
def _frame(
    definitions: Definitions, search: Search, operations: tuple[Operation, ...], kind: str, cors: bool
) -> tuple[bytes, bytes, bytes]:
    """The statement's text in three parts, between which the date and the base go: it is made once, whoever asks."""
    date, base = "urn:x-date", "urn:x-base"
    if kind == "TerminologyCapabilities":
        made = terminology_statement(definitions, operations, _software(), base, date)
    else:
        made = statement(definitions, search, operations, base, date, cors)
    before, _, rest = encode(made).partition(encode(date))
    between, _, after = rest.partition(encode(base))
    return before, between, after


def software_version() -> str:
    """The version of the installed package."""
    try:
        return version("hit-maternity")
    except PackageNotFoundError:
        return "0"


def _software() -> dict[str, str]:
    return {"name": "hit-maternity", "version": software_version()}


def statement(
    definitions: Definitions, search: Search, operations: tuple[Operation, ...], base: str, today: str, cors: bool = False
) -> dict[str, Any]:
    """The CapabilityStatement of a server at ``base``, dated ``today``."""
    pointing = _pointing(definitions, search)
    types = sorted(definitions.resource_types)
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": today,
        "kind": "instance",
        "software": _software(),
        "implementation": {"description": "hit-maternity, reference implementation of the digital maternity record", "url": base},
        "fhirVersion": "4.0.1",
        "format": list(_FORMATS),
        "patchFormat": ACCEPT_PATCH.split(", "),
        "rest": [
            {
                "mode": "server",
                "security": {"cors": cors},
                "resource": [_resource(definitions, search, operations, t, pointing.get(t, [])) for t in types],
                "interaction": [{"code": code} for code in _SYSTEM],
                "searchParam": [_parameter(p) for c, p in sorted(search.parameters("Basic").items()) if c[0] == "_"],
                "operation": _operations(operations, "system", None),
                "compartment": [f"http://hl7.org/fhir/CompartmentDefinition/{name[0].lower()}{name[1:]}" for name in _COMPARTMENTS],
            }
        ],
    }


def _resource(
    definitions: Definitions, search: Search, operations: tuple[Operation, ...], type: str, pointing: list[str]
) -> dict[str, Any]:
    parameters = search.parameters(type)
    references = sorted(p.code for p in parameters.values() if p.type == "reference")
    found: dict[str, Any] = {
        "type": type,
        "profile": f"http://hl7.org/fhir/StructureDefinition/{type}",
        "interaction": [{"code": code} for code in _INSTANCE],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "referencePolicy": ["literal", "logical"],
        "searchInclude": ["*", *(f"{type}:{code}" for code in references)],
        "searchRevInclude": pointing,
        "searchParam": [_parameter(p) for _, p in sorted(parameters.items())],
        "operation": _operations(operations, "instance", type),
    }
    return {key: value for key, value in found.items() if value != []}


def _parameter(parameter: SearchParameter) -> dict[str, str]:
    found = {"name": parameter.code, "type": parameter.type}
    return {"name": parameter.code, "definition": parameter.url, "type": parameter.type} if parameter.url else found


def _pointing(definitions: Definitions, search: Search) -> dict[str, list[str]]:
    """For each type the reference parameters that may name it, as ``Observation:subject``."""
    found: dict[str, list[str]] = {}
    for source in sorted(definitions.resource_types):
        for code, parameter in sorted(search.parameters(source).items()):
            if parameter.type == "reference" and not code.startswith("_"):
                for target in parameter.targets:
                    found.setdefault(target, []).append(f"{source}:{code}")
    return found


def _operations(operations: tuple[Operation, ...], level: str, type: str | None) -> list[dict[str, str]]:
    levels = ("system",) if level == "system" else ("type", "instance", "version")
    listed = [o for o in operations if any(o.fits(at, type) for at in levels)]
    return [{"name": o.name, "definition": o.definition} for o in listed]
