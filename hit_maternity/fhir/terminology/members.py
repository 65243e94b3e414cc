"""A value set member by member, in order, with what each code is called: what ``$expand`` shows.

Source: https://hl7.org/fhir/R4/valueset.html#expansion (the algorithm) and valueset-operation-expand.html (the versions of systems).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.terminology.catalogue import Catalogue, demand_modest, with_circle_told
from hit_maternity.fhir.terminology.codesystem import CodeSystem
from hit_maternity.fhir.terminology.expansion import listed
from hit_maternity.fhir.terminology.filters import Unusable, kept_by
from hit_maternity.fhir.terminology.grammar import GRAMMARS

Code = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Member:
    """One code of a value set. ``display`` and ``designations`` are those of the value set itself, before the code system's;
    ``table`` None: nothing of the system is here."""

    system: str
    code: str
    version: str | None
    display: str | None
    designations: tuple[dict[str, Any], ...]
    table: CodeSystem | None
    inactive: bool = False
    abstract: bool = False

    @property
    def concept(self) -> Mapping[str, Any]:
        """The concept as the code system writes it; empty where nothing of it is here."""
        return self.table.concepts.get(self.code, {}) if self.table else {}

    def name(self) -> str | None:
        """The preferred name, whatever its language."""
        return self.display or self.concept.get("display")

    def names(self) -> list[dict[str, Any]]:
        """Every designation, those of the value set first."""
        return [*self.designations, *self.concept.get("designation", ())]


@dataclass(frozen=True, slots=True)
class Versions:
    """Which version of a system is taken: ``default`` where a value set says none, ``checked`` must be the one that it says,
    ``forced`` whatever it says. system -> version."""

    default: Mapping[str, str] = field(default_factory=dict)
    checked: Mapping[str, str] = field(default_factory=dict)
    forced: Mapping[str, str] = field(default_factory=dict)

    def of(self, system: str, stated: str | None) -> str | None:
        """The version to take. Raises ``Unusable`` where the value set says another than the one to check."""
        forced, checked = self.forced.get(system), self.checked.get(system)
        if not forced and checked and stated and stated != checked:
            raise Unusable("it takes another version of the code system than check-system-version allows")
        return forced or stated or checked or self.default.get(system)


@dataclass(slots=True)
class Members:
    """Expands value sets for one call. ``systems``: every code system that was used, by url and version."""

    catalogue: Catalogue
    versions: Versions = field(default_factory=Versions)
    systems: dict[tuple[str, str | None], CodeSystem] = field(default_factory=dict)
    _faults: list[Issue] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _imports: dict[tuple[int, str], dict[Code, Member]] = field(default_factory=dict)

    def of(self, value_set: dict[str, Any]) -> dict[Code, Member]:
        """The members, in the order of the definition, each once.

        Raises ``FhirError`` 422 with every part that can't be enumerated, where the set brings no expansion either.
        """
        found = self._of(value_set, value_set, "ValueSet")
        if self._faults:
            brought = _brought(value_set)
            if brought is None:
                raise FhirError(422, self._faults)
            return {(e.get("system", ""), e["code"]): _brought_member(e) for e in brought}
        return found

    def _of(self, value_set: dict[str, Any], around: dict[str, Any], where: str) -> dict[Code, Member]:
        compose = value_set.get("compose")
        if compose is None:
            entries = _brought(value_set)
            if entries is None:
                self._fault(where, "the value set has no definition (compose) and no whole expansion")
            return {(e.get("system", ""), e["code"]): _brought_member(e) for e in entries or ()}
        if value_set is around:
            demand_modest(value_set)
        found: dict[Code, Member] = {}
        for index, include in enumerate(compose.get("include", ())):
            for code, member in self._component(include, around, f"{where}.compose.include[{index}]").items():
                found.setdefault(code, member)
        for index, exclude in enumerate(compose.get("exclude", ())):
            for code in self._component(exclude, around, f"{where}.compose.exclude[{index}]"):
                found.pop(code, None)
        if compose.get("inactive") is False:
            found = {code: member for code, member in found.items() if not member.inactive}
        return found

    def _component(self, include: dict[str, Any], around: dict[str, Any], where: str) -> dict[Code, Member]:
        """What is in all that an include names: its system's codes and each of its value sets."""
        parts = [self._of_system(include, where)] if "system" in include else []
        parts += [self._imported(url, around, where) for url in include.get("valueSet", ())]
        found, *others = parts or [{}]
        return {code: member for code, member in found.items() if all(code in other for other in others)}

    def _imported(self, canonical: str, around: dict[str, Any], where: str) -> dict[Code, Member]:
        inside = canonical.startswith("#")
        found = _contained(around, canonical[1:]) if inside else self.catalogue.find("ValueSet", canonical)
        if found is None:
            self._fault(where, f"the value set {canonical} is not known here")
            return {}
        key = (id(around) if inside else 0), canonical
        if key not in self._imports:
            url = canonical.partition("|")[0]
            with_circle_told(self._open, url)
            self._open.append(url)
            self._imports[key] = self._of(found, around if inside else found, f"{where}.valueSet({canonical})")
            self._open.pop()
        return self._imports[key]

    def enter(self, url: str) -> None:
        """Marks the set that is asked for itself, so that one which imports it is told as a circle."""
        self._open.append(url)

    def _of_system(self, include: dict[str, Any], where: str) -> dict[Code, Member]:
        url, _, pin = include["system"].partition("|")
        try:
            version = self.versions.of(url, include.get("version") or pin or None)
            table = self.catalogue.code_system(url, version)
            if table is not None:
                self.systems[url, table.version] = table
            if "concept" in include:
                return _named(include["concept"], url, version, table)
            return self._whole(include, url, version, table)
        except Unusable as fault:
            self._fault(where, str(fault))
            return {}

    def _whole(self, include: dict[str, Any], url: str, version: str | None, table: CodeSystem | None) -> dict[Code, Member]:
        if table is None:
            raise Unusable(self._reason(url, version))
        kept = kept_by(table, include["filter"]) if "filter" in include else table.displays.keys()
        return {(url, code): _member(url, code, version, table) for code in table.displays if code in kept}

    def _reason(self, url: str, version: str | None) -> str:
        if url in GRAMMARS:
            return f"{url} is a grammar, not a list: its codes can be validated, but not enumerated"
        known = [str(r.get("version")) for r, _ in self.catalogue.versions("CodeSystem", url) if r.get("version")]
        if version and known and version not in known:
            return f"version {version} of the code system {url} is not known here, only {', '.join(known)}"
        return f"the code system {url} is not loaded here, so it can't be told which of its codes fit"

    def _fault(self, where: str, reason: str) -> None:
        text = f"The value set can't be expanded: {reason}. Name the codes in it (concept), or load or store what is missing."
        self._faults.append(Issue("not-supported", "value-set-not-expandable", text, where))


