"""One woman's exchange with the national record: look, read where something changed, send what is queued."""

from __future__ import annotations

from dataclasses import dataclass, field

from hit_maternity.client.errors import NoSuchRecord
from hit_maternity.ehr.authors import Authors
from hit_maternity.ehr.local import Intent, Patient
from hit_maternity.ehr.national import National, record_of
from hit_maternity.ehr.reading import Reading, replaced
from hit_maternity.ehr.workplace import Workplace

REMOVED = "What was copied from the national record has been removed here. Your own journal of your own visits stays."
WITHDRAWN = f"she has not consented to the national record, or has withdrawn. {REMOVED}"
GONE = f"her national record is there no more. {REMOVED}"
NEW_RECORD = "she has a new national record. The copy of the former one has been removed here."


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
        authors = Authors(self.place, self.patient, record_id)
        reading = Reading(record, authors, at)
        if reading.asks_for_history(self.place.local, self.patient):
            authors.learn()  # now: no call is made while the file is being written
        reading.into(self.place.local, self.patient)
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
