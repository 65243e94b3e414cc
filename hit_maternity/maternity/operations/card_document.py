"""The card as a document: a Composition in the ten sections that a woman sees on Helsenorge, and the Bundle around it.

Profiles: no-domain-Maternity-Composition-helsekort and no-domain-Maternity-Bundle-helsekort.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.sections import main_sections, section_of
from hit_maternity.maternity.narrative import card as told
from hit_maternity.maternity.narrative.words import OWN, SECTION, Reader, extension, moment
from hit_maternity.maternity.narrative.xhtml import facts, narrative
from hit_maternity.maternity.operations.composing import (
    PAPERS,
    SUPPORTING,
    Press,
    document_bundle,
    identity_of,
    is_retracted,
    references,
    section,
    with_supporting,
)

Resource = dict[str, Any]

PROFILE = f"{OWN}/StructureDefinition/no-domain-Maternity-"
TYPE = {"system": "urn:oid:2.16.578.1.12.4.1.1.9602", "code": "F04-2", "display": "Pregnancy and birth"}
TITLE = "Helsekort for gravide"
#: Why a section is empty: its questions were not asked, or what it tells of has not begun.
_EMPTY = {"visits": "notstarted", "tests": "notstarted", "fundal-height": "notstarted", "follow-up": "notstarted"}
_STATUS = {"finished": "final", "cancelled": "final", "entered-in-error": "entered-in-error"}
_STATUS_WORDS = {"preliminary": "foreløpig, svangerskapet følges ennå", "final": "endelig", "entered-in-error": "opprettet ved en feil"}
_MODES = {"Organization": "official", "Patient": "personal", "RelatedPerson": "personal"}


def compose(card: Card, press: Press, id: str, attester: Resource | None = None) -> Resource:
    """The Composition of the card, under ``id``; ``attester`` is the resource of who answers for it.

    Retracted facts (entered-in-error) are not in it. Each section has its resources as entries and tells them in a narrative; one
    without any says why by ``emptyReason``.
    """
    facts_of_card = [r for r in card.resources if not is_retracted(r) or r is card.episode]
    read = Reader({f"{r['resourceType']}/{r['id']}": r for r in card.resources}, press.language, press.base)
    status = _STATUS.get(card.episode.get("status", ""), "preliminary")
    parts = _sorted_out(card, facts_of_card)
    sections = []
    for place in main_sections():
        listed = parts.get(place.code, [])
        code = {"coding": [{"system": SECTION, "code": place.code, "display": place.words.en}]}
        entries = [press.reference(r) for r in listed]
        words = told.section(place.code, listed, read)
        sections.append(section(place.words.nb, code, entries, words, press.language, _EMPTY.get(place.code, "notasked")))
    custodian = read.find(card.episode.get("managingOrganization"))
    composition: Resource = {
        "resourceType": "Composition",
        "id": id,
        "meta": {"profile": [f"{PROFILE}Composition-helsekort"]},
        "language": press.language,
        "text": narrative(_head(card, read, status, press), press.language),
        "contained": [press.author()],
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"},
        "status": status,
        "type": {"coding": [TYPE], "text": "Svangerskap og fødsel"},
        "subject": press.reference(card.mother),
        "date": press.when,
        "author": [{"reference": "#server", "display": "hit-maternity"}],
        "title": f"{TITLE}, {read.day(press.when)}",
        "confidentiality": "N",
        "event": [{"period": _period(card, press), "detail": [press.reference(card.episode)]}],
        "section": sections,
    }
    if custodian and custodian["resourceType"] == "Organization":
        composition["custodian"] = press.reference(custodian)
    if attester:
        mode = _MODES.get(attester["resourceType"], "professional")
        composition["attester"] = [{"mode": mode, "time": press.when, "party": press.reference(attester)}]
    return composition


def bundle_around(composition: Resource, resources: Sequence[Resource], press: Press) -> Resource:
    """The signed Bundle: ``composition``, all it refers to of ``resources``, the people and places these name, and the Provenance of
    what is in it."""
    available = {(r["resourceType"], r["id"]): r for r in resources}
    named = (identity_of(reference, press.base) for reference in references(composition))
    chosen = [available[i] for i in dict.fromkeys(named) if i in available]
    supporting = {i: r for i, r in available.items() if i[0] in SUPPORTING and i[0] != "Provenance" and not is_retracted(r)}
    there = {(r["resourceType"], r["id"]) for r in chosen}
    written = [r for r in resources if r["resourceType"] == "Provenance" and _is_of(r, there, press)]
    included = with_supporting([*chosen, *written], supporting, press.base)
    entries = [(press.own_address(composition), composition), *((press.address(r), r) for r in included)]
    return document_bundle(press, [f"{PROFILE}Bundle-helsekort"], entries)


def _is_of(provenance: Resource, there: set[tuple[str, str]], press: Press) -> bool:
    """Whether it tells of something in the document."""
    return any(identity_of(t.get("reference", ""), press.base) in there for t in provenance.get("target", ()))


def _sorted_out(card: Card, resources: Sequence[Resource]) -> dict[str, list[Resource]]:
    """The resources by the code of their section. The woman opens the first, whatever else is there; what has no place of its own on
    the card stands with the pregnancy."""
    parts: dict[str, list[Resource]] = {"about-you": [card.mother]}
    for it in resources:
        if it is card.mother or it["resourceType"] in PAPERS or it["resourceType"] in SUPPORTING:
            continue
        place = section_of(it)
        parts.setdefault(place.main if place else "this-pregnancy", []).append(it)
    return parts


def _period(card: Card, press: Press) -> Resource:
    """From when to when the document tells: the episode's, else from its first fact until now."""
    period = card.episode.get("period") or {}
    told = {key: period[key] for key in ("start", "end") if period.get(key)}
    if not told:
        first = next((m for r in card.resources if r["resourceType"] == "Encounter" and (m := moment(r))), "")
        told = {"start": first} if first else {"end": press.when}
    return told


def _head(card: Card, read: Reader, status: str, press: Press) -> list[str]:
    """The document's own words: whose, how it stands, when it was put together."""
    term = next((r for r in card.resources if extension(extension(r, "valid-term"), "valid") is True and not is_retracted(r)), None)
    pairs = [
        ("Navn", read.name(card.mother)),
        ("Født", read.day(card.mother.get("birthDate"))),
        ("Termin", read.value(term) if term else ""),
        ("Ansvarlig virksomhet", read.party(card.episode.get("managingOrganization"))),
        ("Dokumentet er", _STATUS_WORDS[status]),
        ("Satt sammen", f"{read.day(press.when)} kl. {press.when[11:16]} UTC"),
    ]
    return [facts(pairs)]
