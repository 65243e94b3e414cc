"""Codes and addresses that the AuditEvents are written with."""

from __future__ import annotations

import re
from typing import Any, Final

Coding = dict[str, Any]

_OWN = "https://hit-maternity.example/fhir/StructureDefinition/"
PROFILE: Final = _OWN + "no-domain-Maternity-AuditEvent"
ATTEST: Final = _OWN + "attest"

HPR: Final = "urn:oid:2.16.578.1.12.4.1.4.4"
ENH: Final = "urn:oid:2.16.578.1.12.4.1.4.101"
RESH: Final = "urn:oid:2.16.578.1.12.4.1.4.102"
CATEGORIES: Final = "urn:oid:2.16.578.1.12.4.1.1.9060"
_CATEGORY_CODES = "AA AT AU BI ET FA1 FA2 FB FO FT HE HF HP JO KE KI LE MT NP OA OI OP OR OS PE PM PS RA SP TH TL TP TT VE VP XX"
#: The categories of Volven 9060 that our profile of PractitionerRole knows.
CATEGORY_CODES: Final = frozenset(_CATEGORY_CODES.split())
#: The purposes as attests name their system, and as FHIR does.
PURPOSES: Final = "urn:oid:2.16.840.1.113883.1.11.20448"
ACT_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
RESTFUL: Final = "http://hl7.org/fhir/restful-interaction"
RESOURCE_TYPES: Final = "http://hl7.org/fhir/resource-types"

_REST = "read vread update patch delete history-instance history-type history-system create search-type search-system batch transaction"
#: The interactions that FHIR has a code for; operations begin with ``$``.
REST: Final = frozenset(_REST.split())
#: ``AuditEvent.action``; what is not here, searches and operations, is E, execute.
ACTIONS: Final = {
    "create": "C",
    "read": "R",
    "vread": "R",
    "history-instance": "R",
    "history-type": "R",
    "history-system": "R",
    "update": "U",
    "patch": "U",
    "delete": "D",
}

_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
PATIENT_RECORD: Final[Coding] = {"system": _DCM, "code": "110110", "display": "Patient Record"}
#: ``AuditEvent.type`` of what is no access to the record of a patient.
TYPES: Final[dict[str, Coding]] = {"export": {"system": _DCM, "code": "110106", "display": "Export"}}
HUMAN: Final[Coding] = {"coding": [{"system": _TERMINOLOGY + "extra-security-role-type", "code": "humanuser"}]}
SUBJECT: Final[Coding] = {"coding": [{"system": _TERMINOLOGY + "extra-security-role-type", "code": "datasubject"}]}
APPLICATION: Final[Coding] = {"coding": [{"system": _DCM, "code": "110150"}]}
SOURCE_SERVER: Final[Coding] = {"system": _TERMINOLOGY + "security-source-type", "code": "4"}
PERSON: Final[Coding] = {"system": _TERMINOLOGY + "audit-entity-type", "code": "1"}
OTHER: Final[Coding] = {"system": _TERMINOLOGY + "audit-entity-type", "code": "4"}
PATIENT: Final[Coding] = {"system": _TERMINOLOGY + "object-role", "code": "1"}
RESOURCE: Final[Coding] = {"system": _TERMINOLOGY + "object-role", "code": "4"}
QUERY: Final[Coding] = {"system": _TERMINOLOGY + "object-role", "code": "24"}
#: The name of the entity that holds what is known of the call itself.
CALL: Final = "call"


_is_system = re.compile(
    r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+|urn:(?!oid:|uuid:)[a-zA-Z0-9][!-~]{1,200}|https?://[!-~]{1,200}",
).fullmatch


def urn(system: str | None) -> str:
    """The system as FHIR spells it: a bare OID gets its ``urn:oid:``; "" for none, and for what is no absolute URI."""
    if not system:
        return ""
    spelt = f"urn:oid:{system}" if system[0].isdigit() else system
    return spelt if _is_system(spelt) else ""
