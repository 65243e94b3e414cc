"""The value of a patch operation: from a Parameters part to what the element holds in JSON.

Source: https://hl7.org/fhir/R4/fhirpatch.html: a data type stands in ``value[x]``, a type without a name of its own (a nested
element) in parts, one a child; and ``value`` must be of the type that the element has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions, ElementInfo


@dataclass(frozen=True, slots=True)
class Written:
    """``value`` (None: only a companion) and ``companion`` for the JSON key of ``element``."""

    element: ElementInfo
    value: Any
    companion: dict[str, Any] | None


class Unsuitable(Exception):
    """The value does not fit; the text, which goes on after the operation's name, says why."""


def written(part: dict[str, Any], choices: Sequence[ElementInfo], definitions: Definitions) -> Written:
    """What ``part`` (a Parameters part named ``value``, or after a child) puts into one of ``choices``, the elements of one FHIRPath
    name. Raises ``Unsuitable``."""
    name = choices[0].name
    if "part" in part:
        return _from_parts(part["part"], choices, definitions)
    if "resource" in part:
        if choices[0].type != "Resource":
            raise Unsuitable(f"{name} is no resource; give its value as value[x]")
        return Written(choices[0], json.copy(part["resource"]), None)
    keys = {key.lstrip("_") for key in part if key.lstrip("_").startswith("value")}
    if len(keys) != 1:
        raise Unsuitable(f"the part for {name} needs exactly one value[x], or parts where {name} has no data type of its own")
    key = keys.pop()
    element = _fitting(key.removeprefix("value"), choices, definitions)
    return Written(element, json.copy(part.get(key)), json.copy(part.get(f"_{key}")))


def _fitting(given: str, choices: Sequence[ElementInfo], definitions: Definitions) -> ElementInfo:
    """The element whose type is the one given, or of which the given one is a kind (a code for a string, and the other way)."""
    named = {element.type[:1].upper() + element.type[1:]: element for element in choices}
    if given in named:
        return named[given]
    family = _root(given[:1].lower() + given[1:], definitions)
    kin = [element for element in choices if family is not None and _root(element.type, definitions) == family]
    if len(kin) == 1:
        return kin[0]
    due = " or ".join(f"value{name}" if "." not in name else "parts" for name in sorted(named)[:8])
    raise Unsuitable(f"{choices[0].name} takes {due}, not value{given[:64]}")


def _root(type: str, definitions: Definitions) -> str | None:
    """The primitive that ``type`` is derived from in the end: string for code and id, uri for url, integer for positiveInt."""
    if type == "xhtml":
        return "string"
    info = definitions.type(type)
    if info is None or info.kind != "primitive-type":
        return None
    while info.base and info.base != "Element":
        base = definitions.type(info.base)
        if base is None:
            break
        info = base
    return info.name


def _from_parts(parts: Any, choices: Sequence[ElementInfo], definitions: Definitions) -> Written:
    if len(choices) != 1 or choices[0].is_primitive or choices[0].type == "Resource":
        raise Unsuitable(f"{choices[0].name} has a data type of its own; give its value as value[x], not in parts")
    if not isinstance(parts, list) or not parts:
        raise Unsuitable(f"the part for {choices[0].name} has no parts")
    element = choices[0]
    info = definitions.type(element.type)
    assert info is not None
    value: dict[str, Any] = {}
    for part in parts:
        name = part.get("name") if isinstance(part, dict) else None
        below = info.names.get(name) if isinstance(name, str) else None
        if below is None:
            raise Unsuitable(f"a part of {element.name} is named for none of its elements: {', '.join(info.names)}")
        put(value, written(part, below, definitions), below)
    return Written(element, value, None)


def put(container: dict[str, Any], new: Written, choices: Sequence[ElementInfo]) -> None:
    """Appends ``new`` where the element repeats, else sets it. Raises ``Unsuitable`` where it is there already, in any type."""
    element = new.element
    key = element.key
    if element.is_list:
        insert(container, element, size(container, key), new)
        return
    if any(other.key in container or f"_{other.key}" in container for other in choices):
        raise Unsuitable(f"{element.name} is there already and may stand once; use replace")
    assign(container, new)


def assign(container: dict[str, Any], new: Written) -> None:
    """Sets an element that doesn't repeat, with its companion."""
    for key, value in ((new.element.key, new.value), (f"_{new.element.key}", new.companion)):
        if value is None:
            container.pop(key, None)
        else:
            container[key] = value


def size(container: dict[str, Any], key: str) -> int:
    """How many items the array has, companions counted. Raises ``Unsuitable`` where it is no array."""
    arrays = [container[name] for name in (key, f"_{key}") if name in container]
    if not all(isinstance(array, list) for array in arrays):
        raise Unsuitable(f"{key} is not an array in this resource")
    return max(map(len, arrays), default=0)


def insert(container: dict[str, Any], element: ElementInfo, index: int, new: Written) -> None:
    """Puts ``new`` before the item at ``index``; values and companions stay side by side."""
    _splice(container, element.key, index, index, [(new.value, new.companion)])


def replace(container: dict[str, Any], key: str, index: int, new: Written) -> None:
    """Puts ``new`` in the place of the item at ``index``."""
    _splice(container, key, index, index + 1, [(new.value, new.companion)])


def remove(container: dict[str, Any], key: str, index: int) -> tuple[Any, Any]:
    """Takes the item at ``index`` out; gives back its value and companion."""
    return _splice(container, key, index, index + 1, [])[0]


def put_back(container: dict[str, Any], key: str, index: int, taken: tuple[Any, Any]) -> None:
    """Puts what ``remove`` took out before the item at ``index``."""
    _splice(container, key, index, index, [taken])


def _splice(container: dict[str, Any], key: str, start: int, end: int, new: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Replaces the items from ``start`` to ``end`` of the array and of its companions; an array of nulls alone is left out."""
    length = size(container, key)
    values, companions = container.get(key) or [], container.get(f"_{key}") or []
    pairs = [(values[at] if at < len(values) else None, companions[at] if at < len(companions) else None) for at in range(length)]
    taken = pairs[start:end]
    pairs[start:end] = new
    for name, array in ((key, [value for value, _ in pairs]), (f"_{key}", [companion for _, companion in pairs])):
        if any(item is not None for item in array):
            container[name] = array
        else:
            container.pop(name, None)
    return taken
