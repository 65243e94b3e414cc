"""What a call's own headers say: source system, role, patient, place. Their names and values are confirmed by the national documentation,
in both generations."""

from __future__ import annotations

import json
import re
from typing import Literal
from urllib.parse import quote
from uuid import uuid4

from hit_maternity.client.errors import NATIONAL_ID

Generation = Literal["nhn", "hit"]
Headers = tuple[tuple[str, str], ...]

ROLE_SYSTEM = "urn:oid:2.16.578.1.12.4.1.1.9060"
PATIENT: dict[Generation, str] = {"nhn": "nhn-patient-nin", "hit": "hit-patient-pid"}
EVENT: dict[Generation, str] = {"nhn": "nhn-event-id", "hit": "hit-event-id"}
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
_ROLE = re.compile(r"[A-Z][A-Z0-9]{1,2}")


def national_id(text: str) -> str:
    """``text``, which is a national id in form. Raises ``ValueError``, whose words don't hold it."""
    if not _ELEVEN_DIGITS.fullmatch(text):
        raise ValueError("A national id has eleven digits.")
    return text


def event_id() -> str:
    """A new trace id: a UUID in which nobody takes a run of digits for a national id."""
    made = str(uuid4())
    return event_id() if re.search(r"[0-9]{11}", made) else made


def role_header(code: str) -> str:
    """The value of ``nhn-user-role`` for an HPR category. Raises ``ValueError``."""
    if not _ROLE.fullmatch(code):
        raise ValueError("A role is an HPR category, such as JO, LE, SP.")
    return quote(json.dumps({"system": ROLE_SYSTEM, "code": code}, separators=(",", ":")), safe="")


def fixed_headers(
    generation: Generation, source_system: str, role: str | None, facility: str | None = None, access_basis: str | None = None
) -> Headers:
    """The headers that are the same in every call. Raises ``ValueError``."""
    if generation not in PATIENT:
        raise ValueError("generation is nhn or hit.")
    if not 3 <= len(source_system) <= 512 or not source_system.isprintable():
        raise ValueError("source_system names the system and its version in 3 to 512 characters.")
    told = [(f"{generation}-source-system", source_system)]
    if role is not None:
        told.append((f"{generation}-user-role", role_header(role)))
    if facility is not None:
        told.append(("nhn-treatment-facility-name", quote(facility, safe="")))
    if access_basis is not None:
        told.append((f"{generation}-access-basis", access_basis))
    return tuple(told)


def segment(text: str) -> str:
    """``text`` as one segment of a path. Raises ``ValueError``: for a national id above all, which has no place in an address."""
    if not text or text in (".", "..") or NATIONAL_ID.search(text):
        raise ValueError("An id or name in an address is not empty, not dots, and never a national id.")
    return quote(text, safe="$")
