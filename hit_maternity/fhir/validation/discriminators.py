"""What tells slices apart: the paths and types of discriminators, compiled.

Source: https://hl7.org/fhir/R4/profiling.html#discriminator. A path may lead through nested slices, into the profile that a type
names, over references (``resolve()``), to extensions by url and to one type of a choice. A reference that can't be followed here
still tells by its text what type it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.validation.bindings import CODED
from hit_maternity.fhir.validation.nodes import Item, Reader, matches, same
from hit_maternity.fhir.validation.references import followed
from hit_maternity.fhir.validation.snapshot import Node
from hit_maternity.fhir.validation.walk import Walk

#: Whether an item belongs to a slice.
Matcher = Callable[[Item, Walk], bool]
#: Checks an item against a compiled node.
NodeCheck = Callable[[Item, Walk], None]
#: Whether what a discriminator's path leads to is that of a slice.
Judge = Callable[[list[Item], Walk], bool]

#: Types that stand for all that derive from them; any other allows itself alone.
ABSTRACT = frozenset({"Resource", "DomainResource", "Element", "BackboneElement"})
#: How many tries may be inside one another: a reference of a reference ... is followed so far to see whether it meets a profile.
_TRIALS = 6
_STEP = re.compile(r"\s*(?:(extension|ofType)\(\s*'?([^')]*)'?\s*\)|(resolve)\(\)|(\$this)|`?([A-Za-z]\w*)`?)\s*(?:\.|$)")


class Conformance(Protocol):
    """A compiled profile."""

    @property
    def url(self) -> str: ...

    @property
    def type(self) -> str: ...

    def check(self, item: Item, walk: Walk) -> None: ...


class Lookup(Protocol):
    """Where profiles are found."""

    @property
    def definitions(self) -> Definitions: ...

    @property
    def terminology(self) -> Terminology: ...

    @property
    def reader(self) -> Reader: ...

    def find(self, canonical: str) -> Conformance | None: ...

    def top(self, canonical: str) -> Node | None:
        """The elements of a profile as a tree."""
        ...

    def type_of(self, canonical: str) -> str | None:
        """The type that a profile, or a type's own definition, is of."""
        ...


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
        target, named = followed(item.value, walk)
        if target is not None:
            return [Item(target, None, replace(item.info, type="Resource", is_primitive=False), item.path)]
        return [Item(None, None, replace(item.info, type=named, is_primitive=False), item.path)] if named else []

    def nodes(self, node: Node) -> list[Node]:
        """The nodes a step leads to, from ``node`` and its slices."""
        if self.kind == "ofType":
            return [node]
        if self.kind == "resolve":
            return [Node({**node.element, "type": [_target(t) for t in node.element.get("type", ())]})]
        if self.kind == "extension":
            listed = node.children.get("extension", Node())
            return [s for s in listed.slices.values() if extension_url(s) == self.name]
        found = [child for key, child in node.children.items() if key.removesuffix("[x]") == self.name or child.name == self.name]
        return found or list(_implied(node, self.name))


def _target(entry: dict[str, Any]) -> dict[str, Any]:
    """What a type entry says of the resource that its reference leads to."""
    return {"code": entry.get("code", "Reference"), "profile": entry.get("targetProfile", ())}


def _implied(node: Node, name: str) -> Iterator[Node]:
    """What a value or pattern given for a whole says of the part ``name``."""
    for prefix in ("fixed", "pattern"):
        whole = node.value(prefix)
        part = whole.get(name) if isinstance(whole, dict) else None
        for value in part if isinstance(part, list) else [] if part is None else [part]:
            yield Node({"path": name, "min": 1, "patternPart": value})


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


def profiles_of(node: Node) -> list[str]:
    """The profiles that an element's types name, without ``|version``."""
    return [str(p).partition("|")[0] for t in node.element.get("type", ()) for p in t.get("profile", ())]


def extension_url(node: Node) -> str | None:
    """The url an extension slice is for."""
    url = node.children.get("url")
    if url is not None and (fixed := url.value("fixed") or url.value("pattern")):
        return str(fixed)
    return next(iter(profiles_of(node)), None)


