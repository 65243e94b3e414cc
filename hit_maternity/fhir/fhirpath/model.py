"""The type layer: which JSON keys an element name stands for, on each type of the definitions.

A *reach* reads the JSON object that holds the keys and appends the Items it finds; a *presence* only tells whether there
is one. Both are made once for a type and name and do no look-ups in the definitions afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.fhirpath.item import Item, system_type

Reach = Callable[[dict[str, Any], list[Item]], None]
Presence = Callable[[dict[str, Any]], bool]

#: Types whose instances say by themselves what they are.
ABSTRACT = frozenset({"Resource", "DomainResource"})


class Model:
    """The definitions as FHIRPath walks them."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._reaches: dict[tuple[str, str], Reach | None] = {}
        self._kinship: dict[tuple[str, str], bool] = {}

    def fields(self, type: str, name: str) -> tuple[ElementInfo, ...]:
        """The elements that ``name`` reaches from ``type``; a primitive's own ``value`` is the primitive itself, so not one."""
        info = self.definitions.type(type)
        if info is None or (name == "value" and info.kind == "primitive-type"):
            return ()
        found = info.names.get(name, ())
        if name == "id" and info.kind == "resource":  # R4's snapshots say string; the specification, Resource.id, says id
            return tuple(replace(f, type="id") for f in found)
        return found

    def knows(self, type: str) -> bool:
        return self.definitions.type(type) is not None

    def is_primitive(self, type: str) -> bool:
        return type[:1].islower()

    def is_a(self, type: str, ancestor: str) -> bool:
        """Whether FHIR type ``type`` is ``ancestor`` or derives from it."""
        if type == ancestor:
            return True
        pair = (type, ancestor)
        known = self._kinship.get(pair)
        if known is None:
            known = self._kinship[pair] = self.definitions.is_a(type, ancestor)
        return known

    def type_of(self, value: Any) -> str:
        """The type of a value that nothing else is known of."""
        if type(value) is dict and "resourceType" in value:
            return self.resource_type(value)
        return system_type(value)

    def resource_type(self, value: Any) -> str:
        name = value.get("resourceType") if type(value) is dict else None
        return name if type(name) is str and name in self.definitions.resource_types else "Resource"

    def reach(self, type: str, name: str) -> Reach | None:
        """How ``name`` is read from a ``type``; None where the type has no such element."""
        pair = (type, name)
        try:
            return self._reaches[pair]
        except KeyError:
            found = self.fields(type, name)
            made = self.reach_of(found) if found else _untyped(name, self) if self.is_open(type) else None
            return self._reaches.setdefault(pair, made)

    def is_open(self, type: str) -> bool:
        """Whether elements are looked for by their key alone, because no definition says what the type has."""
        return type in ("Element", "Resource", "System.ClassInfo") or self.definitions.type(type) is None

    def reach_of(self, fields: tuple[ElementInfo, ...]) -> Reach:
        """The reach of these elements: one, or the spread-out forms of a choice."""
        if len(fields) > 1:
            return _choice({f.key: self._reach_one(f) for f in fields})
        return self._reach_one(fields[0])

    def _reach_one(self, field: ElementInfo) -> Reach:
        if field.is_primitive:
            return _primitive(field.key, field.type)
        if field.type in ABSTRACT:
            return _resource(field.key, self)
        return _complex(field.key, field.type)

    def presence_of(self, fields: tuple[ElementInfo, ...]) -> Presence:
        """Whether an object has one of these elements."""
        if len(fields) > 1:
            return _choice_present({f.key: _primitive_present(f.key) if f.is_primitive else _complex_present(f.key) for f in fields})
        return _primitive_present(fields[0].key) if fields[0].is_primitive else _complex_present(fields[0].key)

    def children(self, item: Item, out: list[Item]) -> None:
        """Appends all direct children of ``item``: of a primitive its id and extensions."""
        held = holder(item, self)
        if held is None:
            return
        info = self.definitions.type(item.type)
        for key in held:
            if key == "resourceType" or (key[:1] == "_" and key[1:] in held):
                continue
            name = key.removeprefix("_")
            element = info.elements.get(name) if info else None
            made = self.reach(item.type, element.name) if element else _untyped(name, self)
            if made:
                made(held, out)


@lru_cache(maxsize=8)
def model_of(definitions: Definitions) -> Model:
    return Model(definitions)


def holder(item: Item, model: Model) -> dict[str, Any] | None:
    """The JSON object that holds the item's elements: for a primitive its companion."""
    held = item.companion if item.type[:1].islower() else item.value
    return held if type(held) is dict else None


def _complex(key: str, type_name: str) -> Reach:
    def reach(held: dict[str, Any], out: list[Item]) -> None:
        value = held.get(key)
        if value is None:
            return
        if type(value) is list:
            for element in value:
                if element is not None:
                    out.append(Item(element, type_name))
        else:
            out.append(Item(value, type_name))

    return reach


def _resource(key: str, model: Model) -> Reach:
    def reach(held: dict[str, Any], out: list[Item]) -> None:
        value = held.get(key)
        if value is not None:
            for element in value if type(value) is list else (value,):
                if element is not None:
                    out.append(Item(element, model.resource_type(element)))

    return reach


def _primitive(key: str, type_name: str) -> Reach:
    beside = "_" + key

    def reach(held: dict[str, Any], out: list[Item]) -> None:
        value = held.get(key)
        companion = held.get(beside)
        if type(value) is list or type(companion) is list:
            values = value if type(value) is list else [value]
            companions = companion if type(companion) is list else [companion]
            for element, more in zip_longest(values, companions):
                if element is not None or more is not None:
                    out.append(Item(element, type_name, more))
        elif value is not None or companion is not None:
            out.append(Item(value, type_name, companion))

    return reach


def _choice(reaches: dict[str, Reach]) -> Reach:
    keyed = reaches | {"_" + key: reach for key, reach in reaches.items()}

    def reach(held: dict[str, Any], out: list[Item]) -> None:
        for key in held:
            if key in keyed and not (key[0] == "_" and key[1:] in held):
                keyed[key](held, out)

    return reach


def _untyped(name: str, model: Model) -> Reach:
    """Of what no definition is known: the key itself, each value by its own looks."""

    def reach(held: dict[str, Any], out: list[Item]) -> None:
        value = held.get(name)
        if value is not None:
            for element in value if type(value) is list else (value,):
                if element is not None:
                    out.append(Item(element, model.type_of(element)))

    return reach


def _complex_present(key: str) -> Presence:
    def present(held: dict[str, Any]) -> bool:
        value = held.get(key)
        return value is not None and (type(value) is not list or any(e is not None for e in value))

    return present


def _primitive_present(key: str) -> Presence:
    beside = "_" + key

    def present(held: dict[str, Any]) -> bool:
        for name in (key, beside):
            value = held.get(name)
            if value is not None and (type(value) is not list or any(e is not None for e in value)):
                return True
        return False

    return present


def _choice_present(presences: dict[str, Presence]) -> Presence:
    keyed = presences | {"_" + key: present for key, present in presences.items()}
    keys = frozenset(keyed)

    def present(held: dict[str, Any]) -> bool:
        return not keys.isdisjoint(held) and any(keyed[key](held) for key in held if key in keyed)

    return present
