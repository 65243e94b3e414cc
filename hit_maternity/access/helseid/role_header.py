"""The role a practitioner acts in, as the header ``nhn-user-role`` tells it: URL-encoded JSON of a code of Volven 9060 (HPR category).

Confirmed by the national documentation: ``{"system": "urn:oid:2.16.578.1.12.4.1.1.9060", "code": "LE"}``, the whole value URL-encoded.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote_to_bytes

from hit_maternity.access.principal import Role
from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError

#: HPR category, as a FHIR system.
HPR_CATEGORY = "urn:oid:2.16.578.1.12.4.1.1.9060"

#: Its codes.
CODES = frozenset(
    (
        *("AA", "AT", "AU", "BI", "ET", "FA1", "FA2", "FB", "FO", "FT", "HE", "HF", "HP", "JO", "KE", "KI", "LE", "MT"),
        *("NP", "OA", "OI", "OP", "OR", "OS", "PE", "PM", "PS", "RA", "SP", "TH", "TL", "TP", "TT", "VE", "VP", "XX"),
    )
)

_MAX_LENGTH = 1024
_LIMITS = json.Limits(bytes=_MAX_LENGTH, depth=4, items=20)


def hpr_category(system: str | None) -> bool:
    """Whether ``system`` names HPR category, with or without ``urn:oid:``."""
    return system is not None and f"urn:oid:{system.removeprefix('urn:oid:')}" == HPR_CATEGORY


@lru_cache(maxsize=256)
def role_of(text: str) -> Role | str:
    """The role that the header's value tells of, or what is wrong with it, in words for the caller that hold nothing of the value."""
    if len(text) > _MAX_LENGTH:
        return f"is longer than {_MAX_LENGTH} characters"
    if not text.isascii() or any(c in text for c in '{}" '):
        return "is not URL-encoded; encode the whole JSON object"
    try:
        told = json.decode(unquote_to_bytes(text.replace("+", " ")), _LIMITS)
    except FhirError:
        return "is not URL-encoded JSON; each name may stand in it once"
    if not isinstance(told, dict) or not isinstance(told.get("system"), str) or not isinstance(told.get("code"), str):
        return "must be a JSON object with the texts system and code"
    if not hpr_category(told["system"]):
        return f"must have the system {HPR_CATEGORY}"
    if told["code"] not in CODES:
        return "has a code that is not in Volven 9060"
    return Role(HPR_CATEGORY, told["code"])
