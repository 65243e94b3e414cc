"""Reads the request of the test-token service strictly: every fault is told, members that are not known are named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from hit_maternity.simulators.helseid.test_token_request import AttestParameters, RequestFaults, TokenRequest, plain

#: What .NET clients send for a number that is not set.
UNSET = -(2**31)
MAX_LIST = 200


#: Older names, without case and underscores.
ALIASES = {
    "generalclaimsparameters": "clientclaimsparameters",
    "generalclaimsparametersgeneration": "clientclaimsparametersgeneration",
    "withoutdefaultgeneralclaims": "withoutdefaultclientclaims",
    "carerelationshiptracingrefid": "carerelationshipdecisionrefid",
}
_IDENTIFIER, _CODE = ("id", "name", "system", "authority"), ("code", "text", "system", "assigner")
#: Elements of the attest: their fields, and whether they can be omitted.
_ATTEST: dict[tuple[str, str], tuple[tuple[str, ...], bool]] = {
    ("practitioner", "identifier"): (("system", "authority"), False),
    ("practitioner", "hpr_nr"): (("system", "authority"), True),
    ("practitioner", "authorization"): (_CODE, True),
    ("practitioner", "legal_entity"): (_IDENTIFIER, False),
    ("practitioner", "point_of_care"): (_IDENTIFIER, False),
    ("practitioner", "department"): (_IDENTIFIER, True),
    ("care_relationship", "healthcare_service"): (_CODE, True),
    ("care_relationship", "purpose_of_use"): (_CODE, False),
    ("care_relationship", "purpose_of_use_details"): (_CODE, True),
    ("care_relationship", "decision_ref"): (("id",), False),
    ("patients", "point_of_care"): (_IDENTIFIER, True),
    ("patients", "department"): (_IDENTIFIER, True),
}
_USER_SELECTED = "carerelationshipdecisionrefuserselected"


def read(body: bytes) -> TokenRequest:
    """The request in ``body``. Raises ``RequestFaults`` with everything that is wrong: members that are not known are named."""
    try:
        value = json.loads(body, object_pairs_hook=_members)
    except (ValueError, RecursionError):
        raise RequestFaults(["The body is no JSON object, or a member stands in it twice."]) from None
    reading = _Reading()
    request = reading.object(TokenRequest, value, "")
    if reading.faults or not isinstance(request, TokenRequest):
        raise RequestFaults(reading.faults or ["The body is no JSON object."])
    return request


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


@cache
def _table(kind: Any) -> dict[str, tuple[str, Any]]:
    """Fields of a dataclass and their types, by plain name."""
    hints = get_type_hints(kind)
    return {plain(it.name): (it.name, _without_none(hints[it.name])) for it in fields(kind)}


def _without_none(hint: Any) -> Any:
    return next((it for it in get_args(hint) if it is not NoneType), hint) if NoneType in get_args(hint) else hint


@cache
def _attest_table() -> tuple[dict[str, tuple[str, str, str]], dict[str, tuple[str, str]]]:
    """Values by plain name, and switches that omit an element. Two names of TTT are irregular."""
    values, switches = {}, {}
    for (part, element), (names, can_be_omitted) in _ATTEST.items():
        for name in names:
            values[plain(part + element + name)] = (part, element, name)
        if can_be_omitted:
            switches[plain(f"dont_set_{part}{element}")] = (part, element)
    for name in ("system", "assigner"):
        values[f"carerelationshiphealthcare{name}"] = values.pop(f"carerelationshiphealthcareservice{name}")
    return values, switches


class _Reading:
    """Reads members by the types of the dataclasses, and keeps what is wrong."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def _fault(self, where: str, wanted: str) -> None:
        self.faults.append(f"{where or 'The body'}: give {wanted}.")

    def value(self, kind: Any, value: Any, where: str) -> Any:
        """``value`` as ``kind``; None where it is not set or wrong."""
        if value is None or value == "" or (value == UNSET and kind is int):
            return None
        if kind in (str, bool, int):
            return self._scalar(kind, value, where)
        if get_origin(kind) is tuple:
            return self._list(get_args(kind)[0], value, where)
        if kind == Mapping[str, Any]:
            return self._key(value, where)
        if kind is AttestParameters:
            return self._attest(value, where)
        return self._choice(kind, value, where) if issubclass(kind, Enum) else self.object(kind, value, where)

    def _scalar(self, kind: type[Any], value: Any, where: str) -> Any:
        if type(value) is kind:
            return value
        self._fault(where, {str: "a text", bool: "true or false", int: "a whole number"}[kind])
        return None

    def _list(self, kind: Any, value: Any, where: str) -> Any:
        if not isinstance(value, list) or len(value) > MAX_LIST:
            return self._fault(where, f"an array of at most {MAX_LIST}")
        made = (self.value(kind, it, f"{where}[{at}]") for at, it in enumerate(value))
        return tuple(it for it in made if it is not None)

    def _key(self, value: Any, where: str) -> Any:
        """A JWK, as an object or as its text."""
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                value = None
        return value if isinstance(value, dict) else self._fault(where, "a JWK: a JSON object, or its text")

    def _choice(self, kind: type[Enum], value: Any, where: str) -> Any:
        for member in kind:
            if (value == member.value and type(value) is not bool) or (isinstance(value, str) and _same(value, member)):
                return member
        named = ", ".join(f"{it.value} ({_pascal(it.name)})" if isinstance(it.value, int) else it.value for it in kind)
        return self._fault(where, f"one of {named}")

    def object(self, kind: Any, value: Any, where: str) -> Any:
        """A dataclass of ``kind``; None where ``value`` is no object."""
        table = _table(kind)
        given = {}
        for name, member, found in self._named(value, where):
            if member not in table:
                self._unknown(where, name)
                continue
            field, of = table[member]
            made = self.value(of, found, _at(where, name))
            if made is not None:
                given[field] = made
        return kind(**given)

    def _attest(self, value: Any, where: str) -> AttestParameters:
        texts, switches = _attest_table()
        values: dict[tuple[str, str, str], str] = {}
        omitted: set[tuple[str, str]] = set()
        user_selected = None
        for name, member, found in self._named(value, where):
            at = _at(where, name)
            if member == _USER_SELECTED:
                user_selected = self.value(bool, found, at)
            elif member in switches:
                omitted.update([switches[member]] if self.value(bool, found, at) else ())
            elif member in texts:
                text = self.value(str, found, at)
                values.update({texts[member]: text} if text is not None else {})
            else:
                self._unknown(where, name)
        return AttestParameters(values=values, omitted=frozenset(omitted), user_selected=user_selected)

    def _named(self, value: Any, where: str) -> list[tuple[str, str, Any]]:
        """Members with their plain names, older names replaced."""
        if not isinstance(value, dict):
            self._fault(where, "a JSON object")
            return []
        found: dict[str, tuple[str, str, Any]] = {}
        for name, it in value.items():
            member = ALIASES.get(plain(name), plain(name))
            if member in found and found[member][2] != it:
                self._fault(_at(where, name), f"it once: {found[member][0]} is the same")
            found[member] = (name, member, it)
        return list(found.values())

    def _unknown(self, where: str, name: str) -> None:
        self.faults.append(f"{_at(where, name[:80])} is not known.")


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _same(value: str, member: Enum) -> bool:
    return plain(value) in (plain(member.name), str(member.value).lower())


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
