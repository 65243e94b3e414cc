"""What a call's own headers say beside token and proof: role, patient, source system, trace id, basis of access, place of treatment.

Each has its national name and the older one, which is accepted too. Confirmed by the national documentation: the names, the length of
source system and trace id, URL encoding of the place's name. Inferred: the values of the basis of access that siblings of the national
service use, and that one header sent under both names must say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from hit_maternity.access.helseid.attest.inert import inert
from hit_maternity.access.helseid.role_header import role_of
from hit_maternity.access.principal import Role
from hit_maternity.fhir.outcome import Issue

ACCESS_BASES = frozenset(("UNNTAK", "SAMTYKKE", "AKUTT", "FORHOYET_SAMTYKKE", "FORHOYET_AKUTT"))

_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
_TRACE_ID = re.compile(r"[!-~](?:[ -~]{0,126}[!-~])?")


@dataclass(frozen=True, slots=True)
class CallHeaders:
    """``patient``: a national id of eleven digits; ``facility``: the name of the place of treatment."""

    role: Role | None = None
    patient: str | None = None
    source_system: str | None = None
    event_id: str | None = None
    access_basis: str | None = None
    facility: str | None = None


class Header(NamedTuple):
    """``read`` gives the value, or None where it is wrong; ``wrong`` says what it must be."""

    names: tuple[str, ...]
    read: Callable[[str], str | None]
    wrong: str


@lru_cache(maxsize=256)
def _source_system(text: str) -> str | None:
    told = _as_utf8(text)
    return inert(told, 512) if 3 <= len(told) <= 512 and told.isprintable() else None


@lru_cache(maxsize=256)
def _facility(text: str) -> str | None:
    if len(text) > 1536:
        return None
    try:
        told = unquote(_as_utf8(text).replace("+", " "), errors="strict")
    except UnicodeDecodeError:
        return None
    return inert(told, 512) or None if len(told) <= 512 and told.isprintable() else None


def _as_utf8(text: str) -> str:
    """A header's value as what it was meant for: names may come as UTF-8 or as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


_HEADERS = {
    "patient": Header(
        ("nhn-patient-nin", "hit-patient-pid"),
        lambda text: text if _ELEVEN_DIGITS.fullmatch(text) else None,
        "must be a national id of eleven digits",
    ),
    "source_system": Header(
        ("nhn-source-system", "hit-source-system"), _source_system, "must name the system and its version in 3 to 512 characters"
    ),
    "event_id": Header(
        ("nhn-event-id", "hit-event-id"),
        lambda text: text if _TRACE_ID.fullmatch(text) else None,
        "must be 1 to 128 printable ASCII characters",
    ),
    "access_basis": Header(
        ("nhn-access-basis", "hit-access-basis"),
        lambda text: text if text in ACCESS_BASES else None,
        f"must be one of {', '.join(sorted(ACCESS_BASES))}",
    ),
    "facility": Header(("nhn-treatment-facility-name",), _facility, "must be the URL-encoded name of a place in at most 512 characters"),
}
_ROLE = ("nhn-user-role", "hit-user-role")


def read_call_headers(headers: Mapping[str, str]) -> tuple[CallHeaders, list[Issue]]:
    """What the headers (names in lower case) say, and every fault of them, rule ``header-invalid`` or ``header-conflict``; the words name
    the header and hold nothing of its value."""
    issues: list[Issue] = []
    values: dict[str, str | None] = {}
    for name, header in _HEADERS.items():
        text = _sent(headers, header.names, issues)
        if text is None:
            continue
        values[name] = header.read(text)
        if values[name] is None:
            issues.append(_invalid(header.names[0], header.wrong))
    role = _sent(headers, _ROLE, issues)
    told = role_of(role) if role is not None else None
    if isinstance(told, str):
        issues.append(_invalid(_ROLE[0], told))
        told = None
    return CallHeaders(role=told, **values), issues


def _sent(headers: Mapping[str, str], names: tuple[str, ...], issues: list[Issue]) -> str | None:
    found = [headers[name] for name in names if name in headers]
    if len(found) > 1 and len(set(found)) > 1:
        text = f"The headers {' and '.join(names)} mean the same and say different things; send {names[0]} only."
        issues.append(Issue("invalid", "header-conflict", text))
        return None
    return found[0] if found else None


def _invalid(name: str, wrong: str) -> Issue:
    return Issue("invalid", "header-invalid", f"The header {name} {wrong}.")
