"""Consent given and withdrawn: by the woman at her own door, by the national service, or by a Consent that she writes.

Sources: the record's contract (consent is a condition for storing anything, withdrawable at any time; then everything stored about her
is deleted): confirmed. That a decision older than the last one changes nothing: inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from hit_maternity.access.consent.blocking import Blocking
from hit_maternity.access.consent.document import consent, decision
from hit_maternity.access.consent.standing import NUMBER_SYSTEMS, Standings, pending_id
from hit_maternity.clock import Clock, to_milliseconds
from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import Condition, Query, ReferenceValue
from hit_maternity.store import Store
from hit_maternity.store.accesses import Access
from hit_maternity.store.decisions import PENDING, Deciding, deciding, hold
from hit_maternity.store.erasure import Erasure
from hit_maternity.store.people import People, Standing
from hit_maternity.store.receipts import Receipt
from hit_maternity.store.redaction import identity
from hit_maternity.store.session import Session


class Source(StrEnum):
    """Where a decision came from."""

    CITIZEN = "citizen"
    PVK = "pvk"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``patient``: the id of the Patient, or what stands for one who has none yet. ``changed``: False where it was older than
    the last, or the same again. ``receipt``: of a withdrawal, what went."""

    given: bool
    patient: str
    at: datetime
    source: Source
    changed: bool = True
    receipt: Receipt | None = None


#: Makes the rows of the access log that tell of a decision; they are written in its transaction.
Trace = Callable[[Decision], Sequence[Access]]