def _contained(around: dict[str, Any], id: str) -> dict[str, Any] | None:
    return next((c for c in around.get("contained", ()) if c.get("id") == id and c.get("resourceType") == "ValueSet"), None)


def _member(
    system: str, code: str, version: str | None, table: CodeSystem, display: str | None = None, designations: Iterable[dict[str, Any]] = ()
) -> Member:
    return Member(
        system, code, table.version or version, display, tuple(designations), table, table.is_inactive(code), table.is_abstract(code)
    )


def _named(concepts: Iterable[dict[str, Any]], system: str, version: str | None, table: CodeSystem | None) -> dict[Code, Member]:
    """The codes that an include lists, but for those that the system, if all of it is here, does not have."""
    found: dict[Code, Member] = {}
    for concept in concepts:
        code = concept.get("code")
        if code is None:
            continue
        display, designations = concept.get("display"), concept.get("designation", ())
        spelt = table.find(code) if table else None
        if table is not None and spelt is not None:
            found.setdefault((system, spelt), _member(system, spelt, version, table, display, designations))
        elif table is None or not table.complete:
            found.setdefault((system, code), Member(system, code, version, display, tuple(designations), table))
    return found


def _brought(value_set: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The entries of the expansion that a value set carries; None where it has none, or only part of one."""
    expansion = value_set.get("expansion")
    if not isinstance(expansion, dict):
        return None
    entries = [e for e in listed(expansion.get("contains", ())) if "code" in e]
    whole = expansion.get("offset", 0) == 0 and expansion.get("total", len(entries)) <= len(entries)
    return entries if whole else None


def _brought_member(entry: dict[str, Any]) -> Member:
    return Member(
        entry.get("system", ""),
        entry["code"],
        entry.get("version"),
        entry.get("display"),
        tuple(entry.get("designation", ())),
        None,
        entry.get("inactive", False),
        entry.get("abstract", False),
    )
