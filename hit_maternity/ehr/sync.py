"""Synchronising a folder: one woman after the other, one process at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hit_maternity.client.errors import ClientError, NoConsent
from hit_maternity.ehr.exchange import WITHDRAWN, Exchange
from hit_maternity.ehr.local import Patient
from hit_maternity.ehr.lock import alone
from hit_maternity.ehr.refusals import Meaning, meaning, words
from hit_maternity.ehr.sending import CONFIDENTIAL, Sending
from hit_maternity.ehr.workplace import HALTING, Halted, Workplace

ASKED = "The national record has asked to wait until {}."
NOT_OPEN = "Her national record is not open here; `open` finds it, or makes it."
OFFLINE = "The national record didn't answer; the next try is at {}."
#: Rounds of sending and reading for one woman in one run: a merge makes something new to send.
MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did for one woman, and what is left. ``words``: why it stopped, if it did."""

    patient: Patient
    read: int = 0
    sent: int = 0
    waiting: int = 0
    parked: int = 0
    conflicts: int = 0
    words: str | None = None

    @property
    def complete(self) -> bool:
        """Whether everything that stands here is in the national record."""
        return self.words is None and not (self.waiting or self.parked or self.conflicts)


@dataclass(slots=True)
class Sync:
    """``lock``: the file that keeps a second process from sending the same."""

    place: Workplace
    lock: Path

    def run(self, patients: Iterable[int] | None = None, *, eager: bool = False) -> list[Outcome]:
        """Exchanges what is due for these women, or for all. ``eager``: also what isn't due, as when somebody asks for it by hand; what the
        server asked to wait for waits all the same. Raises ``Busy`` where another process is at it."""
        with alone(self.lock):
            self.place.renewed = False
            return list(self._runs(patients, eager))

    def look(self, patients: Iterable[int] | None = None) -> list[tuple[Outcome, bool]]:
        """For these women, or all, whether something changed since the last reading; with a machine's token, and nothing is read."""
        with alone(self.lock):
            self.place.renewed = False
            found = []
            for patient in self._chosen(patients):
                exchange = Exchange(self.place, patient)
                until = self.place.local.paused(self.place.now())
                told = None if until is None else ASKED.format(until)
                try:
                    if told is None:
                        exchange.look()
                except ClientError as fault:
                    self.place.slowed(fault)
                    told = words(fault)
                found.append((self._outcome(exchange, told), told is None and exchange.must_read()))
            return found

    def _chosen(self, patients: Iterable[int] | None) -> list[Patient]:
        known = self.place.local.patients
        return known.all() if patients is None else [it for it in map(known.get, patients) if it is not None]

    def _runs(self, patients: Iterable[int] | None, eager: bool) -> Iterable[Outcome]:
        until = self.place.local.paused(self.place.now())
        halted = None if until is None else ASKED.format(until)
        quiet = self.place.local.offline(self.place.now())
        if halted is None and quiet is not None and not eager:
            halted = OFFLINE.format(quiet)
        for patient in self._chosen(patients):
            exchange = Exchange(self.place, patient)
            told = halted
            if halted is None:
                try:
                    told = self._one(exchange, eager)
                    self.place.local.online()
                except Halted as fault:
                    told = halted = fault.words
                    self.place.silent()
            yield self._outcome(exchange, told)

    def _one(self, exchange: Exchange, eager: bool) -> str | None:
        try:
            return self._exchanged(exchange, eager)
        except ValueError as fault:
            return f"The national record's answer can't be understood: {fault}."
        except ClientError as fault:
            self.place.slowed(fault)
            if meaning(fault) in HALTING:
                raise Halted(words(fault)) from None
            if meaning(fault) is Meaning.BLOCKED:
                exchange.block(WITHDRAWN if isinstance(fault, NoConsent) else CONFIDENTIAL)
            return words(fault)

    def _exchanged(self, exchange: Exchange, eager: bool) -> str | None:
        exchange.look()
        sending = Sending(exchange, eager)
        opening = exchange.opening()
        if opening is not None:
            sending.open(opening)
        if exchange.patient.record_id is None:
            return NOT_OPEN if self.place.local.outbox.of(exchange.patient.id) and exchange.patient.standing == "new" else None
        if exchange.must_read():
            exchange.read()
        for _ in range(MOST_ROUNDS):
            before = exchange.done["sent"]
            sending.all()
            if exchange.done["sent"] == before or not exchange.look():
                break
            exchange.read()
        return None

    def _outcome(self, exchange: Exchange, told: str | None) -> Outcome:
        states = Counter(it.state for it in self.place.local.outbox.of(exchange.patient.id))
        patient = self.place.local.patients.get(exchange.patient.id) or exchange.patient
        read, sent = exchange.done["read"], exchange.done["sent"]
        return Outcome(patient, read, sent, states["waiting"], states["parked"], states["conflict"], told)
