"""Compiles each type's element table to closures: which keys an object may have, how often, and what each may hold.

Source: https://hl7.org/fhir/R4/json.html, https://hl7.org/fhir/R4/elementdefinition.html. A closure gets a JSON value of any
kind and notes what is wrong in the ``Walk``; a valid value costs no more than looking at it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo, TypeInfo
from hit_maternity.fhir.validation.checks import Addition, Check, KeyCheck, TypeChecker, hint
from hit_maternity.fhir.validation.keys import key_checks
from hit_maternity.fhir.validation.primitives import json_type
from hit_maternity.fhir.validation.walk import DEPTH_LIMIT, Path, Walk, short


class Structures:
    """The compiled types, shared by all threads."""

    def __init__(self, definitions: Definitions, additions: Iterable[Addition] = ()) -> None:
        self.definitions = definitions
        self.additions = tuple(additions)
        self._checkers: dict[str, TypeChecker] = {}

    def type(self, name: str) -> TypeChecker:
        """The checker of a resource, data type or nested element that the definitions have."""
        checker = self._checkers.get(name)
        if checker is None:
            checker = self._checkers.setdefault(name, TypeChecker(lambda: self._compile(name)))
        return checker

    def _compile(self, name: str) -> Check:
        info = self.definitions.type(name)
        if info is None:
            raise LookupError(f"the definitions have no type {name}")
        return _compile_type(self, info)

    def resource(self, value: Any, path: Path, walk: Walk, outermost: bool = True) -> None:
        """Checks a resource of whatever type it says it is."""
        if type(value) is not dict:
            walk.fault("structure-not-object", path, found=walk.told(json_type(value)))
            return
        name = value.get("resourceType")
        if type(name) is not str:
            walk.fault("structure-resource-type-missing", path)
        elif name not in self.definitions.resource_types:
            walk.fault("structure-resource-type-unknown", path, type=short(name), hint=hint(name, self.definitions.resource_types))
        elif path[3] > DEPTH_LIMIT:
            walk.fault("structure-too-deep", path, limit=DEPTH_LIMIT)
        else:
            before = walk.enter(value, outermost)
            self.type(name).check(value, path, walk)
            walk.leave(before)


def _not_object(value: Any, path: Path, walk: Walk) -> None:
    if value is None:
        walk.fault("structure-null", path)
    elif type(value) is dict:
        walk.fault("structure-object-empty", path)
    elif type(value) is list:
        walk.fault("structure-array-unexpected", path)
    else:
        walk.fault("structure-json-type", path, expected=walk.told("object"), found=walk.told(json_type(value)))


def _compile_type(structures: Structures, info: TypeInfo) -> Check:
    """The check of a complex type or resource."""
    name = info.name
    is_resource = info.kind == "resource"
    keys: dict[str, KeyCheck] = {}
    for element in info.elements.values():
        if element.max != 0:
            keys.update(key_checks(structures, info, element))
    if is_resource:
        keys["resourceType"] = _accept
    known = tuple(k for k in keys if not k.startswith("_"))
    required = _required(info)
    after = tuple(check for addition in structures.additions for check in addition.for_type(info))
    id_is_nothing = not is_resource and name != "Element"  # Element: what stands beside a primitive's value
    find = keys.get

    def check(value: Any, path: Path, walk: Walk) -> None:
        if type(value) is not dict or not value:
            _not_object(value, path, walk)
            return
        if path[3] > DEPTH_LIMIT:
            walk.fault("structure-too-deep", path, limit=DEPTH_LIMIT)
            return
        for key, item in value.items():
            check_key = find(key)
            if check_key is None:
                _unknown(key, value, path, walk)
            else:
                check_key(item, value, path, walk)
        for element, needed in required:
            if needed.isdisjoint(value):
                walk.fault("structure-cardinality", path, element, type=name, element=_label(element), min=element.min)
        if len(value) == 1 and id_is_nothing and "id" in value:
            walk.fault("structure-object-empty", path)
        for further in after:
            further(value, path, walk)

    def _unknown(key: Any, value: dict[str, Any], path: Path, walk: Walk) -> None:
        place = path
        if key == "resourceType":
            walk.fault("structure-resource-type-misplaced", place, type=name)
        else:
            words = short(str(key), 40)
            walk.fault("structure-unknown-element", place, type=name, element=words, hint=hint(str(key), known))

    return check


def _label(element: ElementInfo) -> str:
    return f"{element.name}[x]" if element.is_choice else element.name


def _accept(item: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
    """resourceType was looked at before."""


def _required(info: TypeInfo) -> tuple[tuple[ElementInfo, frozenset[str]], ...]:
    """For each mandatory element the keys any of which satisfies it."""
    result = []
    for elements in info.names.values():
        if elements[0].min > 0:
            keys = {e.key for e in elements} | {f"_{e.key}" for e in elements if e.is_primitive}
            result.append((elements[0], frozenset(keys)))
    return tuple(result)