class Consents:
    """The consents of one space. ``base``: the public address of its FHIR door."""

    def __init__(self, store: Store, search: Search, secret: bytes, clock: Clock, base: str = "") -> None:
        self._store = store
        self._search = search
        self._clock = clock
        self._base = base
        self._people = People(store.database)
        self.standings = Standings(store, search, secret, clock)
        self.blocking = Blocking(store, self.standings, clock)
        self.erasure = Erasure(store, self._index, clock, number_systems=NUMBER_SYSTEMS, base=base)

    def _index(self, resource: dict[str, Any]) -> Any:
        return self._search.index(resource, self._base)

    # ------------------------------------------------------------ decisions

    def give(self, pid: str, source: Source = Source.CITIZEN, moment: datetime | None = None, trace: Trace | None = None) -> Decision:
        """She says yes: from now on her record may be kept. Where there is a Patient of hers, a Consent is put into her record.

        ``moment``: when she did, now at the latest. Raises ``FhirError`` 503 without a database; then nothing has changed.
        """
        at, digest = self._moment(moment), self.standings.digest(pid)
        self._finish_ordered(pid)
        there = self.standings.patients(pid)
        known = self.standings.known(pid) or [pending_id(digest)]
        with deciding(self._store, self._clock) as under_way:
            standings = hold(self._store.database, under_way.session, known)
            last = _last(list(standings.values()))
            told = Decision(True, known[0], at, source, changed=_is_news(last, True, at))
            if told.changed:
                for patient in known:
                    now = replace(standings[patient], consent=True, consented=at, digest=standings[patient].digest or digest)
                    self._people.put_within(under_way.session, patient, now, self._clock.now())
                for patient in there:
                    self._document(under_way, patient, at)
            if trace:
                under_way.writer.record(trace(told))
        return told

    def withdraw(self, pid: str, source: Source = Source.CITIZEN, moment: datetime | None = None, trace: Trace | None = None) -> Decision:
        """She says no (any more): everything stored about her is erased in one transaction, and a receipt tells how much that was.

        ``finish`` is to be called afterwards, then the files are clean too. To be called in a worker thread, not inside
        ``Store.together``. Raises ``FhirError`` 503 or 409 where nothing could be erased; then nothing has changed.
        """
        at, digest = self._moment(moment), self.standings.digest(pid)
        known = self.standings.known(pid)
        standings = self.standings.of(known).values()
        if all(standing.digest not in (None, digest) for standing in standings):  # she is known by another number: this one stays known too
            known.append(pending_id(digest))
        last = _last(list(standings))
        if not _is_news(last, False, at):
            return self._unchanged(Decision(False, known[0], at, source, False, self.erasure.receipt(known[0])), trace)
        made: list[Decision] = []

        def rows(receipt: Receipt) -> Sequence[Access]:
            made[:] = [Decision(False, known[0], at, source, True, receipt)]
            return trace(made[0]) if trace else ()

        stays = Standing(consent=False, consented=at, digest=digest)
        self.erasure.erase(known[0], known[1:], stays, rows, numbers=[pid])
        return made[0]

    def _unchanged(self, told: Decision, trace: Trace | None) -> Decision:
        if trace:
            with deciding(self._store, self._clock) as under_way:
                under_way.writer.record(trace(told))
        return told

    def written(self, session: Session, resource: dict[str, Any], *, by_citizen: bool) -> None:
        """To be called in the transaction of every write (``session``: the transaction's) of a Patient or a Consent.

        A Patient takes over the consent that was given before there was one. A Consent to the record that the woman writes herself counts
        as her decision: a no closes the record at once, and ``finish`` erases it after the commit.
        """
        if resource.get("resourceType") == "Patient":
            self.standings.adopt(session, resource)
            return
        said = decision(resource) if by_citizen else None
        held = resource.get("patient")
        named = identity(str(held.get("reference")), self._base) if type(held) is dict else None
        if said is None or named is None or named[0] != "Patient":
            return
        patient = named[1]
        at = self._clock.now()
        before = hold(self._store.database, session, [patient])[patient]
        if before.consent is not said:
            self._people.put_within(session, patient, replace(before, consent=said, consented=at), at)
            if not said:
                self.erasure.order(session, patient)

    def finish(self) -> list[Receipt]:
        """Goes on with what is left of every erasure; see ``Erasure.finish``."""
        return self.erasure.finish()

    # ------------------------------------------------------------ parts

    def _moment(self, moment: datetime | None) -> datetime:
        now = self._clock.now()
        return min(to_milliseconds(moment), now) if moment else now

    def _finish_ordered(self, pid: str) -> None:
        """What was ordered to be erased goes before she says yes again: it is of the time before."""
        if set(self.erasure.unfinished()) & set(self.standings.known(pid)):
            self.erasure.finish()

    def _document(self, under_way: Deciding, patient: str, at: datetime) -> None:
        """Puts a Consent into the record, where none says yes yet."""
        if patient.startswith(PENDING):
            return
        parameter = self._search.parameters("Consent")["patient"]
        query = Query(("Consent",), (Condition((parameter,), None, (ReferenceValue("Patient", patient),)),), count=100)
        if any(decision(decode(v.body)) for v in under_way.writer.search(query).matches if v.body):
            return
        id, now = str(uuid4()), self._clock.now()
        resource = consent(id, patient, at)
        resource["meta"] = {"versionId": "1", "lastUpdated": instant(now), **resource["meta"]}
        under_way.writer.write(Version("Consent", id, 1, now, "POST", encode(resource)), self._index(resource))


def _last(standings: Sequence[Standing]) -> Standing:
    """The last decision of one person who may be known under several ids."""
    decided = [s for s in standings if s.consent is not None]
    return max(decided, key=_when) if decided else Standing()


def _when(standing: Standing) -> tuple[float, bool]:
    return (standing.consented.timestamp() if standing.consented else 0.0), not standing.consent


def _is_news(last: Standing, given: bool, at: datetime) -> bool:
    """Whether a decision of ``at`` changes anything after the last one: not the same again, nor one that comes late."""
    if last.consent is given and (given or at == last.consented):
        return False  # a no said again is looked after again: it costs little, and nothing of hers may be left
    return last.consented is None or at >= last.consented
