"""Ties an attest to its patient (ATT-4), and counts the age of one that doesn't tell when it was made (ATT-58).

A token holds no patient: the first one for whom a decision is used is the one whom it was made for, and the attest is taken to be as old
as the token of that use. Inferred: the rules say what must hold, not how a source of data can know it.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Protocol

from hit_maternity.access.helseid.attest.model import Attest
from hit_maternity.access.helseid.attest.rules import AttestConfig, Judgement, expired, weighed
from hit_maternity.access.principal import Principal
from hit_maternity.fhir.outcome import Issue
from hit_maternity.store.attest_uses import AttestUse

#: How many first uses a process remembers, so that it needn't ask the database for them.
REMEMBERED = 10_000


class AttestUses(Protocol):
    """Where first uses are kept, for all workers (``store.attest_uses``)."""

    def first_seen(self, decision: str, client: str, patient: str, now: datetime) -> AttestUse:
        """The first use of ``decision`` by ``client``: this one, for ``patient``, where there was none before."""
        ...


class Binding:
    """Judges the use of an attest for a patient. ``key``: the server's secret; decision and patient are kept as digests under it."""

    def __init__(self, uses: AttestUses, key: bytes, config: AttestConfig, remembered: int = REMEMBERED) -> None:
        self._uses = uses
        self._key = key
        self._config = config
        self._most = remembered
        self._memory: OrderedDict[tuple[str, str], AttestUse] = OrderedDict()
        self._lock = Lock()

    def judge(self, principal: Principal, patient: str, now: datetime, uses: AttestUses | None = None) -> Judgement:
        """Whether the attest of ``principal`` may be used for ``patient``: the id of the woman whose record it is, also where the call
        is about her fetus or newborn. ``uses``: those of a transaction that is under way (``AttestUses.within``); else the first use is
        written by itself. Raises ``FhirError`` 503 where that can't be done."""
        attest = principal.attest
        if not isinstance(attest, Attest) or attest.decision is None:
            return Judgement()
        # the ids of decisions are an organisation's own, and one client may serve several
        organisation = principal.organisation.legal_entity or ""
        decision = self._digest("decision", organisation, attest.decision)
        used_for = self._digest("patient", patient)
        first = self._first(decision, principal.client_id, used_for, principal.issued or now, uses)
        found: list[Issue] = []
        if first.patient != used_for:
            text = "The attest was used for another patient before. Make one for each patient, with a decision of its own."
            found.append(Issue("forbidden", "att-4-decision-ref", text))
        if attest.time is None and self._config.age_by_first_use and now - first.at > self._config.max_age:
            found.append(expired("att-58-decision-ref", self._config))
        return weighed(found, self._config)

    def _first(self, decision: str, client: str, patient: str, at: datetime, uses: AttestUses | None) -> AttestUse:
        name = (decision, client)
        with self._lock:
            known = self._memory.get(name)
            if known is not None and at - known.at <= self._config.memory:
                self._memory.move_to_end(name)
                return known
        if uses is not None:  # may yet be undone, so it isn't remembered
            return uses.first_seen(decision, client, patient, at)
        first = self._uses.first_seen(decision, client, patient, at)
        if not first.kept:
            return first
        with self._lock:
            self._memory[name] = first
            while len(self._memory) > self._most:
                self._memory.popitem(last=False)
        return first

    def _digest(self, kind: str, *parts: str) -> str:
        said = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode("utf-8", "replace") for part in (kind, *parts)))
        return hmac.digest(self._key, said, "sha256").hex()
