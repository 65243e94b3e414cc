"""What one call knows: the definitions and packages that are loaded first, then what is stored in this server.

A stored resource may change with the next write, so nothing of it is kept but its table, under its very text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from hit_maternity.fhir.json import decode
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.terminology.codesystem import USABLE, CodeSystem, table
from hit_maternity.fhir.terminology.expansion import Expansion, expand
from hit_maternity.fhir.terminology.loaded import LoadedTerminology
from hit_maternity.fhir.terminology.standards import listed_standard

#: How deep value sets may import each other; how many imports and filters one may have, those it contains among them.
DEEPEST, MOST_IMPORTS, MOST_FILTERS = 16, 200, 50
_NUMBERS = re.compile(r"\d+")


class Stored(Protocol):
    """The resources of this server, by canonical."""

    def find(self, kind: str, url: str) -> Sequence[bytes]:
        """The text of every stored resource of ``kind`` with this ``url``."""
        ...

    def all(self, kind: str) -> Sequence[bytes]:
        """The text of every stored resource of ``kind``."""
        ...


@lru_cache(maxsize=16)
def _parsed(text: bytes) -> dict[str, Any]:
    resource: dict[str, Any] = decode(text)
    return resource


@lru_cache(maxsize=8)
def _tabled(text: bytes) -> CodeSystem:
    return table(_parsed(text))


def _newness(resource: dict[str, Any]) -> tuple[bool, tuple[int, ...], str]:
    """What of several versions is taken where none is asked for: an active one, then the highest version."""
    version = str(resource.get("version", ""))
    return resource.get("status") == "active", tuple(int(n) for n in _NUMBERS.findall(version)[:8] if len(n) < 20), version


class Definition(NamedTuple):
    """A definition, with its text where it is stored here."""

    resource: dict[str, Any]
    text: bytes | None


class Catalogue:
    """Finds code systems, value sets and maps for one call; ``given``: resources that came with the call itself, asked first.

    It also is an ``expansion.Known``, so that membership is judged over all of these.
    """

    def __init__(self, loaded: LoadedTerminology, stored: Stored, given: Iterable[dict[str, Any]] = ()) -> None:
        self.loaded = loaded
        self._stored = stored
        self._given = {(r["resourceType"], r["url"]): r for r in given if "url" in r}
        self._found: dict[tuple[str, str], list[Definition]] = {}
        self._tables: dict[str, CodeSystem] = {}
        self._sets: dict[str, Expansion | None] = {}
        self._open: list[str] = []

    def versions(self, kind: str, url: str) -> list[Definition]:
        """Every definition of ``url`` (no ``|version``); the one to prefer first."""
        return [*self._at_hand(kind, url), *self._in_store(kind, url)]

    def _at_hand(self, kind: str, url: str) -> list[Definition]:
        found = self._given.get((kind, url)), self.loaded.definitions.find(kind, url)
        return [Definition(r, None) for r in found if r is not None]

    def _in_store(self, kind: str, url: str) -> list[Definition]:
        key = kind, url
        if key not in self._found:
            stored = [Definition(_parsed(text), text) for text in self._stored.find(kind, url)]
            self._found[key] = sorted(stored, key=lambda d: _newness(d.resource), reverse=True)
        return self._found[key]

    def find(self, kind: str, url: str, version: str | None = None) -> dict[str, Any] | None:
        """The definition; ``url`` may carry ``|version``. None where there is none, or none of this version."""
        found = self._pinned(kind, url, version)
        return found.resource if found else None

    def _pinned(self, kind: str, url: str, version: str | None) -> Definition | None:
        url, _, pin = url.partition("|")
        wanted = version or pin
        for place in (self._at_hand, self._in_store):
            for found in place(kind, url):
                if not wanted or found.resource.get("version") == wanted:
                    return found
        return None

    def require(self, kind: str, url: str, version: str | None = None) -> dict[str, Any]:
        """As ``find``. Raises ``FhirError`` 404 where there is none, with the versions there are."""
        found = self.find(kind, url, version)
        if found is not None:
            return found
        known = [str(r.get("version", "without a version")) for r, _ in self.versions(kind, url.partition("|")[0])]
        if known:
            text = f"This {kind} is known here, but not in this version. Known: {', '.join(known)}."
            raise refuse(404, "not-found", "version-unknown", text)
        text = f"No {kind} with this canonical is loaded or stored here. Check the address, store it, or load the package that has it."
        raise refuse(404, "not-found", f"{_KEBAB[kind]}-unknown", text)

    def code_system(self, url: str, version: str | None = None) -> CodeSystem | None:
        """The code system, also where only part of it is here; None where nothing of it is, or not of this version."""
        found = self._pinned("CodeSystem", url, version)
        if found is None:
            return listed_standard(url) if not version else None
        resource, text = found
        if resource.get("content") not in USABLE:
            return None
        if text is not None:
            return _tabled(text)
        if resource is self._given.get(("CodeSystem", resource["url"])):
            if resource["url"] not in self._tables:
                self._tables[resource["url"]] = table(resource)
            return self._tables[resource["url"]]
        return self.loaded.code_system(resource["url"])

    def expansion(self, value_set: str) -> Expansion | None:
        """What is known of the value set; None where it isn't known here. Raises ``FhirError`` 422 where it imports itself."""
        if value_set not in self._sets:
            found = self.find("ValueSet", value_set)
            self._sets[value_set] = self.expand(found) if found else None
        return self._sets[value_set]

    def expand(self, value_set: dict[str, Any]) -> Expansion:
        """What is known of ``value_set``. Raises ``FhirError`` 422 where it imports itself."""
        url = str(value_set.get("url", ""))
        if url and value_set is self.loaded.definitions.find("ValueSet", url):
            known = self.loaded.expansion(url)
            if known is not None and known.enumerated:
                return known
        with_circle_told(self._open, url)
        demand_modest(value_set)
        self._open.append(url)
        try:
            return expand(value_set, self)
        finally:
            self._open.pop()

    def maps(self) -> list[dict[str, Any]]:
        """Every ConceptMap, the loaded ones first."""
        loaded = [self.loaded.definitions.find("ConceptMap", e["url"]) for e in self.loaded.definitions.entries("ConceptMap") if "url" in e]
        given = [r for (kind, _), r in self._given.items() if kind == "ConceptMap"]
        return [*given, *(m for m in loaded if m is not None), *(_parsed(text) for text in self._stored.all("ConceptMap"))]


