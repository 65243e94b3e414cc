"""From a code to what concept maps make of it.

Source: https://hl7.org/fhir/R4/conceptmap.html (groups, dependencies, unmapped) and conceptmap-operation-translate.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.terminology.catalogue import Catalogue

#: An equivalence read the other way round; the others are the same both ways.
_INVERSE = {"wider": "narrower", "narrower": "wider", "subsumes": "specializes", "specializes": "subsumes"}
#: Equivalences that say that there is no translation.
NO_MATCH = frozenset({"unmatched", "disjoint"})
#: How many maps may hand a code on to each other.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Match:
    """``concept``: a Coding, None where the map says that there is none. ``source``: the map. ``products``: what else the target
    stands for, as (element, Coding)."""

    equivalence: str
    concept: dict[str, Any] | None
    source: str | None
    products: tuple[tuple[str, dict[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """``source`` and ``target``: value sets; ``system``: of the translation. ``dependencies``: (element, system, code) that hold."""

    source: str | None = None
    target: str | None = None
    system: str | None = None
    reverse: bool = False
    dependencies: frozenset[tuple[str, str | None, str]] = frozenset()


@dataclass(slots=True)
class Translator:
    """Translates for one call. ``conditional``: whether a translation was left out as it depends on what was not told."""

    catalogue: Catalogue
    wish: Wish
    conditional: bool = False
    _open: list[str] = field(default_factory=list)

    def translate(self, maps: Iterable[dict[str, Any]], coding: Mapping[str, Any]) -> list[Match]:
        """The matches in ``maps``, in order, each once. Raises ``FhirError`` 422 where maps hand a code on in a circle."""
        found = [m for map in maps if self._is_wished(map) for m in self._in_map(map, coding)]
        kept: dict[tuple[str, str | None, str | None], Match] = {}
        for match in found:
            concept = match.concept or {}
            kept.setdefault((match.equivalence, concept.get("system"), concept.get("code")), match)
        return list(kept.values())

    def _is_wished(self, map: Mapping[str, Any]) -> bool:
        """Whether the map is between the value sets that the caller names, as far as either says."""
        ends = _scope(map, "source"), _scope(map, "target")
        wished = (self.wish.target, self.wish.source) if self.wish.reverse else (self.wish.source, self.wish.target)
        return all(not wanted or not end or wanted.partition("|")[0] == end for wanted, end in zip(wished, ends, strict=True))

    def _in_map(self, map: Mapping[str, Any], coding: Mapping[str, Any]) -> Iterator[Match]:
        source = map.get("url")
        for group in map.get("group", ()):
            ends = (group.get("target"), group.get("source")) if self.wish.reverse else (group.get("source"), group.get("target"))
            if coding.get("system") and ends[0] and coding["system"] != ends[0].partition("|")[0]:
                continue
            if self.wish.system and ends[1] and self.wish.system != ends[1].partition("|")[0]:
                continue
            if self.wish.reverse:
                yield from self._backwards(group, coding["code"], source)
            else:
                yield from self._forwards(group, coding, source)

    def _forwards(self, group: Mapping[str, Any], coding: Mapping[str, Any], source: str | None) -> Iterator[Match]:
        elements = [e for e in group.get("element", ()) if e.get("code") == coding["code"]]
        if not elements:
            yield from self._unmapped(group, coding, source)
        for element in elements:
            for target in element.get("target", ()):
                if self._holds(target.get("dependsOn", ())):
                    concept = _coding(group.get("target"), group.get("targetVersion"), target)
                    yield Match(target.get("equivalence", "equivalent"), concept, source, tuple(_products(target)))

    def _backwards(self, group: Mapping[str, Any], code: str, source: str | None) -> Iterator[Match]:
        for element in group.get("element", ()):
            for target in element.get("target", ()):
                if target.get("code") == code and self._holds(target.get("product", ())):
                    stated = target.get("equivalence", "equivalent")
                    concept = _coding(group.get("source"), group.get("sourceVersion"), element)
                    yield Match(_INVERSE.get(stated, stated), concept, source)

    def _holds(self, conditions: Iterable[Mapping[str, Any]]) -> bool:
        """Whether what the translation depends on was told."""
        told = self.wish.dependencies
        for condition in conditions:
            element, value, system = condition.get("property"), condition.get("value"), condition.get("system")
            if not any(e == element and c == value and (not system or not s or s == system) for e, s, c in told):
                self.conditional = True
                return False
        return True

    def _unmapped(self, group: Mapping[str, Any], coding: Mapping[str, Any], source: str | None) -> Iterator[Match]:
        """What a group does with a code that it does not name. The code may not be of its system where it names none."""
        unmapped = group.get("unmapped") or {}
        mode = unmapped.get("mode")
        if mode == "provided":
            given = {"code": coding["code"], "display": coding.get("display")}
            yield Match("equivalent", _coding(group.get("target"), group.get("targetVersion"), given), source)
        elif mode == "fixed" and unmapped.get("code"):
            yield Match("relatedto", _coding(group.get("target"), group.get("targetVersion"), unmapped), source)
        elif mode == "other-map" and unmapped.get("url"):
            yield from self._other(unmapped["url"], coding)

    def _other(self, url: str, coding: Mapping[str, Any]) -> Iterator[Match]:
        if url in self._open or len(self._open) >= _DEEPEST:
            text = "Concept maps hand the code on to each other without an end (unmapped.mode other-map). Break their circle."
            raise refuse(422, "processing", "concept-map-circle", text)
        self._open.append(url)
        found = self.catalogue.find("ConceptMap", url)
        if found is not None:
            yield from self._in_map(found, coding)
        self._open.pop()


def _scope(map: Mapping[str, Any], end: str) -> str | None:
    stated = map.get(f"{end}Uri") or map.get(f"{end}Canonical")
    return str(stated).partition("|")[0] if stated else None


def _coding(system: str | None, version: str | None, entry: Mapping[str, Any]) -> dict[str, Any] | None:
    if not entry.get("code"):
        return None
    url, _, pin = (system or "").partition("|")
    coding = {"system": url or None, "version": version or pin or None, "code": entry["code"], "display": entry.get("display")}
    return {key: value for key, value in coding.items() if value is not None}


def _products(target: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for product in target.get("product", ()):
        coding = {"system": product.get("system"), "code": product.get("value"), "display": product.get("display")}
        yield product.get("property", ""), {k: v for k, v in coding.items() if v is not None}