#: An element that a path leads to, and whether it is only there for a nested slice that may be absent.
_End = tuple[Node, bool]


def _pieces(end: _End) -> Iterator[_End]:
    """The end itself and its slices, and theirs; what lies under a slice that may be absent is optional."""
    node, optional = end
    yield end
    for piece in node.slices.values():
        yield from _pieces((piece, optional or piece.element.get("min", 0) == 0))


def _texts(ends: list[_End]) -> list[str]:
    """The texts that the ends must have, where each is required and given as one; [] where anything else is asked of one."""
    texts = []
    for node, optional in ends:
        if optional or node.slices:
            return []
        given = [value for value in (node.value("fixed"), node.value("pattern")) if value is not None]
        if len(given) != 1 or type(given[0]) is not str:
            return []
        texts.append(given[0])
    return texts


def _spelt(names: Sequence[str], texts: Sequence[str]) -> Matcher:
    """Whether each of ``texts`` stands under these names: the commonest discriminator, read off the JSON without items between."""

    def test(item: Item, walk: Walk) -> bool:
        found = [item.value]
        for name in names:
            below: list[Any] = []
            for value in found:
                value = value.get(name) if type(value) is dict else None
                if type(value) is list:
                    below += value
                elif value is not None:
                    below.append(value)
            found = below
        return all(text in found for text in texts)

    return test


class Discriminators:
    """Compiles what tells slices apart."""

    def __init__(self, lookup: Lookup, subtree: Callable[[Node], NodeCheck | None]) -> None:
        self._lookup = lookup
        self._reader = lookup.reader
        self._definitions = lookup.definitions
        self._terminology = lookup.terminology
        self._subtree = subtree

    def matcher(self, discriminators: Sequence[dict[str, Any]], node: Node) -> Matcher:
        """Whether an item is of the slice ``node``: every discriminator agrees; without any, the item meets all of the slice."""
        if not discriminators:
            return self._meets(node) or (lambda item, walk: True)
        tests = [self._test(d.get("type", "value"), d.get("path", "$this"), node) for d in discriminators]
        return tests[0] if len(tests) == 1 else lambda item, walk: all(test(item, walk) for test in tests)

    def _test(self, kind: str, path: str, node: Node) -> Matcher:
        if path == "url" and (url := extension_url(node)) is not None:
            return lambda item, walk: type(item.value) is dict and item.value.get("url") == url
        steps = parse_path(path)
        if steps is None:
            return lambda item, walk: False
        ends: list[_End] = [(node, False)]
        plain = bool(steps)
        for step in steps:
            ends = [(end, optional) for start in ends for piece, optional in _pieces(start) for end in self._down(step, piece)]
            plain = plain and step.kind == "child" and not any(str(end.element.get("path")).endswith("[x]") for end, _ in ends)
        if plain and kind in ("value", "pattern") and (texts := _texts(ends)):
            return _spelt([step.name for step in steps], texts)
        judge = self._judge(kind, steps, ends)

        def test(item: Item, walk: Walk) -> bool:
            items = [item]
            for step in steps:
                items = [found for start in items for found in step.items(start, self._reader, walk)]
            return judge(items, walk)

        return test

    def _down(self, step: Step, node: Node) -> list[Node]:
        """Where a step leads in the profile, or, where that says nothing, in those its type names."""
        found = step.nodes(node)
        if found or step.kind not in ("child", "extension"):
            return found
        tops = [top for url in profiles_of(node) if (top := self._lookup.top(url)) is not None]
        return [end for top in tops for end in step.nodes(top)]

    def _judge(self, kind: str, steps: Sequence[Step], ends: list[_End]) -> Judge:
        nodes = [node for node, _ in ends]
        if kind == "exists":
            return _exists(nodes)
        if kind == "type":
            return self._type(nodes)
        if kind == "profile" or (steps and steps[-1].kind == "resolve"):
            return self._profile(nodes) or self._value(ends)
        return self._value(ends)

    def _type(self, nodes: list[Node]) -> Judge:
        allowed = {code for node in nodes for code in node.type_codes()}
        if allowed & {"Reference", "Resource", "canonical"}:
            listed = {p for node in nodes for p in _named(node)}
            types = {t for p in listed if (t := self._lookup.type_of(p)) is not None}
            allowed = (allowed - {"Resource"} if types else allowed) | types
        general = allowed & ABSTRACT

        def fits(item: Item) -> bool:
            return item.type in allowed or any(self._definitions.is_a(item.type, code) for code in general)

        return lambda items, walk: bool(items) and all(map(fits, items))

    def _profile(self, nodes: list[Node]) -> Judge | None:
        """Whether an item meets one of the profiles that the types name; None where they name none. What can't be looked into
        (a reference that leads out) counts by its type."""
        urls = list(dict.fromkeys(url for node in nodes for url in profiles_of(node)))
        if not urls:
            return None

        def fits(item: Item, walk: Walk) -> bool:
            for url in urls:
                found = self._lookup.find(url)
                kind = found.type if found else self._lookup.type_of(url)
                if kind is None or not self._definitions.is_a(item.type, kind):
                    continue
                if found is None or item.value is None or conforms(found, item, walk):
                    return True
            return False

        return lambda items, walk: bool(items) and all(fits(item, walk) for item in items)

    def _value(self, ends: list[_End]) -> Judge:
        """Every required end must be met by some item; where none is required, any. An end of which nothing is asked but that it
        is there, or is not, tells by that."""
        wanted = [(meets, optional) for end in ends for node, optional in _pieces(end) if (meets := self._meets(node))]
        if not wanted:
            return _exists([node for node, _ in ends])
        needed = [meets for meets, optional in wanted if not optional]
        if not needed:
            return lambda items, walk: any(meets(item, walk) for meets, _ in wanted for item in items)
        return lambda items, walk: all(any(meets(item, walk) for item in items) for meets in needed)

    def _meets(self, end: Node) -> Matcher | None:
        fixed, pattern = end.value("fixed"), end.value("pattern")
        if fixed is not None:
            return lambda item, walk: same(item.value, fixed)
        if pattern is not None:
            return lambda item, walk: matches(item.value, pattern)
        binding = end.element.get("binding", {})
        check = self._subtree(end)
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


