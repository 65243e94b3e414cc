"""What a citizen is served beside FHIR: her consent, given and withdrawn, whom she shuts out, and who has looked into her record.

Every decision of hers and every look into the log leaves its row in that log, in the decision's own transaction. Looking up whether she
has consented leaves none: it tells her of nobody but herself.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Literal

import msgspec

from hit_maternity.access.audit.ledger import Ledger
from hit_maternity.access.audit.log import LogEntry, PatientLog, Position, cursor_invalid
from hit_maternity.access.audit.tracing import Tracing
from hit_maternity.access.citizen import OwnRecord
from hit_maternity.access.consent.blocking import Outsider
from hit_maternity.access.consent.standing import pending_id
from hit_maternity.access.consent.withdrawal import Consents, Decision
from hit_maternity.access.helsenorge import HelsenorgeAuthenticator
from hit_maternity.access.limits import Limits
from hit_maternity.access.policy import Policy, Right
from hit_maternity.access.principal import Principal
from hit_maternity.clock import Clock
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Intent
from hit_maternity.store.accesses import Access, Proof
from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.receipts import Receipt

#: Lines of the log on a page.
PAGE = 50
Language = Literal["nb", "en"]
#: What the log says of shutting somebody out, and of letting in.
SHUTTING = Intent("update", "Consent")


@dataclass(frozen=True, slots=True)
class Consent:
    """``given``: None where she has never decided; ``since``: when she decided last."""

    given: bool | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines, newest first, and where the next page begins; None on the last."""

    lines: Sequence[LogEntry]
    next: str | None


