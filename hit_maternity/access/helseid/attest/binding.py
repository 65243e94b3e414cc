"""Ties an attest to its patient (ATT-4), and counts the age of one that doesn't tell when it was made (ATT-58).

A token holds no patient: the first one for whom a decision is used is the one whom it was made for, and the attest is taken to be as old
as the token of that use. Inferred: the rules say what must hold, not how a source of data can know it.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import NamedTuple, Protocol

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


class _Remembered(NamedTuple):
    """``patient``: the id that the first use was for, where it is known."""

    first: AttestUse
    patient: str | None


class Binding:
    """Judges the use of an attest for a patient. ``key``: the server's secret; decision and patient are stored as digests under it."""

    def __init__(self, uses: AttestUses, key: bytes, config: AttestConfig, remembered: int = REMEMBERED) -> None:
        self._uses = uses
        self._key = key
        self._config = config
        self._most = remembered
        self._memory: OrderedDict[tuple[str, str, str], _Remembered] = OrderedDict()
        self._lock = Lock()

    def judge(self, principal: Principal, patient: str, now: datetime, uses: AttestUses | None = None) -> Judgement:
        """Whether the attest of ``principal`` may be used for ``patient``: the id of the woman whose record it is, also where the call
        is about her fetus or newborn. ``uses``: those of a transaction that is under way (``AttestUses.within``); else the first use is
        written by itself. Raises ``FhirError`` 503 where that can't be done."""
        attest = principal.attest
        if not isinstance(attest, Attest) or attest.decision is None:
            return Judgement()
        # the ids of decisions are an organisation's own, and one client may serve several
        name = (principal.organisation.legal_entity or "", attest.decision, principal.client_id)
        first, is_same = self._first(name, patient, principal.issued or now, uses)
        found: list[Issue] = []
        if not is_same:
            text = "The attest was used for another patient before. Make one for each patient, with a decision of its own."
            found.append(Issue("forbidden", "att-4-decision-ref", text))
        if attest.time is None and self._config.age_by_first_use and now - first.at > self._config.max_age:
            found.append(expired("att-58-decision-ref", self._config))
        return weighed(found, self._config)

    def _first(self, name: tuple[str, str, str], patient: str, at: datetime, uses: AttestUses | None) -> tuple[AttestUse, bool]:
        """The first use, and whether it was for this patient."""
        with self._lock:
            known = self._memory.get(name)
            if known is not None and at - known.first.at <= self._config.memory:
                self._memory.move_to_end(name)
            else:
                known = None
        if known is not None:
            return known.first, known.patient == patient or known.first.patient == self._digest("patient", patient)
        organisation, decision, client = name
        used_for = self._digest("patient", patient)
        first = (uses or self._uses).first_seen(self._digest("decision", organisation, decision), client, used_for, at)
        is_same = first.patient == used_for
        if uses is None and first.kept:  # else it may yet be undone
            with self._lock:
                self._memory[name] = _Remembered(first, patient if is_same else None)
                while len(self._memory) > self._most:
                    self._memory.popitem(last=False)
        return first, is_same

    def _digest(self, kind: str, *parts: str) -> str:
        said = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode("utf-8", "replace") for part in (kind, *parts)))
        return hmac.digest(self._key, said, "sha256").hex()
