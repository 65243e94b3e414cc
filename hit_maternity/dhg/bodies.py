"""The body of a call: decoded, its ``metadata`` taken off, checked with every fault at once, its codes filled in.

Confirmed by the national documentation: DHG-0011, 0012 and 0016 for what is wrong with a body, ``metadata.version`` in an update. Ours:
``details``, and what ``metadata`` holds beside the version is let pass, as clients may send back what they were given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hit_maternity.dhg.codes.codes import SYSTEM
from hit_maternity.dhg.desk import Call, Desk
from hit_maternity.dhg.errors import DhgError
from hit_maternity.dhg.models import Fault, check
from hit_maternity.dhg.moments import day
from hit_maternity.fhir.json import Limits, decode
from hit_maternity.fhir.outcome import FhirError

#: The largest body, in bytes; a whole record with forty weeks of appointments has some forty thousand.
MOST_BYTES = 1024 * 1024
_LIMITS = Limits(bytes=MOST_BYTES, depth=16, items=2000)
METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Sent:
    """``value``: the members of the body but ``metadata``; ``version``: that of its metadata."""

    value: dict[str, Any]
    version: int | None = None
    faults: tuple[Fault, ...] = ()


def sent(call: Call, *, versioned: bool, may_be_empty: bool = False) -> Sent:
    """The body of a call. ``versioned``: it must name the version that it rests on; what is wrong with that is among the faults.

    Raises ``DhgError`` DHG-0011.
    """
    if may_be_empty and not call.body.strip():
        return Sent({})
    try:
        value = decode(call.body, _LIMITS)
    except FhirError as fault:
        words = " ".join(issue.text for issue in fault.issues)
        raise DhgError("DHG-0011", text=words, status=413 if fault.status == 413 else None) from None
    if not isinstance(value, dict):
        raise DhgError("DHG-0011")
    told = value.pop(METADATA, None)
    version, faults = _version(told, versioned)
    return Sent(value, version, faults)


def _version(told: Any, required: bool) -> tuple[int | None, tuple[Fault, ...]]:
    place = f"{METADATA}.version"
    if told is None:
        missing = Fault(place, "required", "Send the version that you have read: the change rests on it.")
        return None, (missing,) if required else ()
    if not isinstance(told, dict):
        return None, (Fault(METADATA, "object", "This is no object; write its fields in braces."),)
    version = told.get("version")
    if version is None:
        return _version(None, required)
    if type(version) is not int or not 1 <= version <= 2**31 - 1:
        return None, (Fault(place, "version", "A version is a whole number from 1."),)
    return version, ()


def checked(desk: Desk, name: str, given: Sent) -> dict[str, Any]:
    """The body of resource type ``name`` in its normal form. Raises ``DhgError`` DHG-0012 and DHG-0016 with every fault."""
    body, faults = judged(desk, name, given.value)
    refuse([*given.faults, *faults])
    return body


def judged(desk: Desk, name: str, value: Any, path: str = "") -> tuple[dict[str, Any], list[Fault]]:
    """The same with its faults; ``path``: where the value stands in the body."""
    today = day(desk.server.clock.now())
    found = check(name, value, today=today, tolerate=desk.options.tolerate)
    body, faults = found.body, list(found.faults)
    if not faults:
        filled = desk.codes.fill(name, body)
        body, faults = filled.body, list(filled.faults)
    return body, [Fault(_below(path, fault.path), fault.rule, fault.words) for fault in faults]


def _below(path: str, inner: str) -> str:
    if not path:
        return inner
    return path if inner == "$" else f"{path}.{inner}"


def refuse(faults: Sequence[Fault]) -> None:
    """Raises ``DhgError`` where there are any: DHG-0016 where all of them are of code systems."""
    if faults:
        raise DhgError("DHG-0016" if all(fault.rule == SYSTEM for fault in faults) else "DHG-0012", tuple(faults))
