"""The pregnancies themselves, each to be had as one transaction Bundle or as its single resources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hit_maternity.testbed.people import (
    birth,
    body,
    earlier,
    habits,
    health,
    laboratory,
    medicines,
    plan,
    pregnancy,
    provenance,
    rhesus,
    term,
    visits,
    woman,
)
from hit_maternity.testbed.people.canonical import BASE
from hit_maternity.testbed.people.moving import TOLD_ON, moved
from hit_maternity.testbed.people.narrative import narrative
from hit_maternity.testbed.people.parts import Words
from hit_maternity.testbed.people.record import Record
from hit_maternity.testbed.people.staff import Staff, organization, practitioner, practitioner_role, staff
from hit_maternity.testbed.people.story import Story, stories

#: One builder a section of the card, in the order in which a visit is written; Provenance comes last.
SECTIONS = (woman, pregnancy, term, earlier, health, habits, medicines, body, visits, laboratory, rhesus, plan, birth, provenance)

#: Of each sitting first who, then the visit, then everything else.
_FIRST = {"Patient": 0, "RelatedPerson": 1, "Encounter": 2}


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """One woman's pregnancy. ``name``: the prefix of all its ids; ``title`` and ``about``: in three languages."""

    name: str
    title: Words
    about: Words
    story: Story

    def resources(self) -> list[dict[str, Any]]:
        """All its resources, anew at each call: the places and people it refers to, then the woman's record in order of time."""
        record = Record(self.story, staff())
        for section in SECTIONS:
            section.build(record)
        order = {sitting.key: place for place, sitting in enumerate(record.sittings)}
        written = sorted(record.listed, key=lambda pair: (order[pair[0].key], _FIRST.get(pair[1]["resourceType"], len(_FIRST))))
        own = [resource for _, resource in written]
        return [told(resource) for resource in (*_staff_of(self.story, record.staff), *own)]

    def bundle(self) -> dict[str, Any]:
        """The whole as one transaction: every resource is put under its own id, so that it can be sent again."""
        return {"resourceType": "Bundle", "type": "transaction", "entry": [entry_of(resource) for resource in self.resources()]}


def told(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource with its narrative in the place where it belongs."""
    head = {key: resource[key] for key in ("resourceType", "id", "meta")}
    return {**head, "text": narrative(resource), **resource}


def entry_of(resource: dict[str, Any]) -> dict[str, Any]:
    """The entry of a transaction that puts ``resource`` under its own id."""
    identity = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": f"{BASE}/{identity}", "resource": resource, "request": {"method": "PUT", "url": identity}}


def _staff_of(story: Story, everybody: Staff) -> list[dict[str, Any]]:
    """The people a story names, and where they work."""
    named = {story.contacts.gp, story.contacts.midwife, *(visit.by for visit in story.visit)}
    if story.birth is not None:
        named.add(story.birth.by)
    if story.next is not None:
        named.add(story.next.by)
    people = [person for key, person in everybody.people.items() if key in named]
    places = {person.at for person in people} | {story.contacts.birth_place}
    return [
        *(organization(place) for key, place in everybody.organizations.items() if key in places),
        *(practitioner(person) for person in people),
        *(practitioner_role(person) for person in people),
    ]


def pregnancies(today: date = TOLD_ON) -> list[Pregnancy]:
    """All of them, in the order of their names; the same for the same ``today``, by which the open records are open then.

    Raises ``StoryError`` where a story is malformed.
    """
    return [Pregnancy(story.name, story.title, story.about, moved(story, today)) for story in stories()]
