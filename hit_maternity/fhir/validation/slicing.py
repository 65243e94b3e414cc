"""Slices: which item belongs to which, how many each may have, and what may be in none.

Source: https://hl7.org/fhir/R4/profiling.html#slicing and #discriminator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.validation.bindings import CODED
from hit_maternity.fhir.validation.nodes import Item, Reader, matches, same
from hit_maternity.fhir.validation.snapshot import Node
from hit_maternity.fhir.validation.walk import Path, Walk, locate

#: Whether an item belongs to a slice.
Matcher = Callable[[Item, Walk], bool]
#: Checks an item against a compiled node.
NodeCheck = Callable[[Item, Walk], None]

#: Types that stand for all that derive from them; any other allows itself alone.
ABSTRACT = frozenset({"Resource", "DomainResource", "Element", "BackboneElement"})
_STEP = re.compile(r"\s*(?:(extension|ofType)\(\s*'?([^')]*)'?\s*\)|(resolve)\(\)|(\$this)|`?([A-Za-z]\w*)`?)\s*(?:\.|$)")


@dataclass(frozen=True, slots=True)
class Slice:
    name: str
    min: int
    max: int | None
    matcher: Matcher
    check: NodeCheck | None
    inner: Slicing | None


@dataclass(frozen=True, slots=True)
class Slicing:
    """The slices of one element. ``rules``: open, closed, openAtEnd."""

    profile: str
    rules: str
    ordered: bool
    slices: Sequence[Slice]

    def check(self, items: Sequence[Item], owner: Path, name: str, walk: Walk) -> None:
        """Puts each item into its slice and checks it there; counts them."""
        grouped: list[list[Item]] = [[] for _ in self.slices]
        last = -1
        for item in items:
            found = next((i for i, s in enumerate(self.slices) if s.matcher(item, walk)), None)
            if found is None:
                self._outside(item, walk)
                last = len(self.slices) if self.rules == "openAtEnd" else last
                continue
            if (self.ordered or self.rules == "openAtEnd") and found < last:
                walk.fault("profile-slice-order", item.path, profile=self.profile)
            last = max(last, found) if self.ordered or last == len(self.slices) else last
            grouped[found].append(item)
        for piece, members in zip(self.slices, grouped, strict=True):
            self._members(piece, members, owner, name, walk)

    def _outside(self, item: Item, walk: Walk) -> None:
        if self.rules == "closed":
            walk.fault("profile-slice-closed", item.path, profile=self.profile)

    def _members(self, piece: Slice, members: list[Item], owner: Path, name: str, walk: Walk) -> None:
        label = f"{name}:{piece.name}"
        if len(members) < piece.min:
            walk.note("profile-cardinality", locate(owner), profile=self.profile, element=label, min=piece.min, count=len(members))
        if piece.max is not None and len(members) > piece.max:
            walk.note(
                "profile-cardinality-max", f"{locate(owner)}.{name}", profile=self.profile, element=label, max=piece.max, count=len(members)
            )
        for item in members:
            if piece.check:
                piece.check(item, walk)
        if piece.inner:
            piece.inner.check(members, owner, label, walk)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a discriminator's path."""

    kind: str  # child | extension | ofType | resolve
    name: str = ""

    def items(self, item: Item, reader: Reader, walk: Walk) -> list[Item]:
        if self.kind == "child":
            return reader.children(item, self.name)
        if self.kind == "extension":
            return [e for e in reader.children(item, "extension") if type(e.value) is dict and e.value.get("url") == self.name]
        if self.kind == "ofType":
            return [item] if item.type == self.name else []
        reference = item.value.get("reference") if type(item.value) is dict else None
        target = walk.resolve(reference) if type(reference) is str else None
        return [Item(target, None, _as_resource(item), item.path)] if target is not None else []

    def nodes(self, node: Node) -> list[Node]:
        """The nodes a step leads to, from ``node`` and its slices."""
        if self.kind in ("ofType", "resolve"):
            return [node]
        if self.kind == "extension":
            listed = node.children.get("extension", Node())
            return [s for s in listed.slices.values() if extension_url(s) == self.name]
        found = [child for key, child in node.children.items() if key.removesuffix("[x]") == self.name or child.name == self.name]
        return found or list(_implied(node, self.name))


def _implied(node: Node, name: str) -> Iterator[Node]:
    """What a value or pattern given for a whole says of the part ``name``."""
    for prefix in ("fixed", "pattern"):
        whole = node.value(prefix)
        part = whole.get(name) if isinstance(whole, dict) else None
        for value in part if isinstance(part, list) else [] if part is None else [part]:
            yield Node({"path": name, "min": 1, "patternPart": value})


def _as_resource(item: Item) -> ElementInfo:
    return replace(item.info, type="Resource", is_primitive=False)


