"""Parts of a resource: ``_summary`` and ``_elements``.

Source: https://hl7.org/fhir/R4/search.html#summary and #elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions, ElementInfo, TypeInfo

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED", "display": "subsetted"}

#: Which keys of a type stay: the value is the type whose own plan trims what is below, or None where it stays whole.
_Plan = Mapping[str, str | None]

_ALWAYS = ("resourceType", "id", "meta")


def subset(resource: dict[str, Any] | bytes, type: str, wanted: str | Sequence[str], definitions: Definitions) -> dict[str, Any]:
    """A new resource with the part of ``resource`` (a dict or its JSON text) that is wanted, tagged ``SUBSETTED``.

    ``wanted`` is a mode of ``_summary`` (``true``, ``text``, ``data``, ``count``; ``false`` gives the whole, untagged) or the names
    given by ``_elements``: of root elements (``name``, ``value``, ``valueQuantity``), below them (``name.family``), and either
    with the type before it (``Patient.name``); unknown names are passed over. ``resourceType``, ``id`` and ``meta`` always stay;
    so do mandatory and modifier elements, except under ``text``, which R4 limits to text and mandatory root elements. Resources
    inside (entries of a Bundle) stay whole. The input is left as it is.
    """
    whole: dict[str, Any] = json.decode(resource) if isinstance(resource, bytes) else resource
    if wanted == "false":
        return whole
    if isinstance(wanted, str):
        return _tagged(whole, _summary(whole, type, wanted, definitions))
    return _tagged(whole, _chosen(whole, type, _tree(wanted, type), definitions))


def _tagged(whole: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    meta = whole.get("meta")
    meta = dict(meta) if isinstance(meta, dict) else {}
    tags = meta.get("tag")
    tags = tags if isinstance(tags, list) else []
    marked = any(
        isinstance(tag, dict) and tag.get("code") == SUBSETTED["code"] and tag.get("system") == SUBSETTED["system"] for tag in tags
    )
    meta["tag"] = tags if marked else [*tags, dict(SUBSETTED)]
    first: dict[str, Any] = {key: whole[key] for key in ("resourceType", "id") if key in whole}
    return {**first, "meta": meta, **{key: value for key, value in kept.items() if key not in _ALWAYS}}


def _summary(whole: dict[str, Any], type: str, mode: str, definitions: Definitions) -> dict[str, Any]:
    if mode == "data":
        return {key: value for key, value in whole.items() if key != "text"}
    if mode == "text":
        mandatory = _mandatory(type, definitions)
        return {key: value for key, value in whole.items() if key in mandatory or key == "text"}
    if mode == "count":
        return {}
    trimmed: dict[str, Any] = _trimmed(whole, type, definitions)
    return trimmed


@lru_cache(maxsize=512)
def _mandatory(type: str, definitions: Definitions) -> frozenset[str]:
    return frozenset(key for key, element in _elements(type, definitions).items() if element.min > 0)


def _elements(type: str, definitions: Definitions) -> dict[str, ElementInfo]:
    """The elements of ``type`` by JSON key, companions of primitives among them."""
    info: TypeInfo | None = definitions.type(type)
    named = info.elements if info else {}
    return {**named, **{f"_{key}": element for key, element in named.items() if element.is_primitive}}


@lru_cache(maxsize=2048)
def _summary_plan(type: str, definitions: Definitions) -> _Plan:
    return {
        key: None if element.is_primitive or element.type == "Resource" else element.type
        for key, element in _elements(type, definitions).items()
        if element.is_summary or element.is_modifier or element.min > 0
    }


def _trimmed(value: Any, type: str, definitions: Definitions) -> Any:
    """``value`` with its summary elements; whole where none of what it has is one (an element with only an extension)."""
    if not isinstance(value, dict):
        return value
    plan = _summary_plan(type, definitions)
    kept = {key: _each(child, below, definitions) if (below := plan[key]) else child for key, child in value.items() if key in plan}
    return kept or value


def _each(value: Any, type: str, definitions: Definitions) -> Any:
    return [_trimmed(item, type, definitions) for item in value] if isinstance(value, list) else _trimmed(value, type, definitions)


class _Tree(dict[str, "_Tree"]):
    """Wanted names, each with the wanted names below it; none below: all of it."""


def _tree(names: Sequence[str], type: str) -> _Tree:
    root = _Tree()
    for name in names:
        branch = root
        for step in filter(None, name.strip().removeprefix(f"{type}.").split(".")):
            branch = branch.setdefault(step, _Tree())
        if branch is not root:
            branch[_WHOLE] = _Tree()
    return root


_WHOLE = ""


def _chosen(value: Any, type: str, tree: _Tree, definitions: Definitions) -> Any:
    """``value`` with the elements that ``tree`` names, and the mandatory and modifier ones."""
    if not isinstance(value, dict) or _WHOLE in tree:
        return value
    known = _elements(type, definitions)
    kept: dict[str, Any] = {}
    for key, child in value.items():
        element = known.get(key)
        if element is None:
            continue
        branch = tree.get(element.name) or tree.get(element.key)
        if branch is None:
            if element.min > 0 or element.is_modifier:
                kept[key] = child
        elif element.is_primitive or element.type == "Resource":
            kept[key] = child
        elif part := _each_chosen(child, element.type, branch, definitions):
            kept[key] = part
    return kept


def _each_chosen(value: Any, type: str, tree: _Tree, definitions: Definitions) -> Any:
    if not isinstance(value, list):
        return _chosen(value, type, tree, definitions)
    return [part for item in value if (part := _chosen(item, type, tree, definitions))]
