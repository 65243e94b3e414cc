"""The checks of what stands under one key: a primitive and its companion, an object, a resource, or an array of them.

Source: https://hl7.org/fhir/R4/json.html#primitive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hit_maternity.fhir.definitions import ElementInfo, TypeInfo
from hit_maternity.fhir.validation.checks import Check, KeyCheck, TypeChecker, Types
from hit_maternity.fhir.validation.primitives import ELEMENT_ID, PRIMITIVES, RESOURCE_ID, Primitive, json_type
from hit_maternity.fhir.validation.walk import Path, Walk


def key_checks(types: Types, owner: TypeInfo, element: ElementInfo) -> dict[str, KeyCheck]:
    """The checks of the element's key and, for a primitive, of the key with ``_`` before it."""
    after = tuple(check for addition in types.additions for check in addition.for_element(element))
    around = next((c for a in types.additions if (c := a.around(element, types.type(element.type)))), None)
    if around:
        checks = {element.key: around}
    elif not element.is_primitive:
        one = _resource_value(types, element, after) if element.type == "Resource" else _complex_value(types, element, after)
        checks = {element.key: _repeated(element, one) if element.is_list else one}
    else:
        primitive = _primitive(owner, element)
        if _is_attribute(owner, element):
            return {element.key: _primitive_value(element, primitive, after)}
        companion = types.type("Element")
        if element.is_list:
            checks = {element.key: _primitives(element, primitive, after), f"_{element.key}": _companions(element, companion)}
        else:
            checks = {element.key: _primitive_value(element, primitive, after), f"_{element.key}": _companion(element, companion)}
    others = frozenset(e.key for e in owner.names[element.name]) - {element.key}
    if others:
        others |= {f"_{k}" for k in others}
        checks = {key: _choice(element, others, inner) for key, inner in checks.items()}
    return checks


def _is_attribute(owner: TypeInfo, element: ElementInfo) -> bool:
    """Whether the element is an XML attribute (the id of an element, the url of an extension): those carry no extensions."""
    return (element.name == "id" and owner.kind != "resource") or (element.name == "url" and owner.name == "Extension")


def _primitive(owner: TypeInfo, element: ElementInfo) -> Primitive:
    if element.name == "id" and not element.is_choice and element.type in ("string", "id"):
        return RESOURCE_ID if owner.kind == "resource" else ELEMENT_ID
    return PRIMITIVES[element.type]


def _choice(element: ElementInfo, others: frozenset[str], inner: KeyCheck) -> KeyCheck:
    def check(item: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
        inner(item, owner, path, walk)
        if not others.isdisjoint(owner):
            keys = sorted({k.removeprefix("_") for k in owner if k in others} | {element.key})
            if keys[0] == element.key:  # told once, by the first of them
                walk.fault("structure-choice", path, element, element=element.name, keys=", ".join(keys))

    return check


def _complex_value(types: Types, element: ElementInfo, after: tuple[Check, ...]) -> KeyCheck:
    checker = types.type(element.type)

    def check(item: Any, owner: dict[str, Any], path: Path, walk: Walk, index: int | None = None) -> None:
        place = (path, element, index, path[3] + 1)
        checker.check(item, place, walk)
        if type(item) is dict:
            for further in after:
                further(item, place, walk)

    return check


def _resource_value(types: Types, element: ElementInfo, after: tuple[Check, ...]) -> KeyCheck:
    outermost = element.name != "contained"

    def check(item: Any, owner: dict[str, Any], path: Path, walk: Walk, index: int | None = None) -> None:
        place = (path, element, index, path[3] + 1)
        types.resource(item, place, walk, outermost)
        if type(item) is dict:
            for further in after:
                further(item, place, walk)

    return check


def _repeated(element: ElementInfo, one: Callable[..., None]) -> KeyCheck:
    top = element.max

    def check(items: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
        if type(items) is not list:
            walk.fault("structure-array-expected", path, element)
            if type(items) is dict:
                one(items, owner, path, walk)
            return
        if not items:
            walk.fault("structure-array-empty", path, element)
        for index, item in enumerate(items):
            one(item, owner, path, walk, index)
        if top is not None and len(items) > top:
            walk.fault("structure-cardinality-max", path, element, max=top, count=len(items))

    return check


def _tell_primitive(element: ElementInfo, primitive: Primitive, item: Any, path: Path, walk: Walk, index: int | None) -> None:
    if item is None:
        walk.fault("structure-null", path, element, index)
    elif type(item) is list:
        walk.fault("structure-array-unexpected", path, element, index)
    elif json_type(item) != primitive.json:
        walk.fault("structure-json-type", path, element, index, expected=walk.told(primitive.json), found=walk.told(json_type(item)))
    else:
        walk.fault(primitive.rule, path, element, index)


def _primitive_value(element: ElementInfo, primitive: Primitive, after: tuple[Check, ...]) -> KeyCheck:
    valid = primitive.test
    if not after:

        def check(item: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
            if not valid(item):
                _tell_primitive(element, primitive, item, path, walk, None)

        return check

    def check_further(item: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
        if valid(item):
            place = (path, element, None, 0)
            for further in after:
                further(item, place, walk)
        else:
            _tell_primitive(element, primitive, item, path, walk, None)

    return check_further


def _primitives(element: ElementInfo, primitive: Primitive, after: tuple[Check, ...]) -> KeyCheck:
    valid = primitive.test
    companion_key = f"_{element.key}"

    def check(items: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
        if type(items) is not list:
            walk.fault("structure-array-expected", path, element)
            return
        if not items:
            walk.fault("structure-array-empty", path, element)
        for index, item in enumerate(items):
            if valid(item):
                if after:
                    place = (path, element, index, 0)
                    for further in after:
                        further(item, place, walk)
            elif item is not None or not _has_companion(owner, companion_key, index):
                _tell_primitive(element, primitive, item, path, walk, index)
        if element.max is not None and len(items) > element.max:
            walk.fault("structure-cardinality-max", path, element, max=element.max, count=len(items))

    return check


def _has_companion(owner: dict[str, Any], key: str, index: int) -> bool:
    companions = owner.get(key)
    return type(companions) is list and index < len(companions) and type(companions[index]) is dict


def _companion(element: ElementInfo, companion: TypeChecker) -> KeyCheck:
    key = element.key

    def check(item: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
        place = (path, element, None, path[3] + 1)
        companion.check(item, place, walk)
        if type(item) is dict and item.keys() == {"id"} and key not in owner:
            walk.fault("structure-object-empty", place)

    return check


def _companions(element: ElementInfo, companion: TypeChecker) -> KeyCheck:
    key = element.key

    def check(items: Any, owner: dict[str, Any], path: Path, walk: Walk) -> None:
        if type(items) is not list or all(item is None for item in items):
            walk.fault("structure-companion", path, element)
            return
        values = owner.get(key)
        if type(values) is list and len(values) != len(items):
            walk.fault("structure-companion", path, element)
        for index, item in enumerate(items):
            if item is not None:
                place = (path, element, index, path[3] + 1)
                companion.check(item, place, walk)
                if type(item) is dict and item.keys() == {"id"} and (type(values) is not list or values[index : index + 1] in ([], [None])):
                    walk.fault("structure-object-empty", place)
            elif type(values) is not list:
                walk.fault("structure-null", path, element, index)

    return check
