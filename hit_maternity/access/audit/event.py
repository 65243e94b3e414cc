"""The AuditEvent of one access or refusal, in the shape of our profile, which is that of Norway's trust framework on R4.

Who: the professional with HPR number, name and HPR category at her place of work; the organisation; the system. What: whose record, which
versions. Why: purpose and the decision behind it. A national id stands nowhere in it; what is needed of one is sealed beside it.
Sources: profile no-domain-Maternity-AuditEvent; helseid reference 7.2; https://hl7.org/fhir/R4/auditevent.html. That the trust
framework's AuditEvent names a PractitionerRole, the purpose and the decision is confirmed; which codes ``type`` and ``agent.type`` have is
inferred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hit_maternity.access.audit import codes
from hit_maternity.access.audit.who import Element, agents, coding, plain
from hit_maternity.access.helseid.attest.model import Attest
from hit_maternity.access.principal import Principal
from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.rest.identity import is_id

#: Versions that are named one by one; of more, each type is named with its number.
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Happening:
    """What is to be told. ``interaction``: FHIR's name of it, or an operation's with ``$``; ``type`` and ``id``: what was asked for;
    ``patient``: the id of the Patient whose record it is; ``seen``: the versions that were given or written, all hers or nobody's;
    ``refused``: the rule that it was refused by; ``type`` and ``id`` may be any text then."""

    at: datetime
    interaction: str
    principal: Principal
    type: str | None = None
    id: str | None = None
    patient: str | None = None
    seen: Sequence[Version] = ()
    refused: str | None = None


def source(name: str, address: str | None = None, space: str | None = None) -> Element:
    """``AuditEvent.source`` of a server: ``name``, its public ``address``, and the ``space`` that the log is of."""
    identifier = {"system": "urn:ietf:rfc:3986", "value": address} if address else {"value": name}
    made: Element = {"site": space} if space else {}
    return made | {"observer": {"type": "Device", "identifier": identifier, "display": name}, "type": [codes.SOURCE_SERVER]}


def parts(happening: Happening, source: Element) -> tuple[Element, Element]:
    """What stands in the AuditEvent between ``id`` and ``recorded``, and between that and ``entity``. Of what happened it tells the
    interaction, who did it and why, and the rule that refused it, but nothing else."""
    principal = happening.principal
    contained: list[Element] = []
    who = list(agents(principal, happening.patient, contained))
    attest: Attest | None = principal.attest
    before: Element = {"meta": {"profile": [codes.PROFILE]}}
    if contained:
        before["contained"] = contained
    if decision := _decision(attest):
        before["extension"] = [decision]
    before["type"] = codes.TYPES.get(happening.interaction, codes.PATIENT_RECORD)
    if subtype := _subtype(happening.interaction):
        before["subtype"] = [subtype]
    before["action"] = codes.ACTIONS.get(happening.interaction, "E")
    after: Element = {"outcome": "4" if happening.refused else "0"}
    if happening.refused:
        after["outcomeDesc"] = plain(happening.refused)
    if purpose := _purpose(attest):
        after["purposeOfEvent"] = [purpose]
    return before, after | {"agent": who, "source": source}


# ------------------------------------------------------------ why


def _purpose(attest: Attest | None) -> Element | None:
    codings = []
    if attest and attest.purpose:
        codings.append(coding(attest.purpose))
    if attest and attest.details:
        words = plain(attest.details.text or "")
        codings.append(coding(attest.details) | ({"display": words} if words else {}))
    return {"coding": codings} if codings else None


def _decision(attest: Attest | None) -> Element | None:
    if attest is None or not attest.decision or not (decision := plain(attest.decision)):
        return None
    parts: list[Element] = [{"url": "id", "valueString": decision}]
    if attest.description and (words := plain(attest.description)):
        parts.append({"url": "description", "valueString": words})
    parts.append({"url": "userSelected", "valueBoolean": attest.user_selected is True})
    if attest.time:
        parts.append({"url": "time", "valueDateTime": instant(attest.time)})
    return {"url": codes.ATTEST, "extension": parts}


# ------------------------------------------------------------ what


def _subtype(interaction: str) -> Element | None:
    if interaction in codes.REST:
        return {"system": codes.RESTFUL, "code": interaction}
    return {"system": codes.RESTFUL, "code": "operation"} if interaction.startswith("$") else None


def entities(happening: Happening) -> Iterator[Element]:
    """What it was about: whose record, which versions, or what was asked for."""
    if happening.patient:
        yield {"what": {"reference": f"Patient/{happening.patient}"}, "type": codes.PERSON, "role": codes.PATIENT}
    seen = happening.seen
    if len(seen) <= MOST_NAMED:
        for version in seen:
            yield {"what": {"reference": f"{version.type}/{version.id}/_history/{version.version}"}, "role": codes.RESOURCE}
    else:
        for type, count in sorted(Counter(version.type for version in seen).items()):
            yield {"type": _type(type), "role": codes.RESOURCE, "detail": [{"type": "count", "valueString": str(count)}]}
    if happening.type and not seen and not happening.refused:
        if happening.id and is_id(happening.id):
            yield {"what": {"reference": f"{happening.type}/{happening.id}"}, "role": codes.RESOURCE}
        else:
            yield {"type": _type(happening.type), "role": codes.QUERY}


def _type(name: str) -> Element:
    return {"system": codes.RESOURCE_TYPES, "code": name}


def asked(happening: Happening) -> Iterator[Element]:
    """The first details of the call: what was asked, and as what."""
    yield from _details(
        ("interaction", happening.interaction or "unknown"),
        # as it was sent: there may be no such type, so it is no code
        ("asked", "/".join(filter(None, (happening.type, happening.id))) if happening.refused else None),
        ("kind", happening.principal.kind.value),
    )


def numbered(principal: Principal) -> Iterator[Element]:
    """The number that the caller gave to the call."""
    return _details(("event-id", principal.event_id))


def called_with(principal: Principal) -> Iterator[Element]:
    """The other details of the call: what token and headers say of the caller."""
    person = principal.person
    attest: Attest | None = principal.attest
    service = attest.service if attest else None
    return _details(
        ("token-issuer", principal.issuer),
        ("token-id", principal.token_id),
        ("proof-key", principal.proof_key),
        ("source-system", principal.source_system),
        ("access-basis", principal.access_basis),
        ("user-selected", "true" if attest and attest.user_selected else None),
        ("flags", " ".join(sorted(principal.flags))),
        ("security-level", person.security_level if person else None),
        ("identity-provider", person.identity_provider if person else None),
        ("authenticated", instant(person.authenticated) if person and person.authenticated else None),
        ("healthcare-service", "|".join(filter(None, (codes.urn(service.system), service.code, service.text))) if service else None),
        ("patient-place", ", ".join(_patients_places(attest)) if attest else None),
    )


def _details(*told: tuple[str, str | None]) -> Iterator[Element]:
    for name, value in told:
        if value and (text := plain(value)):
            yield {"type": name, "valueString": text}


def _patients_places(attest: Attest) -> Iterator[str]:
    """Where the patient is treated (ATT-52, 57): names, or numbers of units without one."""
    for patient in attest.patients:
        for place in (patient.point_of_care, patient.department):
            if place:
                yield place.name or place.id
