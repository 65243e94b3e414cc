"""How ``CodeAndSystem.codeSystem`` is spelt, and which FHIR address that is.

Canonical is ``VOLVEN_`` and the number (national documentation); the OID, bare or with ``urn:oid:``, is met too (a public client).
"""

from __future__ import annotations

import re

_VOLVEN = "2.16.578.1.12.4.1.1."
_NAMED = re.compile(r"VOLVEN_([1-9]\d{0,9})", re.ASCII).fullmatch
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+", re.ASCII).fullmatch


def uri_of(spelling: str) -> str:
    """The address of the code system that is spelt so, such as ``urn:oid:2.16.578.1.12.4.1.1.9043``; what is no OID is one itself."""
    named = _NAMED(spelling)
    if named:
        return f"urn:oid:{_VOLVEN}{named[1]}"
    return f"urn:oid:{spelling}" if _OID(spelling) else spelling


def canonical(uri: str) -> str:
    """How the national record spells the system with this address."""
    number = uri.removeprefix(f"urn:oid:{_VOLVEN}")
    return f"VOLVEN_{number}" if number != uri and _NAMED(f"VOLVEN_{number}") else uri
