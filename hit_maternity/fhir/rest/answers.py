"""Answers: a stored version, the outcome of a write, an OperationOutcome, a Bundle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.outcome import FhirError, Issue, operation_outcome, refuse
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.headers import is_not_modified, preference, version_headers
from hit_maternity.fhir.rest.parameters import Shape, shape_of
from hit_maternity.fhir.rest.summary import subset


@dataclass(slots=True)
class StoredAnswer(Response):
    """An answer about one stored version; ``updated`` is its exact time, which ``Last-Modified`` cuts to the second."""

    updated: datetime | None = None


def resource_answer(resource: Any, status: int = 200) -> Response:
    """A resource made for this answer."""
    return Response(status, encode(resource))


def outcome_answer(issues: Iterable[Issue], status: int = 200) -> Response:
    """An OperationOutcome."""
    return Response(status, encode(operation_outcome(issues)))


def gone(version: Version) -> FhirError:
    """410: the resource was deleted, by ``version``."""
    text = "The resource is deleted. Its history still has its versions; a PUT with its id brings it back."
    return refuse(410, "deleted", "resource-deleted", text, **version_headers(version))


def not_found(type: str) -> FhirError:
    """404: no such resource."""
    return refuse(404, "not-found", "resource-unknown", f"There is no {type} with this id.")


def present(version: Version | None, type: str) -> Version:
    """``version``, if it is one that has a body. Raises ``FhirError`` 404 or 410."""
    if version is None:
        raise not_found(type)
    if version.body is None:
        raise gone(version)
    return version


def read_answer(server: Server, request: Request, version: Version) -> Response:
    """The version's stored text, or a subset of it; 304 where the caller has it already."""
    headers = version_headers(version)
    if is_not_modified(request.headers, version):
        return StoredAnswer(304, headers=headers, updated=version.updated)
    body = version.body or b""
    if request.query and (shape := shape_of(request.query)):
        body = shaped(server, body, version.type, shape)
    return StoredAnswer(200, body, headers, version.updated)


def shaped(server: Server, body: bytes, type: str, shape: Shape) -> bytes:
    """The part of a stored text that ``_summary`` or ``_elements`` asks for."""
    return encode(subset(decode(body), type, shape.summary or shape.elements, server.definitions))


def written_answer(request: Request, version: Version, status: int, warnings: list[Issue]) -> Response:
    """The answer to a create, update or patch, as ``Prefer: return=`` wants it; by default the resource.

    Source: https://hl7.org/fhir/R4/http.html#create, #update, #ops. A create, also one that found the resource there,
    and whatever made one has ``Location``; a change has ``Content-Location``.
    """
    headers = version_headers(version)
    where = f"{request.base}/{version.type}/{version.id}/_history/{version.version}"
    headers["location" if status == 201 or request.method == "POST" else "content-location"] = where
    wanted = preference(request.headers).returns
    if wanted == "minimal":
        return StoredAnswer(status, headers=headers, updated=version.updated)
    if wanted == "OperationOutcome":
        return StoredAnswer(status, encode(operation_outcome(warnings)), headers, version.updated)
    return StoredAnswer(status, version.body or b"", headers, version.updated)
