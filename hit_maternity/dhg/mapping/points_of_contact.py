"""``pointsOfContact``: doctor, midwife, health centre and place of birth, which are participants of a CareTeam. Source: public client.

In the national record each is free text, and may be there in part. So whoever is written here is kept within the CareTeam itself
(contained): no Practitioner or Organization of others is changed, and none is guessed from a name. Teams made in FHIR refer to theirs, and
are read through the references; a participant is replaced only where something of it has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hit_maternity.dhg.mapping.part import Body, Resource, nested
from hit_maternity.dhg.mapping.person import spoken
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed
from hit_maternity.dhg.mapping.values import UNKNOWN_DATE as UNKNOWN
from hit_maternity.fhir.json import equal
from hit_maternity.maternity.card.elements import claims, code_of, items
from hit_maternity.maternity.card.systems import BASE

_FUNCTION = f"{BASE}/CodeSystem/care-function"
_HPR, _ENH = "urn:oid:2.16.578.1.12.4.1.4.4", "urn:oid:2.16.578.1.12.4.1.4.101"
_CATEGORY = "urn:oid:2.16.578.1.12.4.1.1.9060"
#: What a number may look like to be one of its register; the words by which another one is known.
_NUMBERS = {_HPR: (re.compile(r"[0-9]{1,9}", re.ASCII), "HPR-nummer"), _ENH: (re.compile(r"[0-9]{9}", re.ASCII), "Organisasjonsnummer")}
#: Function, its words, and of a person the category of health personnel, by member.
_FUNCTIONS: Mapping[str, tuple[str, str, str | None]] = {
    "generalPractitioner": ("general-practitioner", "Fastlege", "LE"),
    "midwife": ("midwife", "Jordmor", "JO"),
    "birthInstitute": ("birth-place", "Fødested", None),
    "maternityHealthcareCentre": ("health-centre", "Helsestasjon", None),
}


def _identifier(value: str, system: str) -> Resource:
    """An identifier; what is no number of the register keeps its name only."""
    pattern, words = _NUMBERS[system]
    return {"system": system, "value": value} if pattern.fullmatch(value) else {"type": {"text": words}, "value": value}


def _number(resource: Resource, system: str) -> str | None:
    """The number in a register, or what was given for one."""
    words = _NUMBERS[system][1]
    listed = [i for i in items(resource, "identifier") if isinstance(i.get("value"), str)]
    known = next((i for i in listed if i.get("system") == system), None)
    known = known or next((i for i in listed if "system" not in i and i.get("type", {}).get("text") == words), None)
    return None if known is None else str(known["value"])


class _Team:
    """A CareTeam and those it refers to."""

    def __init__(self, pregnancy: Pregnancy, team: Resource) -> None:
        self.team = team
        self._known: dict[str, Resource] = {f"#{r.get('id')}": r for r in items(team, "contained")}
        for type in ("PractitionerRole", "Practitioner", "Organization"):
            self._known |= {f"{type}/{r['id']}": r for r in pregnancy.card.of(type)}
        self._named = pregnancy.named

    def participants(self, function: str) -> list[Resource]:
        """Those who have a function."""
        return [p for p in items(self.team, "participant") if any(code_of(r, _FUNCTION) == function for r in items(p, "role"))]

    def _resource(self, reference: object) -> Resource:
        """What a Reference names; where that isn't at hand a resource that has the reference's words for a name."""
        if not isinstance(reference, dict):
            return {}
        text = str(reference.get("reference"))
        found = self._known.get(text if text.startswith("#") else self._named(reference) or "")
        shown = reference.get("display")
        return found or ({"name": shown} if isinstance(shown, str) else {})

    def organisation(self, reference: object) -> Resource:
        """The organisation that a Reference names."""
        return self._resource(reference)

    def person(self, reference: object) -> tuple[Resource, Resource]:
        """The person that a Reference names, directly or in a role, and where she works."""
        found = self._resource(reference)
        if found.get("resourceType") != "PractitionerRole":
            return found, {}
        return self._resource(found.get("practitioner")), self._resource(found.get("organization"))


def _name(resource: Resource) -> str | None:
    name = resource.get("name")
    return name if isinstance(name, str) else spoken(resource)


def _told(team: _Team, member: str) -> Any:
    """What is told under a member; ``None`` where nothing is."""
    function, _, category = _FUNCTIONS[member]
    first = next(iter(team.participants(function)), {}).get("member")
    if category is None:
        return _name(team.organisation(first))
    person, office = team.person(first)
    told = {"name": _name(person), "organizationName": _name(office), "hprNr": _number(person, _HPR)}
    if member == "generalPractitioner":
        told["organizationId"] = _number(office, _ENH)
    return nested(told) or None


def _participant(member: str, value: Any) -> tuple[Resource, list[Resource]]:
    """A participant, and what it refers to within the team."""
    function, words, category = _FUNCTIONS[member]
    held = _organisation(function, {"organizationName": value}) if category is None else _practitioner(function, category, value)
    role = {"coding": [{"system": _FUNCTION, "code": function}], "text": words}
    return {"role": [role], "member": {"reference": f"#{held[0]['id']}"}}, held


def _organisation(id: str, value: Body) -> list[Resource]:
    made: Resource = {"resourceType": "Organization", "id": id}
    if "organizationId" in value:
        made["identifier"] = [_identifier(value["organizationId"], _ENH)]
    return [made | ({"name": value["organizationName"]} if "organizationName" in value else {"_name": UNKNOWN})]


def _practitioner(function: str, category: str, value: Body) -> list[Resource]:
    """A Practitioner; with a place of work a role before it, which has a category of the health personnel register."""
    person: Resource = {"resourceType": "Practitioner", "id": function}
    if "hprNr" in value:
        person["identifier"] = [_identifier(value["hprNr"], _HPR)]
    person["name"] = [{"text": value["name"]} if "name" in value else UNKNOWN]
    known = [person] if value.keys() & {"name", "hprNr"} else []
    if not value.keys() & {"organizationName", "organizationId"}:
        return known
    office = _organisation(f"{function}-organization", value)
    role: Resource = {"resourceType": "PractitionerRole", "id": f"{function}-role"}
    if known:
        role["practitioner"] = {"reference": f"#{person['id']}"}
    role |= {"organization": {"reference": f"#{office[0]['id']}"}, "code": [{"coding": [{"system": _CATEGORY, "code": category}]}]}
    return [role, *known, *office]


def _references(node: object) -> Iterable[str]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from _references(inner)


def _used(team: Resource) -> Resource:
    """The team without contained resources that nothing in it refers to any more."""
    held = items(team, "contained")
    while held:
        named = {*_references({**team, "contained": held})}
        kept = [r for r in held if f"#{r.get('id')}" in named]
        if len(kept) == len(held):
            return {**team, "contained": held}
        held = kept
    return {key: value for key, value in team.items() if key != "contained"}


class PointsOfContact:
    """The part."""

    name = "pointsOfContact"

    def read(self, pregnancy: Pregnancy) -> Body | None:
        team = self._team(pregnancy)
        return None if team is None else nested({member: _told(_Team(pregnancy, team), member) for member in _FUNCTIONS}) or None

    def write(self, pregnancy: Pregnancy, body: Body) -> list[Resource]:
        there = self._team(pregnancy)
        team = _Team(pregnancy, there or {})
        made = there or self._new(pregnancy)
        for member in _FUNCTIONS:
            if not equal(_told(team, member), body.get(member)):
                made = self._replaced(made, team.participants(_FUNCTIONS[member][0]), member, body.get(member))
        if made is there or (there is None and not body):
            return []
        return [changed(_used(made))]

    def touched(self, resource: Resource) -> Iterable[str]:
        return ("",) if self._fits(resource) else ()

    def _replaced(self, team: Resource, old: list[Resource], member: str, value: Any) -> Resource:
        """The team with the first of ``old`` replaced; where there is no ``value``, without all of them."""
        new, held = _participant(member, value) if value is not None else (None, [])
        listed: list[Resource] = []
        for one in items(team, "participant"):
            if new is not None and old and one is old[0]:
                listed.append(new)
            elif one not in old or (new is not None and one is not old[0]):
                listed.append(one)
        if new is not None and not old:
            listed.append(new)
        ids = {r["id"] for r in held}
        contained = [r for r in items(team, "contained") if r.get("id") not in ids] + held
        lists: Resource = {"contained": contained, "participant": listed}
        kept = {key: it for key, it in team.items() if key not in lists}
        return {**kept, **{key: it for key, it in lists.items() if it}}

    def _new(self, pregnancy: Pregnancy) -> Resource:
        return pregnancy.new(
            "CareTeam",
            "CareTeam",
            extension=[pregnancy.of_record()],
            status="active",
            name="Oppfølging i svangerskapet",
            subject=pregnancy.mother,
            period={"start": str(pregnancy.today)},
        )

    def _team(self, pregnancy: Pregnancy) -> Resource | None:
        """The team of the pregnancy, the newest."""
        return next(reversed(pregnancy.found("CareTeam", self._fits)), None)

    def _fits(self, resource: Resource) -> bool:
        if resource["resourceType"] != "CareTeam":
            return False
        roles = (r for p in items(resource, "participant") for r in items(p, "role"))
        return claims(resource, "CareTeam") or any(code_of(r, _FUNCTION) for r in roles)


PART = PointsOfContact()
