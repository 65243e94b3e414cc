"""Whom a woman has shut out of her record: single health workers by HPR number, organisations by organisation number.

Blocked practitioner is a refusal that no basis for access overrides (confirmed for the sibling services; that the maternity record has it
too, and that she decides it at her own door, is inferred). How PVK would push such a restriction is not published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hit_maternity.access.consent.standing import Standings, pending_id
from hit_maternity.clock import Clock
from hit_maternity.fhir.outcome import refuse
from hit_maternity.store import Store
from hit_maternity.store.accesses import Access
from hit_maternity.store.decisions import deciding, hold
from hit_maternity.store.people import People

#: Of whom somebody may have shut out at most.
MOST = 100
_NUMBERS = {"hpr": re.compile(r"[1-9][0-9]{0,8}", re.ASCII), "org": re.compile(r"[89][0-9]{8}|31[0-9]{7}", re.ASCII)}


@dataclass(frozen=True, slots=True, order=True)
class Outsider:
    """Somebody who is shut out. ``kind``: ``hpr`` (a health worker) or ``org`` (an organisation); ``number``: that of its register."""

    kind: str
    number: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"

    @staticmethod
    def of(kind: str, number: str) -> Outsider:
        """Raises ``FhirError`` 400 ``outsider-number`` for a number that can't be one of its register."""
        told = re.sub(r"\s", "", number)
        if kind not in _NUMBERS or not _NUMBERS[kind].fullmatch(told):
            text = "Name a health worker by HPR number (1 to 9 digits), or an organisation by its number of nine digits."
            raise refuse(400, "value", "outsider-number", text)
        return Outsider(kind, told)


#: Makes the rows of the access log that tell of the decision, about the patient of this id; they are written in its transaction.
Trace = Callable[[str], Sequence[Access]]


class Blocking:
    """The outsiders of the women of one space."""

    def __init__(self, store: Store, standings: Standings, clock: Clock) -> None:
        self._store = store
        self._standings = standings
        self._clock = clock
        self._people = People(store.database)

    def of(self, pid: str) -> list[Outsider]:
        """Whom the person with this national id has shut out."""
        return sorted(Outsider(*name.split(":", 1)) for name in self._standings.of_pid(pid).blocked)

    def shut_out(self, pid: str, outsider: Outsider, trace: Trace) -> list[Outsider]:
        """From now on her record is closed to ``outsider``; everybody who is shut out. Raises ``FhirError`` 422 ``outsiders-too-many``."""
        return self._change(pid, lambda blocked: blocked | {str(outsider)}, trace)

    def let_in(self, pid: str, outsider: Outsider, trace: Trace) -> list[Outsider]:
        """``outsider`` is treated as everybody else again; who is still shut out."""
        return self._change(pid, lambda blocked: blocked - {str(outsider)}, trace)

    def _change(self, pid: str, changed: Callable[[frozenset[str]], frozenset[str]], trace: Trace) -> list[Outsider]:
        digest = self._standings.digest(pid)
        known = self._standings.known(pid) or [pending_id(digest)]
        with deciding(self._store, self._clock) as under_way:
            standings = hold(self._store.database, under_way.session, known)
            now = changed(frozenset[str]().union(*(standing.blocked for standing in standings.values())))
            if len(now) > MOST:
                raise refuse(422, "too-costly", "outsiders-too-many", f"At most {MOST} can be shut out; let somebody in first.")
            for patient, standing in standings.items():
                after = replace(standing, blocked=now, digest=standing.digest or digest)
                self._people.put_within(under_way.session, patient, after, self._clock.now())
            under_way.writer.record(trace(known[0]))
        return sorted(Outsider(*name.split(":", 1)) for name in now)
