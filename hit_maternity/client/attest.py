"""The attest of the trust framework (``nhn:tillitsrammeverk:parameters``): why somebody may see this patient's record.

Its members and code systems are confirmed by the framework's data model and HelseID's samples. Sent are the short forms; HelseID fills in
names, texts, and who the practitioner is. That a patient is never named in it is confirmed too: ``patients`` tells where she is treated.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

TYPE = "nhn:tillitsrammeverk:parameters"

ORGANISATION = "urn:oid:2.16.578.1.12.4.1.4.101"
DEPARTMENT = "urn:oid:2.16.578.1.12.4.1.4.102"
AUTHORIZATION = "urn:oid:2.16.578.1.12.4.1.1.9060"
PURPOSE = "urn:oid:2.16.840.1.113883.1.11.20448"
PURPOSES = ("TREAT", "ETREAT", "COC", "BTG")
#: Relations of care in specialist care. Its address is spelled in three ways in public sources; this one is HelseID's samples'.
DETAILS = "urn:AuditEventHL7Norway/CodeSystem/carerelation"
SERVICE = "urn:oid:2.16.578.1.12.4.1.1.8655"


def attest(
    *,
    legal_entity: str,
    point_of_care: str,
    authorization: str | None = None,
    department: str | None = None,
    purpose: str = "TREAT",
    purpose_details: str | tuple[str, str] | None = "BEHANDLER",
    healthcare_service: str | tuple[str, str] | None = None,
    decision_ref: str | None = None,
    user_selected: bool = False,
    patient_point_of_care: str | None = None,
    patient_department: str | None = None,
) -> dict[str, Any]:
    """The attest as a detail to state when a token is asked for.

    ``legal_entity``, ``point_of_care``: organisation numbers, those of the token; ``authorization``: HPR category (``JO``);
    ``purpose_details``, ``healthcare_service``: a code, or code and system; one of the two is demanded (ATT-43). ``decision_ref``: what
    your access control can be asked about later, by default a new one; ``user_selected``: she granted herself access.
    Raises ``ValueError``.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"purpose is one of {', '.join(PURPOSES)}.")
    if purpose_details is None and healthcare_service is None:
        raise ValueError("Give purpose_details, healthcare_service, or both.")
    practitioner = _present(
        authorization=_code(authorization, AUTHORIZATION),
        legal_entity=_id(legal_entity, ORGANISATION),
        point_of_care=_id(point_of_care, ORGANISATION),
        department=_id(department, DEPARTMENT),
    )
    relationship = _present(
        healthcare_service=_code(healthcare_service, SERVICE),
        purpose_of_use=_code(purpose, PURPOSE),
        purpose_of_use_details=_code(purpose_details, DETAILS),
        decision_ref={"id": decision_ref or str(uuid4()), "user_selected": user_selected},
    )
    where = _present(
        point_of_care=_id(patient_point_of_care or point_of_care, ORGANISATION), department=_id(patient_department, DEPARTMENT)
    )
    return {"type": TYPE, "practitioner": practitioner, "care_relationship": relationship, "patients": [where]}


def _present(**members: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _id(value: str | None, system: str) -> dict[str, Any] | None:
    return None if value is None else {"id": value, "system": system}


def _code(value: str | tuple[str, str] | None, system: str) -> dict[str, Any] | None:
    if value is None:
        return None
    code, named = (value, system) if isinstance(value, str) else value
    return {"code": code, "system": named}
