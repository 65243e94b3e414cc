"""The AuditEvent of one access or refusal, in the shape of our profile, which is that of Norway's trust framework on R4.

Who: the professional with HPR number, name and HPR category at her place of work; the organisation; the system. What: whose record, which
versions. Why: purpose and the decision behind it. A national id stands nowhere in it; what is needed of one is sealed beside it.
Sources: profile no-domain-Maternity-AuditEvent; helseid reference 7.2; https://hl7.org/fhir/R4/auditevent.html. That the trust
framework's AuditEvent names a PractitionerRole, the purpose and the decision is confirmed; which codes ``type`` and ``agent.type`` have is
inferred.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from hit_maternity.access.audit import codes
from hit_maternity.access.helseid.attest.model import Attest, Code, Identifier
from hit_maternity.access.principal import Kind, Principal, Role
from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.rest.identity import is_id

Element = dict[str, Any]

#: Versions that are named one by one; of more, each type is named with its number.
MOST_NAMED = 50
#: Systems of a token exchange that are told.
_MOST_ACTORS = 5
_LONGEST = 250
_NATIONAL_ID = re.compile(r"(?<![0-9])[0-9]{11}(?![0-9])")
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_is_hpr_number = re.compile(r"[0-9]{1,9}").fullmatch
_is_organisation_number = re.compile(r"[0-9]{9}").fullmatch


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


def audit_event(id: str, happening: Happening, source: Element) -> Element:
    """The AuditEvent with this ``id``; ``source``: see ``source``."""
    principal = happening.principal
    contained: list[Element] = []
    agents = list(_agents(principal, happening.patient, contained))
    attest: Attest | None = principal.attest
    event: Element = {"resourceType": "AuditEvent", "id": id, "meta": {"profile": [codes.PROFILE]}}
    if contained:
        event["contained"] = contained
    if decision := _decision(attest):
        event["extension"] = [decision]
    event["type"] = codes.TYPES.get(happening.interaction, codes.PATIENT_RECORD)
    if subtype := _subtype(happening.interaction):
        event["subtype"] = [subtype]
    event["action"] = codes.ACTIONS.get(happening.interaction, "E")
    event["recorded"] = instant(happening.at)
    event["outcome"] = "4" if happening.refused else "0"
    if happening.refused:
        event["outcomeDesc"] = plain(happening.refused)
    if purpose := _purpose(attest):
        event["purposeOfEvent"] = [purpose]
    event["agent"] = agents
    event["source"] = source
    event["entity"] = list(_entities(happening))
    return event


@lru_cache(maxsize=4096)  # the same few of a token come with each of its calls
def plain(text: str) -> str:
    """``text`` as it may stand in the log: on one line, bounded, without what could be a national id; "" where nothing is left."""
    if not (text.isascii() and text.isprintable()):
        text = " ".join(_NO_TEXT.sub(" ", text).split())
    text = text[:_LONGEST].strip()
    return _NATIONAL_ID.sub("***********", text) if len(text) > 10 else text


# ------------------------------------------------------------ who


def _agents(principal: Principal, patient: str | None, contained: list[Element]) -> Iterator[Element]:
    if principal.kind is Kind.PRACTITIONER:
        yield from _professional(principal, contained)
    elif principal.kind is Kind.CITIZEN:
        yield _citizen(principal, patient)
    yield _system(principal.client_id, principal.client_name, principal.issuer, asked=principal.kind is Kind.SYSTEM)
    if principal.kind is Kind.SYSTEM and (place := _workplace(principal, contained)):
        yield {"who": {"reference": f"#{place}"}, "requestor": False}
    for actor in principal.actors[:_MOST_ACTORS]:
        if isinstance(name := actor.get("client_id") or actor.get("sub"), str) and plain(name):
            yield _system(name, None, principal.issuer, asked=False)
    if (supplier := principal.organisation.supplier) and _is_organisation_number(supplier):
        yield {"who": {"type": "Organization", "identifier": {"system": codes.ENH, "value": supplier}}, "requestor": False}


def _professional(principal: Principal, contained: list[Element]) -> Iterator[Element]:
    person, role = principal.person, principal.role
    place = _workplace(principal, contained)
    name = plain(person.name or "") if person else ""
    practitioner: Element = {"resourceType": "Practitioner", "id": "practitioner"}
    if person and person.hpr_number and _is_hpr_number(person.hpr_number):
        practitioner["identifier"] = [{"system": codes.HPR, "value": person.hpr_number}]
    practitioner["name"] = [{"text": name or "ukjent"}]
    who = "practitioner"
    agent: Element = {"type": codes.HUMAN}
    if role:
        category = {"coding": [_coding(role)]}
        agent["role"] = [category]
        if codes.urn(role.system) == codes.CATEGORIES and role.code in codes.CATEGORY_CODES:
            who = "role"
            made = {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "#practitioner"}}
            contained.append(made | ({"organization": {"reference": f"#{place}"}} if place else {}) | {"code": [category]})
    contained.append(practitioner)
    agent["who"] = {"reference": f"#{who}"}
    if person and person.subject and (subject := plain(person.subject)):
        agent["altId"] = subject
    if name:
        agent["name"] = name
    yield agent | {"requestor": True}
    if place:
        yield {"who": {"reference": f"#{place}"}, "requestor": False}


def _citizen(principal: Principal, patient: str | None) -> Element:
    person = principal.person
    herself = person is None or principal.patient is None or person.pid == principal.patient
    name = plain(person.name or "") if person else ""
    agent: Element = {"type": codes.SUBJECT if herself else codes.HUMAN}
    if herself and patient:
        agent["who"] = {"reference": f"Patient/{patient}"}
    elif not herself:
        agent["who"] = {"type": "RelatedPerson", "display": name or "fullmektig"}
    if person and person.subject and (subject := plain(person.subject)):
        agent["altId"] = subject
    if name:
        agent["name"] = name
    return agent | {"requestor": True}


def _system(client: str, name: str | None, issuer: str, asked: bool) -> Element:
    id = plain(client) or "unknown"
    who: Element = {"type": "Device", "identifier": {"system": issuer, "value": id} if codes.urn(issuer) else {"value": id}}
    agent: Element = {"type": codes.APPLICATION, "who": who, "altId": id}
    if name and (shown := plain(name)):
        agent["name"] = shown
    return agent | {"requestor": asked}


def _workplace(principal: Principal, contained: list[Element]) -> str | None:
    """Adds the organisations, each part of the one above, and gives back the innermost one's id: what the attest says, checked against
    the token already, and else what the token says."""
    organisation, attest = principal.organisation, principal.attest
    levels = (
        ("legal-entity", organisation.legal_entity, attest and attest.legal_entity, None),
        ("point-of-care", organisation.point_of_care, attest and attest.point_of_care, organisation.name),
        ("department", None, attest and attest.department, None),
    )
    above: str | None = None
    for id, number, attested, name in levels:
        made = _organisation(id, number, attested, name)
        if made is None:
            continue
        if above:
            made["partOf"] = {"reference": f"#{above}"}
        contained.append(made)
        above = id
    return above


def _organisation(id: str, number: str | None, attested: Identifier | None, name: str | None) -> Element | None:
    value = number or (attested.id if attested else None)
    name = plain(name or (attested.name if attested else None) or "")
    identifier = None
    if value and _is_organisation_number(value) and (id != "department" or codes.urn(attested.system if attested else None) == codes.ENH):
        identifier = {"system": codes.ENH, "value": value}
    elif value and attested and plain(value):
        identifier = {"system": codes.urn(plain(attested.system or "")) or codes.RESH, "value": plain(value)}
    if not identifier and not name:
        return None
    made: Element = {"resourceType": "Organization", "id": id}
    if identifier:
        made["identifier"] = [identifier]
    return made | {"name": name or str(identifier and identifier["value"])}


# ------------------------------------------------------------ why


def _purpose(attest: Attest | None) -> Element | None:
    codings = []
    if attest and attest.purpose:
        codings.append(_coding(attest.purpose))
    if attest and attest.details:
        words = plain(attest.details.text or "")
        codings.append(_coding(attest.details) | ({"display": words} if words else {}))
    return {"coding": codings} if codings else None


def _coding(coded: Code | Role) -> Element:
    system, code = codes.urn(plain(coded.system or "")), "".join(plain(coded.code).split()) or "unknown"
    return {"system": codes.ACT_REASON if system == codes.PURPOSES else system, "code": code} if system else {"code": code}


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


def _entities(happening: Happening) -> Iterator[Element]:
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
    yield {"type": codes.OTHER, "name": codes.CALL, "detail": list(_details(happening))}


def _type(name: str) -> Element:
    return {"system": codes.RESOURCE_TYPES, "code": name}


def _details(happening: Happening) -> Iterator[Element]:
    principal, person = happening.principal, happening.principal.person
    attest: Attest | None = principal.attest
    service = attest.service if attest else None
    told = (
        ("interaction", happening.interaction or "unknown"),
        # as it was sent: there may be no such type, so it is no code
        ("asked", "/".join(filter(None, (happening.type, happening.id))) if happening.refused else None),
        ("kind", principal.kind.value),
        ("event-id", principal.event_id),
        ("token-issuer", principal.issuer),
        ("token-id", principal.token_id),
        ("proof-key", principal.proof_key),
        ("source-system", principal.source_system),
        ("access-basis", principal.access_basis),
        ("user-selected", "true" if attest and attest.user_selected else None),
        ("flags", " ".join(sorted(principal.flags))),
        ("security-level", person and person.security_level),
        ("identity-provider", person and person.identity_provider),
        ("authenticated", instant(person.authenticated) if person and person.authenticated else None),
        ("healthcare-service", "|".join(filter(None, (codes.urn(service.system), service.code, service.text))) if service else None),
        ("patient-place", ", ".join(_patients_places(attest)) if attest else None),
    )
    for name, value in told:
        if value and (text := plain(value)):
            yield {"type": name, "valueString": text}


def _patients_places(attest: Attest) -> Iterator[str]:
    """Where the patient is treated (ATT-52, 57): names, or numbers of units without one."""
    for patient in attest.patients:
        for place in (patient.point_of_care, patient.department):
            if place:
                yield place.name or place.id
