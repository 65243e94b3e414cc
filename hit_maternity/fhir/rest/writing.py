"""The making of a version: id and meta set, text fixed, index rows drawn, written."""

from __future__ import annotations

from typing import Any

from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.ports import Change, Intent, Version, Writer
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.obedience import obey
from hit_maternity.fhir.search.model import IndexRows

_OURS = frozenset(("versionId", "lastUpdated", "_versionId", "_lastUpdated"))


def stamped(resource: dict[str, Any], id: str, version: int, updated: str) -> dict[str, Any]:
    """``resource`` as it is stored: resourceType, id, meta with our versionId and lastUpdated and the sender's rest, then all
    else in the order it came (https://hl7.org/fhir/R4/resource.html#Meta)."""
    meta = {"versionId": str(version), "lastUpdated": updated}
    given = resource.get("meta")
    if given:
        for key, value in given.items():
            if key not in _OURS:
                meta[key] = value
    return {"resourceType": resource["resourceType"], "id": id, "meta": meta, **_rest(resource)}


def _rest(resource: dict[str, Any]) -> dict[str, Any]:
    rest = resource.copy()
    for key in ("resourceType", "id", "meta"):
        rest.pop(key, None)
    return rest


def write(
    server: Server,
    writer: Writer,
    request: Request,
    resource: dict[str, Any],
    id: str,
    before: Version | None,
    method: str,
    interaction: str,
) -> tuple[Version, list[Issue]]:
    """Writes the version of ``resource`` that follows ``before`` (None: the first), made by HTTP verb ``method``; with it come the
    warnings of the rules between resources. The caller has validated it and, but for an id made here, locked the id.

    Raises ``FhirError`` where the guard refuses the ``interaction``, and only else where a rule between resources forbids it."""
    updated = server.clock.now()
    number = before.version + 1 if before else 1
    whole = stamped(resource, id, number, instant(updated))
    rows = server.search.index(whole, request.base)
    type = whole["resourceType"]
    version = Version(type, id, number, updated, method, encode(whole), rows.patient_of(type, id))
    writer.write(version, rows)
    server.guard.trace(writer, request.principal, Intent(interaction, type, id, None, resource), (version,))
    return version, obey(server, writer, request, Change(version.type, id, whole, before))


def write_deletion(server: Server, writer: Writer, request: Request, before: Version) -> tuple[Version, list[Issue]]:
    """Writes the version that says that ``before`` is deleted; otherwise as ``write``."""
    version = Version(before.type, before.id, before.version + 1, server.clock.now(), "DELETE", None, before.patient)
    writer.write(version, IndexRows())
    server.guard.trace(writer, request.principal, Intent("delete", before.type, before.id), (version,))
    return version, obey(server, writer, request, Change(before.type, before.id, None, before))
