"""Who is calling: one frozen value, made of a verified token and of nothing else.

An unverified token never leaves ``access.helseid`` or ``access.helsenorge``; whoever holds a ``Principal`` need not check it again.
Source: the claims that HelseID documents (https://utviklerportal.nhn.no, HelseID, claims) and the header set of the national record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of caller it is."""

    PRACTITIONER = "practitioner"  # a HelseID token with a person in it
    SYSTEM = "system"  # a HelseID token of a system alone (client_credentials)
    CITIZEN = "citizen"  # a Helsenorge token


@dataclass(frozen=True, slots=True)
class Organisation:
    """Where the caller works: organisation numbers of nine digits. ``legal_entity`` and ``point_of_care`` are HelseID's
    ``orgnr_parent`` and ``orgnr_child``; ``supplier`` holds the delegation of a multi-tenant client."""

    legal_entity: str | None = None
    point_of_care: str | None = None
    supplier: str | None = None
    name: str | None = None  # of the place of treatment, where the caller gave one


@dataclass(frozen=True, slots=True)
class Person:
    """The person at the keyboard. ``pid`` is the national id: it is never shown, logged or put in an address."""

    pid: str = field(repr=False)
    name: str | None = None
    hpr_number: str | None = None
    security_level: str | None = None
    subject: str | None = None  # the pseudonym that the issuer gives
    identity_provider: str | None = None  # who she logged in with
    authenticated: datetime | None = None  # when she logged in


@dataclass(frozen=True, slots=True)
class Role:
    """The role she acts in: HPR category of Volven 9060, such as LE, JO, SP."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose token, proof and headers have been verified.

    ``patient``: the national id of whom the call is about, where a header names one; for a citizen the represented person, who may be
    another than ``person`` (a proxy). ``attest``: the care relationship (``access.helseid.attest``) or None. ``actors``: the chain of
    systems that exchanged the token, nearest first. ``token_id`` and ``issued``: the token's id and when it was made; ``proof_key``,
    ``proof_id``, ``proof_until``: the proof of possession, which is used up by the call and can't be used at all after ``proof_until``.
    ``flags``: what the access log notes of the care relationship (``access.helseid.attest.rules``).
    """

    kind: Kind
    issuer: str
    client_id: str
    scopes: frozenset[str] = frozenset()
    client_name: str | None = None
    organisation: Organisation = field(default_factory=Organisation)
    person: Person | None = None
    role: Role | None = None
    attest: Any = None
    patient: str | None = field(default=None, repr=False)
    actors: tuple[Mapping[str, Any], ...] = ()
    token_id: str = ""
    issued: datetime | None = None
    proof_key: str | None = None
    proof_id: str | None = None
    proof_until: datetime | None = None
    source_system: str | None = None
    event_id: str | None = None
    access_basis: str | None = None
    flags: frozenset[str] = frozenset()
