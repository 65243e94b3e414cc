"""``lastUpdatedBy``: who made a version, told from the token, or from the Provenance where nobody called.

Confirmed by the national documentation: the members, ``HEALTH_CARE_PROFESSIONAL``, a name as "Surname, Given". Inferred: ``CITIZEN`` and
``SYSTEM``; that the last word of a token's name is the surname; that ``orgNr`` is the point of care.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hit_maternity.access.audit.codes import ENH, HPR
from hit_maternity.access.audit.who import plain
from hit_maternity.access.helseid.role_header import HPR_CATEGORY
from hit_maternity.access.principal import Kind, Principal
from hit_maternity.maternity.card.elements import code_of, extension, items, local
from hit_maternity.maternity.card.systems import extension as own

Author = dict[str, str]
Resource = dict[str, Any]
#: The resource with this type and id; None where there is none.
Find = Callable[[str, str], Resource | None]

_USERS = {Kind.PRACTITIONER: "HEALTH_CARE_PROFESSIONAL", Kind.CITIZEN: "CITIZEN", Kind.SYSTEM: "SYSTEM"}
#: Of what the program itself wrote.
NOBODY: Author = {"userType": "SYSTEM"}


def author_of(principal: Principal | None) -> Author:
    """The caller, without any national id."""
    if principal is None:
        return NOBODY
    person, place, attest = principal.person, principal.organisation, principal.attest
    attested = attest and (attest.point_of_care or attest.legal_entity)
    told = {
        "userType": _USERS[principal.kind],
        "orgNr": place.point_of_care or place.legal_entity,
        "orgName": attested.name if attested else None,
        "hprNr": person.hpr_number if person else None,
        "hprRole": principal.role.code if principal.role else None,
        "name": surname_first(person.name) if person and person.name and principal.kind is Kind.PRACTITIONER else None,
        "treatmentFacilityName": place.name,
    }
    return {name: value for name, text in told.items() if text and (value := plain(text))}


def surname_first(name: str) -> str:
    """A name as the API writes it: ``Kari Anne Berg`` is ``Berg, Kari Anne``."""
    if "," in name:
        return name
    given, _, family = name.strip().rpartition(" ")
    return f"{family}, {given}" if given else family


def author_in(provenance: Resource, find: Find) -> Author:
    """Who wrote, as a Provenance of the card says it."""
    agents = items(provenance, "agent")
    if not agents:
        return NOBODY
    agent = agents[0]
    who, organisation = agent.get("who"), agent.get("onBehalfOf")
    person = _found(who, find)
    if person and person["resourceType"] == "Patient":
        return {"userType": _USERS[Kind.CITIZEN]}
    if person and person["resourceType"] == "PractitionerRole":
        organisation = organisation or person.get("organization")
        person = _found(person.get("practitioner"), find)
    place = _found(organisation, find)
    role = next((code for r in items(agent, "role") if (code := code_of(r, HPR_CATEGORY))), None)
    told = {
        "orgNr": _number(place, ENH) or _logical(organisation, ENH),
        "orgName": (place or {}).get("name") or _shown(organisation),
        "hprNr": _number(person, HPR) or _logical(who, HPR),
        "hprRole": role,
        "name": _name(person) or _shown(who),
        "treatmentFacilityName": extension(provenance, own("treatment-place")),
    }
    kept = {name: value for name, text in told.items() if isinstance(text, str) and (value := plain(text))}
    return {"userType": _USERS[Kind.PRACTITIONER], **kept} if role or "hprNr" in kept else {**NOBODY, **kept}


def _found(reference: Any, find: Find) -> Resource | None:
    named = local(reference)
    return find(*named) if named else None


def _number(resource: Resource | None, system: str) -> str | None:
    held = items(resource, "identifier") if resource else []
    return next((str(i["value"]) for i in held if i.get("system") == system and "value" in i), None)


def _logical(reference: Any, system: str) -> str | None:
    return _number({"identifier": [reference.get("identifier")]}, system) if isinstance(reference, dict) else None


def _shown(reference: Any) -> str | None:
    if not isinstance(reference, dict) or not isinstance(shown := reference.get("display"), str):
        return None
    return surname_first(shown) if str(reference.get("type", "")).startswith("Practitioner") else shown


def _name(person: Resource | None) -> str | None:
    names = items(person, "name") if person else []
    if not names:
        return None
    family, given = names[0].get("family"), names[0].get("given")
    if isinstance(family, str) and isinstance(given, list) and given:
        return f"{family}, {' '.join(str(g) for g in given)}"
    text = names[0].get("text") or family
    return surname_first(text) if isinstance(text, str) else None
