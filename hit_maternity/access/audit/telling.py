"""The text of a row of the access log: the AuditEvent, and beside it, sealed, what is never shown.

Nearly all of an event is the same for every call with one token, so that is made once and remembered. What depends on the record, on the
patient or on a single proof is made anew for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.access.audit import codes
from hit_maternity.access.audit.event import Happening, asked, called_with, entities, numbered, parts
from hit_maternity.access.audit.keys import Vault, packed
from hit_maternity.access.audit.who import Element
from hit_maternity.access.helseid.recent import Recent
from hit_maternity.access.principal import Kind, Principal
from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.rest.identity import new_id

#: Callers of whom is remembered how each of their interactions is told.
_REMEMBERED = 1024
_BEGINNING = b'{"resourceType":"AuditEvent","id":"'


@dataclass(frozen=True, slots=True)
class Frame:
    """What events have in common that tell of one interaction of one caller: JSON text, to be joined in this order with id, moment,
    entities and the caller's number of the call in between. ``secrets``: what is sealed beside each, None where there is nothing."""

    before_moment: bytes
    before_entities: bytes
    before_number: bytes
    rest: bytes
    secrets: bytes | None = field(repr=False)

    def event(self, id: str, happening: Happening) -> bytes:
        """The AuditEvent with this id."""
        about = encode(list(entities(happening)))[1:-1]
        number = _following(numbered(happening.principal))
        moment = instant(happening.at).encode()
        told = (self.before_moment, moment, self.before_entities, about, b"," if about else b"", self.before_number, number, self.rest)
        return b"".join((_BEGINNING, id.encode(), *told))


def frame_of(happening: Happening, source: Element) -> Frame:
    """The frame of the event of what happened; ``source``: see ``event.source``."""
    before, after = parts(happening, source)
    call = encode({"type": codes.OTHER, "name": codes.CALL, "detail": list(asked(happening))})
    secrets = secrets_of(happening.principal, happening.patient)
    return Frame(
        b'",' + encode(before)[1:-1] + b',"recorded":"',
        b'",' + encode(after)[1:-1] + b',"entity":[',
        call.removesuffix(b"]}"),
        _following(called_with(happening.principal)) + b"]}]}",
        packed(secrets) if secrets else None,
    )


def _following(details: Iterable[Element]) -> bytes:
    return b"".join(b"," + encode(detail) for detail in details)


class Telling:
    """Tells what happens at one server. ``source``: see ``event.source``. Many threads may use it."""

    def __init__(self, vault: Vault, source: Element) -> None:
        self._vault = vault
        self._source = source
        self._frames: Recent[tuple[str, str, str], tuple[tuple[Any, ...], Frame]] = Recent(_REMEMBERED)

    def body(self, happening: Happening) -> bytes:
        """What the row holds: ``chain.Body``."""
        id, frame = new_id(), self._frame(happening)
        event = frame.event(id, happening)
        if frame.secrets is None:
            return b'{"event":' + event + b"}"
        return b"".join((b'{"event":', event, b',"sealed":"', self._vault.close(id, frame.secrets), b'"}'))

    def _frame(self, happening: Happening) -> Frame:
        principal = happening.principal
        if happening.refused or principal.kind is Kind.CITIZEN or (principal.patient and not happening.patient):
            return frame_of(happening, self._source)
        name = (happening.interaction, principal.token_id, principal.client_id)
        caller = _caller(principal)
        known = self._frames.get(name)
        if known is not None and known[0] == caller:
            return known[1]
        made = frame_of(happening, self._source)
        self._frames.put(name, (caller, made))
        return made


def _caller(principal: Principal) -> tuple[Any, ...]:
    """All of a practitioner or system that a frame tells of: where it is the same, so is the frame."""
    p = principal
    who = (p.kind, p.issuer, p.client_id, p.client_name, p.organisation, p.person, p.role, p.attest, p.actors, p.flags)
    return (*who, p.token_id, p.proof_key, p.source_system, p.access_basis)


def secrets_of(principal: Principal, patient: str | None) -> dict[str, Any]:
    """What the log must hold (ATT-2, 8, 10) and never shows: the national id of whoever is at the keyboard, unless she is the patient
    herself; that of the patient, where there is no Patient to name; the attest as it was received."""
    secrets: dict[str, Any] = {}
    person = principal.person
    if person and not (principal.kind is Kind.CITIZEN and person.pid == principal.patient and patient):
        secrets["pid"] = person.pid
    if principal.patient and not patient:
        secrets["patient"] = principal.patient
    if principal.attest is not None and principal.attest.claim:
        secrets["attest"] = principal.attest.claim
    return secrets