def _named(node: Node) -> Iterator[str]:
    """Every profile and target that an element's types name."""
    for entry in node.element.get("type", ()):
        yield from entry.get("profile", ())
        yield from entry.get("targetProfile", ())


def _exists(nodes: list[Node]) -> Judge:
    absent = any(node.element.get("max") == "0" for node in nodes)
    present = any(node.element.get("min", 0) > 0 for node in nodes)
    return lambda items, walk: (bool(items) != absent) if absent or present else False


def within(item: Item, walk: Walk, check: NodeCheck) -> None:
    """Checks an item; where it is a resource, with that as the present one (%resource)."""
    value = item.value
    if item.info.type != "Resource" or type(value) is not dict or value is walk.resource:
        check(item, walk)
        return
    before = walk.enter(value, outermost=item.info.name != "contained")
    check(item, walk)
    walk.leave(before)


def tried(check: NodeCheck, item: Item, walk: Walk) -> bool:
    """Whether ``check`` finds an error in ``item``; nothing is told."""
    issues, full = walk.issues, walk.full
    walk.issues, walk.full = [], False
    walk.trials += 1
    within(item, walk, check)
    walk.trials -= 1
    failed = any(i.severity in ("error", "fatal") for i in walk.issues)
    walk.issues, walk.full = issues, full
    return failed


def conforms(profile: Conformance, item: Item, walk: Walk) -> bool:
    """Whether a resource meets a profile. It is found out once; where resources refer to each other in a circle, each is taken to
    meet what is asked of it until something else shows that it doesn't."""
    key = (id(item.value), profile.url)
    known = walk.verdicts.get(key)
    if known is None:
        if walk.trials >= _TRIALS:
            return True
        walk.verdicts[key] = True
        known = walk.verdicts[key] = not tried(profile.check, item, walk)
    return known
