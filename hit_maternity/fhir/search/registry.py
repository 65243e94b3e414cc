"""The search parameters of each resource type, cleaned of the oddities of the published R4 set.

Source: https://hl7.org/fhir/R4/searchparameter-registry.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.search import paths
from hit_maternity.fhir.search.model import SearchParameter

# Illustrations that the R4 package carries among the real ones, and what isn't a parameter of the index.
_EXAMPLES = frozenset(f"http://hl7.org/fhir/SearchParameter/{name}" for name in ("example", "example-extension", "example-reference"))
_NOT_INDEXED = frozenset({"_text", "_content", "_query", "_filter"})
_TYPES = frozenset({"number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"})

#: Bases in the order in which a more special definition replaces a more general one.
_GENERAL = ("Resource", "DomainResource")

_ROOT = re.compile(r"\(*\s*([A-Z][A-Za-z]+)\b(?!\()")
_RESOLVES = re.compile(r"resolve\(\)\s+is\s+([A-Z][A-Za-z]+)")


def _description(raw: dict[str, Any], resource_type: str) -> str:
    """The words for this type, of those that a parameter of several types has for each."""
    text: str = raw.get("description", "")
    found = re.search(rf"^\* \[{resource_type}\]\([^)]*\): *(.+?)\s*$", text, re.MULTILINE)
    return found[1] if found else text.strip()


def _reading(parameter: SearchParameter) -> frozenset[tuple[str, ...]]:
    """What a parameter reads, to be compared: its branches, each with its type and those of its parts."""
    parts = tuple(f"{p.type} {p.expression}" for p in parameter.components)
    return frozenset((parameter.type, branch, *parts) for branch in paths.branches(parameter.expression))


def unions(parameters: Iterable[SearchParameter]) -> dict[str, tuple[SearchParameter, ...]]:
    """Code of each parameter that others make up together -> those others; references, which are followed one by one, stay as they are."""
    reading = {p.code: (p, _reading(p)) for p in parameters if p.type != "reference"}
    found: dict[str, tuple[SearchParameter, ...]] = {}
    for code, (_, whole) in reading.items():
        parts = {c: (p, r) for c, (p, r) in reading.items() if c != code and (r < whole or (r == whole and c < code))}
        same = [p for p, r in parts.values() if r == whole]
        if same:
            found[code] = (same[0],)
        elif parts and frozenset().union(*(r for _, r in parts.values())) == whole:
            found[code] = tuple(p for p, _ in parts.values())
    return {code: tuple(q for p in parts for q in found.get(p.code, (p,))) for code, parts in found.items()}


class Registry:
    """Gives ``SearchParameter``s by resource type; each type's are made when they are first asked for."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._packaged = frozenset(str(raw.get("url")) for raw in definitions.packaged_search_parameters())
        self._by_base: dict[str, list[dict[str, Any]]] = {}
        self._by_url: dict[str, dict[str, Any]] = {}
        for raw in definitions.search_parameters():
            whole = all(type(raw.get(k)) is str for k in ("url", "code", "expression"))
            if not whole or raw.get("type") not in _TYPES or raw["url"] in _EXAMPLES or raw["code"] in _NOT_INDEXED:
                continue
            self._by_url.setdefault(raw["url"], raw)
            for base in raw.get("base", ()):
                self._by_base.setdefault(base, []).append(raw)
        self._elements: dict[tuple[str, str], tuple[paths.Route, ...]] = {}
        self._united: dict[str, dict[str, tuple[SearchParameter, ...]]] = {}
        self._made: dict[str, Mapping[str, SearchParameter]] = {}

    def parameters(self, resource_type: str) -> Mapping[str, SearchParameter]:
        """By code; empty for an unknown type."""
        made = self._made.get(resource_type)
        if made is None:
            made = self._made[resource_type] = MappingProxyType(self._make(resource_type))
        return made

    def stored(self, parameter: SearchParameter) -> tuple[SearchParameter, ...]:
        """The parameters whose rows answer ``parameter``: itself, or where it is the union of others, those.

        ``combo-code`` is ``code`` and ``component-code``; written once, a blood pressure needs 25 rows instead of 41.
        """
        return self._unions(parameter.resource_type).get(parameter.code) or (parameter,)

    def _unions(self, resource_type: str) -> dict[str, tuple[SearchParameter, ...]]:
        found = self._united.get(resource_type)
        if found is None:
            every = self.parameters(resource_type).values()
            # where FHIR's own parameters are stored must not depend on the packages that happen to be loaded
            found = unions(p for p in every if not self._is_packaged(p))
            packaged = [p for p in every if self._is_packaged(p)]
            if packaged:
                found |= {p.code: parts for p in packaged if (parts := unions(every).get(p.code))}
            self._united[resource_type] = found
        return found

    def _is_packaged(self, parameter: SearchParameter) -> bool:
        return parameter.url in self._packaged

    def packaged(self) -> dict[str, str]:
        """``Type.code`` of each search parameter of packages whose rows FHIR's own don't hold -> a digest of what its rows hold. Data
        stored before it was there are not indexed by it."""
        bases = {str(base) for url in self._packaged if url in self._by_url for base in self._by_url[url].get("base", ())}
        types = self._definitions.resource_types if bases & set(_GENERAL) else bases & self._definitions.resource_types
        found: dict[str, str] = {}
        for resource_type in sorted(types):
            for parameter in filter(self._is_packaged, self.parameters(resource_type).values()):
                parts = [p for p in self.stored(parameter) if self._is_packaged(p)]
                if parts:
                    meant = repr([(q.code, q.type, q.expression, sorted(q.targets)) for p in parts for q in (p, *p.components)])
                    found[f"{resource_type}.{parameter.code}"] = blake2b(meant.encode(), digest_size=8).hexdigest()
        return found

    def elements(self, parameter: SearchParameter) -> tuple[paths.Route, ...]:
        """What ``parameter`` reads: routes with the data types at their ends; none where its expression isn't a plain path."""
        key = (parameter.resource_type, parameter.url)
        found = self._elements.get(key)
        if found is None:
            whole = next((p for p in self.parameters(parameter.resource_type).values() if p.url == parameter.url), parameter)
            found = self._elements[key] = tuple(
                route
                for path in paths.read(whole.expression) or ()
                for route in paths.routes(self.from_root(path, whole.resource_type), whole.resource_type, self._definitions)
            )
        return found

    def from_root(self, path: paths.Path, resource_type: str) -> paths.Path:
        """``path`` without the name of the type it starts from."""
        head = path[0].argument
        return path[1:] if head[:1].isupper() and self._definitions.is_a(resource_type, head) else path

    def _make(self, resource_type: str) -> dict[str, SearchParameter]:
        info = self._definitions.type(resource_type)
        if info is None or resource_type not in self._definitions.resource_types:
            return {}
        found: dict[str, SearchParameter] = {}
        bases = [b for b in _GENERAL if self._definitions.is_a(resource_type, b)]
        for base in [*bases, resource_type]:
            own: dict[str, SearchParameter] = {}
            for raw in self._by_base.get(base, ()):
                parameter = self._parameter(raw, resource_type)
                if parameter:
                    own.setdefault(parameter.code, parameter)  # FHIR's own come first, and no package takes their codes
            found |= own
        return dict(sorted(found.items()))

    def _parameter(self, raw: dict[str, Any], resource_type: str) -> SearchParameter | None:
        expression = self.concerning(raw["expression"], resource_type)
        if not expression:
            return None
        code: str = raw["code"]
        parts: list[SearchParameter] = []
        for number, component in enumerate(raw.get("component", ()), 1):
            definition = self._by_url.get(component["definition"].partition("|")[0])
            if definition is None or definition["type"] == "composite":
                return None
            parts.append(SearchParameter(resource_type, f"{code}${number}", definition["type"], definition["url"], component["expression"],
                                         self._targets(definition, "")))  # fmt: skip
        return SearchParameter(resource_type, code, raw["type"], raw["url"], expression, self._targets(raw, expression), tuple(parts),
                               _description(raw, resource_type))  # fmt: skip

    def concerning(self, expression: str, resource_type: str) -> str:
        """The branches of ``expression`` that are for this type, '' where none is."""
        return " | ".join(b for b in paths.branches(expression) if self._concerns(b, resource_type))

    def _concerns(self, branch: str, resource_type: str) -> bool:
        """Whether ``branch`` starts with this type, an ancestor of it, or no type at all (``name | alias``)."""
        root = _ROOT.match(branch)
        return root is None or self._definitions.is_a(resource_type, root[1])

    def _targets(self, raw: dict[str, Any], expression: str) -> frozenset[str]:
        """The types named, narrowed to those that every branch filters by (``patient`` is said to name a Group too)."""
        named = frozenset(t for t in raw.get("target", ()) if t != "Resource") & self._definitions.resource_types
        filters = [_RESOLVES.findall(b) for b in paths.branches(expression)]
        narrowed = frozenset(t for f in filters for t in f) if filters and all(filters) else frozenset()
        if raw["type"] != "reference":
            return frozenset()
        return narrowed or named
