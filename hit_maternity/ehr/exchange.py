"""One woman's exchange with the national record: look, read where something changed, send what is queued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from hit_maternity.client.errors import ClientError, NoSuchRecord, TooManyCalls
from hit_maternity.clock import Clock
from hit_maternity.ehr.local import Intent, Local, Patient
from hit_maternity.ehr.national import National, Resource, Service, ours, record_of
from hit_maternity.ehr.reading import Reading, replaced
from hit_maternity.ehr.refusals import Meaning, meaning
from hit_maternity.ehr.waiting import Backoff

T = TypeVar("T")

REMOVED = "What was copied from the national record has been removed here. Your own journal of your own visits stays."
WITHDRAWN = f"she has not consented to the national record, or has withdrawn. {REMOVED}"
GONE = f"her national record is there no more. {REMOVED}"
NEW_RECORD = "she has a new national record. The copy of the former one has been removed here."


#: What nobody can be sent anything after, for now.
HALTING = frozenset({Meaning.OFFLINE, Meaning.UNSENT, Meaning.SLOW, Meaning.LOGIN})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who works here: ``organisations`` are the numbers under which the national record knows the place; ``hpr_number`` None: not known."""

    who: str
    organisations: frozenset[str]
    hpr_number: str | None = None


class Halted(Exception):
    """Nothing more can be done in this run; ``words`` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(slots=True)
class Workplace:
    """What every exchange of a run works with. ``renewed``: whether the login was renewed in this run."""

    local: Local
    service: Service
    identity: Identity
    clock: Clock
    chance: Random
    backoff: Backoff
    renewed: bool = False

    def asked(self, call: Callable[[], T]) -> T:
        """What ``call`` gives; where the login isn't taken, it is renewed once in a run, and the call made again."""
        try:
            return call()
        except ClientError as fault:
            if meaning(fault) is not Meaning.LOGIN or self.renewed:
                raise
            self.renewed = True
            self.service.renew()
            return call()

    def slowed(self, fault: ClientError) -> datetime | None:
        """Where the service is asked too often, no call is made until this moment."""
        if not isinstance(fault, TooManyCalls):
            return None
        until = self.backoff.asked(self.clock.now(), fault.retry_after, 1, self.chance)
        self.local.pause(moment(until))
        return until

    def silent(self) -> None:
        """The service gave no answer that helps: runs that nobody asks for by hand leave it alone for a while, each time longer."""
        self.local.went_offline(lambda tries: moment(self.backoff.until(self.clock.now(), tries, self.chance)))

    def now(self) -> str:
        """The present moment as it is kept."""
        return moment(self.clock.now())


def moment(time: datetime) -> str:
    """``time`` as it is kept: sorts as text."""
    return time.isoformat(timespec="milliseconds")


