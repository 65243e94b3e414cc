"""The OpenAPI 3.1 document of the national JSON API, made from the door's own table of routes, its models and its table of codes.

How sure each thing is stands in words: confirmed by the national documentation, second-hand from a public client of it, seen in sibling
services, or inferred. Source: https://spec.openapis.org/oas/v3.1.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hit_maternity import __version__
from hit_maternity.dhg.errors import CODES, CONFIRMED, INFERRED, Code
from hit_maternity.dhg.mapping import PARTS, is_many
from hit_maternity.dhg.models import TYPES, schemas
from hit_maternity.dhg.routes import BASE, ROUTES, Route

Document = dict[str, Any]

_TITLES = {
    "status": ("Consent and active record, for polling; takes a machine's token too and is not logged", CONFIRMED),
    "history": ("All her records, of this and earlier pregnancies", CONFIRMED),
    "record-history": ("Every version of every part of a record", f"the call {CONFIRMED}, its answer {INFERRED}"),
    "create-record": ("Create a record, empty or with resources", f"the call {CONFIRMED}, body and answer {INFERRED}"),
    "read-record": ("The whole record", CONFIRMED),
    "update-status": ("End a record", f"the call {CONFIRMED}, its body {INFERRED}"),
    "create-resource": ("Create {name}", CONFIRMED),
    "update-resource": ("Replace {name}", CONFIRMED),
    "update-item": ("Replace an item of {name}", CONFIRMED),
    "delete-item": ("Delete an item of {name}: it stays, marked", f"the call {CONFIRMED}, its answer {INFERRED}"),
}
_READ = ("AUTH-0001", "AUTH-0002", "AUTH-0003", "AUTH-0010", "DHG-0013", "DHG-0005", "DHG-0004", "DHG-0001", "DHG-0006")
_BODY = ("DHG-0011", "DHG-0012", "DHG-0016")
#: The codes of each call, beside those of every one.
_MORE = {
    "status": (),
    "history": ("DHG-0003", "DHG-0010"),
    "record-history": ("DHG-0003", "DHG-0010", "DHG-0015"),
    "create-record": ("DHG-0002", "DHG-0003", "DHG-0009", "DHG-0010", *_BODY),
    "read-record": ("DHG-0003", "DHG-0010", "DHG-0015"),
    "update-status": ("DHG-0002", "DHG-0003", "DHG-0008", "DHG-0010", "DHG-0015", "DHG-0011", "DHG-0012"),
    "create-resource": ("DHG-0002", "DHG-0003", "DHG-0009", "DHG-0010", "DHG-0015", *_BODY),
    "update-resource": ("DHG-0002", "DHG-0003", "DHG-0007", "DHG-0008", "DHG-0010", "DHG-0015", *_BODY),
    "update-item": ("DHG-0002", "DHG-0003", "DHG-0007", "DHG-0008", "DHG-0010", "DHG-0015", "DHG-0017", *_BODY),
    "delete-item": ("DHG-0002", "DHG-0003", "DHG-0007", "DHG-0008", "DHG-0010", "DHG-0011", "DHG-0012", "DHG-0015", "DHG-0017"),
}
_ANSWERS = {"status": "Status", "history": "History", "record-history": "RecordHistory", "create-record": "Record", "read-record": "Record"}
_EVENT = "6a9fe8f1-944e-40a8-8483-c31f2b99df7e"
_RECORD = "4b04ac64-b36e-56ae-934c-dea4fbc515c6"
_NIN = "12839449648"


def dhg_openapi() -> Document:
    """The document."""
    paths: Document = {}
    for route in ROUTES:
        for path, name in _expanded(route):
            item = paths.setdefault(f"/{path}", {})
            if parameters := [_reference("parameters", p) for p in ("recordId", "itemId") if f"{{{p}}}" in path]:
                item["parameters"] = parameters
            item[route.method.lower()] = _operation(route, name)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hit-maternity national JSON API",
            "version": __version__,
            "summary": "The national JSON API of the digital maternity record (digitalt helsekort for gravide), v1.",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [
            {"url": f"/{BASE}", "description": "The default space"},
            {"url": f"/spaces/{{space}}/{BASE}", "description": "Another space", "variables": {"space": {"default": "demo"}}},
        ],
        "security": [{"dpop": []}],
        "tags": [{"name": "status"}, {"name": "record"}, *({"name": name} for name in PARTS)],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "parameters": _parameters(),
            "headers": _headers(),
            "examples": {code: {"summary": it.words, "value": _example(code)} for code, it in CODES.items()},
            "responses": {"TooManyCalls": _too_many()},
            "securitySchemes": _security(),
        },
    }


_DESCRIPTION = (
    "A view of the same FHIR record that `/fhir` serves: a change at one door shows at the other with a new version. "
    "An error is `{errorCode, errorMessage, eventId}`, with the code in the header `nhn-error-code` too (confirmed); `details` names every "
    "fault of a body (inferred). The HTTP status of each code is inferred: branch on the code. "
    "Versions begin at 1 and go up by 1 for each resource; an update sends the newest as `metadata.version`; 255 is the last (confirmed). "
    "Null, an empty object and an empty list mean the same: not registered. An update replaces the whole resource."
)


def _expanded(route: Route) -> Iterable[tuple[str, str]]:
    """The paths of a route, one for each resource type where it has several, with the type's name."""
    if "{resourceType}" in route.path:
        many = route.name == "create-resource"
        return [(route.path.replace("{resourceType}", n), n) for n, part in PARTS.items() if many or not is_many(part)]
    if "{listType}" in route.path:
        return [(route.path.replace("{listType}", name), name) for name, part in PARTS.items() if is_many(part)]
    return [(route.path, "")]


