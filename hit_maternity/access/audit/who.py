"""Who an AuditEvent tells of: the professional at her place of work, the citizen or the system, and the systems in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from hit_maternity.access.audit import codes
from hit_maternity.access.helseid.attest.model import Code, Identifier
from hit_maternity.access.principal import Kind, Principal, Role

Element = dict[str, Any]

#: Systems of a token exchange that are told.
_MOST_ACTORS = 5
_LONGEST = 250
_NATIONAL_ID = re.compile(r"(?<![0-9])[0-9]{11}(?![0-9])")
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_is_hpr_number = re.compile(r"[0-9]{1,9}").fullmatch
_is_organisation_number = re.compile(r"[0-9]{9}").fullmatch


@lru_cache(maxsize=4096)  # the same few of a token come with each of its calls
def plain(text: str) -> str:
    """``text`` as it may stand in the log: on one line, bounded, without what could be a national id; "" where nothing is left."""
    if not (text.isascii() and text.isprintable()):
        text = " ".join(_NO_TEXT.sub(" ", text).split())
    text = text[:_LONGEST].strip()
    return _NATIONAL_ID.sub("***********", text) if len(text) > 10 else text


def coding(coded: Code | Role) -> Element:
    """A code as a Coding, its system as FHIR spells it."""
    system, code = codes.urn(plain(coded.system or "")), "".join(plain(coded.code).split()) or "unknown"
    return {"system": codes.ACT_REASON if system == codes.PURPOSES else system, "code": code} if system else {"code": code}


def agents(principal: Principal, patient: str | None, contained: list[Element]) -> Iterator[Element]:
    """The agents of the event of a call about ``patient``; what they refer to is added to ``contained``."""
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
        category = {"coding": [coding(role)]}
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
