"""Reads the claim ``nhn:tillitsrammeverk:parameters``, tolerantly: whatever comes gives an ``Attest`` that says what could not be read.

Shapes that occur: an object, the same as a JSON text (after .NET), in an array, in an envelope; full values and the short forms
``{id, system}`` and ``{code, system}``; systems with and without ``urn:oid:``; members under other names (``attest.toml``). Source:
Tillitsrammeverket, Informasjons- og datamodell, section 4 and annex B. Confirmed: the full shape. Inferred, from published code: the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hit_maternity.access.helseid.attest.inert import inert, is_plain
from hit_maternity.access.helseid.attest.model import (
    CLAIM,
    ROOT,
    Attest,
    AttestedPatient,
    CareRelationship,
    Code,
    DecisionRef,
    Identifier,
    Practitioner,
)
from hit_maternity.access.helseid.attest.tables import Tables, tables
from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError

#: The most patients an attest may name, and the most unknown members that are told of.
MOST_PATIENTS, MOST_UNKNOWN = 50, 20
#: The largest claim: that of a token.
_LIMITS = json.Limits(bytes=64 * 1024, depth=16, items=2000)
#: How many wrappings may lie around each other.
_LAYERS = 6
_LATEST = 253_402_300_799  # seconds: the end of the year 9999
_ROOT_MEMBERS = frozenset(("practitioner", "care_relationship", "patients", "toa", "type"))

_Object = Mapping[str, Any]


class _Unreadable(Exception):
    """The claim as a whole is no attest."""


def parse(claim: object) -> Attest | None:
    """The attest that ``claim`` holds, a value decoded from JSON; None where there is none (absent or null). Never raises."""
    try:
        found = _opened(claim)
        return None if found is None else _attest(found, json.encode(claim).decode())
    except (_Unreadable, FhirError, TypeError, ValueError, OverflowError, RecursionError):
        return Attest(malformed=(ROOT,))


def _opened(claim: object) -> _Object | None:
    """The object within text, array and envelope."""
    for _ in range(_LAYERS):
        if claim is None:
            return None
        if isinstance(claim, str):
            claim = json.decode(claim.encode("utf-8"), _LIMITS)
        elif isinstance(claim, list):
            claim = _only(claim)
        elif not isinstance(claim, Mapping):
            raise _Unreadable
        elif (envelope := _envelope(claim)) is None:
            return claim
        else:
            inner = claim[envelope]
            beside = {name: value for name, value in claim.items() if name != envelope}
            claim = {**beside, **inner} if isinstance(inner, Mapping) else inner
    raise _Unreadable


def _envelope(claim: _Object) -> str | None:
    """The member that holds the attest; None where ``claim`` is the attest itself."""
    inside = [name for name in claim if name in tables().envelopes]
    bare = any(_name(tables(), member) in ("practitioner", "care_relationship", "patients") for member in claim)
    return inside[0] if len(inside) == 1 and not bare else None


def _only(claims: list[Any]) -> Any:
    """The one attest of an array, in which authorisation details of other types may stand too."""
    objects = [c for c in claims if not (isinstance(c, Mapping) and isinstance(c.get("type"), str) and c["type"] != CLAIM)]
    if len(objects) != 1:
        raise _Unreadable
    return objects[0]


def _name(tables_: Tables, spelt: object) -> str:
    name = str(spelt).replace("-", "_")
    return tables_.spellings.get(name, name)


@dataclass(slots=True)
class _Reading:
    """Collects what is unknown and what can't be read."""

    tables: Tables
    unknown: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)

    def members(self, value: Any, path: str, known: frozenset[str]) -> _Object:
        """The known members of an object by their names, nulls left out; empty where it is none."""
        if not isinstance(value, Mapping):
            if value is not None:
                self.malformed.append(path)
            return {}
        found: dict[str, Any] = {}
        for spelt, member in value.items():
            name = _name(self.tables, spelt)
            if name not in known:
                self.told(f"{path}.{inert(str(spelt), 64)}")
            elif name in found:
                self.malformed.append(f"{path}.{name}")
            elif member is not None:
                found[name] = member
        return found

    def told(self, path: str) -> None:
        if len(self.unknown) < MOST_UNKNOWN:
            self.unknown.append(path)

    def word(self, value: Any, path: str) -> str | None:
        """An id or a code; a whole number counts as its digits. Empty is absent."""
        if type(value) is int and 0 <= value < 10**18:
            value = str(value)
        if value is None or value == "":
            return None
        if isinstance(value, str) and is_plain(value):
            return value
        self.malformed.append(path)
        return None

    def text(self, value: Any, path: str) -> str | None:
        """Words, made inert."""
        if value is not None and not isinstance(value, str):
            self.malformed.append(path)
            return None
        return (inert(value) or None) if value else None

    def system(self, value: Any, path: str) -> str | None:
        spelt = self.word(value, path)
        if spelt is not None and " " in spelt:
            self.malformed.append(path)
            return None
        return None if spelt is None else self.tables.system(spelt)

    def identifier(self, value: Any, path: str) -> Identifier | None:
        if isinstance(value, str):
            value = {"id": value}
        members = self.members(value, path, frozenset(("id", "name", "system", "authority")))
        id = self.word(members.get("id"), f"{path}.id")
        if id is None:
            return None
        system = self.system(members.get("system"), f"{path}.system")
        name, authority = (self.text(members.get(m), f"{path}.{m}") for m in ("name", "authority"))
        return Identifier(id, system, name, authority)

    def code(self, value: Any, path: str) -> Code | None:
        if isinstance(value, str):
            value = {"code": value}
        members = self.members(value, path, frozenset(("code", "text", "system", "assigner")))
        code = self.word(members.get("code"), f"{path}.code")
        if code is None:
            return None
        system = self.system(members.get("system"), f"{path}.system")
        text, assigner = (self.text(members.get(m), f"{path}.{m}") for m in ("text", "assigner"))
        return Code(code, system, text, assigner)

    def decision(self, value: Any, path: str) -> DecisionRef | None:
        if isinstance(value, str):
            value = {"id": value}
        members = self.members(value, path, frozenset(("id", "user_selected", "description")))
        id = self.word(members.get("id"), f"{path}.id")
        chosen = members.get("user_selected")
        description = self.text(members.get("description"), f"{path}.description")
        return None if id is None else DecisionRef(id, chosen if isinstance(chosen, bool) else None, description)

    def patients(self, value: Any, path: str) -> tuple[AttestedPatient, ...]:
        listed = [value] if isinstance(value, Mapping) else [] if value is None else value
        if not isinstance(listed, list) or len(listed) > MOST_PATIENTS:
            self.malformed.append(path)
            return ()
        return tuple(self.patient(one, f"{path}[{n}]") for n, one in enumerate(listed))

    def patient(self, value: Any, path: str) -> AttestedPatient:
        members = self.members(value, path, frozenset(("identifier", "point_of_care", "department")))
        parts = ("identifier", "point_of_care", "department")
        return AttestedPatient(*(self.identifier(members.get(part), f"{path}.{part}") for part in parts))

    def time(self, value: Any) -> datetime | None:
        """Seconds since 1970, a number."""
        seconds = float(value) if isinstance(value, json.LosslessFloat) else value
        if seconds is None:
            return None
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= _LATEST:
            self.malformed.append("toa")
            return None
        return datetime.fromtimestamp(int(seconds), UTC)


