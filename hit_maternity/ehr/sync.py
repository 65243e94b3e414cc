"""Synchronising a folder: one woman after the other, one process at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hit_maternity.client.errors import ClientError, NoConsent
from hit_maternity.ehr.exchange import HALTING, WITHDRAWN, Exchange, Halted, Workplace
from hit_maternity.ehr.local import Patient
from hit_maternity.ehr.lock import alone
from hit_maternity.ehr.refusals import Meaning, meaning, words
from hit_maternity.ehr.sending import CONFIDENTIAL, Sending

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

    def _runs(self, patients: Iterable[int] | None, eager: bool) -> Iterable[Outcome]:
        local = self.place.local
        chosen = local.patients.all() if patients is None else [it for it in map(local.patients.get, patients) if it is not None]
        until = local.paused(self.place.now())
        halted = None if until is None else f"The national record has asked to wait until {until}."
        for patient in chosen:
            exchange = Exchange(self.place, patient)
            told = halted
            if halted is None:
                try:
                    told = self._one(exchange, eager)
                except Halted as fault:
                    told = halted = fault.words
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
            return None
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
