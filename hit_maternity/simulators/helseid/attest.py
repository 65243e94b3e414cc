"""The attest of the trust framework (Tillitsrammeverket): what clients state, completed to what stands in a token.

Confirmed: clients send ``{id, system}`` and ``{code, system}``; HelseID adds names, texts, authorities, assigners, and who the
practitioner is. What HelseID refuses beyond the double structure, and with which codes, is not published: the ``HID-ATTEST-...``
descriptions here are ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from hit_maternity.simulators.helseid.register import Organisation, Practitioner, Register, legal_entity_name, place
from hit_maternity.simulators.oauth.errors import OAuthError

PURPOSES = "urn:oid:2.16.840.1.113883.1.11.20448"
PROFESSIONS = "urn:oid:2.16.578.1.12.4.1.1.9060"
PID_SYSTEM, D_NUMBER_SYSTEM = "urn:oid:2.16.578.1.12.4.1.4.1", "urn:oid:2.16.578.1.12.4.1.4.2"
HPR_SYSTEM, ORGANISATION_SYSTEM = "urn:oid:2.16.578.1.12.4.1.4.4", "urn:oid:2.16.578.1.12.4.1.4.101"
SERVICES = "urn:oid:2.16.578.1.12.4.1.1.8655"
CARE_RELATIONS = "urn:AuditEventHL7Norway/CodeSystem/carerelation"
_IDENTIFIERS = ("legal_entity", "point_of_care", "department")
_CODES = ("healthcare_service", "purpose_of_use", "purpose_of_use_details")


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("hit_maternity.simulators.helseid") / "attest.toml").read_text(encoding="utf-8"))


def usual(person: Practitioner, where: Organisation, decision: str, *, role: str | None = None) -> dict[str, Any]:
    """An ordinary attest in the short form: treatment of somebody at ``where``, decided by the system. ``decision``: the reference
    that the organisation can explain the access by; ``role``: by default the first authorisation."""
    role = role or (person.approvals[0].profession if person.approvals else None)
    practitioner: dict[str, Any] = {
        "legal_entity": {"id": where.legal_entity, "system": ORGANISATION_SYSTEM},
        "point_of_care": {"id": where.number, "system": ORGANISATION_SYSTEM},
    }
    if role is not None:
        practitioner["authorization"] = {"code": role, "system": PROFESSIONS}
    return {
        "practitioner": practitioner,
        "care_relationship": {
            "purpose_of_use": {"code": "TREAT", "system": PURPOSES},
            "purpose_of_use_details": {"code": "BEHANDLER", "system": CARE_RELATIONS},
            "decision_ref": {"id": decision, "user_selected": False},
        },
        "patients": [],
    }


def completed(stated: Mapping[str, Any], person: Practitioner, register: Register) -> dict[str, Any]:
    """The claim that stands in a token, of the short form ``stated``. Members that are not known are let through as they are.

    Raises ``OAuthError`` 400 ``invalid_request`` whose description begins with ``HID-ATTEST``.
    """
    practitioner, relation = _object(stated, "practitioner"), _object(stated, "care_relationship")
    purpose = relation.get("purpose_of_use", {}).get("code")
    if not isinstance(purpose, str) or purpose not in _table()["purpose"]:
        raise _fault("PURPOSE", f"care_relationship.purpose_of_use.code is one of {', '.join(_table()['purpose'])}")
    decision = relation.get("decision_ref")
    if not isinstance(decision, dict) or not isinstance(decision.get("id"), str) or not isinstance(decision.get("user_selected"), bool):
        raise _fault("DECISION-REF", "care_relationship.decision_ref needs id (text) and user_selected (true or false)")
    patients = stated.get("patients", [])
    if not isinstance(patients, list) or not all(isinstance(it, dict) for it in patients):
        raise _fault("STRUCTURE", "patients is an array of objects")
    for needed in ("legal_entity", "point_of_care"):
        if needed not in practitioner:
            raise _fault("STRUCTURE", f"practitioner.{needed} is missing")
    who = {**practitioner, **_identity(person)}
    return {
        **stated,
        "practitioner": _filled(who, "practitioner", ("authorization",), register),
        "care_relationship": _filled(relation, "care_relationship", _CODES, register),
        "patients": [_filled(it, "patients", (), register) for it in patients],
    }


def _object(stated: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = stated.get(name)
    if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
        raise _fault("STRUCTURE", f"{name} is an object of objects")
    return found


def _identity(person: Practitioner) -> dict[str, Any]:
    system = D_NUMBER_SYSTEM if person.pid[0] in "4567" else PID_SYSTEM
    authorities = _table()["authority"]
    identity: dict[str, Any] = {"identifier": {"id": person.pid, "name": person.name, "system": system, "authority": authorities[system]}}
    if person.hpr_number is not None:
        identity["hpr_nr"] = {"id": person.hpr_number, "system": HPR_SYSTEM, "authority": authorities[HPR_SYSTEM]}
    return identity


def _filled(part: Mapping[str, Any], name: str, codes: tuple[str, ...], register: Register) -> dict[str, Any]:
    made = dict(part)
    for member in set(codes) & set(part):
        made[member] = _code(part[member], f"{name}.{member}")
    for member in set(_IDENTIFIERS) & set(part):
        made[member] = _identifier(part[member], f"{name}.{member}", register)
    return made


def _identifier(stated: Any, where: str, register: Register) -> dict[str, Any]:
    if not isinstance(stated, dict) or not isinstance(stated.get("id"), str) or not isinstance(stated.get("system"), str):
        raise _fault("STRUCTURE", f"{where} needs id and system")
    known = place(register, stated["id"])
    name = known.name if known else legal_entity_name(register, stated["id"])
    authority = _table()["authority"].get(_prefixed(stated["system"]))
    return _without_none({"name": name, "authority": authority}) | stated


def _code(stated: Any, where: str) -> dict[str, Any]:
    if not isinstance(stated, dict) or not isinstance(stated.get("code"), str) or not isinstance(stated.get("system"), str):
        raise _fault("STRUCTURE", f"{where} needs code and system")
    system = _prefixed(stated["system"])
    assigner = next((name for prefix, name in _table()["assigner"].items() if system.startswith(prefix)), None)
    texts = _table()["purpose"] if system == PURPOSES else _table()["text"]
    return _without_none({"text": texts.get(stated["code"]), "assigner": assigner}) | stated


def _prefixed(system: str) -> str:
    return f"urn:oid:{system}" if system[:1].isdigit() else system


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _fault(kind: str, why: str) -> OAuthError:
    return OAuthError("invalid_request", f"HID-ATTEST-{kind}: {why}.")
