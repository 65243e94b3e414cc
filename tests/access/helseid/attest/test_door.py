"""The attacks A1 to A8 on the attest, through the door: a signed token in, an answer out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.access.attesting import Attesting
from hit_maternity.access.helseid.attest.binding import Binding
from hit_maternity.access.helseid.attest.rules import AttestConfig
from hit_maternity.access.helseid.challenge import AccessRefusal
from hit_maternity.access.principal import Principal
from hit_maternity.clock import FixedClock
from hit_maternity.fhir.ports import Intent, Version
from hit_maternity.store.attest_uses import AttestUse

Change = Callable[[Any, str, Any], Any]
WHO, CARE, OID = "practitioner", "care_relationship", "urn:oid:2.16.578.1.12.4.1"
CLAIM = "nhn:tillitsrammeverk:parameters"
HER_RECORD = "her-record"


class Memory:
    """First uses in memory."""

    def __init__(self) -> None:
        self.uses: dict[tuple[str, str], AttestUse] = {}

    def first_seen(self, decision: str, client: str, patient: str, now: datetime) -> AttestUse:
        return self.uses.setdefault((decision, client), AttestUse(patient, now))


class AttestGuard:
    """The door's guard with the attest asked: at the entrance, and again when it is known whose record it is."""

    def __init__(self, door: Any, config: AttestConfig, clock: FixedClock, patient: str = "1") -> None:
        self.patient = patient
        self._inner = door.guard
        uses: Any = Memory()
        binding = Binding(uses, b"k" * 32, config)
        self.attesting = Attesting(config, binding, uses, door.guard.authenticator.challenge, clock)
        self.refusals = door.guard.refusals
        self.admitted: list[Principal] = []

    def admit(self, headers: Mapping[str, str], method: str, url: str) -> Principal:
        principal = self.attesting.admitted(self._inner.admit(headers, method, url))
        self.admitted.append(principal)
        return principal

    def check(self, principal: Any, intent: Intent) -> Any:
        return self._inner.check(principal, intent)

    def reveal(self, principal: Principal, intent: Intent, seen: Sequence[Version], writer: Any = None) -> Sequence[Version | None]:
        self.attesting.bound(principal, self.patient)
        shown: Sequence[Version | None] = self._inner.reveal(principal, intent, seen, writer)
        return shown

    def refused(self, principal: Any, request: Any, refusal: Any) -> Any:
        return self._inner.refused(principal, request, refusal)


@pytest.fixture
def guard(door: Any, token_time: datetime) -> AttestGuard:
    return AttestGuard(door, AttestConfig(), FixedClock(token_time))


@pytest.fixture
def token_time(door: Any) -> datetime:
    """The moment at which the tokens of the door are good."""
    now: datetime = door.clock.now()
    return now


@pytest.fixture
def call(door: Any, guard: AttestGuard) -> Callable[..., Any]:
    """``call(claim)``: the answer to a token with this attest; ``claims``: other claims of the token."""

    def called(claim: object, claims: Mapping[str, Any] | None = None) -> Any:
        told = {**(claims or door.claims()), **({} if claim is ... else {CLAIM: claim})}
        return door(door.headers(door.token(told)), guard=guard)

    return called


def test_a_good_attest_opens_the_door(call: Callable[..., Any], claim: dict[str, Any], guard: AttestGuard):
    answer = call(claim)
    assert answer.status == 200 and HER_RECORD in answer.body.decode()
    assert guard.admitted[0].flags == frozenset() and guard.refusals == []


ATTACKS: list[tuple[str, str, Any, str]] = [
    ("A1", f"{WHO}.identifier.id", "15899099996", "att-11-identifier"),
    ("A2", f"{WHO}.legal_entity.id", "310100013", "att-13-legal-entity"),
    ("A2", f"{WHO}.point_of_care.id", "310100013", "att-19-point-of-care"),
    ("A3", f"{CARE}.purpose_of_use", ..., "att-38-purpose-of-use"),
    ("A3", f"{CARE}.purpose_of_use.code", "HPAYMT", "att-38-purpose-of-use"),
    ("A3", f"{CARE}.purpose_of_use.system", f"{OID}.1.8655", "att-38-purpose-of-use"),
    ("A3", f"{CARE}.healthcare_service.system", f"{OID}.1.9999", "att-37-healthcare-service"),
    ("A3", f"{CARE}.purpose_of_use_details.system", f"{OID}.1.9999", "att-45-purpose-of-use-details"),
    ("A4", "patients", "all of them", "att-1-form"),
    ("A5", f"{WHO}.authorization.code", "QQ", "att-32-authorization"),
    ("A6", "toa", 1, "att-58-toa"),
]


