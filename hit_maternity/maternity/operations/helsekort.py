"""EpisodeOfCare/[id]/$helsekort: the card, ready to show, as one Bundle of type collection.

First the record and the woman; then what is computed: what deserves attention, the gestational age today, the programme as it stands;
then the ten sections of the card, each a List of what stands in it (its flag names the finer part) followed by those resources in order
of time, as they are stored; last who wrote what. What is computed carries the tag ``origin#computed``.
Definition: profiles/input/fsh/operations/operations.fsh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Intent, Version
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource
from hit_maternity.maternity.card.facts import facts_of
from hit_maternity.maternity.card.moments import today
from hit_maternity.maternity.card.sections import Section, main_sections, section_of
from hit_maternity.maternity.card.systems import coding
from hit_maternity.maternity.card.term import term_of
from hit_maternity.maternity.facts import Facts
from hit_maternity.maternity.operations.attention_findings import findings
from hit_maternity.maternity.operations.computed import COMPUTED, about, address, card_of, concept, narrative, spoken
from hit_maternity.maternity.operations.gestational_age import age_observation, due_date
from hit_maternity.maternity.operations.programme_plan import programme_plan

Placed = tuple[Section, Resource, Version]
_NOTHING = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "notstarted", "display": "Not Started"}]
}


def helsekort(call: Call) -> Response:
    """200 with the Bundle. Raises ``FhirError`` 404, 410, and 422 ``card-without-woman``."""
    card = card_of(call, Intent("$helsekort", "EpisodeOfCare", call.id))
    now = call.server.clock.now()
    facts = facts_of(card, today(call.server.clock))
    return Response(200, _bundle(_entries(card, facts, call.request.base, now), now))


def _bundle(entries: Iterable[bytes], now: datetime) -> bytes:
    return b'{"resourceType":"Bundle","type":"collection","timestamp":"%b","entry":[%b]}' % (instant(now).encode(), b",".join(entries))


def _stored(base: bytes, version: Version) -> bytes:
    return b'{"fullUrl":"%b/%b/%b","resource":%b}' % (base, version.type.encode(), version.id.encode(), version.body or b"")


def _made(urn: str, resource: Resource) -> bytes:
    return b'{"fullUrl":"%b","resource":%b}' % (urn.encode(), encode(resource))


def _entries(card: Card, facts: Facts, base: str, now: datetime) -> Iterator[bytes]:
    spelt = encode(base)[1:-1]
    first = (("EpisodeOfCare", card.episode["id"]), ("Patient", card.mother["id"]))
    placed = [(section_of(r), r, v) for r, v in zip(card.resources, card.versions, strict=True)]
    named = {_identity(v): v for _, _, v in placed}
    yield from (_stored(spelt, named[identity]) for identity in first if identity in named)
    for name, resource in _computed(card, facts, base):
        yield _made(address(base, card.episode, name), resource)
    parts: dict[str, list[Placed]] = {main.code: [] for main in main_sections()}
    for section, resource, version in placed:
        if section is not None:
            parts[section.main].append((section, resource, version))
    for main in main_sections():
        inside = sorted(parts[main.code], key=lambda p: p[0].order)
        yield _made(address(base, card.episode, "section", main.code), _contents(card, main, inside, base, now))
        yield from (_stored(spelt, version) for _, _, version in inside if _identity(version) not in first)
    yield from (_stored(spelt, version) for section, _, version in placed if section is None)


def _identity(version: Version) -> tuple[str, str]:
    return version.type, version.id


def _computed(card: Card, facts: Facts, base: str) -> Iterator[tuple[str, Resource]]:
    """What is reckoned from the card for this answer, each with a name of its own."""
    for issue in findings(card, facts, base):
        yield f"attention/{issue['code']['coding'][0]['code']}", issue
    term = term_of(card)
    if term is not None and not term.stated:
        made = due_date(card, term, base, "term")
        yield "term", {**made, "meta": {**made["meta"], "tag": [COMPUTED]}, "text": narrative(f"Termin {made['valueDateTime']}")}
    if term is not None and facts.pregnant:
        with suppress(FhirError):  # before 0+0 or after 44+0 there is no gestational age to tell
            yield "gestational-age", age_observation(card, term, facts.today, base, alone=False)
    if (plan := programme_plan(card, facts, base)) is not None:
        yield "programme", plan


def _contents(card: Card, section: Section, inside: list[Placed], base: str, now: datetime) -> dict[str, Any]:
    """The List of one section."""
    made: dict[str, Any] = {
        "resourceType": "List",
        "meta": {"tag": [COMPUTED]},
        "text": narrative(section.words.nb),
        "status": "current",
        "mode": "snapshot",
        **spoken("title", section.words),
        "code": _concept(section),
        "subject": about(base, card.mother),
        "date": instant(now),
    }
    if not inside:
        return {**made, "emptyReason": _NOTHING}
    return {**made, "entry": [_item(place, resource, base) for place, resource, _ in inside]}


def _item(place: Section, resource: Resource, base: str) -> dict[str, Any]:
    item = {"item": about(base, resource)}
    return item if place.main == place.code else {"flag": _concept(place), **item}


@cache
def _concept(section: Section) -> dict[str, Any]:
    return concept(coding(f"section#{section.code}"), section.words)


HELSEKORT = Operation(
    "helsekort", "https://hit-maternity.example/fhir/OperationDefinition/EpisodeOfCare-helsekort", "the card, ready to show",
    frozenset(("instance",)), helsekort, types=frozenset(("EpisodeOfCare",)),
)  # fmt: skip
