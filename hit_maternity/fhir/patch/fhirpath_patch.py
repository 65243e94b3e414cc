"""FHIRPath Patch: operations of a Parameters resource, each on the element that a FHIRPath leads to.

Source: https://hl7.org/fhir/R4/fhirpatch.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.patch import values
from hit_maternity.fhir.patch.identity import demand_same_resource
from hit_maternity.fhir.patch.locations import Listing, Place, Twin
from hit_maternity.fhir.patch.operations import Operation, operations_of
from hit_maternity.fhir.patch.values import Unsuitable

_LAST_STEP = re.compile(r"(?:(?P<head>.*)\.)?\s*(?P<name>[A-Za-z][A-Za-z0-9]*)\s*", re.DOTALL)
#: Operations times values of the resource: each operation looks at the whole resource.
_MOST_WORK = 5_000_000


def apply_fhirpath_patch(resource: dict[str, Any], parameters: Any, definitions: Definitions) -> dict[str, Any]:
    """The resource that the operations, one after another, make of ``resource``, which stays as it is.

    Raises ``FhirError`` 400 ``fhirpath-patch-malformed`` with every fault of the document; 422 ``fhirpath-patch-path``,
    ``fhirpath-patch-not-applicable``, ``fhirpath-patch-value``, ``patch-identity``. Texts count operations from 0. Whether the
    result is valid is for validation to say.
    """
    operations = operations_of(parameters)
    changed: dict[str, Any] = json.copy(resource)
    work = len(operations) * sum(1 for _ in json.leaves([changed, parameters]))
    if work > _MOST_WORK:
        raise FhirError(
            422, [Issue("too-costly", "fhirpath-patch-too-costly", "There are too many operations for a resource of this size; use PUT.")]
        )
    for operation in operations:
        try:
            _APPLY[operation.type](changed, operation, definitions)
            json.check_depth(changed)
        except Unsuitable as fault:
            raise operation.refuse(str(fault), "fhirpath-patch-value") from None
    if any(operation.type == "delete" for operation in operations):
        changed = _without_empties(changed)
    return demand_same_resource(resource, changed)


def _without_empties(value: Any) -> Any:
    """``value`` without the objects and arrays that deletions have left empty, since FHIR has none."""
    if isinstance(value, list):
        trimmed = [_without_empties(item) for item in value]
        return [item for item, before in zip(trimmed, value, strict=True) if before is None or not _is_empty(item)]
    if not isinstance(value, dict):
        return value
    return {key: child for key, before in value.items() if not _is_empty(child := _trimmed(key, before))}


def _trimmed(key: str, value: Any) -> Any:
    """A companion array keeps its places; all else loses its empty items."""
    if not (key.startswith("_") and isinstance(value, list)):
        return _without_empties(value)
    companions = [_without_empties(item) or None for item in value]
    return companions if any(companions) else []


def _is_empty(value: Any) -> bool:
    return isinstance(value, dict | list) and not value


def _find(changed: dict[str, Any], path: str, operation: Operation, definitions: Definitions) -> list[Place]:
    try:
        return Twin(changed, definitions).find(path)
    except LookupError:
        raise operation.refuse("the path gives a computed value; it must lead to an element of the resource") from None
    except FhirError as fault:
        raise FhirError(422, [_at(operation, issue) for issue in fault.issues]) from None


def _at(operation: Operation, issue: Issue) -> Issue:
    where = f"Parameters.parameter[{operation.place}]"
    return Issue(issue.code, "fhirpath-patch-path", f"Operation {operation.place} ({operation.type}): {issue.text}", where)


def _one(changed: dict[str, Any], path: str, operation: Operation, definitions: Definitions) -> Place:
    """The single place that ``path`` leads to."""
    found = _find(changed, path, operation, definitions)
    if not found:
        raise operation.refuse("the path leads to no element; add what is missing first")
    if len(found) > 1:
        raise operation.refuse(f"the path leads to {len(found)} elements; narrow it, with [0] or where(), to one")
    return found[0]


def _inside(changed: dict[str, Any], place: Place, operation: Operation) -> tuple[dict[str, Any], str]:
    """The object that holds the children of the element at ``place``, and its type; a primitive's is its companion, made if need be."""
    if place.container is None:
        return changed, place.type
    primitive = place.element is not None and place.element.is_primitive
    held = _companion(place.container, place) if primitive else place.container[place.key]
    inner = held if place.index is None else held[place.index]
    if not isinstance(inner, dict):
        raise operation.refuse(f"what stands at {place.key} is not an object")
    return inner, "Element" if primitive else place.type


def _companion(container: dict[str, Any], place: Place) -> Any:
    """The companion of a primitive, or the array of companions, with an object where the place needs one."""
    key = f"_{place.key}"
    if place.index is None:
        if container.get(key) is None:
            container[key] = {}
        return container[key]
    length = values.size(container, place.key)
    companions = [*container.get(key, ())]
    companions += [None] * (length - len(companions))
    if companions[place.index] is None:
        companions[place.index] = {}
    container[key] = companions
    return companions


