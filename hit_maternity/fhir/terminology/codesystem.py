"""A code system as a table: what each code is called, what stands above and below it.

Source: FHIR R4 CodeSystem, https://hl7.org/fhir/R4/codesystem.html#hierarchy (nesting, ``parent``, ``child``, ``subsumedBy``), and
https://hl7.org/fhir/R4/codesystem-concept-properties.html for what properties mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What a CodeSystem must hold of its codes to be of any use here (CodeSystem.content).
USABLE = frozenset({"complete", "fragment", "example"})
#: Concept properties that name a concept above, and one below.
ABOVE = frozenset({"parent", "subsumedBy"})
BELOW = "child"
#: Where FHIR defines what a property means, whatever a system calls it.
_MEANINGS = "http://hl7.org/fhir/concept-properties#"
#: Values of the property ``status`` of a code that is no longer to be used.
_RETIRED = frozenset({"retired", "inactive", "withdrawn"})


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """``displays``: code -> every name it goes by, the preferred one first. ``complete``: a code that is absent does not exist.
    ``above``/``below``: code -> its direct parents/children. ``properties``: code -> property -> its values as text, under the
    system's own name of the property and under FHIR's. ``concepts``: code -> the concept as the definition writes it;
    ``definition``: the resource."""

    url: str
    complete: bool
    case_sensitive: bool
    displays: dict[str, tuple[str, ...]]
    above: dict[str, tuple[str, ...]]
    below: dict[str, tuple[str, ...]]
    properties: dict[str, dict[str, tuple[str, ...]]]
    folded: dict[str, str]  # casefolded code -> code; empty where case matters
    concepts: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    definition: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str | None:
        return self.definition.get("version")

    def find(self, code: str) -> str | None:
        """The code as this system spells it, None where it has none such."""
        return code if code in self.displays else self.folded.get(code.casefold())

    def descendants(self, code: str) -> frozenset[str]:
        """``code`` and all it subsumes; empty where the code is unknown."""
        return _closure(self.below, code) if code in self.displays else frozenset()

    def ancestors(self, code: str) -> frozenset[str]:
        """``code`` and all that subsumes it; empty where the code is unknown."""
        return _closure(self.above, code) if code in self.displays else frozenset()

    def is_inactive(self, code: str) -> bool:
        """Whether the code is no longer to be used (property ``inactive``, or a ``status`` of retired)."""
        found = self.properties.get(code, {})
        return "true" in found.get("inactive", ()) or not _RETIRED.isdisjoint(found.get("status", ()))

    def is_abstract(self, code: str) -> bool:
        """Whether the code only groups others and is not to be selected (property ``notSelectable``)."""
        found = self.properties.get(code, {})
        return "true" in found.get("notSelectable", ()) or "true" in found.get("abstract", ())


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


def text_of(value: Any) -> str:
    """A property's value as filters compare it: a Coding by its code, a boolean as true or false."""
    return str(value.get("code", "")) if isinstance(value, dict) else str(value).lower() if isinstance(value, bool) else str(value)


def _values(concept: dict[str, Any], meanings: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for entry in concept.get("property", ()):
        text = text_of(next((v for k, v in entry.items() if k.startswith("value")), None))
        own = entry["code"]
        for name in {own, meanings.get(own, own)}:
            values[name] = (*values.get(name, ()), text)
    return values


def _meanings(definition: Mapping[str, Any]) -> dict[str, str]:
    """The system's own name of a property -> FHIR's name of it."""
    listed = definition.get("property", ())
    return {p["code"]: p["uri"].removeprefix(_MEANINGS) for p in listed if str(p.get("uri", "")).startswith(_MEANINGS)}


def table(resource: dict[str, Any]) -> CodeSystem:
    """The table of a CodeSystem resource."""
    displays: dict[str, tuple[str, ...]] = {}
    properties: dict[str, dict[str, tuple[str, ...]]] = {}
    concepts: dict[str, dict[str, Any]] = {}
    edges: dict[tuple[str, str], None] = {}  # (upper, lower), in order, each once
    meanings = _meanings(resource)
    for concept, parent in _concepts(resource.get("concept", ())):
        code = concept["code"]
        names = [concept.get("display"), *(d.get("value") for d in concept.get("designation", ()))]
        displays[code] = (*displays.get(code, ()), *(n for n in names if n))
        concepts.setdefault(code, concept)
        if parent is not None:
            edges[parent, code] = None
        if values := _values(concept, meanings):
            properties[code] = values
            edges.update({(upper, code): None for name in ABOVE for upper in values.get(name, ())})
            edges.update({(code, lower): None for lower in values.get(BELOW, ())})
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in edges:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    sensitive = resource.get("caseSensitive", True)
    return CodeSystem(
        url=resource["url"],
        complete=resource.get("content") == "complete",
        case_sensitive=sensitive,
        displays=displays,
        above={code: tuple(codes) for code, codes in above.items()},
        below={code: tuple(codes) for code, codes in below.items()},
        properties=properties,
        folded={} if sensitive else {c.casefold(): c for c in displays},
        concepts=concepts,
        definition=resource,
    )
