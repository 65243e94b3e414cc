"""Invariants in Python: the commonest, and those whose cost would grow with the square of the resource.

Keyed by their exact text, so that a definition that words one otherwise gets its own FHIRPath; a test holds them equal to it.
Source: the invariants named in https://hl7.org/fhir/R4/observation.html#invs, extensibility.html, datatypes.html and others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

#: A test of the value alone: (value, %resource) -> satisfied.
Native = Callable[[dict[str, Any], dict[str, Any]], bool]


def _has(value: dict[str, Any], name: str) -> bool:
    return name in value or f"_{name}" in value


def _has_choice(value: dict[str, Any], start: str) -> bool:
    return any(key.startswith((start, f"_{start}")) for key in value)


def _extension_or_value(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return ("extension" in value) != _has_choice(value, "value")


def _code_needs_system(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return "system" in value or not _has(value, "code") or _has(value, "system")


def _narrative(value: dict[str, Any], _: dict[str, Any]) -> bool:
    text = value.get("text")
    return type(text) is dict and _has(text, "div")


def _value_or_reason(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return "dataAbsentReason" not in value or not _has_choice(value, "value")


def _answered(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return _has(value, "dataAbsentReason") or _has_choice(value, "value")


def _answered_unless_a_group(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return bool(value.get("component") or value.get("hasMember")) or _answered(value, _)


def _components_differ(value: dict[str, Any], resource: dict[str, Any]) -> bool:
    components = value.get("component")
    if type(components) is not list or not _has_choice(value, "value"):
        return True
    own = _codings(resource.get("code"))
    return all(own.isdisjoint(_codings(c.get("code"))) for c in components if type(c) is dict)


def _codings(concept: Any) -> frozenset[str]:
    """The codings of a concept, each as text that is equal where they are."""
    listed = concept.get("coding") if type(concept) is dict else None
    return frozenset(json.dumps(c, sort_keys=True, default=str) for c in listed) if type(listed) is list else frozenset()


def _paths(value: dict[str, Any]) -> list[Any]:
    listed = value.get("element")
    return [e.get("path") if type(e) is dict else None for e in listed] if type(listed) is list and listed else [None]


def _snapshot_paths(value: dict[str, Any], resource: dict[str, Any]) -> bool:
    first, *rest = _paths(value)
    fits = resource.get("kind") == "logical" or (first is not None and first == resource.get("type"))
    return fits and _under(first, rest)


def _differential_paths(value: dict[str, Any], resource: dict[str, Any]) -> bool:
    first, *rest = _paths(value)
    kind = resource.get("type")
    fits = resource.get("kind") == "logical" or (type(first) is str and type(kind) is str and first.startswith(kind))
    return fits and _under(first.partition(".")[0] if type(first) is str else None, rest)


def _under(top: str | None, paths: list[Any]) -> bool:
    return all(type(p) is str and p.startswith(f"{top or ''}.") for p in paths)


def _reference_range(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return "text" in value or "low" in value or "high" in value or "_text" in value


def _contact(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return not value.keys().isdisjoint(("name", "telecom", "address", "organization"))


def _contact_point(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return not _has(value, "value") or _has(value, "system")


def _entries(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    listed = bundle.get("entry")
    return [e for e in listed if type(e) is dict] if type(listed) is list else []


def _search_only_in_searchset(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return value.get("type") == "searchset" or not any("search" in e for e in _entries(value))


def _where_wanted(name: str, kinds: frozenset[str]) -> Native:
    """Every entry has element ``name`` in Bundles of these types, none in others; a Bundle without type satisfies neither."""

    def test(value: dict[str, Any], resource: dict[str, Any]) -> bool:
        kind = resource.get("type")
        wanted = kind in kinds if type(kind) is str else None
        return all((name in e) is wanted for e in _entries(value))

    return test


def _something_in_entry(value: dict[str, Any], _: dict[str, Any]) -> bool:
    return not value.keys().isdisjoint(("resource", "request", "response"))


def _full_urls_differ(value: dict[str, Any], _: dict[str, Any]) -> bool:
    if value.get("type") == "history":
        return True
    urls = [f"{e.get('fullUrl', '')}{_version(e.get('resource'))}" for e in _entries(value) if _has(e, "fullUrl")]
    return len(set(urls)) == len(urls)


def _version(resource: Any) -> str:
    meta = resource.get("meta") if type(resource) is dict else None
    version = meta.get("versionId") if type(meta) is dict else None
    return version if type(version) is str else ""


_DIFFERENTIAL = (
    "(%resource.kind = 'logical' or element.first().path.startsWith(%resource.type)) and (element.tail().empty() or "
    r"element.tail().all(path.startsWith(%resource.differential.element.first().path.replaceMatches('\\..*','')&'.')))"
)

NATIVE: Mapping[str, Native] = {
    "extension.exists() != value.exists()": _extension_or_value,
    "code.empty() or system.exists()": _code_needs_system,
    "text.`div`.exists()": _narrative,
    "dataAbsentReason.empty() or value.empty()": _value_or_reason,
    "value.exists() or dataAbsentReason.exists()": _answered,
    "(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())": _answered_unless_a_group,
    "value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()": _components_differ,
    "low.exists() or high.exists() or text.exists()": _reference_range,
    "name.exists() or telecom.exists() or address.exists() or organization.exists()": _contact,
    "value.empty() or system.exists()": _contact_point,
    "(%resource.kind = 'logical' or element.first().path = %resource.type) and "
    "element.tail().all(path.startsWith(%resource.snapshot.element.first().path&'.'))": _snapshot_paths,
    _DIFFERENTIAL: _differential_paths,
    "entry.search.empty() or (type = 'searchset')": _search_only_in_searchset,
    "entry.all(request.exists() = (%resource.type = 'batch' or %resource.type = 'transaction' or "
    "%resource.type = 'history'))": _where_wanted("request", frozenset({"batch", "transaction", "history"})),
    "entry.all(response.exists() = (%resource.type = 'batch-response' or %resource.type = 'transaction-response' or "
    "%resource.type = 'history'))": _where_wanted("response", frozenset({"batch-response", "transaction-response", "history"})),
    "resource.exists() or request.exists() or response.exists()": _something_in_entry,
    "(type = 'history') or entry.where(fullUrl.exists()).select(fullUrl&resource.meta.versionId).isDistinct()": _full_urls_differ,
}
