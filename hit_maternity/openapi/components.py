"""What the operations of the FHIR API's OpenAPI document share: parameters, headers, answers, schemas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

#: The tag of what is the same for every resource type.
EVERY_TYPE = "every type"
#: Parameters of the answer's form.
FORMATS = ("format", "pretty", "request-id")

_QUERY: dict[str, tuple[str, str, dict[str, Any]]] = {
    "format": ("_format", "Format of the answer, where Accept can't be sent", {"type": "string", "enum": ["json", "xml"]}),
    "pretty": ("_pretty", "Whether the answer is indented", {"type": "string", "enum": ["true", "false"]}),
    "summary": ("_summary", "Which part of the resource", {"type": "string", "enum": ["true", "text", "data", "count", "false"]}),
    "elements": ("_elements", "Names of elements to show, with commas between", {"type": "string"}),
    "count": ("_count", "Entries on a page", {"type": "integer", "minimum": 0}),
    "since": ("_since", "Versions made at or after this instant", {"type": "string", "format": "date-time"}),
    "at": ("_at", "Versions that were current at this time", {"type": "string", "format": "date-time"}),
}
_HEADERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "request-id": (
        "X-Request-Id",
        "An id of the call, repeated in the answer and in the log",
        {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"},
    ),
    "prefer": (
        "Prefer",
        "What a write answers",
        {"type": "string", "enum": ["return=minimal", "return=representation", "return=OperationOutcome"]},
    ),
    "prefer-handling": (
        "Prefer",
        "What becomes of unknown parameters",
        {"type": "string", "enum": ["handling=strict", "handling=lenient"]},
    ),
    "if-match": ("If-Match", "The version that is to be changed", {"type": "string", "examples": ['W/"3"']}),
    "if-none-match": ("If-None-Match", "The version that is known", {"type": "string", "examples": ['W/"3"']}),
    "if-none-exist": (
        "If-None-Exist",
        "Create only where this search finds nothing",
        {"type": "string", "examples": ["identifier=urn:x|1"]},
    ),
    "if-modified-since": (
        "If-Modified-Since",
        "Answer only what is newer",
        {"type": "string", "examples": ["Sat, 21 Nov 2026 09:00:00 GMT"]},
    ),
}
_ANSWER_HEADERS = {
    "ETag": 'The version: W/"3"',
    "Location": "The address of the version made",
    "Last-Modified": "When the version was made",
    "X-Request-Id": "The call's id",
}
_MEANING = {
    200: "Done", 201: "Created", 204: "Deleted", 304: "Not changed", 400: "The request is wrong", 404: "There is no such thing",
    406: "No such format", 409: "Another was first", 410: "It was deleted", 412: "A condition does not hold", 413: "Too large",
    415: "This content type is not taken", 422: "The resource breaks rules",
}  # fmt: skip


def reference(names: Iterable[str]) -> list[dict[str, str]]:
    """References to shared parameters."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def responses(codes: Iterable[int]) -> dict[str, dict[str, str]]:
    """References to shared answers, and the one to whatever else may happen."""
    return {
        **{str(code): {"$ref": f"#/components/responses/{code}"} for code in codes},
        "default": {"$ref": "#/components/responses/fault"},
    }


def content(schema: str, example: dict[str, Any] | None) -> dict[str, Any]:
    """A resource in the two formats."""
    named = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {
        "application/fhir+json": {**named, **({"example": example} if example else {})},
        "application/fhir+xml": {"schema": {"type": "string"}},
    }


def components(types: Sequence[str]) -> dict[str, Any]:
    """The components object."""
    return {"parameters": _parameters(types), "responses": _responses(), "headers": _headers(), "schemas": _schemas(types)}


def _parameters(types: Sequence[str]) -> dict[str, Any]:
    paths: dict[str, tuple[str, dict[str, Any]]] = {
        "type": ("A resource type", {"type": "string", "enum": list(types)}),
        "id": ("The resource's id", {"type": "string", "pattern": r"^[A-Za-z0-9\-\.]{1,64}$"}),
        "version": ("The version's number", {"type": "string", "pattern": "^[1-9][0-9]{0,9}$"}),
    }
    made: dict[str, Any] = {
        name: {"name": name, "in": "path", "required": True, "description": words, "schema": schema}
        for name, (words, schema) in paths.items()
    }
    for place, table in (("query", _QUERY), ("header", _HEADERS)):
        made |= {
            name: {"name": spelt, "in": place, "description": words, "schema": schema} for name, (spelt, words, schema) in table.items()
        }
    return made


def _responses() -> dict[str, Any]:
    made: dict[str, Any] = {}
    for code, words in _MEANING.items():
        body = {} if code in (204, 304) else {"content": content("Resource" if code < 300 else "OperationOutcome", None)}
        made[str(code)] = {"description": f"{HTTPStatus(code).phrase}: {words}", "headers": _header_references(), **body}
    made["fault"] = {"description": "Another fault", "headers": _header_references(), "content": content("OperationOutcome", None)}
    return made


def _header_references() -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _ANSWER_HEADERS}


def _headers() -> dict[str, Any]:
    return {name: {"description": words, "schema": {"type": "string"}} for name, words in _ANSWER_HEADERS.items()}


def _schemas(types: Sequence[str]) -> dict[str, Any]:
    issue = {
        "type": "object",
        "required": ["severity", "code"],
        "properties": {
            "severity": {"type": "string", "enum": ["fatal", "error", "warning", "information"]},
            "code": {"type": "string"},
            "details": {"type": "object", "description": "Our rule id and what to do"},
            "diagnostics": {"type": "string"},
            "expression": {"type": "array", "items": {"type": "string"}, "description": "FHIRPath of the place"},
        },
    }
    return {
        "Resource": {
            "type": "object",
            "description": "A FHIR R4 resource; https://hl7.org/fhir/R4/resourcelist.html says what each type holds.",
            "required": ["resourceType"],
            "properties": {
                "resourceType": {"type": "string", "enum": list(types)},
                "id": {"type": "string", "pattern": r"^[A-Za-z0-9\-\.]{1,64}$"},
                "meta": {"type": "object"},
            },
        },
        "OperationOutcome": {
            "type": "object",
            "required": ["resourceType", "issue"],
            "properties": {"resourceType": {"const": "OperationOutcome"}, "issue": {"type": "array", "minItems": 1, "items": issue}},
        },
        "JsonPatch": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["op", "path"],
                "properties": {
                    "op": {"type": "string", "enum": ["add", "remove", "replace", "move", "copy", "test"]},
                    "path": {"type": "string"},
                    "from": {"type": "string"},
                    "value": {},
                },
            },
        },
    }
