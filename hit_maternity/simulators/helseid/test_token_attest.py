"""What a test token is made of, and its attest: a usual one, and what the request gives in its place."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hit_maternity.simulators.helseid import attest
from hit_maternity.simulators.helseid.minting import CHILD, PARENT, PID
from hit_maternity.simulators.helseid.register import Organisation, Practitioner, Register
from hit_maternity.simulators.helseid.test_token_request import RequestFaults, TokenRequest
from hit_maternity.simulators.oauth.errors import OAuthError

Claims = dict[str, Any]

#: Systems of what the request may bring without one.
_SYSTEMS = {
    "authorization": attest.PROFESSIONS,
    "legal_entity": attest.ORGANISATION_SYSTEM,
    "point_of_care": attest.ORGANISATION_SYSTEM,
    "department": "urn:oid:2.16.578.1.12.4.1.4.102",
    "healthcare_service": attest.SERVICES,
    "purpose_of_use": attest.PURPOSES,
    "purpose_of_use_details": attest.CARE_RELATIONS,
}
#: What HelseID fills in: given values come in its place afterwards.
_OF_ISSUER = frozenset((("practitioner", "identifier"), ("practitioner", "hpr_nr")))


@dataclass(frozen=True, slots=True)
class Chance:
    """Random values; with a ``seed`` the same ones each time."""

    seed: str | None

    def hexadecimal(self, name: str) -> str:
        """Thirty-two digits, upper case."""
        return self.bytes(name)[:16].hex().upper()

    def bytes(self, name: str) -> bytes:
        """Thirty-two bytes."""
        return secrets.token_bytes(32) if self.seed is None else hmac.digest(self.seed.encode(), name.encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Setting:
    """What tokens are made of: ``salt`` is that of pseudonyms, ``now`` the moment they are issued."""

    issuer: str
    register: Register
    salt: bytes
    now: datetime
    chance: Chance


def attest_claim(request: TokenRequest, setting: Setting, claims: Claims, person: Practitioner, where: Organisation) -> Claims:
    """The attest that ``request`` asks for, of ``person`` at ``where``. Raises ``RequestFaults``."""
    if not claims.get(PID):
        raise RequestFaults(["createTillitsrammeverkClaims needs a user with a national id."])
    values = request.tillitsrammeverk_claims_parameters
    stated: dict[str, Any] = attest.usual(person, where, setting.chance.hexadecimal("decision"))
    _add_place(stated, where, claims)
    for (part, element, name), value in values.values.items():
        if (part, element) not in _OF_ISSUER:
            member = _part(stated, part).setdefault(element, {"system": _SYSTEMS[element]} if element in _SYSTEMS else {})
            member[name] = value
    # TTT's own default is true (confirmed by its tool).
    stated["care_relationship"]["decision_ref"]["user_selected"] = values.user_selected is not False
    for part, element in values.omitted:
        _part(stated, part).pop(element, None)
    try:
        made = attest.completed(stated, replace(person, pid=claims[PID]), setting.register)
    except OAuthError as fault:
        raise RequestFaults([f"tillitsrammeverkClaimsParameters: {fault.description}"]) from None
    who: dict[str, Any] = made["practitioner"]
    who["identifier"]["name"] = claims.get("name", who["identifier"]["name"])
    for (part, element, name), value in values.values.items():
        if (part, element) in _OF_ISSUER:
            who.setdefault(element, {})[name] = value
    for _, element in values.omitted & _OF_ISSUER:
        who.pop(element, None)
    return made


def _add_place(stated: dict[str, Any], where: Organisation, claims: Claims) -> None:
    """The organisations that the token names, her ward where the place has one, and where the patient is."""
    who = stated["practitioner"]
    who["legal_entity"]["id"] = claims.get(PARENT, where.legal_entity)
    who["point_of_care"]["id"] = claims.get(CHILD, where.number)
    here = {"point_of_care": dict(who["point_of_care"])}
    if where.resh:
        who["department"] = {"id": where.resh, "system": _SYSTEMS["department"], "name": where.name}
        here["department"] = dict(who["department"])
    stated["patients"] = [here]


def _part(stated: dict[str, Any], part: str) -> dict[str, Any]:
    found: dict[str, Any] = stated[part][0] if part == "patients" else stated[part]
    return found
