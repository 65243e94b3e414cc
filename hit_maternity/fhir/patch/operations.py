"""The operations that a FHIRPath Patch, a Parameters resource, asks for.

Source: https://hl7.org/fhir/R4/fhirpatch.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir.outcome import FhirError, Issue

_TEXT, _NUMBER, _VALUE = "text", "number", "value"
_PARTS: dict[str, str] = {
    "type": _TEXT, "path": _TEXT, "name": _TEXT, "index": _NUMBER, "source": _NUMBER, "destination": _NUMBER, "value": _VALUE,
}  # fmt: skip
#: The parts that each type of operation needs beside type and path.
_NEEDED: dict[str, tuple[str, ...]] = {
    "add": ("name", "value"), "insert": ("index", "value"), "delete": (), "replace": ("value",), "move": ("source", "destination"),
}  # fmt: skip
_LONGEST_PATH = 2_000


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; ``place``: its index in the patch, from 0."""

    place: int
    type: str
    parts: dict[str, Any]  # path, name: str; index, source, destination: int; value: the whole part

    def refuse(self, text: str, rule: str = "fhirpath-patch-not-applicable") -> FhirError:
        """A 422 that names the operation, to be raised by the caller."""
        where = f"Parameters.parameter[{self.place}]"
        return FhirError(422, [Issue("processing", rule, f"Operation {self.place} ({self.type}): {text}.", where)])


def operations_of(parameters: Any) -> list[Operation]:
    """In their order. Raises ``FhirError`` 400 ``fhirpath-patch-malformed`` with everything that is wrong with the document itself."""
    if not isinstance(parameters, dict) or parameters.get("resourceType") != "Parameters":
        raise FhirError(400, [Issue("structure", "fhirpath-patch-malformed", "A FHIRPath Patch is a Parameters resource.")])
    listed = parameters.get("parameter", [])
    if not isinstance(listed, list):
        raise FhirError(
            400, [Issue("structure", "fhirpath-patch-malformed", "Parameters.parameter is not an array.", "Parameters.parameter")]
        )
    issues: list[Issue] = []
    operations = []
    for place, parameter in enumerate(listed):
        parts, faults = _parts(parameter)
        where = f"Parameters.parameter[{place}]"
        issues += [Issue("structure", "fhirpath-patch-malformed", f"Operation {place}: {fault}.", where) for fault in faults]
        operations.append(Operation(place, parts.get("type", ""), parts))
    if issues:
        raise FhirError(400, issues[:100])
    return operations


def _parts(parameter: Any) -> tuple[dict[str, Any], list[str]]:
    """The parts of one operation by name, and what is wrong with them."""
    if not isinstance(parameter, dict) or parameter.get("name") != "operation" or not isinstance(parameter.get("part"), list):
        return {}, ["it is not a parameter named operation with parts"]
    parts: dict[str, Any] = {}
    faults: list[str] = []
    for part in parameter["part"]:
        name = part.get("name") if isinstance(part, dict) else None
        if not isinstance(name, str) or name not in _PARTS:
            faults.append(f"a part has no name, or an unknown one; parts are {', '.join(_PARTS)}")
        elif name in parts:
            faults.append(f"the part {name} stands twice")
        else:
            value, fault = _part(part, _PARTS[name])
            parts[name] = value
            faults += [f"the part {name} {fault}"] if fault else []
    kind = parts.get("type")
    if not isinstance(kind, str) or kind not in _NEEDED:
        return parts, [*faults, f"the part type is missing or unknown; it is one of {', '.join(_NEEDED)}"]
    faults += [f"{kind} needs the part {name}" for name in ("path", *_NEEDED[kind]) if name not in parts]
    return parts, faults


def _part(part: dict[str, Any], kind: str) -> tuple[Any, str]:
    """The value of a part, and what is wrong with it."""
    if kind == _VALUE:
        return part, ""
    held = [value for key, value in part.items() if key.startswith("value")]
    value = held[0] if len(held) == 1 else None
    if kind == _TEXT:
        fits = isinstance(value, str) and 0 < len(value) <= _LONGEST_PATH
        return value, "" if fits else f"needs a valueString (valueCode for type) of at most {_LONGEST_PATH} characters"
    return value, "" if type(value) is int and value >= 0 else "needs a valueInteger of 0 or more"