@dataclass(slots=True)
class Exchange:
    """``done``: what happened, for the report; ``changed``, ``named``: when /status says that her record changed, and whether it names it
    (it need not: confirmed)."""

    place: Workplace
    patient: Patient
    done: dict[str, int] = field(default_factory=lambda: {"read": 0, "sent": 0})
    changed: str | None = None
    named: bool = False

    @property
    def national(self) -> National:
        """As the person who is logged in."""
        return self.place.service.for_patient(self.patient.nin)

    def look(self) -> bool:
        """Asks /status, and brings the standing of her record in line. False: there is no record to read or write."""
        local = self.place.local
        status = self.place.asked(lambda: self.place.service.watching(self.patient.nin).status())
        if status.get("hasGivenConsent") is False:
            self.block(WITHDRAWN)
            return False
        if self.patient.standing == "blocked":
            self._unblock()
        self.changed = status.get("lastChangedDateTime")
        latest, active = status.get("latestRecordId"), status.get("hasActiveMaternityRecord") is True
        self.named = self.patient.record_id is not None and latest == self.patient.record_id
        if self.patient.record_id is not None and latest not in (None, self.patient.record_id):
            replaced(local, self.patient, self.place.now(), NEW_RECORD if active else GONE)
            self._found(None)
        opening = self.opening()
        if opening is not None and active:
            if self.patient.record_id is None:
                self._found(latest)
            local.outbox.drop(opening.id)
        return self.patient.record_id is not None

    def opening(self) -> Intent | None:
        """The wish to open a record, where there is none."""
        return next((it for it in self.place.local.outbox.of(self.patient.id) if it.kind == "open" and it.state == "waiting"), None)

    def must_read(self) -> bool:
        """Whether something changed since the last reading, or there is a doubt that only reading settles."""
        doubt = any(it.in_doubt for it in self.place.local.outbox.of(self.patient.id))
        return (
            doubt or not self.named or self.patient.last_read is None or self.changed is None or self.changed != self.patient.last_changed
        )

    def read(self) -> None:
        """Reads the whole record into the local copy. /status was asked before: what changes between is seen at the next look."""
        record_id = self.patient.record_id
        if record_id is None:
            return
        try:
            answer = self.place.asked(lambda: self.national.record(record_id))
        except NoSuchRecord:
            if self.named:
                raise
            replaced(self.place.local, self.patient, self.place.now(), GONE)
            self._found(None)
            return
        record, at = record_of(answer), self.place.now()
        Reading(record, _Authors(self, record_id), at).into(self.place.local, self.patient)
        self.place.local.patients.read(self.patient.id, self.changed, at)
        self.done["read"] += 1
        self._again()

    def block(self, words: str) -> None:
        """Nobody may read or write her record: what came from it goes."""
        local, at = self.place.local, self.place.now()
        if self.patient.record_id is not None or self.patient.standing in ("active", "ended"):
            replaced(local, self.patient, at, words)
        for intent in local.outbox.of(self.patient.id):
            local.outbox.hold(intent.id, "parked", f"{self.patient.name}: {words}")
        local.patients.found(self.patient.id, None, "blocked")
        self._again()

    def _unblock(self) -> None:
        for intent in self.place.local.outbox.of(self.patient.id):
            self.place.local.outbox.wait(intent.id, None, None)
        self._found(None)

    def _found(self, record_id: str | None) -> None:
        self.place.local.patients.found(self.patient.id, record_id, "new" if record_id is None else "active")
        self.place.local.patients.read(self.patient.id, None, None)
        self._again()

    def _again(self) -> None:
        self.patient = self.place.local.patients.get(self.patient.id) or self.patient


class _Authors:
    """Tells who wrote a version: the newest by the record itself, an older one by the record's history, which is asked for when needed."""

    def __init__(self, exchange: Exchange, record_id: str) -> None:
        self._exchange, self._record_id = exchange, record_id
        self._history: list[dict[str, Any]] | None = None

    def __call__(self, resource: Resource, version: int) -> bool | None:
        identity = self._exchange.place.identity
        if version == resource.version:
            return ours(resource.by, identity.organisations, identity.hpr_number) if resource.by else None
        for row in self._rows():
            if (
                row.get("resourceType") == resource.type
                and row.get("version") == version
                and (row.get("id") == resource.item or not resource.item)
            ):
                by = row.get("lastUpdatedBy")
                return ours(by, identity.organisations, identity.hpr_number) if isinstance(by, dict) else None
        return None

    def _rows(self) -> list[dict[str, Any]]:
        if self._history is None:
            try:
                answer = self._exchange.place.asked(lambda: self._exchange.national.history_of(self._record_id))
            except ClientError as fault:
                if meaning(fault) in (Meaning.PARK, Meaning.AGAIN, Meaning.LOOK):  # what it answers is inferred: it may have none
                    answer = {}
                else:
                    raise
            rows = answer.get("history") if isinstance(answer, dict) else answer
            self._history = [row for row in rows or () if isinstance(row, dict)]
        return self._history
