"""GET /history: all her records, of this and earlier pregnancies; GET /history/{id}: every version of every part of one.

Confirmed by the national documentation: both calls, and the answer of the first. Inferred: the answer of the second.
"""

from __future__ import annotations

from typing import Any

from hit_maternity.access.policy import Right
from hit_maternity.dhg import metadata
from hit_maternity.dhg.calling import RECORD, request_of
from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.dossier import HerRecord, opened, record_of
from hit_maternity.dhg.moments import written
from hit_maternity.fhir.json import decode
from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.revealing import revealed
from hit_maternity.maternity.card.systems import code
from hit_maternity.store.part_versions import PartVersion

#: What stands for the record itself among the resource types of a history (inferred).
ITSELF = "record"
_BIRTH = "|".join(code("card-item#birth-status"))


def records(desk: Desk, call: Call, caller: Caller) -> Answer:
    """200. Raises ``FhirError`` as the guard does."""
    found = opened(desk, caller, Right.READ)
    with desk.database.reading() as session:
        noted = {record.id: desk.parts.latest(session, record.id) for record in found.records}
    with desk.server.store.reading() as session:
        versions = session.get_many([(RECORD, record.id) for record in found.records])
        births = _births(desk, session, found.patients) if any(not record.is_open for record in found.records) else {}
    if caller.visit is not None and not caller.visit.named and found.patients:
        caller.visit.named = {found.patients[0]}
    (shown,) = revealed(desk.server, request_of(call, caller), Intent("search-type", RECORD), versions)
    seen = {version.id for version in shown}
    told = [
        metadata.of_record(record, metadata.latest_of(record, noted[record.id]), desk.options, births.get(record.id, ()))
        for record in found.records
        if record.id in seen
    ]
    return Answer(200, {"history": told})


def _births(desk: Desk, session: Any, patients: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    """The births that are written of these women, by the id of the EpisodeOfCare that each belongs to."""
    found: dict[str, list[dict[str, Any]]] = {}
    for patient in patients:
        query = desk.server.search.parse(["Observation"], [("patient", f"Patient/{patient}"), ("code", _BIRTH)])
        for version in session.search(query).matches:
            fact = decode(version.body)
            for episode in _episodes_of(fact, session):
                found.setdefault(episode, []).append(fact)
    return found


def _episodes_of(fact: dict[str, Any], session: Any) -> list[str]:
    from hit_maternity.maternity.card.elements import extensions, items, local
    from hit_maternity.maternity.card.systems import EPISODE_EXTENSION

    named = [local(e.get("valueReference")) for e in extensions(fact, EPISODE_EXTENSION)]
    visit = local(fact.get("encounter"))
    stored = session.get(*visit) if visit else None
    if stored is not None and stored.body is not None:
        named += [local(reference) for reference in items(decode(stored.body), "episodeOfCare")]
    return [name[1] for name in dict.fromkeys(named) if name is not None and name[0] == RECORD]


def changes(desk: Desk, call: Call, caller: Caller) -> Answer:
    """200. Raises ``DhgError`` DHG-0015, ``FhirError`` as the guard does."""
    record = record_of(opened(desk, caller, Right.READ), call, Right.READ)
    with desk.database.reading() as session:
        noted = desk.parts.history(session, record.id)
    with desk.server.store.reading() as session:
        versions = session.get_many([(RECORD, record.id)])
    revealed(desk.server, request_of(call, caller, record.id), Intent("history-instance", RECORD, record.id), versions)
    listed = noted or [metadata.latest_of(record, {})]
    return Answer(200, {"recordId": record.record_id, "history": [_change(desk, record, version) for version in listed]})


def _change(desk: Desk, record: HerRecord, version: PartVersion) -> dict[str, Any]:
    return {
        "resourceType": version.part or ITSELF,
        "id": metadata.id_of(record.record_id, version.part, version.item) if version.part else record.record_id,
        "version": version.version,
        "lastUpdated": written(version.at, desk.options.local_times),
        "lastUpdatedBy": decode(version.author.encode()),
        "event": version.event,
    }
