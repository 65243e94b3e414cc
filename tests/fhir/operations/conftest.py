"""Code systems, value sets and maps that the tests of the terminology operations store, and how they read answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FOOD, MEALS = "http://x.test/food", "http://x.test/meals"


@pytest.fixture
def food() -> dict[str, Any]:
    """A code system with a hierarchy, three languages, an abstract and an inactive code."""

    def names(nb: str, nn: str) -> list[dict[str, str]]:
        return [{"language": "nb", "value": nb}, {"language": "nn", "value": nn}]

    inactive, group = {"code": "inactive", "valueBoolean": True}, {"code": "notSelectable", "valueBoolean": True}
    return {
        "resourceType": "CodeSystem",
        "url": FOOD,
        "version": "2",
        "name": "Food",
        "status": "active",
        "language": "en",
        "content": "complete",
        "caseSensitive": False,
        "property": [
            {"code": "notSelectable", "type": "boolean"},
            {"code": "inactive", "type": "boolean"},
            {"code": "energy", "type": "integer"},
            {"code": "goes-with", "type": "code"},
        ],
        "concept": [
            {
                "code": "fish",
                "display": "Fish",
                "definition": "What swims.",
                "designation": names("Fisk", "Fisk"),
                "property": [group],
                "concept": [
                    {
                        "code": "cod",
                        "display": "Cod",
                        "designation": names("Torsk", "Torsk"),
                        "property": [{"code": "energy", "valueInteger": 80}],
                    },
                    {"code": "redfish", "display": "Redfish", "designation": names("Uer", "Uer"), "property": [inactive]},
                ],
            },
            {
                "code": "porridge",
                "display": "Porridge",
                "designation": [*names("Grøt", "Graut"), {"language": "nb", "use": {"code": "synonym"}, "value": "Velling"}],
                "property": [{"code": "goes-with", "valueCode": "milk"}],
            },
            {"code": "milk", "display": "Milk", "designation": names("Melk", "Mjølk")},
        ],
    }


@pytest.fixture
def meals() -> dict[str, Any]:
    """A value set of that code system, all of it."""
    return value_set(MEALS, {"system": FOOD})


def value_set(url: str | None, *include: dict[str, Any], exclude: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    compose = {"include": list(include), **({"exclude": list(exclude)} if exclude else {})}
    return {"resourceType": "ValueSet", "status": "active", **({"url": url} if url else {}), **more, "compose": compose}


@pytest.fixture
def set_of() -> Callable[..., dict[str, Any]]:
    """``set_of(url, include, ..., exclude=(...))``: a value set."""
    return value_set


@pytest.fixture
def stored(api, food, meals):
    """The two are stored."""
    return {"food": api.create(food), "meals": api.create(meals)}


def sent(**values: Any) -> dict[str, Any]:
    """A Parameters resource: resources, codings and concepts by their shape, the rest by their Python type."""
    return {"resourceType": "Parameters", "parameter": [_part(n.replace("__", "-"), v) for n, v in values.items() if v is not None]}


def _part(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        kind = "resource" if "resourceType" in value else "valueCodeableConcept" if "coding" in value else "valueCoding"
    else:
        kind = {bool: "valueBoolean", int: "valueInteger"}.get(type(value), "valueString")
    return {"name": name, kind: value}


@pytest.fixture
def parameters() -> Callable[..., dict[str, Any]]:
    return sent


@pytest.fixture
def told() -> Callable[[Any], dict[str, Any]]:
    """The simple parameters of a Parameters answer by name."""

    def read(answer: Any) -> dict[str, Any]:
        assert answer.status == 200, answer.json
        plain = [p for p in answer.json["parameter"] if "part" not in p]
        return {p["name"]: next(v for k, v in p.items() if k.startswith("value")) for p in plain}

    return read


@pytest.fixture
def parts() -> Callable[[Any, str], list[dict[str, Any]]]:
    """The parameters ``name`` of a Parameters answer, each as its parts by name."""

    def read(answer: Any, name: str) -> list[dict[str, Any]]:
        found = [p["part"] for p in answer.json["parameter"] if p["name"] == name]
        return [{p["name"]: next((v for k, v in p.items() if k != "name"), None) for p in listed} for listed in found]

    return read