def parse_path(path: str) -> list[Step] | None:
    """The steps of a discriminator's path (its restricted FHIRPath); None for what that doesn't allow."""
    steps: list[Step] = []
    place = 0
    while place < len(path):
        found = _STEP.match(path, place)
        if found is None or found.end() == place:
            return None
        function, argument, resolve, this, name = found.groups()
        if not this:
            steps.append(Step(function, argument) if function else Step("resolve") if resolve else Step("child", name))
        place = found.end()
    return steps


def extension_url(node: Node) -> str | None:
    """The url an extension slice is for."""
    url = node.children.get("url")
    if url is not None and (fixed := url.value("fixed") or url.value("pattern")):
        return str(fixed)
    profiles = [p for t in node.element.get("type", ()) for p in t.get("profile", ())]
    return str(profiles[0]).partition("|")[0] if profiles else None


class Discriminators:
    """Compiles what tells slices apart."""

    def __init__(
        self, definitions: Definitions, reader: Reader, terminology: Terminology, subtree: Callable[[Node, str], NodeCheck | None]
    ) -> None:
        self._reader = reader
        self._definitions = definitions
        self._terminology = terminology
        self._subtree = subtree

    def matcher(self, discriminators: Sequence[dict[str, Any]], node: Node) -> Matcher:
        """Whether an item is of the slice ``node``: every discriminator agrees."""
        tests = [self._test(d.get("type", "value"), d.get("path", "$this"), node) for d in discriminators]
        return lambda item, walk: all(test(item, walk) for test in tests)

    def _test(self, kind: str, path: str, node: Node) -> Matcher:
        if (url := extension_url(node)) is not None and path == "url":
            return lambda item, walk: type(item.value) is dict and item.value.get("url") == url
        steps = parse_path(path)
        if steps is None:
            return lambda item, walk: False
        ends = [node]
        for step in steps:
            ends = [end for start in ends for piece in start.with_slices() for end in step.nodes(piece)]
        judge = {"exists": self._exists, "type": self._type}.get(kind, self._value)(ends)

        def test(item: Item, walk: Walk) -> bool:
            items = [item]
            for step in steps:
                items = [found for start in items for found in step.items(start, self._reader, walk)]
            return judge(items, walk)

        return test

    def _exists(self, ends: list[Node]) -> Callable[[list[Item], Walk], bool]:
        absent = any(end.element.get("max") == "0" for end in ends)
        return lambda items, walk: bool(items) != absent

    def _type(self, ends: list[Node]) -> Callable[[list[Item], Walk], bool]:
        codes = frozenset(code for end in ends for code in end.type_codes())
        profiled = frozenset(
            p.rpartition("/")[2]
            for e in ends
            for t in e.element.get("type", ())
            for p in (*t.get("targetProfile", ()), *t.get("profile", ()))
        )
        allowed = codes | profiled if codes & {"Reference", "Resource"} else codes
        general = allowed & ABSTRACT

        def fits(item: Item) -> bool:
            return item.type in allowed or any(self._definitions.is_a(item.type, code) for code in general)

        return lambda items, walk: bool(items) and all(map(fits, items))

    def _value(self, ends: list[Node]) -> Callable[[list[Item], Walk], bool]:
        """Every required end must be met by some item; where none is required, any."""
        wanted = [
            (self._meets(piece), piece is not end and piece.element.get("min", 0) == 0) for end in ends for piece in end.with_slices()
        ]
        needed = [meets for meets, optional in wanted if meets and not optional]
        if not needed:
            needed_any = [meets for meets, _ in wanted if meets]
            return lambda items, walk: any(meets(item, walk) for meets in needed_any for item in items)
        return lambda items, walk: all(any(meets(item, walk) for item in items) for meets in needed)

    def _meets(self, end: Node) -> Matcher | None:
        fixed, pattern = end.value("fixed"), end.value("pattern")
        if fixed is not None:
            return lambda item, walk: same(item.value, fixed)
        if pattern is not None:
            return lambda item, walk: matches(item.value, pattern)
        binding = end.element.get("binding", {})
        check = self._subtree(end, binding.get("valueSet", ""))
        bound = self._bound(binding["valueSet"]) if binding.get("strength") == "required" and "valueSet" in binding else None
        if check is None:
            return bound
        return lambda item, walk: (bound is None or bound(item, walk)) and not tried(check, item, walk)

    def _bound(self, value_set: str) -> Matcher:
        def test(item: Item, walk: Walk) -> bool:
            if type(item.value) is str:
                return self._terminology.contains(value_set, None, item.value) is True
            codings = CODED.get(item.type)
            if codings is None or type(item.value) is not dict:
                return False
            return any(type(s) is str and self._terminology.contains(value_set, s, c) is True for s, c, _ in codings(item.value))

        return test


def tried(check: NodeCheck, item: Item, walk: Walk) -> bool:
    """Whether ``check`` finds an error in ``item``; nothing is told."""
    issues, full = walk.issues, walk.full
    walk.issues, walk.full = [], False
    walk.trials += 1
    check(item, walk)
    walk.trials -= 1
    failed = any(i.severity in ("error", "fatal") for i in walk.issues)
    walk.issues, walk.full = issues, full
    return failed