def _choices(type: str, name: str, operation: Operation, definitions: Definitions) -> Sequence[ElementInfo]:
    """The elements that ``name`` means in ``type``: all types of a choice, or the one that its JSON key names."""
    info = definitions.type(type)
    named = info.names.get(name) if info else None
    if named:
        return named
    keyed = info.elements.get(name) if info else None
    if keyed:
        return (keyed,)
    raise operation.refuse(f"{type} has no element '{name[:64]}'")


def _add(changed: dict[str, Any], operation: Operation, definitions: Definitions) -> None:
    place = _one(changed, operation.parts["path"], operation, definitions)
    inner, type = _inside(changed, place, operation)
    choices = _choices(type, operation.parts["name"], operation, definitions)
    new = values.written(operation.parts["value"], choices, definitions)
    values.put(inner, new, (*choices, *_all_types(choices[0], type, definitions)))


def _all_types(element: ElementInfo, type: str, definitions: Definitions) -> Sequence[ElementInfo]:
    """Every type that the element's name can have in ``type``."""
    info = definitions.type(type)
    return info.names.get(element.name, ()) if info else ()


def _delete(changed: dict[str, Any], operation: Operation, definitions: Definitions) -> None:
    found = _find(changed, operation.parts["path"], operation, definitions)
    if len(found) > 1:
        raise operation.refuse(f"the path leads to {len(found)} elements; one operation deletes one, narrow it with [0] or where()")
    for place in found:
        container = _not_root(place, operation)
        if place.index is None:
            container.pop(place.key, None)
            container.pop(f"_{place.key}", None)
        else:
            values.remove(container, place.key, place.index)


def _not_root(place: Place, operation: Operation) -> dict[str, Any]:
    if place.container is None:
        raise operation.refuse("the path leads to the resource itself; a patch changes elements of it")
    return place.container


def _replace(changed: dict[str, Any], operation: Operation, definitions: Definitions) -> None:
    place = _one(changed, operation.parts["path"], operation, definitions)
    container = _not_root(place, operation)
    assert place.element is not None
    owner = place.element.path.rpartition(".")[0]
    choices = _all_types(place.element, owner, definitions) or (place.element,)
    new = values.written(operation.parts["value"], choices, definitions)
    if place.index is not None:
        values.replace(container, place.key, place.index, new)
        return
    for key in (place.key, f"_{place.key}"):
        if place.key != new.element.key:
            container.pop(key, None)
    values.assign(container, new)


def _listing(changed: dict[str, Any], operation: Operation, definitions: Definitions) -> Listing:
    """The array that the path of an insert or move names."""
    path = operation.parts["path"]
    last = _LAST_STEP.fullmatch(path)
    if last and last["head"]:
        holder, type = _inside(changed, _one(changed, last["head"], operation, definitions), operation)
        element = _choices(type, last["name"], operation, definitions)[0]
    elif last:
        holder = changed
        element = _choices(str(changed["resourceType"]), last["name"], operation, definitions)[0]
    else:
        holder, element = _whole_array(_find(changed, path, operation, definitions), operation)
    if not element.is_list:
        raise operation.refuse(f"{element.path} does not repeat; use add or replace")
    return Listing(holder, element.key, element)


def _whole_array(found: list[Place], operation: Operation) -> tuple[dict[str, Any], ElementInfo]:
    """The array of which ``found`` are all the items."""
    first = found[0] if found else None
    if first is None or first.container is None or first.element is None:
        raise operation.refuse("the path leads to no array; name it, as in Patient.name")
    same = all(place.container is first.container and place.key == first.key for place in found)
    if not same or first.index is None or len(found) != values.size(first.container, first.key):
        raise operation.refuse("the path leads to some items of an array; name the whole array, as in Patient.name")
    return first.container, first.element


def _insert(changed: dict[str, Any], operation: Operation, definitions: Definitions) -> None:
    listing = _listing(changed, operation, definitions)
    length, index = values.size(listing.container, listing.key), operation.parts["index"]
    if index > length:
        raise operation.refuse(f"the index {index} is beyond the array, which has {length} items; the last place is {length}")
    values.insert(listing.container, listing.element, index, values.written(operation.parts["value"], (listing.element,), definitions))


def _move(changed: dict[str, Any], operation: Operation, definitions: Definitions) -> None:
    listing = _listing(changed, operation, definitions)
    length = values.size(listing.container, listing.key)
    for name in ("source", "destination"):
        if operation.parts[name] >= length:
            raise operation.refuse(f"the {name} {operation.parts[name]} is beyond the array, which has {length} items, counted from 0")
    taken = values.remove(listing.container, listing.key, operation.parts["source"])
    values.put_back(listing.container, listing.key, operation.parts["destination"], taken)


_APPLY: dict[str, Callable[[dict[str, Any], Operation, Definitions], None]] = {
    "add": _add, "insert": _insert, "delete": _delete, "replace": _replace, "move": _move,
}  # fmt: skip
