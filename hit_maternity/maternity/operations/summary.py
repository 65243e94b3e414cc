"""Patient/[id]/$summary: the International Patient Summary of a woman, made of her record when it is asked for.

Source: https://hl7.org/fhir/uv/ips/OperationDefinition-summary.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Intent, Reader, Version
from hit_maternity.fhir.rest.answers import not_found, present
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.fhir.rest.revealing import revealed
from hit_maternity.fhir.search.model import Query
from hit_maternity.maternity.narrative.rows import listing
from hit_maternity.maternity.narrative.words import LOINC
from hit_maternity.maternity.narrative.words import Reader as Aloud
from hit_maternity.maternity.narrative.xhtml import facts, narrative, paragraph
from hit_maternity.maternity.operations.composing import (
    SUPPORTING,
    Identity,
    Press,
    document_bundle,
    identity_of,
    is_retracted,
    references,
    section,
    with_supporting,
)
from hit_maternity.maternity.operations.ips import TYPES, Part, picked
from hit_maternity.maternity.operations.ips_record import IPS, Summary
from hit_maternity.maternity.operations.signature import Signer

Resource = dict[str, Any]

COMPOSITION = f"{IPS}Composition-uv-ips"
TITLE = "International Patient Summary"
_PAGE = 1000
_STEPS = 3  # from a fact to a role, to whose it is, to where she works


def summary(call: Call) -> Response:
    """200 with a Bundle of type document: Composition, Patient, and what the sections show. Nothing is kept.

    The profiles of the IPS are claimed where her Patient meets them too (a name and a birth date). Raises ``FhirError``: 400 for a wrong
    parameter or another profile, 404, 410.
    """
    assert call.id is not None
    server, request = call.server, call.request
    _demand_profile(call)
    query = server.search.parse(sorted(TYPES), [], compartment=("Patient", call.id), base=request.base)
    intent = Intent("$summary", "Patient", call.id, query)
    narrowed = server.guard.check(request.principal, intent) or query
    with server.store.reading() as session:
        patient = present(session.get("Patient", call.id), "Patient")
        versions = [patient, *_record(session, narrowed)]
        supporting = _supporting(session, [decode(v.body or b"") for v in versions], request.base)
    versions, others = revealed(server, request, intent, versions, list(supporting.values()))
    if versions[:1] != [patient]:
        raise not_found("Patient")
    mother, *rest = [decode(v.body or b"") for v in versions]
    people = {(v.type, v.id): decode(v.body or b"") for v in others}
    press = Press(request.base, server.clock.now(), Signer(server.seal_key), language="en")
    return Response(200, encode(compose(mother, [r for r in rest if _is_about(r, call.id, request.base)], people, press)))


def compose(mother: Resource, record: Sequence[Resource], people: dict[Identity, Resource], press: Press) -> Resource:
    """The signed Bundle: ``record`` are her resources, ``people`` those whom they may name."""
    named = {f"{r['resourceType']}/{r['id']}": r for r in (mother, *record, *people.values())}
    read = Aloud(named, press.language, press.base)
    told = Summary(mother, record, press, read)
    parts = picked(told)
    id = new_id()
    claims = _is_complete(mother)
    composition: Resource = {
        "resourceType": "Composition",
        "id": id,
        **({"meta": {"profile": [COMPOSITION]}} if claims else {}),
        "language": press.language,
        "text": narrative([facts([("Name", read.name(mother)), ("Born", read.day(mother.get("birthDate"))), ("Made", read.day(press.when))])
                           or paragraph(TITLE)], press.language),
        "contained": [press.author()],
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"},
        "status": "final",
        "type": {"coding": [{"system": LOINC, "code": "60591-5", "display": "Patient summary Document"}]},
        "subject": press.reference(mother),
        "date": press.when,
        "author": [{"reference": "#server", "display": "hit-maternity"}],
        "title": TITLE,
        "confidentiality": "N",
        "section": [_section(part, listed, told) for part, listed in parts],
    }  # fmt: skip
    stored = [r for _, listed in parts for r in listed if not any(r is m for m in told.made)]
    included = with_supporting([mother, *stored], people, press.base)
    entries = [(press.own_address(composition), composition), *((press.address(r), r) for r in included)]
    entries += [(f"urn:uuid:{m['id']}", m) for m in told.made]
    return document_bundle(press, [f"{IPS}Bundle-uv-ips"] if claims else [], entries)


def _section(part: Part, listed: Sequence[Resource], told: Summary) -> Resource:
    code = {"coding": [{"system": LOINC, "code": part.code, "display": part.display}]}
    words = listing(listed, told.read)
    entries = [told.reference(r) for r in listed]
    empty = [paragraph("There is no information available.")]
    return section(part.title, code, entries, [words] if words else empty, told.press.language, "unavailable")


def _demand_profile(call: Call) -> None:
    asked = call.arguments.text("profile")
    if asked is not None and asked.partition("|")[0] not in (COMPOSITION, f"{IPS}Bundle-uv-ips"):
        raise refuse(400, "not-supported", "value-profile", f"The one profile that a summary can follow here is {COMPOSITION}.")


def _record(session: Reader, query: Query) -> list[Version]:
    """Everything that ``query`` finds, page after page."""
    query = replace(query, count=_PAGE)
    found: list[Version] = []
    while True:
        page = session.search(query)
        found += page.matches
        if page.next is None:
            return found
        query = replace(query, cursor=page.next)


def _supporting(session: Reader, resources: Sequence[Resource], base: str) -> dict[Identity, Version]:
    """The people, places and products that the resources name, directly or through one another."""
    found: dict[Identity, Version] = {}
    todo: Sequence[Resource] = resources
    for _ in range(_STEPS):
        named = {i for r in todo for text in references(r) if (i := identity_of(text, base)) and i[0] in SUPPORTING and i not in found}
        fresh = {(v.type, v.id): v for v in session.get_many(sorted(named))} if named else {}
        found |= fresh
        todo = [r for v in fresh.values() if not is_retracted(r := decode(v.body or b""))]
    return found


def _is_about(it: Resource, patient: str, base: str) -> bool:
    """Whether she is the one it is about: as a performer she stands in others' records too."""
    whose = it.get("subject") or it.get("patient") or {}
    return identity_of(whose.get("reference", ""), base) == ("Patient", patient)


def _is_complete(mother: Resource) -> bool:
    """Whether her Patient has what Patient-uv-ips asks for: a name in words or parts, and a birth date."""
    named = any(n.get("text") or n.get("family") or n.get("given") for n in mother.get("name", ()))
    return named and "birthDate" in mother


SUMMARY = Operation(
    "summary", "https://hit-maternity.example/fhir/OperationDefinition/Patient-summary", "International Patient Summary",
    frozenset(("instance",)), summary, types=frozenset(("Patient",)), parameters=frozenset(("profile",)),
)  # fmt: skip
