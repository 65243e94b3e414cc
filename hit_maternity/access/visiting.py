"""A call at the practitioners' door, and what its guard asks of others: who is calling, what the attest says, how a person stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hit_maternity.access.policy import Policy
from hit_maternity.access.principal import Principal
from hit_maternity.fhir.ports import Standing, Writer
from hit_maternity.store.accesses import Proof


class Gate(Protocol):
    """``helseid.authenticator.Authenticator``."""

    def principal(self, headers: Mapping[str, str], method: str, url: str) -> Principal: ...


class Attests(Protocol):
    """What is asked of the attest: ``attesting.Attesting``."""

    def admitted(self, principal: Principal) -> Principal: ...

    def bound(self, principal: Principal, patient: str, writer: Writer | None = None) -> Principal: ...


class Keeping(Protocol):
    """The standing of patients within a transaction: ``consent.standing.Standings``."""

    def digest(self, pid: str) -> bytes: ...

    def held(self, session: Any, patients: Iterable[str]) -> Mapping[str, Standing]: ...

    def adopt(self, session: Any, patient: dict[str, Any]) -> Standing | None: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What of the policy the operator decides. ``organisations``: legal entities that may come in, empty for all."""

    policy: Policy
    organisations: frozenset[str] = frozenset()


@dataclass(slots=True)
class Visit:
    """One request: who is calling; ``proofs`` that it uses up, none once that is certain; ``named``: ids of Patient, by what is asked just
    now; ``patient``: whose record has been opened to it."""

    principal: Principal
    proofs: tuple[Proof, ...] = ()
    named: set[str] = field(default_factory=set)
    patient: str | None = None
    _put: bool = False

    def spent(self) -> tuple[Proof, ...]:
        """The proof, the first time it is asked for."""
        proofs = () if self._put else self.proofs
        self._put = True
        return proofs
