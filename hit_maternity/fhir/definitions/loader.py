"""Finds definitions by canonical, each read only when it is asked for."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import msgspec

from hit_maternity.fhir.definitions.model import CORE, TypeInfo, types_of

#: FHIR R4 4.0.1, made by ``builder``.
ARTEFACT = Path(__file__).with_name("r4.zip")


class Source(Protocol):
    """Where definitions come from: the core artefact, or a loaded package."""

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        """The definition of resource type ``kind`` with canonical ``url`` (no ``|version``), or None."""
        ...

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """For each definition of ``kind`` a dict of id, url, name, kind, type, ... without opening it."""
        ...

    def search_parameters(self) -> list[dict[str, Any]]:
        """Every SearchParameter, whole."""
        ...


class Artefact:
    """The compiled core package: a zip with one member a definition."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._lock = Lock()
        self._by_url: dict[tuple[str, str], dict[str, Any]] = {}
        self._by_kind: dict[str, list[dict[str, Any]]] = {}
        for entry in self._read("index.json"):
            self._by_kind.setdefault(entry["resourceType"], []).append(entry)
            self._by_url[entry["resourceType"], entry.get("url", "")] = entry

    def _read(self, member: str) -> Any:
        with self._lock:
            data = self._zip.read(member)
        return msgspec.json.decode(data)

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        entry = self._by_url.get((kind, url))
        return self._read(f"{kind}/{entry['id']}.json") if entry else None

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return self._by_kind.get(kind, [])

    def search_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = self._read("search-parameters.json")
        return parameters


@cache
def core() -> Artefact:
    """FHIR R4 4.0.1, opened once a process."""
    return Artefact(ARTEFACT)


class Definitions:
    """All definitions a server knows; later sources are asked after earlier ones. The types of FHIR are those of the first."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)
        self._types: dict[str, TypeInfo | None] = {}
        self._resources: dict[tuple[str, str], dict[str, Any]] = {}
        core = self._sources[0].entries("StructureDefinition") if self._sources else []
        base = [e for e in core if e.get("derivation") != "constraint" and e["url"] == CORE + e.get("type", "")]
        self._base = {e["type"]: e for e in base}
        self.resource_types: frozenset[str] = frozenset(n for n, e in self._base.items() if e["kind"] == "resource" and not e["abstract"])
        self.data_types: frozenset[str] = frozenset(n for n, e in self._base.items() if e["kind"] in ("complex-type", "primitive-type"))

    @classmethod
    @cache
    def r4(cls) -> Definitions:
        """FHIR R4 4.0.1 alone, loaded once a process."""
        return cls([core()])

    @classmethod
    def with_packages(cls, packages: Sequence[Source]) -> Definitions:
        """FHIR R4 4.0.1 and ``packages`` beside it, those asked first that come first."""
        return cls([core(), *packages])

    def find(self, kind: str, canonical: str) -> dict[str, Any] | None:
        """The definition of ``kind`` named by ``canonical`` (a ``|version`` is ignored), pruned of prose; None where unknown."""
        url = canonical.partition("|")[0]
        key = (kind, url)
        found = self._resources.get(key)
        if found is None:  # what isn't there is not kept: anything may be asked for
            found = next((r for s in self._sources if (r := s.find(kind, url)) is not None), None)
            if found is not None:
                self._resources[key] = found
        return found

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Index entries of every definition of ``kind``."""
        return [e for s in self._sources for e in s.entries(kind)]

    def search_parameters(self) -> list[dict[str, Any]]:
        """Every SearchParameter known, FHIR's own first."""
        return [p for s in self._sources for p in s.search_parameters()]

    def packaged_search_parameters(self) -> list[dict[str, Any]]:
        """Those of packages alone."""
        return [p for s in self._sources[1:] for p in s.search_parameters()]

    def type(self, name: str) -> TypeInfo | None:
        """The element table of a resource, data type or nested element (``Observation.component``); None where unknown."""
        if name not in self._types:
            root = name.partition(".")[0]
            known = root in self._base
            structure = self._structure(root) if known else None
            if structure:
                self._types.update(types_of(structure))
            self._types.setdefault(name, None)
        return self._types[name]

    def _structure(self, root: str) -> dict[str, Any] | None:
        """Read past the cache: the table is kept, the snapshot it was read from need not be."""
        return next((r for s in self._sources if (r := s.find("StructureDefinition", CORE + root)) is not None), None)

    def is_a(self, name: str | None, ancestor: str) -> bool:
        """Whether type ``name`` is ``ancestor`` or derives from it."""
        while name:
            if name == ancestor:
                return True
            info = self.type(name)
            name = info.base if info else None
        return False

    def compartment(self, name: str) -> dict[str, tuple[str, ...]]:
        """For compartment ``Patient``, ``Encounter``, ...: resource type -> codes of the search parameters that link it."""
        found = self.find("CompartmentDefinition", f"http://hl7.org/fhir/CompartmentDefinition/{name[:1].lower()}{name[1:]}")
        return {r["code"]: tuple(r["param"]) for r in found["resource"] if r.get("param")} if found else {}
