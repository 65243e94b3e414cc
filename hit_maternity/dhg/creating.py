"""POST /record: a record, with what it is made of, in one transaction: the woman's Patient where she has none, the pregnancy as a
Condition, the EpisodeOfCare, and the parts that were sent with it.

Confirmed by the national documentation: the call, and DHG-0009 where she has an active record. Inferred: that the body may be empty or hold
resources, and the answer (201 with the record). What the national id does not tell of a woman who is not known here yet (her name, where
``mother`` does not say it) says that it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from hit_maternity.access.policy import Right
from hit_maternity.dhg.bodies import judged, refuse, sent
from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.dossier import Dossier, HerRecord, opened
from hit_maternity.dhg.errors import DhgError
from hit_maternity.dhg.mapping import PARTS, Body, Pregnancy, Resource, is_many
from hit_maternity.dhg.models import Fault
from hit_maternity.dhg.moments import day
from hit_maternity.dhg.putting import again, put
from hit_maternity.dhg.record import whole
from hit_maternity.dhg.versions import CREATED
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.systems import EPISODE_EXTENSION, PROFILE, RECORD_ID, code
from hit_maternity.maternity.identity import recognise
from hit_maternity.store.record_parts import Episode

UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
#: Her consent is another Patient's by now: somebody else created a record at the same time.
_ADOPTED = frozenset(("consent-missing",))
_PREGNANCY = dict(zip(("system", "code"), code("sct#77386006"), strict=True))
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_LIST = dict(zip(("system", "code"), code("condition-category#problem-list-item"), strict=True))


def create_record(desk: Desk, call: Call, caller: Caller) -> Answer:
    """201 with the record. Raises ``DhgError`` DHG-0009 where she has an active one, DHG-0011, 0012 and 0016 for the body."""
    opened(desk, caller, Right.WRITE)
    given = sent(call, versioned=False, may_be_empty=True)
    bodies, faults = _parts(desk, given.value)
    refuse([*given.faults, *faults])

    def write() -> Answer:
        found = opened(desk, caller, Right.WRITE)
        if found.active is not None:
            raise DhgError("DHG-0009", text="She has an active record already; write to that one.")
        return _created(desk, call, caller, found, bodies)

    return again(write, also=_ADOPTED)


def _parts(desk: Desk, value: dict[str, Any]) -> tuple[list[tuple[str, Body]], list[Fault]]:
    """The resources that were sent, in the order of the wire, each in its normal form, and every fault of them."""
    bodies: list[tuple[str, Body]] = []
    faults: list[Fault] = []
    if not desk.options.tolerate and value.keys() - PARTS.keys():
        faults.append(Fault("$", "unknown-member", f"A record has these members: {', '.join(PARTS)}. Leave out what is none of them."))
    for name in PARTS:
        if (it := value.get(name)) is None:
            continue
        many = is_many(PARTS[name])
        if many and not isinstance(it, list):
            faults.append(Fault(name, "list", "This is no list; write its entries in brackets."))
            continue
        for place, one in enumerate(it) if many else ((None, it),):
            own = {k: v for k, v in one.items() if k != "metadata"} if isinstance(one, dict) else one
            body, wrong = judged(desk, name, own, name if place is None else f"{name}[{place}]")
            bodies.append((name, body))
            faults += wrong
    return bodies, faults


def _created(desk: Desk, call: Call, caller: Caller, found: Dossier, bodies: list[tuple[str, Body]]) -> Answer:
    now = desk.server.clock.now()
    known = _known(desk, found)
    mother = known or _mother(caller.nin)
    beginning = list(_beginning(mother, now))
    before = Pregnancy.of([mother, *beginning], now, call.base)
    if known is not None:
        before = Pregnancy(Card(before.card.episode, known, before.card.resources, _versions(desk, found)), now, call.base)
    changed = {(r["resourceType"], r["id"]): r for r in ([] if known else [mother])} | {(r["resourceType"], r["id"]): r for r in beginning}
    pregnancy = before
    for name, body in bodies:
        resources = _written(pregnancy, name, body)
        changed |= {(r["resourceType"], r["id"]): r for r in resources}
        pregnancy = pregnancy.after(resources)
    told = {name for name, _ in bodies}
    empty = frozenset((name, "") for name, part in PARTS.items() if name not in told and not part.read(pregnancy))
    request = put(desk, call, caller, before, list(changed.values()), (), CREATED, empty=empty)
    noted = {(version.part, version.item): version for version in request.noted}
    episode = pregnancy.card.episode
    stored = Episode(episode["id"], 1, now, encode(episode))
    record = HerRecord(stored, episode, pregnancy.card.mother["id"])
    return Answer(201, whole(desk, record, pregnancy.card, noted, call.base))


def _written(pregnancy: Pregnancy, name: str, body: Body) -> list[Resource]:
    part = PARTS[name]
    if is_many(part):
        return part.write(pregnancy, None, body)[1]
    return part.write(pregnancy, body)


def _known(desk: Desk, found: Dossier) -> Resource | None:
    """Her Patient; of several that with records, else the first."""
    versions = _versions(desk, found)
    return decode(versions[0].body or b"") if versions else None


def _versions(desk: Desk, found: Dossier) -> tuple[Any, ...]:
    with desk.server.store.reading() as session:
        versions = session.get_many([("Patient", id) for id in found.patients])
    used = {record.patient for record in found.records}
    return tuple(sorted(versions, key=lambda v: (v.id not in used, v.id))[:1])


def _mother(nin: str) -> Resource:
    """A Patient of whom nothing is known but the national id."""
    number = recognise(nin)
    born = {"birthDate": number.birth_date.isoformat()} if number.birth_date else {"_birthDate": UNKNOWN}
    return {
        "resourceType": "Patient",
        "id": new_id(),
        "meta": {"profile": [f"{PROFILE}Patient-mother"]},
        "identifier": [{"system": number.system, "value": number.value}],
        "active": True,
        "name": [UNKNOWN],
        **born,
    }


def _beginning(mother: Resource, now: datetime) -> Iterator[Resource]:
    """The EpisodeOfCare of a pregnancy that is followed up from today on, and the pregnancy as a Condition."""
    episode, condition = new_id(), new_id()
    today, woman = day(now).isoformat(), {"reference": f"Patient/{mother['id']}"}
    yield {
        "resourceType": "Condition",
        "id": condition,
        "meta": {"profile": [f"{PROFILE}Condition-pregnancy"]},
        "extension": [{"url": EPISODE_EXTENSION, "valueReference": {"reference": f"EpisodeOfCare/{episode}"}}],
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _VERIFIED, "code": "confirmed"}]},
        "category": [{"coding": [_LIST]}],
        "code": {"coding": [_PREGNANCY]},
        "subject": woman,
        "recordedDate": today,
    }
    yield {
        "resourceType": "EpisodeOfCare",
        "id": episode,
        "meta": {"profile": [f"{PROFILE}EpisodeOfCare-pregnancy"]},
        "identifier": [{"system": RECORD_ID, "value": str(uuid4())}],
        "status": "active",
        "statusHistory": [{"status": "active", "period": {"start": today}}],
        "type": [{"coding": [_PREGNANCY]}],
        "diagnosis": [{"condition": {"reference": f"Condition/{condition}"}}],
        "patient": woman,
        "period": {"start": today},
    }
