"""An attest that keeps every rule, the caller that it fits, and ways to change them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from hit_maternity.access.principal import Kind, Organisation, Person, Principal, Role

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PID, PATIENT = "12847199995", "15899099996"
OID = "urn:oid:2.16.578.1.12.4.1"

CLAIM: dict[str, Any] = {
    "practitioner": {
        "identifier": {"id": PID, "name": "RASK TESTVARG", "system": f"{OID}.4.1", "authority": "https://www.skatteetaten.no"},
        "hpr_nr": {"id": "565000001", "system": f"{OID}.4.4", "authority": "https://www.helsedirektoratet.no/"},
        "authorization": {"code": "JO", "text": "Jordmor", "system": f"{OID}.1.9060", "assigner": "https://www.helsedirektoratet.no/"},
        "legal_entity": {"id": "310100005", "name": "DEMO HF", "system": f"{OID}.4.101", "authority": "https://www.brreg.no"},
        "point_of_care": {"id": "310200018", "name": "DEMO HF FØDE", "system": f"{OID}.4.101", "authority": "https://www.brreg.no"},
        "department": {"id": "900001", "name": "Fødepoliklinikken", "system": f"{OID}.4.102", "authority": "https://www.nhn.no"},
    },
    "care_relationship": {
        "healthcare_service": {"code": "S01", "text": "Fødselshjelp", "system": f"{OID}.1.8655", "assigner": "https://www.volven.no/"},
        "purpose_of_use": {"code": "TREAT", "text": "Treatment", "system": "urn:oid:2.16.840.1.113883.1.11.20448"},
        "purpose_of_use_details": {"code": "POLBESOK", "system": "urn:AuditEventHL7Norway/CodeSystem/carerelation"},
        "decision_ref": {"id": "3c1c2a60-9f3e-4f0b-8c57-4b7f5b7a1b11", "user_selected": False},
    },
    "patients": [{"point_of_care": {"id": "310200018", "system": f"{OID}.4.101"}, "department": {"id": "4", "system": f"{OID}.4.102"}}],
}


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy of ``value`` with what stands at ``path`` (names and numbers with dots between) replaced, or gone where ``new`` is ``...``."""
    made = copy.deepcopy(value)
    *above, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = made
    for step in above:
        place = place[step]
    if new is ...:
        del place[last]
    else:
        place[last] = new
    return made


@pytest.fixture
def now() -> datetime:
    """The moment of the call."""
    return NOW


@pytest.fixture
def claim() -> dict[str, Any]:
    """A claim that keeps every rule."""
    return copy.deepcopy(CLAIM)


@pytest.fixture
def change() -> Callable[[Any, str, Any], Any]:
    """``change(value, path, new)``."""
    return changed


@pytest.fixture
def principal() -> Principal:
    """The caller of the claim."""
    return Principal(
        Kind.PRACTITIONER,
        "https://sts.test",
        "demo-client",
        organisation=Organisation("310100005", "310200018"),
        person=Person(PID, "RASK TESTVARG", "565000001", "4"),
        role=Role(f"{OID}.1.9060", "JO"),
        patient=PATIENT,
        token_id="jti",
    )
