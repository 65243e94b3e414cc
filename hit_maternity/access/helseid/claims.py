"""From verified claims to who is calling: a ``Principal`` and what it lacks.

Confirmed by HelseID's documentation: the names of the claims and their types, security level ``"4"`` as text, ``scope`` as array. The
national record's: both organisation numbers are required. Inferred: the members of ``act``. A user is there where the pid is, never
where ``sub`` is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hit_maternity.access.helseid.attest.inert import inert
from hit_maternity.access.helseid.jose_checks import is_integer
from hit_maternity.access.principal import Kind, Organisation, Person, Principal
from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError

IDENTITY, CLIENT = "helseid://claims/identity/", "helseid://claims/client/"
PID, SECURITY_LEVEL = f"{IDENTITY}pid", f"{IDENTITY}security_level"
HPR_NUMBER, HPR_DETAILS = "helseid://claims/hpr/hpr_number", "helseid://claims/hpr/hpr_details"
LEGAL_ENTITY, POINT_OF_CARE, SUPPLIER = (f"{CLIENT}claims/orgnr_{name}" for name in ("parent", "child", "supplier"))
ATTEST = "nhn:tillitsrammeverk:parameters"

#: What only a token with a user has: without a pid it is none of a system either.
_OF_USERS = (SECURITY_LEVEL, HPR_NUMBER, HPR_DETAILS, f"{IDENTITY}pid_pseudonym", f"{IDENTITY}assurance_level", "sid", "idp", "auth_time")
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
_NINE_DIGITS = re.compile(r"[0-9]{9}")
_MAX_TEXT = 256
_MAX_ACTORS = 8
_MOMENTS = range(0, 2**34)


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a caller's token must hold. ``scopes``: one of them; ``security_levels``: of users; ``point_of_care``: whether the place of
    treatment must be named; ``actors``: client ids of systems that may have exchanged the token."""

    scopes: frozenset[str]
    security_levels: frozenset[str] = frozenset({"4"})
    point_of_care: bool = True
    actors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Caller:
    """``faults``: every rule of ``challenge.REFUSALS`` that the token breaks; ``authorisations``: codes of Volven 9060 that the token says
    the user has, empty where it says nothing."""

    principal: Principal
    faults: tuple[str, ...]
    authorisations: frozenset[str]


def caller_of(claims: Mapping[str, Any], required: Requirements) -> Caller:
    """Who holds a token with these verified claims."""
    organisation = Organisation(*(_number(claims.get(name)) for name in (LEGAL_ENTITY, POINT_OF_CARE, SUPPLIER)))
    pid, actors = claims.get(PID), tuple(_actors(claims.get("act")))
    principal = Principal(
        kind=Kind.PRACTITIONER if PID in claims else Kind.SYSTEM,
        issuer=claims["iss"],
        client_id=claims["client_id"],
        scopes=scopes_of(claims.get("scope")),
        client_name=name_of(claims.get(f"{CLIENT}client_name")),
        organisation=organisation,
        person=_person(claims, pid) if isinstance(pid, str) else None,
        actors=actors,
        token_id=claims["jti"],
        issued=moment_of(claims["iat"]),
    )
    faults = tuple(_faults(claims, principal, required))
    return Caller(principal, faults, authorisations_of(claims.get(HPR_DETAILS)))


def _faults(claims: Mapping[str, Any], principal: Principal, required: Requirements) -> Iterator[str]:
    if principal.scopes.isdisjoint(required.scopes):
        yield "scope-missing"
    if PID in claims:
        if principal.person is None or not _ELEVEN_DIGITS.fullmatch(principal.person.pid):
            yield "pid-invalid"
        level = claims.get(SECURITY_LEVEL)
        if not isinstance(level, str) or level not in required.security_levels:
            yield "security-level"
    elif any(name in claims for name in _OF_USERS):
        yield "pid-missing"
    if principal.organisation.legal_entity is None:
        yield "organisation-missing"
    if required.point_of_care and principal.organisation.point_of_care is None:
        yield "point-of-care-missing"
    if "act" in claims and not (principal.actors and all(a["client_id"] in required.actors for a in principal.actors)):
        yield "actor-not-accepted"


def _person(claims: Mapping[str, Any], pid: str) -> Person:
    number = claims.get(HPR_NUMBER)
    return Person(
        pid=pid,
        name=name_of(claims.get("name")),
        hpr_number=str(number) if is_integer(number) else text_of(number),
        security_level=text_of(claims.get(SECURITY_LEVEL)),
        subject=text_of(claims.get("sub")),
        identity_provider=text_of(claims.get("idp")),
        authenticated=moment_of(claims.get("auth_time")),
    )


def scopes_of(told: object) -> frozenset[str]:
    """The scopes of an array of texts or of one text with spaces between them."""
    if isinstance(told, str):
        told = told.split(" ")
    return frozenset(s for s in told if isinstance(s, str) and s) if isinstance(told, list) else frozenset()


def text_of(told: object) -> str | None:
    """A text of a claim, cut to what is kept of it; None for anything else and for an empty one."""
    return told[:_MAX_TEXT] if isinstance(told, str) and told else None


def name_of(told: object) -> str | None:
    """A name that is shown to people, made harmless; None for anything that is no text."""
    return inert(told) or None if isinstance(told, str) else None


def moment_of(told: object) -> datetime | None:
    """A moment told in seconds since 1970; None for anything else."""
    return datetime.fromtimestamp(told, UTC) if is_integer(told) and told in _MOMENTS else None


def authorisations_of(details: object) -> frozenset[str]:
    """The professions of ``hpr_details``, which may have become a JSON text on its way; empty for anything else."""
    if isinstance(details, str):
        try:
            details = json.decode(details.encode())
        except FhirError:
            return frozenset()
    approvals = details.get("approvals") if isinstance(details, dict) else None
    found = (a.get("profession") for a in approvals if isinstance(a, dict)) if isinstance(approvals, list) else ()
    return frozenset(p for p in found if isinstance(p, str))


def _number(told: object) -> str | None:
    return told if isinstance(told, str) and _NINE_DIGITS.fullmatch(told) else None


def _actors(act: object) -> Iterator[Mapping[str, Any]]:
    """The systems that exchanged the token, nearest first; what is no actor is one without a client id."""
    for _ in range(_MAX_ACTORS):
        if act is None:
            return
        told = act if isinstance(act, dict) else {}
        yield {
            "client_id": text_of(told.get("client_id")),
            "issuer": text_of(told.get("iss")),
            "legal_entity": _number(told.get(LEGAL_ENTITY)),
        }
        act = told.get("act")
    yield {"client_id": None, "issuer": None, "legal_entity": None}