def _operation(route: Route, name: str) -> Document:
    title, evidence = _TITLES[route.name]
    made: Document = {
        "operationId": f"{route.name}-{name}" if name else route.name,
        "summary": title.format(name=name),
        "description": f"Evidence: {evidence}.",
        "tags": [name or ("status" if route.name == "status" else "record")],
        "parameters": [_reference("parameters", p) for p in ("patient", "role", "source", "event", "basis", "facility")],
        "responses": _responses(route, name),
    }
    if route.body != "none":
        made["requestBody"] = {"required": route.body == "required", "content": _content(_sent(route, name))}
    return made


def _sent(route: Route, name: str) -> str:
    if route.name in ("create-resource", "update-resource", "update-item"):
        return TYPES[name].__name__ + ("" if route.name == "create-resource" else "Update")
    return {"create-record": "NewRecord", "update-status": "UpdateStatus"}.get(route.name, "SentVersion")


def _answered(route: Route, name: str) -> str:
    return _ANSWERS.get(route.name) or ("EndedRecord" if route.name == "update-status" else f"{TYPES[name].__name__}Answer")


def _responses(route: Route, name: str) -> Document:
    created = route.name in ("create-record", "create-resource")
    headers = {name: _reference("headers", name) for name in ("nhn-event-id", "nhn-header-generation")}
    done = {"description": "Created" if created else "Done", "headers": headers, "content": _content(_answered(route, name))}
    by_status: dict[int, list[str]] = {}
    for code in sorted({*_READ, *_MORE[route.name]}):
        by_status.setdefault(CODES[code].status, []).append(code)
    told = {str(status): _refusal(codes) for status, codes in sorted(by_status.items())}
    return {"201" if created else "200": done, **told, "429": _reference("responses", "TooManyCalls")}


def _refusal(codes: list[str]) -> Document:
    headers = {"nhn-error-code": _reference("headers", "nhn-error-code"), "nhn-event-id": _reference("headers", "nhn-event-id")}
    if "AUTH-0001" in codes:
        headers["WWW-Authenticate"] = _reference("headers", "WWW-Authenticate")
    return {
        "description": "; ".join(f"{code}: {_meaning(CODES[code])}" for code in codes),
        "headers": headers,
        "content": {
            "application/json": {
                "schema": _reference("schemas", "Error"),
                "examples": {code: _reference("examples", code) for code in codes},
            }
        },
    }


def _meaning(code: Code) -> str:
    return f"{code.words.rstrip('.')} (the code {code.evidence}, its status {INFERRED})"


def _example(code: str) -> Document:
    told = {"errorCode": code, "errorMessage": CODES[code].words, "eventId": _EVENT}
    if code == "DHG-0012":
        details = [{"path": "bloodPressure", "rule": "blood-pressure", "message": "Write systolic/diastolic, such as 118/76."}]
        return {**told, "errorMessage": f"bloodPressure: {details[0]['message']}", "details": details}
    return told


def _content(schema: str) -> Document:
    return {"application/json": {"schema": _reference("schemas", schema)}}


def _reference(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}


