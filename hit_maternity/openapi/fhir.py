"""The OpenAPI 3.1 document of the FHIR API, made from its CapabilityStatement.

What is the same for every resource type stands once, under ``{type}``; searching and creating stand once a type, with its own
search parameters and an example. Resources have one schema: their rules are the validator's, which no JSON Schema can tell.
Source: https://spec.openapis.org/oas/v3.1.0 and https://hl7.org/fhir/R4/http.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hit_maternity import __version__
from hit_maternity.fhir.operations import Operation
from hit_maternity.openapi.components import EVERY_TYPE, FORMATS, components, content, reference, responses

Document = dict[str, Any]

_TYPES_OF_SEARCH = {
    "number": "number, with an optional prefix such as gt",
    "date": "date or time, with an optional prefix such as ge",
    "string": "start of a text, accents and case aside",
    "token": "code, or system|code",
    "reference": "Type/id",
    "composite": "values joined by $",
    "quantity": "value|system|unit, with an optional prefix",
    "uri": "the whole URI",
    "special": "as the specification says",
}


def fhir_document(statement: Mapping[str, Any], operations: Iterable[Operation], examples: Mapping[str, Any]) -> Document:
    """The document for the server that ``statement`` describes; ``examples``: a resource by type name."""
    rest = statement["rest"][0]
    types = [resource["type"] for resource in rest["resource"]]
    paths: Document = {"/metadata": {"get": _get("capabilities", "The CapabilityStatement", ["server"], (200,), parameters=FORMATS)}}
    paths["/"] = {"post": _batch(examples), "get": _search("Everything", "search-system", _common(rest), ["server"])}
    paths["/_search"] = {"post": _post_search("search-system-post", ["server"])}
    paths["/_history"] = {"get": _history("history-system", "All versions of everything", ["server"])}
    for resource in rest["resource"]:
        paths[f"/{resource['type']}"] = _of_type(resource, examples)
    paths |= _every_type()
    paths |= _operations(operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hit-maternity FHIR API",
            "version": __version__,
            "summary": "Norway's digital maternity record on FHIR R4 (4.0.1).",
            "description": "FHIR R4's RESTful API. An OperationOutcome tells every fault: where it is, its rule, how to mend it.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [
            {"url": "/fhir", "description": "The default space"},
            {"url": "/spaces/{space}/fhir", "description": "Another space", "variables": {"space": {"default": "demo"}}},
        ],
        "tags": [{"name": "server"}, {"name": EVERY_TYPE}, *({"name": name} for name in types)],
        "paths": paths,
        "components": components(types),
    }


def _get(operation: str, summary: str, tags: list[str], codes: Iterable[int], *, parameters: Iterable[str] = ()) -> Document:
    return {"operationId": operation, "summary": summary, "tags": tags, "parameters": reference(parameters), "responses": responses(codes)}


def _search(what: str, operation: str, parameters: list[Document], tags: list[str]) -> Document:
    made = _get(operation, f"Search: {what}", tags, (200, 400, 404, 406), parameters=("prefer-handling", *FORMATS))
    made["parameters"] += parameters
    return made


def _post_search(operation: str, tags: list[str]) -> Document:
    form = {"schema": {"type": "object", "additionalProperties": {"type": "string"}}, "example": {"_count": "10"}}
    made = _get(operation, "Search by POST, so that no parameter stands in an address", tags, (200, 400, 404, 406, 415), parameters=FORMATS)
    return {**made, "requestBody": {"content": {"application/x-www-form-urlencoded": form}}}


def _history(operation: str, summary: str, tags: list[str]) -> Document:
    return _get(operation, summary, tags, (200, 400, 404, 406), parameters=("since", "at", "count", *FORMATS))


def _batch(examples: Mapping[str, Any]) -> Document:
    patient = examples["Patient"]
    entry = {
        "fullUrl": "urn:uuid:8a0c8d1e-0d8f-4f0e-9a5b-0b7f6f1a2c3d",
        "resource": patient,
        "request": {"method": "POST", "url": "Patient"},
    }
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    made = _get(
        "transaction",
        "A batch or transaction Bundle",
        ["server"],
        (200, 400, 404, 409, 412, 413, 415, 422),
        parameters=("prefer", *FORMATS),
    )
    return {**made, "requestBody": {"required": True, "content": content("Resource", bundle)}}


def _of_type(resource: Mapping[str, Any], examples: Mapping[str, Any]) -> Document:
    name = resource["type"]
    codes = {interaction["code"] for interaction in resource["interaction"]}
    item: Document = {}
    if "search-type" in codes:
        item["get"] = _search(name, f"search-{name}", [_parameter(p) for p in resource.get("searchParam", ())], [name])
    if "create" in codes:
        made = _get(
            f"create-{name}",
            f"Create a {name}",
            [name],
            (200, 201, 400, 412, 413, 415, 422),
            parameters=("if-none-exist", "prefer", *FORMATS),
        )
        item["post"] = {**made, "requestBody": {"required": True, "content": content("Resource", examples[name])}}
    return item


def _parameter(search: Mapping[str, Any]) -> Document:
    words = search.get("documentation") or _TYPES_OF_SEARCH[search["type"]]
    return {
        "name": search["name"],
        "in": "query",
        "description": f"{search['type']}: {words}",
        "schema": {"type": "string"},
    }


def _common(rest: Mapping[str, Any]) -> list[Document]:
    return [_parameter(p) for p in rest.get("searchParam", ())]


def _every_type() -> Document:
    tags = [EVERY_TYPE]
    instance = {
        "parameters": reference(("type", "id")),
        "get": _get(
            "read",
            "Read",
            tags,
            (200, 304, 400, 404, 406, 410),
            parameters=("if-none-match", "if-modified-since", "summary", "elements", *FORMATS),
        ),
        "put": _write("update", "Update, or create under this id", (200, 201, 400, 409, 412, 413, 415, 422), ("if-match", "prefer")),
        "patch": _patch("patch", (200, 400, 404, 409, 410, 412, 413, 415, 422)),
        "delete": _get("delete", "Delete", tags, (200, 204, 400, 404, 409, 412), parameters=("if-match",)),
    }
    type_history = {"parameters": reference(("type",)), "get": _history("history-type", "All versions of a type", tags)}
    instance_history = {"parameters": reference(("type", "id")), "get": _history("history-instance", "All versions of a resource", tags)}
    vread = _get("vread", "Read a version", tags, (200, 304, 400, 404, 406, 410), parameters=("if-none-match", *FORMATS))
    compartment = _search("What belongs to a patient, of one type or * for all", "search-compartment", [], tags)
    return {
        "/{type}": {
            "parameters": reference(("type",)),
            "put": _write(
                "update-conditional", "Update what the search finds", (200, 201, 400, 409, 412, 413, 415, 422), ("if-match", "prefer")
            ),
            "patch": _patch("patch-conditional", (200, 400, 404, 409, 412, 413, 415, 422)),
            "delete": _get("delete-conditional", "Delete what the search finds", tags, (200, 204, 400, 404, 409, 412)),
        },
        "/{type}/_search": {"parameters": reference(("type",)), "post": _post_search("search-post", tags)},
        "/{type}/_history": type_history,
        "/{type}/{id}": instance,
        "/{type}/{id}/_history": instance_history,
        "/{type}/{id}/_history/{version}": {"parameters": reference(("type", "id", "version")), "get": vread},
        "/Patient/{id}/{type}": {"parameters": reference(("id", "type")), "get": compartment},
    }


def _write(operation: str, summary: str, codes: Iterable[int], parameters: Iterable[str]) -> Document:
    made = _get(operation, summary, [EVERY_TYPE], codes, parameters=(*parameters, *FORMATS))
    return {**made, "requestBody": {"required": True, "content": content("Resource", None)}}


def _patch(operation: str, codes: Iterable[int]) -> Document:
    made = _get(operation, "Patch, by JSON Patch or FHIRPath Patch", [EVERY_TYPE], codes, parameters=("if-match", "prefer", *FORMATS))
    steps = {"schema": {"$ref": "#/components/schemas/JsonPatch"}, "example": [{"op": "replace", "path": "/status", "value": "final"}]}
    return {**made, "requestBody": {"required": True, "content": {"application/json-patch+json": steps, **content("Resource", None)}}}


#: Where an operation of a level is called, below the type where it has one.
_LEVELS = {"system": ("", ()), "type": ("", ()), "instance": ("/{id}", ("id",)), "version": ("/{id}/_history/{version}", ("id", "version"))}


def _operations(operations: Iterable[Operation]) -> Document:
    paths: Document = {}
    for operation in operations:
        for level, (place, parameters) in _LEVELS.items():
            if level not in operation.levels:
                continue
            if level == "system":
                paths[f"/${operation.name}"] = _operation(operation, "", level, parameters, "server")
            elif not operation.types:
                paths[f"/{{type}}{place}/${operation.name}"] = _operation(operation, "", level, ("type", *parameters), EVERY_TYPE)
            for name in sorted(operation.types):
                paths[f"/{name}{place}/${operation.name}"] = _operation(operation, name, level, parameters, name)
    return paths


def _operation(operation: Operation, name: str, level: str, parameters: Iterable[str], tag: str) -> Document:
    item: Document = {"parameters": reference(parameters)}
    identity = "-".join(filter(None, (operation.name, name, level)))
    summary = f"${operation.name}: {operation.summary}"
    named = [{"name": n, "in": "query", "schema": {"type": "string"}} for n in sorted(operation.parameters - {operation.body})]
    if operation.safe:
        item["get"] = _get(identity, summary, [tag], _OPERATION_CODES, parameters=FORMATS)
        item["get"]["parameters"] += named
    made = _get(f"{identity}-post", summary, [tag], (*_OPERATION_CODES, 409, 412, 413, 415), parameters=FORMATS)
    item["post"] = {**made, "requestBody": {"content": content("Resource", None)}}
    return item


_OPERATION_CODES = (200, 400, 404, 406, 410, 422)
