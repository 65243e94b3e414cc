"""What the guard tells the access log, and what it may rely on: no answer without a row, no row without its access."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from hit_maternity.access.audit.chain import Entry
from hit_maternity.access.audit.event import Happening
from hit_maternity.access.audit.keys import Vault
from hit_maternity.access.audit.ledger import Ledger, Log
from hit_maternity.access.audit.telling import Telling
from hit_maternity.access.audit.who import Element
from hit_maternity.access.principal import Principal
from hit_maternity.clock import Clock
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Intent, Version
from hit_maternity.store.accesses import Proof

_log = logging.getLogger("hit_maternity.security")


class Tracing:
    """The access log of one space, to be written to. ``source``: see ``event.source``."""

    def __init__(self, ledger: Ledger, vault: Vault, clock: Clock, source: Element) -> None:
        self._ledger = ledger
        self._telling = Telling(vault, source)
        self._clock = clock

    def read(
        self, principal: Principal, intent: Intent, given: Sequence[Version], patient: str | None = None, proofs: Sequence[Proof] = ()
    ) -> None:
        """Writes that ``given`` is shown, an event for each patient, in a transaction of its own; uses up ``proofs`` in it. ``patient``:
        about whom the call is, where that is known: she gets an event even where nothing of hers was found.

        Raises ``FhirError``: 401 ``proof-replayed``; 503 where no trace can be left. Then nothing may be shown.
        """
        try:
            self._ledger.append(self._entries(principal, intent, given, patient), proofs)
        except FhirError as refusal:
            if refusal.status in (401, 503):
                raise
            raise untraced() from refusal
        except Exception as fault:
            raise untraced() from fault

    def within(
        self,
        writer: Log,
        principal: Principal,
        intent: Intent,
        given: Sequence[Version],
        patient: str | None = None,
        proofs: Sequence[Proof] = (),
    ) -> None:
        """``read``, or that ``given`` is written, in the transaction of ``writer``: it comes to stand with it or not at all. A proof that
        was seen before makes the transaction fail at its end, with 401."""
        try:
            self._ledger.append_within(writer, self._entries(principal, intent, given, patient), proofs)
        except FhirError:
            raise
        except Exception as fault:
            raise untraced() from fault

    def refused(
        self,
        principal: Principal | None,
        interaction: str,
        refusal: FhirError,
        type: str | None = None,
        id: str | None = None,
        patient: str | None = None,
        proofs: Sequence[Proof] = (),
    ) -> None:
        """Writes that a call was refused, and by which rule. Never raises: what can't be written to the log is told to the logger
        ``hit_maternity.security``, and so are calls of which nobody knows whose they are, as anyone could fill the log with them."""
        rule = refusal.issues[0].rule if refusal.issues else "refused"
        told = {"status": refusal.status, "rule": rule, "interaction": interaction or "unknown", "reason": getattr(refusal, "reason", "")}
        if principal is None:
            _log.warning("refused", extra=told)
            return
        happening = Happening(self._clock.now(), interaction, principal, type, id, patient, (), rule)
        try:
            self._ledger.append([self._entry(happening)], proofs)
        except Exception as fault:
            if proofs:  # one that was used before mustn't keep the refusal out of the log
                return self.refused(principal, interaction, refusal, type, id, patient)
            _log.error("refused, and no trace could be left: %s", _kind(fault), extra=told | {"client": principal.client_id})

    # ------------------------------------------------------------ rows

    def _entries(self, principal: Principal, intent: Intent, given: Sequence[Version], patient: str | None) -> list[Entry]:
        now = self._clock.now()
        return [
            self._entry(Happening(now, intent.interaction, principal, intent.type, intent.id, whose, seen))
            for whose, seen in _by_patient(given, patient)
        ]

    def _entry(self, happening: Happening) -> Entry:
        return Entry(happening.at, happening.patient, self._telling.body(happening))


def untraced() -> FhirError:
    """The refusal of what can't be logged."""
    text = (
        "No trace of this access can be left in the access log at the moment, so nothing is shown or changed; send the request again later."
    )
    return refuse(503, "transient", "audit-unavailable", text, Retry_After="5")


def _by_patient(given: Sequence[Version], patient: str | None) -> list[tuple[str | None, Sequence[Version]]]:
    """What was given, by the patient whose it is. What is nobody's goes with the first; ``patient`` comes first, if only to be named."""
    if all(version.patient == patient or version.patient is None for version in given):
        return [(patient, given)]
    groups: dict[str | None, list[Version]] = {} if patient is None else {patient: []}
    for version in given:
        if version.patient is not None:
            groups.setdefault(version.patient, []).append(version)
    groups[next(iter(groups))] += [version for version in given if version.patient is None]
    return list(groups.items())


def _kind(fault: Exception) -> str:
    return fault.issues[0].rule if isinstance(fault, FhirError) and fault.issues else type(fault).__name__
