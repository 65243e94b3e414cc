"""Where in a resource a FHIRPath leads: not the value it finds, but the place that holds it.

The path is evaluated on a twin of the resource in which every primitive carries a mark (in its companion, where FHIRPath looks
for ``id`` and ``extension`` only) and every object is known by its identity. What comes back tells its place by either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.fhirpath import Context, compile_expression

_MARK = "\0place"


@dataclass(frozen=True, slots=True)
class Place:
    """``container[key]``, or with an ``index`` the item of that array. ``container`` is None for the resource itself.
    ``type`` is the element's type; ``element`` what the table says of it, None for the resource itself."""

    container: dict[str, Any] | None
    key: str
    index: int | None
    type: str
    element: ElementInfo | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The array ``container[key]``, which need not be there yet."""

    container: dict[str, Any]
    key: str
    element: ElementInfo


class Twin:
    """A marked copy of ``resource`` and the way back from it. Valid until the resource changes."""

    def __init__(self, resource: dict[str, Any], definitions: Definitions) -> None:
        self._definitions = definitions
        self._places: list[Place] = []
        self._by_identity: dict[int, Place] = {}
        self._type = str(resource["resourceType"])
        self._root = self._object(resource, self._type)
        self._by_identity[id(self._root)] = Place(None, "", None, self._type, None)

    def find(self, path: str) -> list[Place]:
        """The places that ``path`` leads to, in order, each once. Raises ``FhirError`` 422 where the path can't be evaluated, and
        ``LookupError`` where it gives something that is no element of the resource."""
        expression = compile_expression(path, self._type, self._definitions)
        items = expression.evaluate(self._root, Context(self._root, self._root, self._definitions))
        found = [self._place(item.value, item.companion) for item in items]
        return list({(id(place.container), place.key, place.index): place for place in found}.values())

    def _place(self, value: Any, companion: Any) -> Place:
        if isinstance(companion, dict) and _MARK in companion:
            return self._places[companion[_MARK]]
        return self._by_identity[id(value)]

    def _object(self, value: dict[str, Any], type: str) -> dict[str, Any]:
        info = self._definitions.type(type)
        elements = info.elements if info else {}
        twin: dict[str, Any] = {"resourceType": value["resourceType"]} if isinstance(value.get("resourceType"), str) else {}
        for key in {key.removeprefix("_"): None for key in value if key != "resourceType"}:
            element = elements.get(key)
            if element is not None and element.is_primitive:
                self._primitive(twin, value, key, element)
            elif element is not None:
                twin[key] = self._complex(value, key, element)
        return twin

    def _complex(self, container: dict[str, Any], key: str, element: ElementInfo) -> Any:
        value = container[key]
        if not isinstance(value, list):
            return self._known(value, Place(container, key, None, element.type, element))
        return [self._known(item, Place(container, key, at, element.type, element)) for at, item in enumerate(value)]

    def _known(self, value: Any, place: Place) -> Any:
        if not isinstance(value, dict):
            return None
        type = str(value.get("resourceType")) if place.type == "Resource" else place.type
        twin = self._object(value, type)
        self._by_identity[id(twin)] = Place(place.container, place.key, place.index, type, place.element)
        return twin

    def _primitive(self, twin: dict[str, Any], container: dict[str, Any], key: str, element: ElementInfo) -> None:
        value, companion = container.get(key), container.get(f"_{key}")
        if isinstance(value, list) or isinstance(companion, list):
            values = value if isinstance(value, list) else []
            companions = companion if isinstance(companion, list) else []
            size = max(len(values), len(companions))
            twin[key] = [_scalar(values[at]) if at < len(values) else None for at in range(size)]
            twin[f"_{key}"] = [
                self._marked(companions[at] if at < len(companions) else None, Place(container, key, at, element.type, element))
                for at in range(size)
            ]
            return
        if value is not None:
            twin[key] = _scalar(value)
        twin[f"_{key}"] = self._marked(companion, Place(container, key, None, element.type, element))

    def _marked(self, companion: Any, place: Place) -> dict[str, Any]:
        twin = self._object(companion, "Element") if isinstance(companion, dict) else {}
        twin[_MARK] = len(self._places)
        self._places.append(place)
        return twin


def _scalar(value: Any) -> Any:
    return None if isinstance(value, dict | list) else value
