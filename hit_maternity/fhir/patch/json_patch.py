"""JSON Patch on a resource, every number kept as it was spelt.

Source: RFC 6902, https://hl7.org/fhir/R4/http.html#patch. The operations are carried out by the library ``jsonpatch``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import jsonpatch
import jsonpointer

from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.patch.identity import demand_same_resource

#: For each operation the members it needs beside ``op`` and ``path``.
_MEMBERS: dict[str, tuple[str, ...]] = {
    "add": ("value",), "remove": (), "replace": ("value",), "move": ("from",), "copy": ("from",), "test": ("value",),
}  # fmt: skip
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")
_MOST_OPERATIONS = 10_000
#: Values that all copies may make, and that all moves and copies together may look at.
_MOST_COPIED = 100_000
_MOST_WORK = 2_000_000


class _Spelt(Decimal):
    """A decimal that compares by its value, can be copied, and still knows how it was spelt."""

    spelling: json.LosslessFloat

    def __deepcopy__(self, memo: Any) -> _Spelt:
        return self


def _comparable(value: Any) -> Any:
    """A deep copy in which numbers compare by value."""
    if isinstance(value, dict):
        return {key: _comparable(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_comparable(child) for child in value]
    if isinstance(value, json.LosslessFloat):
        spelt = _Spelt(json.decimal(value))
        spelt.spelling = value
        return spelt
    return value


def _spelt(value: Any) -> Any:
    """``_comparable`` undone."""
    if isinstance(value, dict):
        return {key: _spelt(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_spelt(child) for child in value]
    return value.spelling if isinstance(value, _Spelt) else value


def apply_json_patch(resource: dict[str, Any], operations: Any, limits: json.Limits = json.DEFAULT_LIMITS) -> dict[str, Any]:
    """The resource that the operations, one after another, make of ``resource``, which stays as it is.

    Raises ``FhirError`` 400 ``json-patch-malformed`` with every fault of the document; 422 ``json-patch-not-applicable``,
    ``json-patch-test-failed``, ``json-patch-too-costly``, ``patch-identity``. Texts count operations from 0.
    """
    _check(operations)
    changed = _comparable(resource)
    copied = work = 0
    for place, operation in enumerate(operations):
        cost = _cost(changed, operation, place, limits)
        work += cost
        copied += cost if operation["op"] == "copy" else 0
        if copied > _MOST_COPIED or work > _MOST_WORK:
            raise _refused(place, operation, "json-patch-too-costly", "too many values are copied or moved; send the result by PUT")
        changed = _apply(changed, operation, place)
    return demand_same_resource(resource, _spelt(changed))


def _check(operations: Any) -> None:
    """Raises ``FhirError`` 400 with everything that is wrong with the document itself."""
    if not isinstance(operations, list):
        faults = ["A JSON Patch is an array of operations"]
    elif len(operations) > _MOST_OPERATIONS:
        faults = [f"The patch has more than {_MOST_OPERATIONS:,} operations; send the result by PUT"]
    else:
        faults = [f"Operation {place}{fault}" for place, operation in enumerate(operations) for fault in _faults(operation)]
    if faults:
        raise FhirError(400, [Issue("invalid", "json-patch-malformed", f"{fault}.") for fault in faults[:100]])


def _faults(operation: Any) -> list[str]:
    if not isinstance(operation, dict):
        return [" is not an object"]
    kind = operation.get("op")
    if not isinstance(kind, str) or kind not in _MEMBERS:
        return [f" has no op, or an unknown one; op is one of {', '.join(_MEMBERS)}"]
    faults = [f" ({kind}) lacks the member {name}" for name in ("path", *_MEMBERS[kind]) if name not in operation]
    for name in ("path", "from"):
        if name in operation and (name == "path" or kind in ("move", "copy")):
            pointer = operation[name]
            if not isinstance(pointer, str) or not _POINTER.fullmatch(pointer):
                faults.append(f" ({kind}): {name} is not a JSON Pointer, such as /name/0/family (RFC 6901)")
    return faults


def _cost(changed: Any, operation: dict[str, Any], place: int, limits: json.Limits) -> int:
    """How many values the operation puts somewhere. Raises ``FhirError`` 422 where its result would be nested too deep."""
    kind, path = operation["op"], operation["path"]
    if kind in ("remove", "test"):
        return 0
    value = operation.get("value")
    if kind in ("move", "copy"):
        found = jsonpointer.JsonPointer(operation["from"])
        try:
            value = found.resolve(changed)
        except jsonpointer.JsonPointerException:
            raise _refused(place, operation, "json-patch-not-applicable", _missing(changed, operation["from"], "from")) from None
    try:
        json.check_depth(value, json.Limits(depth=max(limits.depth - path.count("/"), 0)))
    except FhirError:
        text = f"the result is nested deeper than {limits.depth}"
        raise _refused(place, operation, "json-patch-too-costly", text) from None
    return sum(1 for _ in json.leaves(value)) + 1


def _apply(changed: Any, operation: dict[str, Any], place: int) -> Any:
    if "value" in operation:
        operation = {**operation, "value": _comparable(operation["value"])}
    try:
        return jsonpatch.JsonPatch([operation]).apply(changed, in_place=True)
    except jsonpatch.JsonPatchTestFailed:
        text = _missing(changed, operation["path"], "path") or "the value there is another than the operation says"
        raise _refused(place, operation, "json-patch-test-failed", text) from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, ValueError):
        text = _missing(changed, operation["path"], "path") or "its path can't be used so"
        raise _refused(place, operation, "json-patch-not-applicable", text) from None


def _missing(changed: Any, pointer: str, name: str) -> str:
    """How far ``pointer`` leads, in words; empty where it leads to its end."""
    value, reached = changed, ""
    for token in pointer.split("/")[1:]:
        step = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 9 and int(step) < len(value):
            value = value[int(step)]
        else:
            at = reached or "the resource itself"
            held = f"an array of {len(value)}" if isinstance(value, list) else "an object" if isinstance(value, dict) else "a single value"
            return f"{name} leads nowhere: {at} is {held} without '{step[:64]}'"
        reached = f"{reached}/{token}"
    return ""


def _refused(place: int, operation: dict[str, Any], rule: str, text: str) -> FhirError:
    code = "too-costly" if rule.endswith("costly") else "processing"
    return FhirError(422, [Issue(code, rule, f"Operation {place} ({operation['op']} {operation['path'][:200]}): {text}.")])
