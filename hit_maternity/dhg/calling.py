"""Who is calling: token and proof first, then the headers, then whom the call is about, each refused by a code of its own.

Without tokens (``HIT_ACCESS=open``) the caller is who the headers say; national id, role, standing and the record's life are judged all
the same, but a woman of whom no consent is known counts as one who has consented, as at the FHIR door.
"""

from __future__ import annotations

from dataclasses import replace

from hit_maternity.access.address import in_address
from hit_maternity.access.policy import Right, standard
from hit_maternity.access.principal import Kind, Organisation, Principal
from hit_maternity.dhg.author import author_of
from hit_maternity.dhg.desk import Call, Caller, Desk
from hit_maternity.dhg.headers import demand, national_id
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.exchange import Request

RECORD = "EpisodeOfCare"
_INTERACTIONS = {Right.READ: "read", Right.WRITE: "update"}


def caller_of(desk: Desk, call: Call) -> Caller:
    """Raises ``FhirError`` 401, 403, 429 of the guard, ``DhgError`` AUTH-0003 and DHG-0013."""
    told, visit = call.spoken, None
    if desk.is_open:
        if in_address(call.url):
            raise standard().rule("identifier-in-address").refusal(400, "security")
        principal = _said(call)
    else:
        visit = desk.server.guard.admit(told.headers, call.method, call.url)
        principal = visit.principal
    demand(told, desk.options.generation, user=principal.kind is Kind.PRACTITIONER)
    nin = national_id(told)
    principal = replace(principal, patient=nin)
    if visit is not None:
        visit.principal = principal
    return Caller(principal, nin, author_of(principal), visit)


def _said(call: Call) -> Principal:
    told = call.spoken.call
    return Principal(
        Kind.PRACTITIONER,
        "",
        told.source_system or "unknown",
        organisation=Organisation(name=told.facility),
        role=told.role,
        source_system=told.source_system,
        event_id=call.spoken.event_id,
        access_basis=told.access_basis,
    )


def allow(desk: Desk, caller: Caller, right: Right) -> None:
    """Whether the caller's role may do this at all. Raises ``FhirError`` 403."""
    if caller.visit is not None:
        desk.server.guard.check(caller.visit, Intent(_INTERACTIONS[right], RECORD))
        return
    if not standard().allows_role(caller.principal, right):
        raise standard().rule("role-not-allowed").refusal()


def request_of(call: Call, caller: Caller | None, id: str | None = None) -> Request:
    """The call as the guard sees it."""
    visit = caller.visit if caller is not None else None
    path = [RECORD] if id is None else [RECORD, id]
    return Request(call.method, path, "", call.spoken.headers, b"", call.base, visit, call.interaction)


def refused(
    desk: Desk, call: Call, caller: Caller | None, refusal: FhirError, patient: str | None = None, id: str | None = None
) -> FhirError:
    """The refusal with its challenge, once the access log knows of it. Raises nothing but ``Hurried``."""
    visit = caller.visit if caller is not None else None
    if visit is not None and patient is not None:
        visit.named = {patient}
    return desk.server.guard.refused(visit, request_of(call, caller, id), refusal) or refusal
