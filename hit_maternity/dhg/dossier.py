"""The woman a call is about: under which ids she is known, how she stands, which records she has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from hit_maternity.access.policy import Right, standard
from hit_maternity.access.restrictions import closed_by
from hit_maternity.dhg.calling import allow
from hit_maternity.dhg.desk import Call, Caller, Desk
from hit_maternity.dhg.errors import DhgError
from hit_maternity.fhir.json import decode
from hit_maternity.maternity.lifecycle import State
from hit_maternity.maternity.rules.canonical import RECORD_ID
from hit_maternity.maternity.rules.reading import identifier, table
from hit_maternity.maternity.rules.records import OPEN, is_record, state_of
from hit_maternity.store.decisions import PENDING, strictest
from hit_maternity.store.people import Standing
from hit_maternity.store.record_parts import Episode, Known

Resource = dict[str, Any]


@dataclass(frozen=True)
class HerRecord:
    """One pregnancy record. ``id``: of its EpisodeOfCare; ``patient``: id of the woman's Patient."""

    stored: Episode
    episode: Resource
    patient: str

    @property
    def id(self) -> str:
        return self.stored.id

    @cached_property
    def record_id(self) -> str:
        """The national id; of a record that has none, that of its EpisodeOfCare."""
        return identifier(self.episode, RECORD_ID) or self.id

    @cached_property
    def state(self) -> State | None:
        """Where it stands in its life."""
        return state_of(self.episode)

    @property
    def is_open(self) -> bool:
        """Whether it can be written to."""
        return self.state in OPEN

    @property
    def begun(self) -> str:
        """When it began, as it is written there."""
        return str(table(self.episode.get("period")).get("start", ""))


@dataclass(frozen=True, slots=True)
class Dossier:
    """``patients``: ids of her Patients; ``standing``: hers, the strictest where there are several; ``records``: the oldest first."""

    patients: tuple[str, ...]
    standing: Standing
    records: tuple[HerRecord, ...]

    @property
    def active(self) -> HerRecord | None:
        """The record that is written to now."""
        return next((record for record in self.records if record.is_open), None)

    @property
    def latest(self) -> HerRecord | None:
        """The active record, else the one that began last; records made in error only where there is no other."""
        right = [record for record in self.records if record.state is not State.ENTERED_IN_ERROR]
        return self.active or next(reversed(right or self.records), None)


def dossier_of(desk: Desk, nin: str) -> Dossier:
    """What is known of the person with this national id."""
    digest = desk.persons.digest(nin)
    with desk.database.reading() as session:
        known = desk.parts.of_person(session, digest)
    if not any(_is_patient(one) for one in known):  # known by another of her numbers, or by her Patient alone
        there = [id for id in desk.persons.patients(nin) if id not in {one.patient for one in known}]
        if there:
            with desk.database.reading() as session:
                known += desk.parts.of_patients(session, there)
    records = [HerRecord(e, body, one.patient) for one in known for e in one.episodes if is_record(body := decode(e.body))]
    records.sort(key=lambda record: (record.begun, record.id))
    patients = tuple(one.patient for one in known if _is_patient(one))
    return Dossier(patients, strictest([one.standing for one in known], digest), tuple(records))


def _is_patient(one: Known) -> bool:
    return not one.patient.startswith(PENDING)


def opened(desk: Desk, caller: Caller, right: Right) -> Dossier:
    """Her dossier, where the caller may read, or write, in it. Raises ``FhirError`` 403: by role, address, consent, death, and whom she has
    shut out, in this order."""
    allow(desk, caller, right)
    found = dossier_of(desk, caller.nin)
    standing = found.standing
    if desk.is_open and standing.consent is None:
        standing = replace(standing, consent=True)
    rule = closed_by(standing, caller.principal, right)
    if rule is not None:
        if caller.visit is not None and found.patients:
            caller.visit.named = {found.patients[0]}
        raise standard().rule(rule).refusal()
    return found


def record_of(found: Dossier, call: Call, right: Right) -> HerRecord:
    """Her record that the path names. Raises ``DhgError`` DHG-0015 where she has none with this id, or, to be written to, none that goes
    on."""
    record = next((record for record in found.records if record.record_id == call.path[1]), None)
    if record is None:
        raise DhgError("DHG-0015")
    if right is Right.WRITE and not record.is_open:
        raise DhgError("DHG-0015", text="The record has ended: it can be read but not written to.")
    return record


def changed(desk: Desk, record: HerRecord) -> datetime:
    """When anything of a record was changed last."""
    with desk.database.reading() as session:
        return desk.parts.changed(session, record.id) or record.stored.updated
