"""POST /record/{id}/updateStatus: the end of a record.

Confirmed by the national documentation: the call, the states ACTIVE and TERMINATED, and that it rests on the record's version. Inferred:
the body, the answer (the record's metadata), and why a record ends: with a birth where one is told or was written, else because she is
followed up elsewhere. A birth that is told and was not written yet is written of the one fetus that there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hit_maternity.access.policy import Right
from hit_maternity.dhg import metadata
from hit_maternity.dhg.bodies import refuse, sent
from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.dossier import HerRecord, opened, record_of
from hit_maternity.dhg.errors import DhgError
from hit_maternity.dhg.mapping import SINGLES, Pregnancy, Resource
from hit_maternity.dhg.models import Fault
from hit_maternity.dhg.moments import day, read
from hit_maternity.dhg.putting import again, expects, put
from hit_maternity.dhg.record import content_of
from hit_maternity.dhg.versions import LAST, UPDATED
from hit_maternity.fhir.json import encode
from hit_maternity.maternity.card.systems import code, extension
from hit_maternity.maternity.rules.canonical import SNOMED
from hit_maternity.maternity.rules.reading import listed, table
from hit_maternity.store.record_parts import Episode

_MEMBERS = ("status", "terminationDate", "deliveryDate", "liveBirth")
_ALIVE = {True: "281050002", False: "237364002"}
_TERMINATED = "TERMINATED"


@dataclass(frozen=True, slots=True)
class End:
    """What is told of the end. ``delivered``: the moment, and as it was sent."""

    ended: datetime | None
    delivered: tuple[datetime, str] | None
    alive: bool | None


def update_status(desk: Desk, call: Call, caller: Caller) -> Answer:
    """200 with the record's metadata. Raises ``DhgError`` DHG-0015 for a record that has ended, DHG-0008, DHG-0012."""
    record = record_of(opened(desk, caller, Right.WRITE), call, Right.WRITE)
    given = sent(call, versioned=True)
    told = given.value.get("recordStatus")
    value = {**given.value, **told} if isinstance(told, dict) else given.value
    end, faults = _end(value, told, tolerate=desk.options.tolerate)
    refuse([*given.faults, *faults])

    def write() -> Answer:
        there = content_of(desk, call, record)
        current = metadata.latest_of(record, there.noted).version
        if current != given.version or current >= LAST:
            raise DhgError("DHG-0008")
        resources = _closed(there.pregnancy, end)
        one = expects(record, "", "", given.version, UPDATED)
        request = put(desk, call, caller, there.pregnancy, resources, (one,), UPDATED)
        made = next(v for v in reversed(request.noted) if (v.record, v.part) == (record.id, ""))
        after = there.pregnancy.after(resources)
        stored = Episode(record.id, record.stored.version + 1, made.at, encode(after.card.episode))
        ended = HerRecord(stored, after.card.episode, record.patient)
        return Answer(200, {"metadata": metadata.of_record(ended, made, desk.options, after.card.of("Observation"), made.at)})

    return again(write)


def _end(value: Mapping[str, Any], told: Any, *, tolerate: bool) -> tuple[End, list[Fault]]:
    faults: list[Fault] = []
    place = "recordStatus." if isinstance(told, dict) else ""
    if told is not None and not isinstance(told, dict):
        faults.append(Fault("recordStatus", "object", "This is no object; write its fields in braces."))
    if not tolerate and value.keys() - {*_MEMBERS, "recordStatus"}:
        faults.append(Fault(place.rstrip(".") or "$", "unknown-member", f"There are these fields: {', '.join(_MEMBERS)}."))
    if value.get("status") is None:
        faults.append(Fault(f"{place}status", "required", "Say what the record becomes: TERMINATED."))
    elif value["status"] != _TERMINATED:
        faults.append(Fault(f"{place}status", "status", "A record that goes on can only become TERMINATED."))
    moments: dict[str, datetime | None] = {}
    for name in ("terminationDate", "deliveryDate"):
        moments[name] = read(value.get(name))
        if value.get(name) is not None and moments[name] is None:
            faults.append(Fault(f"{place}{name}", "timestamp", "Write a date and time such as 2026-08-13T04:12:00+02:00."))
    alive = value.get("liveBirth")
    if alive is not None and type(alive) is not bool:
        faults.append(Fault(f"{place}liveBirth", "boolean", "This is true or false."))
        alive = None
    delivered = moments["deliveryDate"]
    if alive is not None and value.get("deliveryDate") is None:
        faults.append(Fault(f"{place}deliveryDate", "required", "Say when the child was born, too."))
    born = None if delivered is None else (delivered, str(value["deliveryDate"]))
    return End(moments["terminationDate"], born, alive), faults


def _closed(pregnancy: Pregnancy, end: End) -> list[Resource]:
    """The EpisodeOfCare ended, and the birth where it is told and was not written."""
    births = _births(pregnancy, end)
    after = pregnancy.after(births)
    known = metadata.births_of(after.card.of("Observation"))
    episode, today = pregnancy.card.episode, day(pregnancy.now).isoformat()
    on = day(end.ended).isoformat() if end.ended else today
    start = str(table(episode.get("period")).get("start", ""))
    if on < start[:10]:
        raise DhgError("DHG-0012", (Fault("recordStatus.terminationDate", "too-early", "The record ended before it began."),))
    reason = {"coding": [dict(zip(("system", "code"), code(f"end-reason#{'birth' if known else 'moved'}"), strict=True))]}
    others = [e for e in listed(episode.get("extension")) if table(e).get("url") != extension("end-reason")]
    history = [dict(it) for it in listed(episode.get("statusHistory")) if isinstance(it, dict)]
    if history and isinstance(last := history[-1].get("period"), dict) and "end" not in last:
        history[-1]["period"] = {**last, "end": on}
    ended: Resource = {
        **{name: it for name, it in episode.items() if name != "text"},
        "extension": [*others, {"url": extension("end-reason"), "valueCodeableConcept": reason}],
        "status": "finished",
        "statusHistory": [*history, {"status": "finished", "period": {"start": on}}],
        "period": {**table(episode.get("period")), "end": end.ended.isoformat() if end.ended else on},
    }
    return [*births, ended]


def _births(pregnancy: Pregnancy, end: End) -> list[Resource]:
    if end.delivered is None:
        return []
    there = metadata.births_of(pregnancy.card.of("Observation"))
    if there:
        first = metadata.first_birth(there)
        if first is not None and day(first) != day(end.delivered[0]):
            words = "Another day of birth is written in birthStatus. Correct one of the two."
            raise DhgError("DHG-0012", (Fault("recordStatus.deliveryDate", "birth-differs", words),))
        alive = metadata.born_alive(there)
        if end.alive is not None and alive is not None and alive is not end.alive:
            words = "birthStatus says otherwise. Correct one of the two."
            raise DhgError("DHG-0012", (Fault("recordStatus.liveBirth", "birth-differs", words),))
        return []
    moment = end.delivered[0].isoformat().replace("+00:00", "Z") if len(end.delivered[1]) == 10 else end.delivered[1]
    birth: dict[str, Any] = {"fosterId": 1, "datetime": moment}
    if end.alive is not None:
        birth["status"] = {"code": _ALIVE[end.alive], "codeSystem": SNOMED}
    return SINGLES["birthStatus"].write(pregnancy, {"birthStatus": [birth]})
