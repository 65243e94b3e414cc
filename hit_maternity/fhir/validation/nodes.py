"""Reading values out of a resource by FHIR name, whatever key they stand under."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.validation.walk import Path


@dataclass(slots=True)  # frozen would cost three times as much to make
class Item:
    """A value with what is known of it: its ``_`` companion, its type, its place. The value of a complex type is an object or
    None; that of a primitive neither an object nor an array. ``known``: what was read under it before, by name."""

    value: Any
    companion: Any
    info: ElementInfo
    path: Path
    known: dict[str, list[Item]] | None = None

    @property
    def type(self) -> str:
        """The type's name; of a resource, the one it says."""
        if self.info.type == "Resource" and type(self.value) is dict:
            return str(self.value.get("resourceType"))
        return self.info.type


#: How one element is read: (element, its key, the key of its companions or None, whether it repeats).
_Plan = tuple[tuple[ElementInfo, str, str | None, bool], ...]


class Reader:
    """Reads what stands under a FHIR name; how is worked out once for each type and name."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._plans: dict[tuple[str, str], _Plan] = {}

    def children(self, item: Item, name: str) -> list[Item]:
        """The items under ``name`` (also a choice's whole key, ``valueQuantity``); of a primitive only its id and extensions. The list is
        the item's own: nobody changes it."""
        known = item.known
        if known is None:
            known = item.known = {}
        elif (there := known.get(name)) is not None:
            return there
        if item.info.is_primitive:
            owner, kind = item.companion, "Element"
        else:
            owner, kind = item.value, item.type
        if type(owner) is not dict:
            return []
        plan = self._plans.get((kind, name))
        if plan is None:
            plan = self._plans[kind, name] = self._plan(kind, name)
        found: list[Item] = []
        known[name] = found
        for element, key, under, is_list in plan:
            value = owner.get(key)
            companion = owner.get(under) if under else None
            if value is None and companion is None:
                continue
            if is_list:
                found.extend(_spread(value, companion, element, item.path))
            else:
                found.append(Item(_shaped(value, element), companion, element, (item.path, element, None, item.path[3] + 1)))
        return found

    def _plan(self, kind: str, name: str) -> _Plan:
        info = self._definitions.type(kind)
        elements = (info.names.get(name) or tuple(e for e in info.elements.values() if e.key == name)) if info else ()
        return tuple((e, e.key, f"_{e.key}" if e.is_primitive else None, e.is_list) for e in elements)


def _shaped(value: Any, element: ElementInfo) -> Any:
    """``value``, or None where it hasn't the JSON shape of its type, which ``structure`` has told by then."""
    kind = type(value)
    fits = kind is not dict and kind is not list if element.is_primitive else kind is dict
    return value if fits else None


def _spread(value: Any, companion: Any, element: ElementInfo, path: Path) -> list[Item]:
    depth = path[3] + 1
    values = value if type(value) is list else []
    if companion is None:
        return [Item(_shaped(v, element), None, element, (path, element, i, depth)) for i, v in enumerate(values)]
    pairs = zip_longest(values, companion if type(companion) is list else [])
    return [Item(_shaped(v, element), c, element, (path, element, i, depth)) for i, (v, c) in enumerate(pairs)]


def _number(value: Any) -> Decimal | None:
    if isinstance(value, float):
        return Decimal(str(value))
    return json.decimal(value) if json.is_number(value) else None


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal, numbers by value."""
    if isinstance(left, dict):
        return isinstance(right, dict) and left.keys() == right.keys() and all(same(v, right[k]) for k, v in left.items())
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, bool) or isinstance(right, bool) or isinstance(left, str):
        return type(left) is type(right) and bool(left == right)
    number = _number(left)
    return number == _number(right) if number is not None else left is right


def matches(value: Any, pattern: Any) -> bool:
    """Whether ``value`` has all that ``pattern`` has (elementdefinition.html, pattern[x])."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(k in value and matches(value[k], p) for k, p in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(matches(v, p) for v in value) for p in pattern)
    return same(value, pattern)
