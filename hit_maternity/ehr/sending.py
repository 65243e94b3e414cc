"""Sending what is queued of one woman, in its order. Before a call, the file says that it is made; after the answer, what it was. Whatever
comes between, a lost answer or a process that dies, leaves a doubt that the next reading settles before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hit_maternity.client.errors import ClientError, NoConsent
from hit_maternity.ehr.bodies import Body, normal
from hit_maternity.ehr.exchange import REMOVED, WITHDRAWN, Exchange
from hit_maternity.ehr.local import Intent, Part
from hit_maternity.ehr.national import resource_of
from hit_maternity.ehr.queueing import queue
from hit_maternity.ehr.reconciling import acknowledged
from hit_maternity.ehr.refusals import Meaning, meaning, words
from hit_maternity.ehr.workplace import HALTING, Halted, moment

#: The status that ends a record (confirmed).
ENDED = "TERMINATED"
#: Readings for one intent, where others write the same resource all the time.
MOST_READINGS = 3

CONFIDENTIAL = f"she has a confidential address: the national record neither shows nor takes anything. {REMOVED}"
FIRST = "The record can end when nothing waits any more: send, resolve or discard what is queued before."


class Sending:
    """Sends for ``exchange``; with ``eager`` also what isn't due yet, except where the server asked to wait."""

    def __init__(self, exchange: Exchange, eager: bool) -> None:
        self.exchange, self.eager = exchange, eager
        self.place = exchange.place
        self.local = exchange.place.local

    def all(self) -> None:
        """Sends what is due. Raises ``Halted`` where nobody can be sent anything for now."""
        readings: dict[int, int] = {}
        left = [it.id for it in self.local.outbox.of(self.exchange.patient.id)]
        while left and self.exchange.patient.record_id is not None:
            intent = self.local.outbox.get(left[0])
            if intent is None or not self._due(intent) or not self._in_order(intent):
                left.pop(0)
                continue
            if self._send(intent):
                left.pop(0)
                continue
            readings[intent.id] = readings.get(intent.id, 0) + 1
            if readings[intent.id] > MOST_READINGS:
                self._later(intent, "Others write the same all the time.")
                left.pop(0)

    def open(self, intent: Intent) -> None:
        """Makes her record, or finds that somebody made one. A lost answer does no harm: there is at most one active record (confirmed)."""
        if not self._due(intent):
            return
        self.local.outbox.sending(intent.id, self.place.now(), None, 0)
        try:
            self.place.asked(lambda: self.exchange.national.create_record())
        except ClientError as fault:
            self._failed(intent, fault)
            if meaning(fault) is not Meaning.AGAIN:
                return
        self.local.outbox.known(intent.id)
        self.exchange.done["sent"] += 1
        self.exchange.look()

    def _due(self, intent: Intent) -> bool:
        if intent.state != "waiting":
            return False
        return self.eager or intent.next_try is None or intent.next_try <= self.place.now()

    def _in_order(self, intent: Intent) -> bool:
        """An end is the last thing that is said of a record."""
        if intent.kind != "end" or all(it.id == intent.id for it in self.local.outbox.of(intent.patient)):
            return True
        self.local.outbox.wait(intent.id, intent.next_try, FIRST)
        return False

    def _send(self, intent: Intent) -> bool:
        """Whether it is dealt with for now; False: it was read anew, and must be decided anew."""
        part = None if intent.part is None else self.local.parts.get(intent.part)
        if intent.kind == "end":
            body, version = intent.body, self.exchange.patient.record_version
        elif part is not None and not part.in_conflict:
            body, version = part.mine, part.version
        else:
            return True
        self.local.outbox.sending(intent.id, self.place.now(), body, version)
        try:
            answer = self.place.asked(self._call(intent, part, body, version))
        except ClientError as fault:
            return self._failed(intent, fault, version)
        self.exchange.done["sent"] += 1
        if part is None:
            self._ended(intent)
            return True
        try:
            there = resource_of(part.type, answer)
        except ValueError:  # done, but not told how: the doubt is settled by reading
            self._read()
            return True
        with self.local.transaction():
            self.local.outbox.drop(intent.id)
            current = self.local.parts.get(part.id)
            if current is not None:
                queue(self.local, acknowledged(current, body, there), self.place.now())
        return True

    def _call(self, intent: Intent, part: Part | None, body: Body | None, version: int) -> Callable[[], Any]:
        asked, record_id = self.exchange, self.exchange.patient.record_id or ""  # who asks may log in again between two calls
        if part is None:
            more = {name: it for name, it in (body or {}).items() if name != "status"}
            status = str((body or {}).get("status", ENDED))
            return lambda: asked.national.update_status(record_id, status, version, **more)
        if body is None:
            return lambda: asked.national.delete_item(record_id, part.type, part.item or "", version)
        sent = normal(body)
        if part.version == 0:
            return lambda: asked.national.create(record_id, part.type, sent)
        if part.is_item:
            return lambda: asked.national.update_item(record_id, part.type, part.item or "", sent, version)
        return lambda: asked.national.update(record_id, part.type, sent, version)

    def _failed(self, intent: Intent, fault: ClientError, version: int = 0) -> bool:
        """Notes what ``fault`` means for ``intent``. Raises ``Halted``."""
        found, told = meaning(fault), words(fault)
        if found is not Meaning.OFFLINE:
            self.local.outbox.known(intent.id)
        if found in HALTING:
            self._later(intent, told, self.place.slowed(fault))
            raise Halted(told)
        if found is Meaning.BLOCKED:
            self.exchange.block(WITHDRAWN if isinstance(fault, NoConsent) else CONFIDENTIAL)
            return True
        if found is Meaning.LOOK:
            self._read()
            return self._park(intent, told)
        if found is Meaning.AGAIN and intent.kind != "open":
            self._read()
            return not self._moved(intent, version) and self._park(intent, told)
        if found is Meaning.PARK:
            self._park(intent, told)
        return True

    def _read(self) -> None:
        if self.exchange.look():
            self.exchange.read()

    def _moved(self, intent: Intent, version: int) -> bool:
        """Whether the reading gave another version to decide upon."""
        current = self.local.outbox.get(intent.id)
        if current is None or current.state != "waiting":
            return True
        part = None if intent.part is None else self.local.parts.get(intent.part)
        return (self.exchange.patient.record_version if part is None else part.version) != version

    def _park(self, intent: Intent, told: str) -> bool:
        if self.local.outbox.get(intent.id) is not None:
            self.local.outbox.hold(intent.id, "parked", told)
        return True

    def _later(self, intent: Intent, told: str, until: datetime | None = None) -> None:
        current = self.local.outbox.get(intent.id) or intent
        usual = self.place.backoff.until(self.place.clock.now(), max(current.tries, 1), self.place.chance)
        self.local.outbox.wait(intent.id, moment(until or usual), told)

    def _ended(self, intent: Intent) -> None:
        self.local.outbox.drop(intent.id)
        self._read()
