"""The attest as the guard asks for it: whether it holds at all, and whether it serves the patient that a call is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hit_maternity.access.helseid.attest.binding import Binding
from hit_maternity.access.helseid.attest.rules import OF_EVERY_CALL, AttestConfig, Judgement, judge, still_holds
from hit_maternity.access.helseid.challenge import Challenge
from hit_maternity.access.helseid.recent import Recent
from hit_maternity.access.principal import Principal
from hit_maternity.clock import Clock
from hit_maternity.store.attest_uses import AttestUses

#: Tokens whose attests are remembered as judged.
_REMEMBERED = 1024


class Attesting:
    """``binding``: that of the space; ``clock``: the one that tokens are judged by."""

    def __init__(self, config: AttestConfig, binding: Binding, uses: AttestUses, challenge: Challenge, clock: Clock) -> None:
        self._config = config
        self._binding = binding
        self._uses = uses
        self._challenge = challenge
        self._clock = clock
        self._judged: Recent[tuple[str, str], tuple[tuple[Any, ...], Judgement]] = Recent(_REMEMBERED)

    def admitted(self, principal: Principal) -> Principal:
        """The principal with what the log should note of its attest. Raises ``FhirError`` 403 with every fault of it."""
        return self._noted(principal, self._judgement(principal))

    def _judgement(self, principal: Principal) -> Judgement:
        """What ``judge`` says. Of an attest that is without fault so far, only what may have changed since is judged again."""
        attest, now = principal.attest, self._clock.now()
        if attest is None:
            return judge(None, principal, self._config, now)
        name = (principal.client_id, principal.token_id)
        caller = (attest, principal.kind, principal.person, principal.organisation, principal.role)
        known = self._judged.get(name)
        if known is None or known[0] != caller:
            known = (caller, judge(attest, principal, self._config, now, rules=OF_EVERY_CALL))
            self._judged.put(name, known)
        if known[1].faults or not still_holds(attest, principal, self._config, now):
            return judge(attest, principal, self._config, now)  # by all rules, in their order
        return known[1]

    def bound(self, principal: Principal, patient: str, writer: Any = None) -> Principal:
        """The same, now that it is known whom the call is about. ``writer``: of the transaction under way, where there is one. Raises
        ``FhirError`` 403 where the attest was made for another patient, or is too old; 503."""
        uses = self._uses.within(writer.transaction) if writer is not None else None
        return self._noted(principal, self._binding.judge(principal, patient, self._clock.now(), uses))

    def _noted(self, principal: Principal, found: Judgement) -> Principal:
        if found.faults:
            raise self._challenge.refusal_of(list(found.faults), 403, found.faults[0].rule, principal=principal)
        return replace(principal, flags=principal.flags | found.flags) if found.flags else principal
