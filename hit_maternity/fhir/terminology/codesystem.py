"""A code system as a table: what each code is called, what stands above and below it.

Source: FHIR R4 CodeSystem, https://hl7.org/fhir/R4/codesystem.html#hierarchy (nesting, ``parent``, ``child``, ``subsumedBy``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

#: Concept properties that name a concept above, and one below.
ABOVE = frozenset({"parent", "subsumedBy"})
BELOW = "child"


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """``displays``: code -> every name it goes by, the preferred one first. ``complete``: a code that is absent does not exist.
    ``above``/``below``: code -> its direct parents/children. ``properties``: code -> property -> its values as text."""

    url: str
    complete: bool
    case_sensitive: bool
    displays: dict[str, tuple[str, ...]]
    above: dict[str, tuple[str, ...]]
    below: dict[str, tuple[str, ...]]
    properties: dict[str, dict[str, tuple[str, ...]]]
    folded: dict[str, str]  # casefolded code -> code; empty where case matters

    def find(self, code: str) -> str | None:
        """The code as this system spells it, None where it has none such."""
        return code if code in self.displays else self.folded.get(code.casefold())

    def descendants(self, code: str) -> frozenset[str]:
        """``code`` and all it subsumes; empty where the code is unknown."""
        return _closure(self.below, code) if code in self.displays else frozenset()

    def ancestors(self, code: str) -> frozenset[str]:
        """``code`` and all that subsumes it; empty where the code is unknown."""
        return _closure(self.above, code) if code in self.displays else frozenset()


def _closure(edges: dict[str, tuple[str, ...]], start: str) -> frozenset[str]:
    seen = {start}
    todo = [start]
    while todo:
        for code in edges.get(todo.pop(), ()):
            if code not in seen:
                seen.add(code)
                todo.append(code)
    return frozenset(seen)


def _concepts(concepts: Iterable[dict[str, Any]], parent: str | None = None) -> Iterator[tuple[dict[str, Any], str | None]]:
    for concept in concepts:
        yield concept, parent
        yield from _concepts(concept.get("concept", ()), concept["code"])


def _values(concept: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for entry in concept.get("property", ()):
        value = next((v for k, v in entry.items() if k.startswith("value")), None)
        text = value.get("code", "") if isinstance(value, dict) else str(value).lower() if isinstance(value, bool) else str(value)
        values[entry["code"]] = (*values.get(entry["code"], ()), text)
    return values


def table(resource: dict[str, Any]) -> CodeSystem:
    """The table of a CodeSystem resource."""
    displays: dict[str, tuple[str, ...]] = {}
    properties: dict[str, dict[str, tuple[str, ...]]] = {}
    edges: dict[tuple[str, str], None] = {}  # (upper, lower), in order, each once
    for concept, parent in _concepts(resource.get("concept", ())):
        code = concept["code"]
        names = [concept.get("display"), *(d.get("value") for d in concept.get("designation", ()))]
        displays[code] = (*displays.get(code, ()), *(n for n in names if n))
        if parent is not None:
            edges[parent, code] = None
        if values := _values(concept):
            properties[code] = values
            edges.update({(upper, code): None for name in ABOVE for upper in values.get(name, ())})
            edges.update({(code, lower): None for lower in values.get(BELOW, ())})
    above: dict[str, tuple[str, ...]] = {}
    below: dict[str, tuple[str, ...]] = {}
    for upper, lower in edges:
        above[lower] = (*above.get(lower, ()), upper)
        below[upper] = (*below.get(upper, ()), lower)
    sensitive = resource.get("caseSensitive", True)
    return CodeSystem(
        url=resource["url"],
        complete=resource.get("content") == "complete",
        case_sensitive=sensitive,
        displays=displays,
        above=above,
        below=below,
        properties=properties,
        folded={} if sensitive else {c.casefold(): c for c in displays},
    )
