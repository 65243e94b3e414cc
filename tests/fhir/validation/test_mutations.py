"""Valid resources, broken in every way that can be made from their definitions: each break is found, and where it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions, ElementInfo

TYPES = (
    "Observation",
    "Patient",
    "EpisodeOfCare",
    "Condition",
    "Encounter",
    "CarePlan",
    "QuestionnaireResponse",
    "Composition",
    "MedicationStatement",
    "Bundle",
    "Parameters",
    "Consent",
    "DocumentReference",
)
#: A value that no primitive of the type may have, and one of another JSON type.
WRONG = {
    "boolean": ("true", 1),
    "integer": (1.5, "1"),
    "unsignedInt": (-1, "1"),
    "positiveInt": (0, "1"),
    "decimal": ("1", True),
    "string": ("", 1),
    "markdown": (" ", 1),
    "code": (" x", 1),
    "id": ("a_b", 1),
    "uri": ("a b", 1),
    "url": ("a b", 1),
    "canonical": ("a b", 1),
    "oid": ("1.2", 1),
    "uuid": ("x", 1),
    "base64Binary": ("?", 1),
    "date": ("2023-02-29", 1),
    "dateTime": ("2026-05-04T09:30", 1),
    "instant": ("2026-05-04", 1),
    "time": ("25:00:00", 1),
    "xhtml": ("<div/>", 1),
}

#: (what was done, the broken resource, where it must be told)
Mutant = tuple[str, dict[str, Any], str]
_MISSING = object()


def mutants(definitions: Definitions, resource: dict[str, Any]) -> Iterator[Mutant]:
    """Every break of ``resource`` and of what is in it."""
    yield from _objects(definitions, resource, [], resource["resourceType"], resource["resourceType"])


def _objects(definitions: Definitions, whole: dict[str, Any], keys: list[Any], type_name: str, place: str) -> Iterator[Mutant]:
    value = _at(whole, keys)
    if definitions.is_a(type_name, "Resource"):
        type_name = value["resourceType"]
    info = definitions.type(type_name)
    assert info is not None
    yield "unknown key", _with(whole, [*keys, "colour"], "x"), place
    for elements in info.names.values():
        for element in elements:
            if element.key in value:
                yield from _element(definitions, whole, keys, element, f"{place}.{element.name}")


def _element(definitions: Definitions, whole: dict[str, Any], keys: list[Any], element: ElementInfo, place: str) -> Iterator[Mutant]:
    path = [*keys, element.key]
    value = _at(whole, path)
    yield "null", _with(whole, path, None), place
    if element.min > 0:
        emptied = len(_at(whole, keys)) == 1  # then it is the owner that is told
        yield "missing", _with(whole, path, _MISSING), place.rpartition(".")[0] if emptied else place
    if element.is_list:
        yield "empty array", _with(whole, path, []), place
        yield "no array", _with(whole, path, value[0]), place
        yield "null in array", _with(whole, path, [*value, None]), f"{place}[{len(value)}]"
    else:
        yield "array", _with(whole, path, [value]), place
    for index, item in enumerate(value) if element.is_list else ((None, value),):
        at = path if index is None else [*path, index]
        where = place if index is None else f"{place}[{index}]"
        if element.is_primitive:
            for bad in WRONG[element.type]:
                yield f"{bad!r} as {element.type}", _with(whole, at, bad), where
            yield "object", _with(whole, at, {"x": "y"}), where
            if element.binding and element.binding.strength == "required":
                yield "other code", _with(whole, at, "no-such-code"), where
        else:
            yield "empty object", _with(whole, at, {}), where
            yield "text", _with(whole, at, "x"), where
            if element.targets and "reference" in item:
                yield "other target", _with(whole, [*at, "reference"], "TestScript/1"), where
            yield from _objects(definitions, whole, at, element.type, where)


def _at(whole: Any, keys: list[Any]) -> Any:
    for key in keys:
        whole = whole[key]
    return whole


def _with(whole: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    broken = copy.deepcopy(whole)
    owner = _at(broken, keys[:-1])
    if value is _MISSING:
        del owner[keys[-1]]
    else:
        owner[keys[-1]] = value
    return broken


@pytest.mark.parametrize("name", TYPES)
def test_every_break_is_found_where_it_is(validator, definitions, instances, name):
    missed = []
    count = 0
    for what, broken, place in mutants(definitions, instances[name]):
        count += 1
        told = [i.expression for i in validator.validate(broken) if i.severity == "error"]
        if place not in told:
            missed.append((what, place, told))
    assert missed == []
    assert count > 60


def test_the_mutants_are_many(definitions, instances):
    assert sum(1 for name in TYPES for _ in mutants(definitions, instances[name])) > 2000
