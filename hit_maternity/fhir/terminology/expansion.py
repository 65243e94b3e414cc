"""From a ValueSet's definition to the codes in it, as far as what is loaded can tell.

Source: https://hl7.org/fhir/R4/valueset.html#compositions and #expansion. A set is three things: the codes known to be in it,
the systems of which only some membership can be told (``open``; ``everything`` when a set it imports is unknown), and the
systems that are in it whole and are a grammar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hit_maternity.fhir.terminology.codesystem import CodeSystem
from hit_maternity.fhir.terminology.filters import Unusable, kept_by
from hit_maternity.fhir.terminology.grammar import GRAMMARS

Code = tuple[str, str]
_EMPTY: frozenset[str] = frozenset()
_EMPTY_CODES: frozenset[Code] = frozenset()


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


def _union(parts: Sequence[Expansion]) -> Expansion:
    return Expansion(
        _EMPTY_CODES.union(*(p.codes for p in parts)),
        _EMPTY.union(*(p.open for p in parts)),
        _EMPTY.union(*(p.grammars for p in parts)),
        any(p.everything for p in parts),
    )


NOTHING = Expansion()
UNKNOWN = Expansion(everything=True)


class Known(Protocol):
    """Where an expansion finds the systems and sets it is made of."""

    def code_system(self, url: str) -> CodeSystem | None: ...

    def expansion(self, value_set: str) -> Expansion | None: ...


def _filtered(system: CodeSystem, filters: list[dict[str, Any]]) -> set[str] | None:
    """The codes all ``filters`` keep; None where one can't be applied."""
    try:
        return kept_by(system, filters)
    except Unusable:
        return None


def _of_system(include: dict[str, Any], known: Known) -> Expansion:
    url: str = include["system"].partition("|")[0]
    if "concept" in include:
        return Expansion(frozenset((url, c["code"]) for c in include["concept"] if "code" in c))
    if url in GRAMMARS and "filter" not in include:
        return Expansion(grammars=frozenset({url}))
    system = known.code_system(url)
    if system is None:
        return Expansion(open=frozenset({url}))
    codes = _filtered(system, include.get("filter", []))
    if codes is None:
        return Expansion(open=frozenset({url}))
    return Expansion(frozenset((url, c) for c in codes), _EMPTY if system.complete else frozenset({url}))


def _imported(url: str, around: dict[str, Any], known: Known, inner: dict[str, Expansion]) -> Expansion:
    """The expansion of a set that an include names: one that ``around`` contains, or one known by its canonical. ``inner``: the
    contained ones met so far; one that is met again inside itself is unknown there."""
    if not url.startswith("#"):
        return known.expansion(url) or UNKNOWN
    if url not in inner:
        inner[url] = UNKNOWN
        found = next((c for c in around.get("contained", ()) if c.get("id") == url[1:] and c.get("resourceType") == "ValueSet"), None)
        inner[url] = _expanded(found, around, known, inner) if found else UNKNOWN
    return inner[url]


def _component(include: dict[str, Any], around: dict[str, Any], known: Known, inner: dict[str, Expansion]) -> Expansion:
    parts = [_imported(url, around, known, inner) for url in include.get("valueSet", ())]
    if "system" in include:
        parts.append(_of_system(include, known))
    result = parts[0] if parts else NOTHING
    for part in parts[1:]:
        result = result.intersection(part)
    return result


def listed(contains: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The entries of an expansion, depth first, those inside others among them."""
    for entry in contains:
        yield entry
        yield from listed(entry.get("contains", ()))


def expand(value_set: dict[str, Any], known: Known) -> Expansion:
    """What ``value_set`` holds: from its definition where it has one, else from the expansion it brings."""
    found = _expanded(value_set, value_set, known, {})
    return Expansion(found.codes, found.open, found.grammars, found.everything, frozenset(c for _, c in found.codes))


def _expanded(value_set: dict[str, Any], around: dict[str, Any], known: Known, inner: dict[str, Expansion]) -> Expansion:
    compose = value_set.get("compose")
    if compose is None:
        brought = value_set.get("expansion")
        if not brought:
            return UNKNOWN
        entries = [e for e in listed(brought.get("contains", ())) if "code" in e]
        cut = brought.get("total", 0) > len(entries) or brought.get("offset", 0) > 0
        return Expansion(frozenset((e.get("system", ""), e["code"]) for e in entries if not e.get("abstract")), everything=cut)
    result = _union([_component(include, around, known, inner) for include in compose.get("include", ())])
    if excludes := compose.get("exclude"):
        result = result.difference(_union([_component(exclude, around, known, inner) for exclude in excludes]))
    return result
