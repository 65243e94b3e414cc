"""Callers, and the access log of an empty space on each database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hit_maternity.access.audit import codes
from hit_maternity.access.audit.chain import body_of
from hit_maternity.access.audit.opening import Audit
from hit_maternity.access.helseid.attest.model import (
    Attest,
    AttestedPatient,
    CareRelationship,
    Code,
    DecisionRef,
    Identifier,
    Practitioner,
)
from hit_maternity.access.principal import Kind, Organisation, Person, Principal, Role
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.packages import read_file
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.knowledge import own_package
from hit_maternity.store import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
#: Synthetic: month + 80.
MIDWIFE_PID, WOMAN_PID, PARTNER_PID = "12847199995", "01899012345", "02888912346"
SECRET = b"s" * 32


@dataclass(slots=True)
class Ticking:
    """Each look at it is a second later than the one before."""

    moment: datetime = NOON

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


def attest(**changes: Any) -> Attest:
    """An attest with all its parts."""
    practitioner = Practitioner(
        Identifier(MIDWIFE_PID, "urn:oid:2.16.578.1.12.4.1.4.1"),
        legal_entity=Identifier("310100005", codes.ENH, "DEMO HF"),
        point_of_care=Identifier("310200018", codes.ENH, "DEMO HF SOMATIKK"),
        department=Identifier("900001", codes.RESH, "Føden"),
    )
    relationship = CareRelationship(
        Code("S03", "urn:oid:2.16.578.1.12.4.1.1.8655", "Indremedisin"),
        Code("TREAT", "urn:oid:2.16.840.1.113883.1.11.20448", "Treatment"),
        Code("POLBESOK", "urn:AuditEventHL7Norway/CodeSystem/carerelation", "Poliklinisk besøk"),
        DecisionRef("3c1c2a60-9f3e-4f0b-8c57-4b7f5b7a1b11", False),
    )
    patients = (AttestedPatient(department=Identifier("900002", codes.RESH, "Barsel")),)
    made = Attest(practitioner, relationship, patients, NOON, claim=json.dumps({"practitioner": {"identifier": {"id": MIDWIFE_PID}}}))
    return replace(made, **changes)


def midwife(**changes: Any) -> Principal:
    """A midwife at a hospital, with an attest."""
    made = Principal(
        Kind.PRACTITIONER,
        "https://helseid.test",
        "3f2a-client",
        client_name="Demo EPJ",
        organisation=Organisation("310100005", "310200018", "310300027"),
        person=Person(MIDWIFE_PID, "RASK TESTVARG", "565000001", "4", "pseudonym-1"),
        role=Role("urn:oid:2.16.578.1.12.4.1.1.9060", "JO"),
        attest=attest(),
        patient=WOMAN_PID,
        token_id="jti-1",
        proof_key="jkt-1",
        source_system="Demo EPJ 1.0",
        event_id="a1b2",
    )
    return replace(made, **changes)


def woman(**changes: Any) -> Principal:
    """The patient herself."""
    person = Person(WOMAN_PID, "KARI TESTKVINNE", subject="pseudonym-2")
    return replace(Principal(Kind.CITIZEN, "sikkerhet.helsenorge.no", "helsenorge", person=person, patient=WOMAN_PID), **changes)


def system(**changes: Any) -> Principal:
    """A system by itself."""
    return replace(Principal(Kind.SYSTEM, "https://helseid.test", "machine", organisation=Organisation("310100005")), **changes)


def version(type: str = "Observation", id: str = "o1", patient: str | None = "kari", number: int = 1) -> Version:
    return Version(type, id, number, NOON, "POST", b"{}", patient)


@dataclass(frozen=True, slots=True)
class Made:
    """What tests make things with."""

    midwife: Callable[..., Principal] = midwife
    woman: Callable[..., Principal] = woman
    system: Callable[..., Principal] = system
    version: Callable[..., Version] = version
    attest: Callable[..., Attest] = attest


@pytest.fixture(scope="session")
def made() -> Made:
    return Made()


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def opened(store: Store, clock: Ticking) -> Callable[[], Audit]:
    """Opens the access log of the space as another process would."""
    return lambda: Audit.of(store, SECRET, clock)


@pytest.fixture
def audit(opened: Callable[[], Audit]) -> Iterator[Audit]:
    yield opened()


@pytest.fixture(scope="session")
def faults() -> Callable[[dict[str, Any]], list[str]]:
    """What is wrong with an AuditEvent by R4 and our profile: rule and place of each error."""
    definitions = Definitions.with_packages([read_file(own_package(), ours=True)])
    validator = Validator(definitions, LoadedTerminology(definitions))

    def check(event: dict[str, Any]) -> list[str]:
        found = validator.validate(event, profiles=[codes.PROFILE])
        return [f"{issue.rule} {issue.expression}" for issue in found if issue.severity in ("error", "fatal")]

    return check


@pytest.fixture
def tamper(store: Store) -> Callable[..., None]:
    """Changes the rows of the log behind everybody's back: an SQL statement about the table ``audit``, and its values."""

    def run(statement: str, *values: Any) -> None:
        with store.database.writing() as transaction:
            transaction.run(statement.replace("audit", store.database.names.audit, 1), values)
            transaction.change([], last=True)

    return run


@pytest.fixture
def events(audit: Audit) -> Callable[[], list[dict[str, Any]]]:
    """The AuditEvents of the log, in the order of time."""
    return lambda: [json.loads(raw) for row in audit.rows.between() if (raw := bytes(body_of(row).event))]
