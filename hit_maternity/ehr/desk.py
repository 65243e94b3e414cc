"""What somebody does at the EHR, without any call: everything goes into the local record at once, and into the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hit_maternity.clock import Clock
from hit_maternity.ehr.bodies import Body, normal
from hit_maternity.ehr.local import LISTS, Entry, Local, Part, Patient
from hit_maternity.ehr.merging import Conflict, changes, merge, resolved
from hit_maternity.ehr.national import TYPES
from hit_maternity.ehr.numbers import initials_of, is_synthetic
from hit_maternity.ehr.queueing import queue
from hit_maternity.ehr.workplace import Identity, moment

#: The path of a conflict about a whole item: struck on one side, changed on the other.
WHOLE = "$"


class NotPossible(Exception):
    """It can't be done as it was asked for; the message says why, and names nobody."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of ``identity``."""

    local: Local
    identity: Identity
    clock: Clock

    def patient(self, number: int) -> Patient:
        """The woman with this local id. Raises ``NotPossible``."""
        found = self.local.patients.get(number)
        if found is None:
            raise NotPossible(f"There is no P{number} here; `patients` lists them.")
        return found

    def add_patient(self, nin: str, initials: str = "") -> Patient:
        """Takes a woman in. Raises ``NotPossible`` for a national id that isn't synthetic: this is a reference system."""
        if not is_synthetic(nin):
            raise NotPossible("That is no synthetic national id (month + 80, right control digits). Never use a real one here.")
        return self.local.patients.add(nin, initials_of(initials))

    def open(self, number: int) -> None:
        """Wishes to have her national record here: found where there is one, made where there is none."""
        patient = self.patient(number)
        if patient.standing != "active":
            self.local.outbox.put(patient.id, None, "open", self._now())

    def write(self, number: int, resource_type: str, members: Mapping[str, Any]) -> Part | None:
        """Enters members of a resource that there is one of; None takes a member away. The part; None where it goes into the own journal
        alone, since the national record takes nothing."""
        patient = self._known(number, resource_type, item=False)
        with self.local.transaction():
            part = self.local.parts.single(patient.id, resource_type)
            before = part.mine if part is not None else None
            after = normal({**(before or {}), **members})
            self._enter(patient, resource_type, before, after)
            if not _takes(patient):
                return None
            part = part or self.local.parts.add(patient.id, resource_type, "")
            return self._put(replace(part, mine=after))

    def add_item(self, number: int, resource_type: str, body: Body) -> Part | None:
        """Enters a new item of a list, such as an appointment; as ``write``."""
        patient = self._known(number, resource_type, item=True)
        with self.local.transaction():
            self._enter(patient, resource_type, None, normal(body))
            if not _takes(patient):
                return None
            return self._put(self.local.parts.add(patient.id, resource_type, None, normal(body)))

    def change_item(self, part_number: int, members: Mapping[str, Any]) -> Part:
        """Enters members of an item anew. Raises ``NotPossible``."""
        with self.local.transaction():
            part = self._item(part_number)
            after = normal({**(part.mine or {}), **members})
            self._enter(self.patient(part.patient), part.type, part.mine, after)
            return self._put(replace(part, mine=after))

    def remove_item(self, part_number: int) -> None:
        """Takes an item away: it was entered in error. Raises ``NotPossible``."""
        with self.local.transaction():
            part = self._item(part_number)
            self._enter(self.patient(part.patient), part.type, part.mine, None)
            self._put(replace(part, mine=None))

    def end(self, number: int, **details: Any) -> None:
        """Ends the record when everything before is sent: ``deliveryDate``, ``liveBirth``, ``terminationDate``. Raises ``NotPossible``."""
        patient = self.patient(number)
        if patient.standing != "active":
            raise NotPossible(f"{patient.name} has no active record here.")
        body = normal({"status": "TERMINATED", **details})
        with self.local.transaction():
            self._enter(patient, "recordStatus", None, body)
            self.local.outbox.put(patient.id, None, "end", self._now(), body)

    def conflicts(self, part: Part) -> tuple[Conflict, ...]:
        """What both sides changed in ``part``; the path ``$`` where one side struck the whole item."""
        if not part.in_conflict:
            return ()
        if part.theirs is None or part.mine is None:
            return (Conflict(WHOLE, part.base, part.mine, part.theirs),)
        return merge(part.type, part.base, part.mine, part.theirs).conflicts

    def resolve(self, part_number: int, choices: Mapping[str, Any] | str) -> None:
        """Says what counts: ``mine``, ``theirs``, or for each conflicting path its value (None: taken away). Raises ``NotPossible`` where
        something is left open."""
        with self.local.transaction():
            part = self.local.parts.get(part_number)
            if part is None or not part.in_conflict:
                raise NotPossible(f"{part_number} is no conflict; `conflicts` lists them.")
            open_ones = self.conflicts(part)
            if isinstance(choices, str):
                choices = {it.path: it.mine if choices == "mine" else it.theirs for it in open_ones}
            left = [it.path for it in open_ones if it.path not in choices]
            if left or len(choices) > len(open_ones):
                raise NotPossible(f"Say what counts for {', '.join(left) or 'the conflicting members, and for no others'}.")
            if part.mine is None or part.theirs is None:
                self._whole(part, choices[WHOLE])
                return
            mine = normal(resolved(part.type, part.base, part.mine, part.theirs, dict(choices)))
            self._enter(self.patient(part.patient), part.type, part.theirs, mine)
            version = part.theirs_version or 0
            free = replace(part, base=part.theirs, version=version, mine=mine, theirs=None, theirs_version=None)
            self._put(replace(free, base=None) if version == 0 else free)

    def discard(self, intent_number: int) -> None:
        """Gives up what is queued: what the national record has counts here, too. It stays in the own journal. Raises ``NotPossible``."""
        with self.local.transaction():
            intent = self.local.outbox.get(intent_number)
            if intent is None:
                raise NotPossible(f"There is no {intent_number} in the queue.")
            if intent.in_doubt:
                raise NotPossible("It was sent, and no answer came: synchronise first, so that it is known whether it was done.")
            part = None if intent.part is None else self.local.parts.get(intent.part)
            self.local.outbox.drop(intent.id)
            if part is not None and part.version == 0:
                self.local.parts.drop(part.id)
            elif part is not None:
                queue(self.local, replace(part, mine=None if part.gone else part.base, theirs=None, theirs_version=None), self._now())

    def retry(self, intent_number: int) -> None:
        """Sends again what is parked. Raises ``NotPossible``."""
        intent = self.local.outbox.get(intent_number)
        if intent is None or intent.state == "conflict":
            raise NotPossible(f"{intent_number} is nothing that can be sent again; `queue` lists what waits.")
        self.local.outbox.wait(intent.id, None, None)

    def _whole(self, part: Part, choice: Body | None) -> None:
        free = replace(part, theirs=None, theirs_version=None)
        if part.theirs is not None:  # I struck it, they changed it
            base = replace(free, base=part.theirs, version=part.theirs_version or 0, mine=choice)
            self._put(base)
            return
        if choice is not None:  # they struck it, I changed it: what was struck can't be changed (confirmed), so it is entered anew
            self._enter(self.patient(part.patient), part.type, None, choice)
            self._put(self.local.parts.add(part.patient, part.type, None, normal(choice)))
        self._put(replace(free, mine=None, gone=True, version=part.theirs_version or part.version))

    def _known(self, number: int, resource_type: str, *, item: bool) -> Patient:
        if resource_type not in TYPES:
            raise NotPossible(f"There is no {resource_type[:60]}. There are: {', '.join(TYPES)}.")
        if (resource_type in LISTS) != item:
            raise NotPossible(f"{resource_type} is {'a list of items' if resource_type in LISTS else 'no list'}.")
        return self.patient(number)

    def _item(self, part_number: int) -> Part:
        part = self.local.parts.get(part_number)
        if part is None or not part.is_item or part.mine is None:
            raise NotPossible(f"There is no item {part_number} here; `show` lists them.")
        if part.in_conflict:
            raise NotPossible("Both sides changed it: resolve the conflict first.")
        if not _takes(self.patient(part.patient)):
            raise NotPossible("The record has ended.")
        return part

    def _put(self, part: Part) -> Part:
        """Queues it as something new to say, whatever became of what was queued before."""
        if part.mine is not None and part.theirs is not None and part.version and part.theirs_version:
            merged = merge(part.type, part.base, part.mine, part.theirs)
            if not merged.conflicts:
                part = replace(part, base=part.theirs, version=part.theirs_version, mine=merged.body, theirs=None, theirs_version=None)
        queue(self.local, part, self._now())
        intent = self.local.outbox.of_part(part.id)
        if intent is not None and intent.state == "parked":
            self.local.outbox.wait(intent.id, None, None)
        return self.local.parts.get(part.id) or part

    def _enter(self, patient: Patient, resource_type: str, before: Body | None, after: Body | None) -> None:
        facts = changes(resource_type, before, after)
        if facts:
            self.local.journal.enter(patient.id, Entry(self._now(), self.identity.who, resource_type, facts))

    def _now(self) -> str:
        return moment(self.clock.now())


def _takes(patient: Patient) -> bool:
    """Whether the national record may take something of hers, now or once it is opened."""
    return patient.standing in ("new", "active")
