"""The attest as the guard asks for it: whether it holds at all, and whether it serves the patient that a call is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hit_maternity.access.helseid.attest.binding import Binding
from hit_maternity.access.helseid.attest.rules import AttestConfig, Judgement, judge
from hit_maternity.access.helseid.challenge import Challenge
from hit_maternity.access.principal import Principal
from hit_maternity.clock import Clock
from hit_maternity.store.attest_uses import AttestUses


class Attesting:
    """``binding``: that of the space; ``clock``: the one that tokens are judged by."""

    def __init__(self, config: AttestConfig, binding: Binding, uses: AttestUses, challenge: Challenge, clock: Clock) -> None:
        self._config = config
        self._binding = binding
        self._uses = uses
        self._challenge = challenge
        self._clock = clock

    def admitted(self, principal: Principal) -> Principal:
        """The principal with what the log should note of its attest. Raises ``FhirError`` 403 with every fault of it."""
        return self._noted(principal, judge(principal.attest, principal, self._config, self._clock.now()))

    def bound(self, principal: Principal, patient: str, writer: Any = None) -> Principal:
        """The same, now that it is known whom the call is about. ``writer``: of the transaction under way, where there is one. Raises
        ``FhirError`` 403 where the attest was made for another patient, or is too old; 503."""
        uses = self._uses.within(writer.transaction) if writer is not None else None
        return self._noted(principal, self._binding.judge(principal, patient, self._clock.now(), uses))

    def _noted(self, principal: Principal, found: Judgement) -> Principal:
        if found.faults:
            raise self._challenge.refusal_of(list(found.faults), 403, found.faults[0].rule, principal=principal)
        return replace(principal, flags=principal.flags | found.flags) if found.flags else principal
