"""The demo's data: fifteen synthetic pregnancies of which the open ones are open today, and a visit to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec

from hit_maternity.access.consent.standing import digest_of
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.store import Store
from hit_maternity.store.people import People
from hit_maternity.testbed.people.catalogue import SECTIONS, Pregnancy, entry_of, pregnancies, told
from hit_maternity.testbed.people.parts import Fetus, Visit
from hit_maternity.testbed.people.record import Record
from hit_maternity.testbed.people.staff import staff
from hit_maternity.testbed.people.woman import number_of

#: Whose record is written to: it is open, and she is in the midst of her pregnancy.
UNDER_WAY = "under-way"
_HEADERS = {"content-type": "application/fhir+json", "accept": "application/fhir+json", "prefer": "return=minimal"}

Resource = dict[str, Any]


def seed(server: Server, base: str, today: date, done: Callable[[str], None]) -> list[str]:
    """Writes every pregnancy as one transaction, as an HTTP call to ``base`` would; nothing where the records are there already.

    ``done`` is told of each by its name. Gives a line for each that was refused: none in an empty database.
    """
    with server.store.reading() as session:
        if any(session.get("Patient", mother_of(it)) is not None for it in pregnancies(today)):
            return []
    refused = []
    for pregnancy in pregnancies(today):
        answer = handle(server, Request("POST", [], "", _HEADERS, encode(pregnancy.bundle()), base))
        if answer.status != 200:
            refused.append(f"{pregnancy.name} was refused ({answer.status}): {_reasons(answer.body)}")
        done(pregnancy.name)
    return refused


def mother_of(pregnancy: Pregnancy) -> str:
    """The id of the woman's Patient."""
    return f"{pregnancy.name}-mother"


def consented(store: Store, secret: bytes, now: datetime) -> None:
    """Takes down that the women of the records consented to them, as their stories tell; nothing of whom more is known already. ``secret``:
    the server's own."""
    people = People(store.database)
    stories = {mother_of(it): it.story for it in pregnancies(now.date())}
    with store.reading() as session:
        there = [patient for patient in stories if session.get("Patient", patient) is not None]
    for patient, standing in people.get(there).items():
        if standing.consent is None:
            story = stories[patient]
            digest = digest_of(secret, number_of(story.mother))
            consent = story.background.consent
            people.put(patient, replace(standing, consent=consent, consented=now, digest=digest), now)


def _reasons(body: bytes) -> str:
    return " ".join(issue["diagnostics"] for issue in decode(body)["issue"] if issue["severity"] in ("fatal", "error"))


def visit(today: date) -> Resource:
    """A transaction Bundle: an extra visit of the woman under way on ``today``, with all that was found at it, and by whom."""
    (pregnancy,) = (it for it in pregnancies(today) if it.name == UNDER_WAY)
    found = Visit(
        on=today,
        at=time(8),
        kind="extra",
        by="tiril-morgenrode",
        weight=Decimal("72.40"),
        pressure=("118/74",),
        protein="negative",
        oedema=0,
        fundal_height=Decimal("29.5"),
        fetus=(Fetus(heart=142, movements=True, lie="cephalic"),),
        note="Ville høre hjertelyden. Alt bra.",
    )
    story = msgspec.structs.replace(pregnancy.story, visit=(*pregnancy.story.visit, found), next=None)
    record = Record(story, staff())
    for section in SECTIONS:
        section.build(record)
    written = [told(_unbooked(resource)) for sitting, resource in record.listed if sitting is record.last]
    return {"resourceType": "Bundle", "type": "transaction", "entry": [entry_of(resource) for resource in written]}


def fundal_height(today: date) -> dict[str, Any]:
    """A fundal height of ``today`` as the national JSON has it."""
    return {"measurement": 29, "measurementDate": today.isoformat()}


def _unbooked(resource: Resource) -> Resource:
    """She came without an appointment."""
    return {key: value for key, value in resource.items() if key != "appointment"}
