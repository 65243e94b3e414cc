"""From a ValueSet's definition to the codes in it, as far as what is loaded can tell.

Source: https://hl7.org/fhir/R4/valueset.html#compositions and #expansion. A set is three things: the codes known to be in it,
the systems of which only some membership can be told (``open``; ``everything`` when a set it imports is unknown), and the
systems that are in it whole and are a grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hit_maternity.fhir.terminology.codesystem import CodeSystem
from hit_maternity.fhir.terminology.grammar import GRAMMARS

Code = tuple[str, str]
_EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Expansion:
    """What is known of a value set. ``codes``: (system, code) pairs in it; ``open``: systems that may have more codes in it;
    ``grammars``: systems in it whole, decided by their grammar; ``everything``: any code of any system may be in it."""

    codes: frozenset[Code] = frozenset()
    open: frozenset[str] = _EMPTY
    grammars: frozenset[str] = _EMPTY
    everything: bool = False
    plain: frozenset[str] = field(default=_EMPTY)  # the codes without their systems

    @property
    def enumerated(self) -> bool:
        """Whether ``codes`` are all there is."""
        return not (self.open or self.grammars or self.everything)

    def doubts(self, system: str) -> bool:
        """Whether a code of ``system`` that is not in ``codes`` may still be in the set."""
        return self.everything or system in self.open or system in self.grammars

    def union(self, other: Expansion) -> Expansion:
        return Expansion(
            self.codes | other.codes, self.open | other.open, self.grammars | other.grammars, self.everything or other.everything
        )

    def intersection(self, other: Expansion) -> Expansion:
        doubtful = {s for s, _ in self.codes - other.codes if other.doubts(s)} | {s for s, _ in other.codes - self.codes if self.doubts(s)}
        mine, others = self.open | self.grammars, other.open | other.grammars
        both = (mine & others) | (mine if other.everything else _EMPTY) | (others if self.everything else _EMPTY)
        return Expansion(self.codes & other.codes, both | doubtful, everything=self.everything and other.everything)

    def difference(self, other: Expansion) -> Expansion:
        left = self.codes - other.codes
        doubtful = frozenset(s for s, _ in left if other.doubts(s))
        kept = frozenset(c for c in left if c[0] not in doubtful)
        whole = frozenset(s for s in self.grammars if not other.doubts(s) and all(s != t for t, _ in other.codes))
        return Expansion(kept, self.open | doubtful | (self.grammars - whole), whole, self.everything)


NOTHING = Expansion()
UNKNOWN = Expansion(everything=True)


class Known(Protocol):
    """Where an expansion finds the systems and sets it is made of."""

    def code_system(self, url: str) -> CodeSystem | None: ...

    def expansion(self, value_set: str) -> Expansion | None: ...


def _is_a(system: CodeSystem, _: str, value: str) -> Iterable[str]:
    return system.descendants(value)


def _descendent_of(system: CodeSystem, _: str, value: str) -> Iterable[str]:
    return system.descendants(value) - {value}


def _is_not_a(system: CodeSystem, _: str, value: str) -> Iterable[str]:
    return system.displays.keys() - system.descendants(value)


def _generalizes(system: CodeSystem, _: str, value: str) -> Iterable[str]:
    return system.ancestors(value)


def _values(system: CodeSystem, name: str, code: str) -> tuple[str, ...]:
    if name in ("code", "concept"):
        return (code,)
    if name in ("parent", "child"):
        return (system.above if name == "parent" else system.below).get(code, ())
    if name == "display":
        return system.displays[code][:1]
    return system.properties.get(code, {}).get(name, ())


def _equal(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    return [c for c in system.displays if value in _values(system, name, c)]


def _in(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    wanted = {v.strip() for v in value.split(",")}
    return [c for c in system.displays if wanted.intersection(_values(system, name, c))]


def _not_in(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    return system.displays.keys() - set(_in(system, name, value))


def _exists(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    return [c for c in system.displays if bool(_values(system, name, c)) == (value.lower() == "true")]


def _regex(system: CodeSystem, name: str, value: str) -> Iterable[str]:
    pattern = re.compile(value)
    return [c for c in system.displays if any(pattern.fullmatch(v) for v in _values(system, name, c))]


#: filter operator -> the codes it keeps (R4 value set filter-operator).
FILTERS: Mapping[str, Callable[[CodeSystem, str, str], Iterable[str]]] = {
    "is-a": _is_a,
    "descendent-of": _descendent_of,
    "is-not-a": _is_not_a,
    "generalizes": _generalizes,
    "=": _equal,
    "in": _in,
    "not-in": _not_in,
    "exists": _exists,
    "regex": _regex,
}


def _filtered(system: CodeSystem, filters: list[dict[str, Any]]) -> set[str] | None:
    """The codes all ``filters`` keep; None where one can't be applied."""
    kept = set(system.displays)
    for entry in filters:
        apply = FILTERS.get(entry["op"])
        if apply is None or len(entry.get("value", "")) > 1000:
            return None
        try:
            kept.intersection_update(apply(system, entry["property"], entry.get("value", "")))
        except re.error:
            return None
    return kept


def _of_system(include: dict[str, Any], known: Known) -> Expansion:
    url: str = include["system"].partition("|")[0]
    if "concept" in include:
        return Expansion(frozenset((url, c["code"]) for c in include["concept"] if "code" in c))
    system = known.code_system(url)
    if system is None:
        whole = url in GRAMMARS and "filter" not in include
        return Expansion(grammars=frozenset({url})) if whole else Expansion(open=frozenset({url}))
    codes = _filtered(system, include.get("filter", []))
    if codes is None:
        return Expansion(open=frozenset({url}))
    return Expansion(frozenset((url, c) for c in codes), _EMPTY if system.complete else frozenset({url}))


def _component(include: dict[str, Any], known: Known) -> Expansion:
    parts = [known.expansion(url) or UNKNOWN for url in include.get("valueSet", ())]
    if "system" in include:
        parts.append(_of_system(include, known))
    result = parts[0] if parts else NOTHING
    for part in parts[1:]:
        result = result.intersection(part)
    return result


def _listed(contains: list[dict[str, Any]]) -> Iterable[Code]:
    for entry in contains:
        if "code" in entry and not entry.get("abstract"):
            yield entry.get("system", ""), entry["code"]
        yield from _listed(entry.get("contains", []))


def expand(value_set: dict[str, Any], known: Known) -> Expansion:
    """What ``value_set`` holds: from its definition where it has one, else from the expansion it brings."""
    result = NOTHING
    compose = value_set.get("compose")
    if compose is None:
        brought = value_set.get("expansion")
        result = Expansion(frozenset(_listed(brought.get("contains", [])))) if brought else UNKNOWN
    else:
        for include in compose.get("include", ()):
            result = result.union(_component(include, known))
        for exclude in compose.get("exclude", ()):
            result = result.difference(_component(exclude, known))
    return Expansion(result.codes, result.open, result.grammars, result.everything, frozenset(c for _, c in result.codes))