def _schemas() -> Document:
    made = schemas()
    fault = {"type": "object", "properties": {n: {"type": "string"} for n in ("path", "rule", "message")}, "required": ["path", "message"]}
    made["Error"]["properties"]["details"] = {
        "type": "array",
        "items": fault,
        "description": f"Every fault of the body: where it is, a stable id of its rule, how to mend it ({INFERRED}).",
    }
    made["SentVersion"] = {
        "type": "object",
        "description": f"The version that is to be deleted; left out, the newest ({INFERRED}).",
        "properties": {"metadata": _reference("schemas", "SentMetadata")},
        "examples": [{"metadata": {"version": 1}}],
    }
    made["EndedRecord"] = {
        "type": "object",
        "description": f"The record's metadata after its end ({INFERRED}).",
        "properties": {"metadata": _reference("schemas", "RecordMetadata")},
        "required": ["metadata"],
    }
    return dict(sorted(made.items()))


def _header(name: str, words: str, schema: Document, *, required: bool = False) -> Document:
    return {"name": name, "in": "header", "required": required, "description": words, "schema": schema}


def _parameters() -> Document:
    text = {"type": "string"}
    role = "%7B%22system%22%3A%22urn%3Aoid%3A2.16.578.1.12.4.1.1.9060%22%2C%22code%22%3A%22JO%22%7D"
    return {
        "recordId": {
            "name": "recordId", "in": "path", "required": True, "schema": text, "example": _RECORD,
            "description": f"The record's id, `metadata.recordId` ({CONFIRMED}).",
        },
        "itemId": {
            "name": "itemId", "in": "path", "required": True, "schema": text, "example": _EVENT,
            "description": f"The item's id, its `metadata.id` ({CONFIRMED}).",
        },
        "patient": _header(
            "nhn-patient-nin",
            f"Fødselsnummer or D-number of the patient; never in an address ({CONFIRMED}). First generation: `hit-patient-pid`.",
            {"type": "string", "pattern": "^[0-9]{11}$", "examples": [_NIN]},
            required=True,
        ),
        "role": _header(
            "nhn-user-role",
            f"URL-encoded JSON of the HPR category (Volven 9060) that the user acts in; required with a user's token, which all calls but "
            f"/status need ({CONFIRMED}). First generation: `hit-user-role`.",
            {"type": "string", "examples": [role]},
        ),
        "source": _header(
            "nhn-source-system",
            f"Name and version of the calling system ({CONFIRMED}). First generation: `hit-source-system`.",
            {"type": "string", "minLength": 3, "maxLength": 512, "examples": ["Demo EPJ 1.0"]},
            required=True,
        ),
        "event": _header(
            "nhn-event-id",
            f"The caller's trace id ({CONFIRMED}); comes back as `eventId` and in a header ({INFERRED}). First generation: `hit-event-id`.",
            {"type": "string", "maxLength": 128, "examples": [_EVENT]},
        ),
        "basis": _header(
            "nhn-access-basis",
            f"Basis of access: not asked for today ({CONFIRMED}), opens what she has restricted where it is a raised one ({INFERRED}). "
            f"First generation: `hit-access-basis`, required.",
            {"type": "string", "examples": ["SAMTYKKE"]},
        ),
        "facility": _header(
            "nhn-treatment-facility-name",
            "URL-encoded name of the place of treatment, for `lastUpdatedBy` (stated by a public client; there was none in the first "
            "generation).",
            {"type": "string", "examples": ["Legesenteret%20Nord"]},
        ),
    }  # fmt: skip


def _headers() -> Document:
    told = {
        "nhn-event-id": f"The call's trace id: the caller's, else a new one ({INFERRED})",
        "nhn-error-code": f"The error code of the body ({CONFIRMED})",
        "nhn-header-generation": f"Which generation of headers the caller speaks: nhn or hit ({INFERRED})",
        "WWW-Authenticate": "The challenge (RFC 9449)",
        "Retry-After": f"Seconds to wait ({INFERRED})",
    }
    return {name: {"description": words, "schema": {"type": "string"}} for name, words in told.items()}


def _too_many() -> Document:
    words = f"Too many calls: the body is empty ({CONFIRMED}), Retry-After tells how long to wait ({INFERRED})"
    return {"description": words, "headers": {"Retry-After": _reference("headers", "Retry-After")}}


def _security() -> Document:
    return {
        "dpop": {
            "type": "http",
            "scheme": "DPoP",
            "description": "HelseID access token of audience nhn:maternity-record and scope nhn:maternity-record/api, bound to the key of "
            f"the proof in the header DPoP ({CONFIRMED}). In the first generation: Bearer.",
        }
    }