@pytest.mark.parametrize(("attack", "path", "new", "rule"), ATTACKS)
def test_an_attack_on_the_attest_is_refused_and_nothing_is_read(
    call: Callable[..., Any],
    door: Any,
    claim: dict[str, Any],
    change: Change,
    guard: AttestGuard,
    attack: str,
    path: str,
    new: Any,
    rule: str,
):
    answer = call(change(claim, path, new))
    assert (answer.status, answer.rules) == (403, [rule])
    assert door.shelf.opened == 0
    assert [type(r) for r in guard.refusals] == [AccessRefusal] and guard.refusals[0].principal is not None
    said = answer.body.decode() + str(answer.headers)
    assert not any(value in said for value in (HER_RECORD, "12847199995", "15899099996", "310100013", "RASK", "Traceback", "QQ", "HPAYMT"))
    assert ("attestation_has_expired" in said) == (rule == "att-58-toa")


def test_service_and_details_both_missing_is_refused(call: Callable[..., Any], claim: dict[str, Any], change: Change):
    bare = change(change(claim, f"{CARE}.healthcare_service", ...), f"{CARE}.purpose_of_use_details", ...)
    answer = call(bare)
    assert (answer.status, answer.rules) == (403, ["att-43-purpose-of-use-details"])


@pytest.mark.parametrize(
    ("shape", "status"),
    [
        (lambda claim: json.dumps(claim), 200),
        (lambda claim: [claim], 200),
        (lambda claim: {**claim, "extra": {"a": [1]}}, 200),
        (lambda claim: {WHO: claim[WHO], "care_relation": claim[CARE], "patients": claim["patients"]}, 200),
        (lambda claim: None, 403),
        (lambda claim: ..., 403),
        (lambda claim: [], 403),
        (lambda claim: "attest", 403),
        (lambda claim: [claim, claim], 403),
        (lambda claim: {}, 403),
    ],
)
def test_other_shapes_are_read_or_refused(call: Callable[..., Any], claim: dict[str, Any], shape: Callable[[Any], object], status: int):
    answer = call(shape(claim))
    assert answer.status == status
    assert (HER_RECORD in answer.body.decode()) == (status == 200)


def test_a_decision_serves_one_patient(call: Callable[..., Any], claim: dict[str, Any], guard: AttestGuard):
    assert call(claim).status == 200
    guard.patient = "2"
    answer = call(claim)
    assert (answer.status, answer.rules) == (403, ["att-4-decision-ref"])
    assert HER_RECORD not in answer.body.decode()
    guard.patient = "1"
    assert call(claim).status == 200


def test_hostile_words_come_out_harmless(call: Callable[..., Any], claim: dict[str, Any], change: Change, guard: AttestGuard):
    hostile = change(claim, f"{WHO}.department.name", "<script>alert('x')</script>\u202e'); DROP TABLE audit;--")
    hostile = change(hostile, f"{WHO}.legal_entity.name", "=cmd|'/c calc'!A1")
    hostile = change(hostile, f"{CARE}.purpose_of_use.text", "x" * 2000)
    assert call(hostile).status == 200
    attest = guard.admitted[0].attest
    assert attest.department.name == "‹script›alert('x')‹/script›'); DROP TABLE audit;--"
    assert attest.legal_entity.name == "'=cmd|'/c calc'!A1"
    assert len(attest.purpose.text) == 256


def test_emergency_access_is_let_in_and_flagged(call: Callable[..., Any], claim: dict[str, Any], change: Change, guard: AttestGuard):
    taken = change(change(claim, f"{CARE}.purpose_of_use.code", "BTG"), f"{CARE}.decision_ref.user_selected", True)
    assert call(taken).status == 200
    assert guard.admitted[0].flags == {"break-the-glass", "self-authorised"}


def test_a_systems_token_can_not_carry_somebodys_attest(call: Callable[..., Any], door: Any, claim: dict[str, Any]):
    answer = call(claim, door.machine())
    assert answer.status == 403 and "att-11-identifier" in answer.rules
    assert door.shelf.opened == 0


parts = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([WHO, CARE, "patients", "id", "toa", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(parts)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_attest_is_the_answer_is_never_an_error_of_ours(call: Callable[..., Any], claimed: object):
    answer = call(claimed)
    assert answer.status in (401, 403)
    assert HER_RECORD not in answer.body.decode()