class CitizenDesk:
    """The desk of one space. ``tracing``, ``ledger``, ``patients``: those of its ``Audit``; ``clock``: the space's own."""

    def __init__(
        self,
        authenticator: HelsenorgeAuthenticator,
        record: OwnRecord,
        consents: Consents,
        tracing: Tracing,
        ledger: Ledger,
        patients: PatientLog,
        policy: Policy,
        limits: Limits,
        clock: Clock,
    ) -> None:
        self._authenticator = authenticator
        self._record = record
        self._consents = consents
        self._tracing = tracing
        self._ledger = ledger
        self._patients = patients
        self._policy = policy
        self._limits = limits
        self._clock = clock

    # ------------------------------------------------------------ who

    def principal(self, token: str) -> Principal:
        """Who is behind a token. Raises ``FhirError`` 401, 403, 429, 503."""
        return self.of_request({"authorization": f"Bearer {token}"})

    def of_request(self, headers: Mapping[str, str]) -> Principal:
        """Who is behind the headers of a request (names in lower case). Raises as ``principal`` does; a refusal is told to the log."""
        try:
            principal = self._authenticator.principal(headers, "GET", "")
            self._limits.spend(principal)
        except FhirError as refusal:
            if refusal.status in (401, 403):
                self._tracing.refused(getattr(refusal, "principal", None), "login", refusal)
            raise
        return principal

    # ------------------------------------------------------------ consent

    def consent(self, principal: Principal) -> Consent:
        """How it stands. Raises ``FhirError`` 403, 503."""
        with self._refusing(principal, "read", "Consent"):
            self._record.allow(principal, Right.READ)
            standing = self._consents.standings.of_pid(_pid(principal))
        return Consent(standing.consent, standing.consented)

    def give(self, principal: Principal) -> Consent:
        """She consents. Raises ``FhirError`` 403 (also with a confidential address, or for who is dead), 503."""
        with self._refusing(principal, "create", "Consent"):
            self._record.allow(principal, Right.WRITE)
            standing = self._consents.standings.of_pid(_pid(principal))
            if standing.confidential:
                raise self._policy.rule("confidential-address").refusal()
            if standing.deceased:
                raise self._policy.rule("patient-deceased").refusal()
            with self._ledger.transaction():
                made = self._consents.give(_pid(principal), trace=self._telling(principal, Intent("create", "Consent")))
        return Consent(made.given, made.at)

    def withdraw(self, principal: Principal) -> Receipt:
        """She withdraws her consent: her record is erased; what went. Always open to her, whatever her standing. To be called in a worker
        thread. Raises ``FhirError`` 403, 409, 503: then nothing is erased."""
        with self._refusing(principal, "delete", "Consent"):
            self._record.allow(principal, Right.WRITE)
            with self._ledger.transaction():
                made = self._consents.withdraw(_pid(principal), trace=self._telling(principal, Intent("delete", "Consent")))
        finished = {receipt.patient: receipt for receipt in self._finish()}
        receipt = made.receipt or Receipt(made.patient, made.at, finished=True)
        return finished.get(receipt.patient, receipt)

    def _finish(self) -> list[Receipt]:
        """What follows an erasure; where it can't be done now, it is done later."""
        try:
            return self._consents.finish()
        except FhirError:
            return []

    def _telling(self, principal: Principal, intent: Intent) -> Callable[[Decision], Sequence[Access]]:
        told = self._noting(principal, intent)
        return lambda decision: told(decision.patient)

    # ------------------------------------------------------------ whom she shuts out

    def outsiders(self, principal: Principal) -> list[Outsider]:
        """Whom she has shut out. Raises ``FhirError`` 403, 503."""
        with self._refusing(principal, "read", "Consent"):
            self._record.allow(principal, Right.READ)
            return self._consents.blocking.of(_pid(principal))

    def shut_out(self, principal: Principal, outsider: Outsider) -> list[Outsider]:
        """Her record is closed to somebody from now on; everybody who is shut out. Raises ``FhirError`` 403, 422, 503."""
        with self._refusing(principal, "update", "Consent"):
            self._record.allow(principal, Right.WRITE)
            with self._ledger.transaction():
                return self._consents.blocking.shut_out(_pid(principal), outsider, self._noting(principal))

    def shut_out_seen(self, principal: Principal, event: str) -> list[Outsider]:
        """``shut_out`` of the health worker whom the AuditEvent of this id tells of. Raises ``FhirError`` 404 too, where there is none."""
        with self._refusing(principal, "update", "Consent"):
            found = (self._patients.practitioner_of(known, event) for known in self._open_log(principal))
            number = next(filter(None, found), None)
        if number is None:
            raise refuse(404, "not-found", "outsider-unknown", "Your access log has no line of this id that tells of a health worker.")
        return self.shut_out(principal, Outsider.of("hpr", number))

    def let_in(self, principal: Principal, outsider: Outsider) -> list[Outsider]:
        """Somebody is no longer shut out; who still is. Raises ``FhirError`` 403, 503."""
        with self._refusing(principal, "update", "Consent"):
            self._record.allow(principal, Right.WRITE)
            with self._ledger.transaction():
                return self._consents.blocking.let_in(_pid(principal), outsider, self._noting(principal))

    def _noting(self, principal: Principal, intent: Intent = SHUTTING) -> Callable[[str], Sequence[Access]]:
        """The rows that tell of a decision, made once, however often its transaction is tried: a chain must have no gap."""
        rows = _Rows()

        def told(patient: str) -> Sequence[Access]:
            if not rows.made:
                self._tracing.within(rows, principal, intent, (), patient)
            return rows.made

        return told

    # ------------------------------------------------------------ the log

    def log(self, principal: Principal, language: Language = "nb", cursor: str | None = None) -> LogPage:
        """A page of the log. Raises ``FhirError``: 400 ``cursor-invalid``, 403, 503."""
        before = _position(cursor) if cursor else None
        with self._refusing(principal, "search-type", "AuditEvent"):
            known = self._open_log(principal)
            found = [self._patients.entries_for(id, language, PAGE + 1, before) for id in known]
            lines = list(islice(merge(*found, key=_order), PAGE + 1))
            self._tracing.read(principal, Intent("search-type", "AuditEvent"), (), known[0])
        return LogPage(lines[:PAGE], _cursor(lines[PAGE - 1].position) if len(lines) > PAGE else None)

    def events(self, principal: Principal, base: str, cursor: str | None = None, count: int = PAGE) -> bytes:
        """The log as a Bundle of AuditEvents, JSON text; ``base``: where they are served. Raises as ``log`` does."""
        with self._refusing(principal, "search-type", "AuditEvent"):
            known = self._open_log(principal)[0]
            made = self._patients.events_for(known, base, self._clock.now(), count, cursor)
            self._tracing.read(principal, Intent("search-type", "AuditEvent"), (), known)
        return made

    def event(self, principal: Principal, id: str) -> bytes:
        """One AuditEvent, JSON text. Raises ``FhirError`` 404 too."""
        with self._refusing(principal, "read", "AuditEvent"):
            for known in self._open_log(principal):
                if (found := self._patients.event_for(known, id)) is not None:
                    self._tracing.read(principal, Intent("read", "AuditEvent", id), (), known)
                    return found
        raise refuse(404, "not-found", "not-found", "There is no AuditEvent of this id in your access log.")

    def _open_log(self, principal: Principal) -> list[str]:
        """The ids that her log is kept under: of her Patients, there or erased, and of the time before there was one."""
        self._record.allow(principal, Right.READ)
        standings, pid = self._consents.standings, _pid(principal)
        if standings.of_pid(pid).confidential:
            raise self._policy.rule("confidential-address").refusal()
        return list(dict.fromkeys([*standings.known(pid), pending_id(standings.digest(pid))]))

    @contextmanager
    def _refusing(self, principal: Principal, interaction: str, type: str) -> Iterator[None]:
        """Tells the log of what is refused inside."""
        try:
            yield
        except FhirError as refusal:
            if refusal.status in (401, 403):
                known = next(iter(self._record.patients(principal)), None)
                self._tracing.refused(principal, interaction, refusal, type, None, known)
            raise


class _Rows:
    """Collects the rows that would be written."""

    def __init__(self) -> None:
        self.made: list[Access] = []

    def record(self, accesses: Sequence[Access], proofs: Sequence[Proof] = ()) -> None:
        self.made += accesses


def _pid(principal: Principal) -> str:
    assert principal.patient is not None, "a citizen's token names whose record it is about"
    return principal.patient


def _order(line: LogEntry) -> tuple[float, str, int]:
    at, chain, seq = line.position
    return -at.timestamp(), chain, -seq


def _cursor(position: Position) -> str:
    at, chain, seq = position
    return urlsafe_b64encode(msgspec.json.encode((milliseconds(at), chain, seq))).rstrip(b"=").decode()


def _position(cursor: str) -> Position:
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        at, chain, seq = msgspec.json.decode(raw, type=tuple[int, str, int])
        return moment(at), chain, seq
    except (NotBase64, ValueError, OverflowError, msgspec.MsgspecError):
        raise cursor_invalid() from None
