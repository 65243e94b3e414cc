"""Reads a query: names, modifiers, chains and controls into a ``Query``.

Source: https://hl7.org/fhir/R4/search.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hit_maternity.clock import Clock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.search import controls, includes, values
from hit_maternity.fhir.search.conditions import ConditionReader
from hit_maternity.fhir.search.controls import Controls
from hit_maternity.fhir.search.faults import Fault, Faults, Refused, Unknown, meant, shown
from hit_maternity.fhir.search.model import (
    Chain,
    Criterion,
    Has,
    Ids,
    Include,
    InCompartment,
    InList,
    LastUpdated,
    Query,
    SearchParameter,
    Sort,
)
from hit_maternity.fhir.search.registry import Registry
from hit_maternity.fhir.search.token_conditions import Surroundings

if TYPE_CHECKING:
    from hit_maternity.fhir.ports import Terminology

MAX_DEPTH, MAX_PAIRS = 5, 100
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class Parser:
    """Reads one query; see ``Search.parse``."""

    def __init__(
        self, definitions: Definitions, registry: Registry, terminology: Terminology, clock: Clock, base: str, lenient: bool
    ) -> None:
        self._definitions = definitions
        self._registry = registry
        self._lenient = lenient
        self._base = base
        self._now = clock.now()
        around = Surroundings(registry, terminology, definitions.resource_types, base, self._now)
        self._conditions = ConditionReader(around)
        self._faults = Faults()
        self._used: list[tuple[str, str]] = []
        self._ignored: list[str] = []
        self._types: tuple[str, ...] = ()
        self._criteria: list[Criterion] = []
        self._sort: tuple[Sort, ...] = ()
        self._includes: list[Include] = []

    def parse(
        self,
        types: Sequence[str],
        pairs: Sequence[tuple[str, str]],
        compartment: tuple[str, str] | None,
        default_count: int,
        max_count: int,
    ) -> Query:
        """The query; raises ``FhirError`` 400 with all faults."""
        self._types = self._searched(types, pairs)
        self._faults.raise_if_any()
        if compartment:
            self._enter(compartment)
        wanted = Controls(max_count, min(default_count, max_count))
        if len(pairs) > MAX_PAIRS:
            self._faults.add("_count", Fault("search-too-many-parameters", f"a search has at most {MAX_PAIRS} parameters.", "too-long"))
        for name, value in pairs[:MAX_PAIRS]:
            self._take(*controls.ELSEWHERE.get(name, (name, value)), wanted)
        self._faults.raise_if_any()
        return Query(
            self._types, tuple(self._criteria), self._sort, tuple(self._includes),
            0 if wanted.summary == "count" else wanted.count, wanted.cursor, wanted.total, wanted.summary, wanted.elements,
            tuple(self._used), tuple(self._ignored),
        )  # fmt: skip

    def _searched(self, types: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """The types to search: those asked for, narrowed by ``_type``."""
        every = self._definitions.resource_types
        found = tuple(dict.fromkeys(types)) if types else tuple(sorted(every))
        for name, value in pairs:
            if name == "_type":
                named = [t.strip() for t in value.split(",")]
                unknown = [t for t in named if t not in every]
                if unknown or not set(named) <= set(found):
                    words = "a comma-separated list of resource types of R4 that are searched here."
                    self._faults.add("_type", Fault("search-value-type", words + "".join(meant(t, every) for t in unknown[:3])))
                found = tuple(t for t in found if t in named)
        if not set(found) <= every:
            self._faults.add("_type", Fault("resource-type-unknown", "what is searched is no resource type of R4.", "not-supported"))
        return found

    def _enter(self, compartment: tuple[str, str]) -> None:
        """Narrows to a compartment and to the types that may be in it."""
        kind, id = compartment
        members = self._definitions.compartment(kind)
        inside = tuple(t for t in self._types if t in members or t == kind)
        if not members or not inside:
            words = f"it has no {', '.join(self._types[:3])} in it." if members else "there is no compartment of this type."
            self._faults.add("compartment", Fault("search-compartment-type", words, "not-supported"))
            return
        self._types = inside
        linked = [
            self._registry.parameters(t)[code].key for t in inside for code in members.get(t, ()) if code in self._registry.parameters(t)
        ]
        self._criteria.append(InCompartment(kind, id, tuple(linked)))

    def _take(self, name: str, value: str, wanted: Controls) -> None:
        if name in controls.SKIPPED:
            return
        head, _, modifier = name.partition(":")
        try:
            if _NOT_TEXT.search(name) or _NOT_TEXT.search(value):
                raise Refused(
                    Fault("search-value-characters", "has characters that no text may have (control characters or half a surrogate).")
                )
            if name in controls.NAMES:
                value = wanted.take(name, value)
            elif name == "_sort":
                self._sort = (*self._sort, *self._sorting(value))
            elif head in ("_include", "_revinclude"):
                self._includes += includes.read(head, modifier, value, self._types, self._definitions, self._registry)
            elif name != "_type":
                self._criteria.append(self._criterion(self._types, name, value, 0))
        except Unknown as unknown:
            if self._lenient:
                self._ignored.append(shown(name))
                return
            self._note(name, unknown)
        except Refused as refused:
            self._note(name, refused)
        if name != "_cursor":
            self._used.append((name, value))

    def _note(self, name: str, refused: Refused) -> None:
        for fault in refused.faults:
            self._faults.add(name, fault)

    # ------------------------------------------------------------ criteria

    def _criterion(self, types: tuple[str, ...], name: str, value: str, depth: int) -> Criterion:
        if depth > MAX_DEPTH:
            raise Refused(Fault("search-chain-depth", f"chains and _has go at most {MAX_DEPTH} deep.", "too-costly"))
        if name.startswith("_has:"):
            return self._has(types, name, value, depth)
        if name not in self._registry.parameters(types[0]) and "." in name:
            return self._chain(types, name, value, depth)
        code, colon, modifier = name.partition(":")
        special = _SPECIAL.get(code)
        if special:
            return special(self, modifier, value)
        parameters = self._named(types, code)
        if colon and not modifier:
            raise Refused(self._conditions.modifier_fault(parameters[0].type))
        return self._conditions.read(parameters, modifier or None, value)

    def _named(self, types: tuple[str, ...], code: str) -> tuple[SearchParameter, ...]:
        """Parameter ``code`` of each type. Raises ``Unknown`` where a type lacks it, ``Refused`` where they are of several kinds."""
        if code in controls.UNSUPPORTED:
            raise Unknown(Fault("search-parameter-unsupported", controls.UNSUPPORTED[code], "not-supported"))
        found = tuple(p for t in types if (p := self._registry.parameters(t).get(code)))
        if len(found) < len(types):
            if len(types) == 1:
                words = f"it is none of {types[0]}'s.{meant(code, self._registry.parameters(types[0]))}"
            else:
                words = "it isn't one of all the types searched; narrow them with _type."
            raise Unknown(Fault("search-parameter-unknown", words, "not-supported"))
        if len({p.type for p in found}) > 1 or len({tuple(c.type for c in p.components) for p in found}) > 1:
            raise Refused(Fault("search-parameter-ambiguous", "it means different things in the types searched; name one type."))
        return found

    def _reference(self, types: tuple[str, ...], code: str) -> tuple[SearchParameter, ...]:
        found = self._named(types, code)
        if found[0].type != "reference":
            raise Refused(
                Fault("search-chain-not-reference", f"{shown(code)} is a {found[0].type} parameter; only a reference can be followed.")
            )
        return found

    def _chain(self, types: tuple[str, ...], name: str, value: str, depth: int) -> Criterion:
        step, _, rest = name.partition(".")
        code, colon, target = step.partition(":")
        references = self._reference(types, code)
        every = self._definitions.resource_types
        targets: frozenset[str] = frozenset().union(*(p.targets or every for p in references))
        if colon:
            if target not in targets:
                allowed = ", ".join(sorted(targets)) if len(targets) < 20 else "any resource type"
                raise Refused(Fault("search-chain-target", f"{shown(code)} can't name that type; it may name {allowed}.", "not-supported"))
            candidates: tuple[str, ...] = (target,)
        else:
            head = rest.partition(".")[0].partition(":")[0]
            candidates = tuple(t for t in sorted(targets) if head in _EVERYWHERE or head in self._registry.parameters(t))
        if not candidates or not rest:
            known = {c for t in targets for c in self._registry.parameters(t)}
            hint = meant(rest.partition(":")[0], known)
            raise Unknown(Fault("search-parameter-unknown", f"no type that {shown(code)} may name has the parameter chained to it.{hint}",
                                "not-supported"))  # fmt: skip
        return Chain(references, candidates, self._criterion(candidates, rest, value, depth + 1))

    def _has(self, types: tuple[str, ...], name: str, value: str, depth: int) -> Criterion:
        parts = name.split(":", 3)
        if len(parts) < 4 or not all(parts):
            raise Refused(Fault("search-has", "written as _has:Type:reference:parameter, such as _has:Observation:patient:code."))
        _, source, code, rest = parts
        if source not in self._definitions.resource_types:
            raise Unknown(
                Fault(
                    "search-has-type",
                    f"the type after _has is none of R4.{meant(source, self._definitions.resource_types)}",
                    "not-supported",
                )
            )
        (reference,) = self._reference((source,), code)
        if reference.targets and not reference.targets & set(types):
            raise Refused(Fault("search-has-target", f"{shown(code)} of {source} can't name what is searched for.", "not-supported"))
        return Has(source, reference, self._criterion((source,), rest, value, depth + 1))

    def _ids(self, modifier: str, value: str) -> Criterion:
        if modifier not in ("", "not"):
            raise Refused(Fault("search-modifier-unsupported", "it takes no modifier but :not.", "not-supported"))
        ids = [i.strip() for i in value.split(",")]
        if not all(values.ID.match(i) for i in ids) or len(ids) > 1000:
            raise Refused(Fault("search-value-id", "ids are 1 to 64 letters, digits, - and . each, with commas between, at most 1000."))
        return Ids(tuple(dict.fromkeys(ids)), negated=modifier == "not")

    def _last_updated(self, modifier: str, value: str) -> Criterion:
        if modifier:
            raise Refused(Fault("search-modifier-unsupported", "it takes no modifier.", "not-supported"))
        return LastUpdated(tuple(values.alternatives(value, lambda v: values.date(v, self._now))))

    def _list(self, modifier: str, value: str) -> Criterion:
        if modifier or not values.ID.match(value):
            raise Refused(Fault("search-value-list", "the id of one List; lists by function ($current-...) are not supported."))
        return InList(value)

    def _sorting(self, value: str) -> list[Sort]:
        found = []
        for part in value.split(","):
            code, descending = part.strip().removeprefix("-"), part.strip().startswith("-")
            if code in ("_id", "_lastUpdated"):
                found.append(Sort(code, descending))
                continue
            parameters = self._named(self._types, code)
            if parameters[0].type in ("composite", "special"):
                raise Refused(Fault("search-sort-unsupported", f"a {parameters[0].type} parameter has no order.", "not-supported"))
            stored = tuple(s for p in parameters for s in self._registry.stored(p))
            found.append(Sort(code, descending, stored))
        return found


_SPECIAL: dict[str, Callable[[Parser, str, str], Criterion]] = {
    "_id": Parser._ids,
    "_lastUpdated": Parser._last_updated,
    "_list": Parser._list,
}
_EVERYWHERE = frozenset({"_has", *_SPECIAL})