def _attest(claim: _Object, received: str) -> Attest:
    reading = _Reading(tables())
    members = reading.members(claim, ROOT, _ROOT_MEMBERS)
    practitioner = _practitioner(reading, members.get("practitioner"))
    care = _care(reading, members.get("care_relationship"))
    patients = reading.patients(members.get("patients"), "patients")
    time = reading.time(members.get("toa"))
    return Attest(practitioner, care, patients, time, tuple(reading.unknown), tuple(reading.malformed), received)


def _practitioner(reading: _Reading, value: Any) -> Practitioner:
    identifiers = {"identifier": "identifier", "hpr_nr": "hpr_number"}
    identifiers |= {name: name for name in ("legal_entity", "point_of_care", "department")}
    members = reading.members(value, "practitioner", frozenset((*identifiers, "authorization")))
    read = {to: reading.identifier(members.get(name), f"practitioner.{name}") for name, to in identifiers.items()}
    return Practitioner(authorization=reading.code(members.get("authorization"), "practitioner.authorization"), **read)


def _care(reading: _Reading, value: Any) -> CareRelationship:
    path, codes = "care_relationship", ("healthcare_service", "purpose_of_use", "purpose_of_use_details")
    members = reading.members(value, path, frozenset((*codes, "decision_ref")))
    read = {name: reading.code(members.get(name), f"{path}.{name}") for name in codes}
    return CareRelationship(**read, decision_ref=reading.decision(members.get("decision_ref"), f"{path}.decision_ref"))
