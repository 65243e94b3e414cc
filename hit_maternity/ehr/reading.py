"""What was read of the national record is put into the local copy in one transaction: doubts settled, changes merged, the queue fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.ehr.bodies import same
from hit_maternity.ehr.local import Local, Part, Patient
from hit_maternity.ehr.local.patients import Standing
from hit_maternity.ehr.national import Record, Resource
from hit_maternity.ehr.queueing import queue
from hit_maternity.ehr.reconciling import WroteIt, item_of, known, landed, reconciled, settled

ENDED = "The record has ended: the national record takes no more facts. It stands in your own journal."
TWICE = "one of your own {} stands in the national record twice, it seems. Strike one if so (show, strike)."
ENDED_OTHERWISE = "The record was ended already, and otherwise than here."


@dataclass(frozen=True, slots=True)
class Reading:
    """A record, and who wrote what in it; ``at``: when it was read."""

    record: Record
    wrote_it: WroteIt
    at: str

    def asks_for_history(self, local: Local, patient: Patient) -> bool:
        """Whether a doubt can only be settled by who wrote an older version."""
        there = {(it.type, it.item): it for it in self.record.resources}
        parts = local.parts.of(patient.id)
        known = {(it.type, it.item) for it in parts}
        for part in parts:
            intent = local.outbox.of_part(part.id)
            if intent is None or not intent.in_doubt:
                continue
            if part.is_item and part.item is None:
                if any(it.type == part.type and it.version > 1 for place, it in there.items() if place not in known):
                    return True
            else:
                found = _place(part, there)
                if found is not None and found.version > (intent.sent_version or 0) + 1:
                    return True
        return False

    def into(self, local: Local, patient: Patient) -> None:
        """Puts it into the local copy."""
        with local.transaction():
            there = {(it.type, it.item): it for it in self.record.resources}
            for part in local.parts.of(patient.id):
                self._settle(local, part, there)
            for part in local.parts.of(patient.id):
                queue(local, reconciled(part, _place(part, there)), self.at)
            here = {(part.type, part.item) for part in local.parts.of(patient.id)}
            for place, resource in there.items():
                if place not in here:
                    self._twin(local, patient, resource)
                    queue(local, known(local.parts.add(patient.id, resource.type, resource.item), resource), self.at)
            standing: Standing = "ended" if self.record.ended else "active"
            local.patients.record(patient.id, standing, self.record.version, self.record.status)
            if self.record.ended:
                self._ended(local, patient)

    def _twin(self, local: Local, patient: Patient, new: Resource) -> None:
        """A call that arrived long after its answer was given up may have made a second item: the clinician is told."""
        if not new.item or new.gone or new.version > 1 or not self.wrote_it(new, 1):
            return
        if any(
            it.type == new.type and it.base is not None and not it.gone and same(it.base, new.body) for it in local.parts.of(patient.id)
        ):
            local.journal.tell(patient.id, self.at, f"{patient.name}: {TWICE.format(new.type)}")

    def _settle(self, local: Local, part: Part, there: Mapping[tuple[str, str], Resource]) -> None:
        """Whether what was sent of ``part``, and never answered, was done."""
        intent = local.outbox.of_part(part.id)
        if intent is None or not intent.in_doubt:
            return
        found: Resource | None
        if part.is_item and part.item is None:
            here = {(it.type, it.item) for it in local.parts.of(part.patient)}
            found = item_of(intent, [it for place, it in there.items() if it.type == part.type and place not in here], self.wrote_it)
        else:
            found = _place(part, there)
            found = found if found is not None and landed(part, intent, found, self.wrote_it) else None
        local.outbox.known(intent.id)
        if found is not None:
            queue(local, settled(part, intent, found), self.at)

    def _ended(self, local: Local, patient: Patient) -> None:
        for intent in local.outbox.of(patient.id):
            if intent.kind == "end":
                if all(_said(self.record.status.get(name), value) for name, value in (intent.body or {}).items()):
                    local.outbox.drop(intent.id)
                else:
                    local.outbox.hold(intent.id, "parked", ENDED_OTHERWISE)
            elif intent.kind in ("write", "delete") and intent.state == "waiting":
                local.outbox.hold(intent.id, "parked", ENDED)


def _place(part: Part, there: Mapping[tuple[str, str], Resource]) -> Resource | None:
    return None if part.item is None else there.get((part.type, part.item))


def _said(there: Any, here: Any) -> bool:
    """Whether the record's status has what was sent; a day may come back as a moment."""
    if isinstance(there, str) and isinstance(here, str):
        return there == here or (len(here) == 10 and there.startswith(here))
    return bool(there == here)


def replaced(local: Local, patient: Patient, at: str, words: str) -> None:
    """The copy of her record goes; what was never sent is counted in the notice."""
    unsent = sum(it.kind != "open" for it in local.outbox.of(patient.id))
    with local.transaction():
        opening = [it for it in local.outbox.of(patient.id) if it.kind == "open"]
        local.journal.take_away(patient.id)
        for intent in opening:
            local.outbox.put(patient.id, None, "open", intent.made)
        left = f" {unsent} changes were never sent; they stand in your own journal." if unsent else ""
        local.journal.tell(patient.id, at, f"{patient.name}: {words}{left}")
    local.journal.wipe_traces()