_KEBAB = {"CodeSystem": "code-system", "ValueSet": "value-set", "ConceptMap": "concept-map"}


def with_circle_told(open_sets: Sequence[str], url: str) -> None:
    """Raises ``FhirError`` 422 where ``url`` is among the sets that are being expanded, or these nest too deep."""
    if url and url in open_sets:
        around = " imports ".join([*open_sets[open_sets.index(url) :], url])
        raise refuse(422, "processing", "value-set-circle", f"A value set imports itself: {around}. Take one of these imports away.")
    if len(open_sets) > DEEPEST:
        text = f"Value sets import each other more than {DEEPEST} deep. Name their codes closer to where they are used."
        raise refuse(422, "too-costly", "value-set-depth", text)


def demand_modest(value_set: dict[str, Any]) -> None:
    """Raises ``FhirError`` 422 where the value set, which may be anybody's, would take too long to be worked out."""
    sets = [value_set, *value_set.get("contained", ())]
    parts = [c for s in sets if "compose" in s for key in ("include", "exclude") for c in s["compose"].get(key, ())]
    imports, filters = sum(len(p.get("valueSet", ())) for p in parts), sum(len(p.get("filter", ())) for p in parts)
    if imports > MOST_IMPORTS or filters > MOST_FILTERS:
        text = f"The value set has {imports} imports and {filters} filters; at most {MOST_IMPORTS} and {MOST_FILTERS} are worked out."
        raise refuse(422, "too-costly", "value-set-too-costly", text)
