"""What the documents share: their parts' addresses, the Composition's frame, its sections, and the Bundle around it all.

Source: https://hl7.org/fhir/R4/documents.html: the Composition first, then every resource that it refers to.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hit_maternity import __version__
from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.maternity.narrative.xhtml import narrative, paragraph
from hit_maternity.maternity.operations.signature import Signer

Resource = dict[str, Any]
Identity = tuple[str, str]

EMPTY_REASON = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_REASONS = {
    "notasked": ("Not Asked", "Ikke spurt"),
    "notstarted": ("Not Started", "Ikke begynt"),
    "unavailable": ("Unavailable", "Ikke tilgjengelig"),
}
#: People, places and products: in a document only where something in it names them; a Provenance where it names something in it.
SUPPORTING = frozenset(("Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService", "Medication", "Provenance"))
#: Papers about the record, which are no part of it.
PAPERS = frozenset(("Composition", "Bundle", "AuditEvent", "DocumentReference", "DocumentManifest"))


@dataclass(frozen=True, slots=True)
class Press:
    """Where and when a document is made. ``base``: the server's address; ``kept``: the document stays on the server, so that its
    parts refer to each other as stored resources do."""

    base: str
    now: datetime
    signer: Signer
    kept: bool = False
    language: str = "nb"

    @property
    def when(self) -> str:
        return instant(self.now)

    def reference(self, resource: Resource) -> Resource:
        """A Reference to a stored resource, from what is made for the document."""
        identity = f"{resource['resourceType']}/{resource['id']}"
        return {"reference": identity if self.kept else f"{self.base}/{identity}"}

    def address(self, resource: Resource) -> str:
        """The fullUrl of a stored resource."""
        return f"{self.base}/{resource['resourceType']}/{resource['id']}"

    def own_address(self, composed: Resource) -> str:
        """The fullUrl of what is made for the document: a place on the server only where it is kept there."""
        return self.address(composed) if self.kept else f"urn:uuid:{composed['id']}"

    def author(self) -> Resource:
        """The server as a Device, to be contained."""
        return {
            "resourceType": "Device",
            "id": "server",
            "text": narrative([paragraph(f"hit-maternity {__version__}")], self.language),
            "identifier": [self.signer.identifier()],
            "deviceName": [{"name": "hit-maternity", "type": "user-friendly-name"}],
            "version": [{"value": __version__}],
        }


def is_retracted(resource: Resource) -> bool:
    """Whether it was entered in error: no document tells it as a fact."""
    verification = resource.get("verificationStatus")
    codes = verification.get("coding", ()) if isinstance(verification, dict) else ()
    return resource.get("status") == "entered-in-error" or any(c.get("code") == "entered-in-error" for c in codes)


def references(value: Any) -> Iterator[str]:
    """Every literal reference in a resource, in its order."""
    todo = [value]
    while todo:
        held = todo.pop()
        if isinstance(held, dict):
            found = held.get("reference")
            if isinstance(found, str):
                yield found
            held = held.values()
        below = [v for v in held if isinstance(v, (dict, list))]
        below.reverse()
        todo += below


def identity_of(reference: str, base: str) -> Identity | None:
    """Type and id of a reference to this server; None for any other."""
    type, slash, id = reference.removeprefix(f"{base}/").partition("/_history/")[0].partition("/")
    return (type, id) if slash and "/" not in id and type[:1].isupper() else None


def with_supporting(chosen: Iterable[Resource], available: Mapping[Identity, Resource], base: str) -> list[Resource]:
    """``chosen``, each once, then those of ``available`` that they name, directly or through another."""
    found: dict[Identity, Resource] = {(r["resourceType"], r["id"]): r for r in chosen}
    todo = list(found.values())
    for resource in todo:
        for reference in references(resource):
            identity = identity_of(reference, base)
            if identity and identity in available and identity not in found:
                found[identity] = available[identity]
                todo.append(available[identity])
    return list(found.values())


def section(title: str, code: Resource, entries: Sequence[Resource], parts: Iterable[str], language: str, empty: str) -> Resource:
    """``Composition.section``; without ``entries`` it says why, by a code of ``list-empty-reason``. ``parts``: its XHTML."""
    nb = language != "en"
    told = list(parts) or [paragraph("Ingenting er registrert." if nb else "Nothing is recorded.")]
    made: Resource = {"title": title, "code": code, "text": narrative(told, language)}
    if entries:
        return {**made, "entry": list(entries)}
    display, words = _REASONS[empty]
    return {
        **made,
        "emptyReason": {"coding": [{"system": EMPTY_REASON, "code": empty, "display": display}], "text": words if nb else display},
    }


def document_bundle(press: Press, profiles: Sequence[str], entries: Sequence[tuple[str, Resource]]) -> Resource:
    """The Bundle of type document around ``entries`` (fullUrl and resource), signed by the server."""
    bundle: Resource = {
        "resourceType": "Bundle",
        **({"meta": {"profile": list(profiles)}} if profiles else {}),
        "language": press.language,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid.UUID(new_id())}"},
        "type": "document",
        "timestamp": press.when,
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
    }
    return {**bundle, "signature": press.signer.sign(bundle, press.when)}
