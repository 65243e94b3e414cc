"""Binary: content that travels as it is, in its own media type, beside its form as a resource.

Source: https://hl7.org/fhir/R4/binary.html#rest.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.formats import PLAIN
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.rest.create import create
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.read import read
from hit_maternity.fhir.rest.update import update
from hit_maternity.fhir.rest.vread import vread

#: Types that always mean the resource; and those that mean it unless the content itself is of that type.
_FHIR = frozenset(("application/fhir+json", "application/fhir+xml"))
_EITHER = frozenset(("application/json", "application/xml", "text/json", "text/xml"))
_MIME = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(?:\s*;\s*[\x20-\x7e]+)?")
_CONTEXT = "x-security-context"
#: Whatever was stored, a browser that opens it runs nothing of it.
_CAUTION = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox; default-src 'none'"}


def read_binary(server: Server, request: Request) -> Response:
    """The content in its own type, or the resource if the caller asks for a FHIR type (or is after a part of it)."""
    return _answered(server, request, read)


def vread_binary(server: Server, request: Request) -> Response:
    """As ``read_binary``, for one version."""
    return _answered(server, request, vread)


def _answered(server: Server, request: Request, run: Callable[[Server, Request], Response]) -> Response:
    response = run(server, request)
    if response.status != 200 or "_format" in request.query or "_summary" in request.query or "_elements" in request.query:
        return response
    resource = json.decode(response.body)
    kind = str(resource.get("contentType", ""))
    if _wants_resource(request.headers.get("accept", ""), kind):
        return response
    try:
        content = base64.b64decode(str(resource.get("data", "")))
    except (binascii.Error, ValueError):
        return response  # what isn't base64 can only be shown as the resource
    headers = {**response.headers, **_CAUTION, "content-type": kind if _MIME.fullmatch(kind) else "application/octet-stream"}
    reference = resource.get("securityContext", {}).get("reference")
    if isinstance(reference, str) and reference.isascii() and reference.isprintable():
        headers[_CONTEXT] = reference
    return Response(200, content, headers)


def _wants_resource(accept: str, kind: str) -> bool:
    own = kind.partition(";")[0].strip().lower()
    asked = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return any(a in _FHIR or (a in _EITHER and a != own) for a in asked)


def create_binary(server: Server, request: Request) -> Response:
    """A Binary from a body of any type; a FHIR body is the resource itself."""
    return create(server, _wrapped(request, None))


def update_binary(server: Server, request: Request) -> Response:
    """As ``create_binary``, under the id in the address."""
    return update(server, _wrapped(request, request.path[1]))


def _wrapped(request: Request, id: str | None) -> Request:
    kind = request.headers.get("content-type", "")
    own = kind.partition(";")[0].strip().lower()
    if isinstance(request, EntryRequest) or not own or own in _FHIR or (own in _EITHER and _is_resource(request.body)):
        return request
    if not _MIME.fullmatch(kind.strip()):
        raise refuse(415, "value", "content-type-malformed", "The header Content-Type is no media type such as image/png.")
    resource: dict[str, Any] = {"resourceType": "Binary"}
    if id is not None:
        resource["id"] = id
    resource["contentType"] = kind.strip()
    if context := request.headers.get(_CONTEXT):
        resource["securityContext"] = {"reference": context}
    if request.body:
        resource["data"] = base64.b64encode(request.body).decode()
    headers: Mapping[str, str] = {**request.headers, "content-type": PLAIN.mime}
    return replace(request, headers=headers, body=encode(resource))


def _is_resource(body: bytes) -> bool:
    """Whether a body of type JSON or XML is a Binary resource rather than content of that type."""
    try:
        found = json.decode(body)
    except FhirError:
        return b"http://hl7.org/fhir" in body[:500] and b"<Binary" in body[:500]
    return isinstance(found, dict) and found.get("resourceType") == "Binary"
