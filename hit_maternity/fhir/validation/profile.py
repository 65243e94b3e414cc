"""Compiles profiles: what a StructureDefinition's snapshot asks beyond the type it constrains.

Source: https://hl7.org/fhir/R4/profiling.html. The type's own rules were checked by ``structure``; here only what differs
from them is compiled, so that a profile costs what it adds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from hit_maternity.fhir.definitions import Binding, Constraint, Definitions, ElementInfo
from hit_maternity.fhir.definitions.model import CORE
from hit_maternity.fhir.fhirpath import FhirPathError
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.validation.bindings import binding_check
from hit_maternity.fhir.validation.discriminators import Discriminators, NodeCheck, within
from hit_maternity.fhir.validation.invariants import ELSEWHERE, invariant_check, norwegian_words
from hit_maternity.fhir.validation.nodes import Item, Reader
from hit_maternity.fhir.validation.slicing import Slice, Slicing
from hit_maternity.fhir.validation.snapshot import Node, tree
from hit_maternity.fhir.validation.targets import TypeRules
from hit_maternity.fhir.validation.values import value_checks
from hit_maternity.fhir.validation.walk import Path, Walk, locate

#: The slicing of a choice element, and of extensions, that are sliced without saying how.
_BY_TYPE: dict[str, Any] = {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open"}
_BY_URL: dict[str, Any] = {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"}
#: Types that a binding can be of.
_BOUND = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})
_ADDITIONAL = frozenset({"extension-ElementDefinition.binding.additional", "additional-binding"})


class Profile:
    """A compiled profile. ``type``: what it constrains; ``is_modifier``, ``contexts``, ``context_invariants``: for extensions."""

    __slots__ = ("_check", "context_invariants", "contexts", "is_modifier", "type", "url", "version")

    def __init__(self, structure: dict[str, Any], check: NodeCheck | None, is_modifier: bool) -> None:
        self.url: str = structure["url"]
        self.version: str | None = structure.get("version")
        self.type: str = structure["type"]
        self.is_modifier = is_modifier
        self.contexts: Sequence[dict[str, str]] = structure.get("context", ())
        self.context_invariants: Sequence[str] = structure.get("contextInvariant", ())
        self._check = check

    def check(self, item: Item, walk: Walk) -> None:
        if self._check:
            self._check(item, walk)


class Profiles:
    """Every profile that the definitions have, each compiled when it is first asked for."""

    def __init__(self, definitions: Definitions, terminology: Terminology) -> None:
        self.definitions = definitions
        self.terminology = terminology
        self.reader = Reader(definitions)
        self._profiles: dict[str, Profile | None] = {}
        self._lineages: dict[str, frozenset[str]] = {}

    def find(self, canonical: str) -> Profile | None:
        """The profile, None where there is none that can be compiled."""
        url = canonical.partition("|")[0]
        if url not in self._profiles:
            structure, top = self._structure(url), self.top(url)
            self._profiles[url] = self._compile(structure, top) if structure and top else None
        return self._profiles[url]

    def top(self, canonical: str) -> Node | None:
        """The elements of a profile as a tree, made anew; None where it, or what it derives from, is unknown."""
        structure = self._structure(canonical.partition("|")[0])
        return tree(structure, self._structure) if structure else None

    def type_of(self, canonical: str) -> str | None:
        """The type that a profile, or a type's own definition, is of; None where it is unknown."""
        url = canonical.partition("|")[0]
        name = url.removeprefix(CORE)
        if self.definitions.type(name) is not None:
            return name
        structure = self._structure(url)
        return str(structure["type"]) if structure else None

    def _structure(self, url: str) -> dict[str, Any] | None:
        return self.definitions.find("StructureDefinition", url)

    def derives(self, canonical: str, ancestor: str) -> bool:
        """Whether a profile that is known here derives from the profile ``ancestor``."""
        url = canonical.partition("|")[0]
        if url not in self._lineages:
            found = {url}
            at = self._structure(url)
            while at and (base := str(at.get("baseDefinition", "")).partition("|")[0]) not in found and base:
                found.add(base)
                at = self._structure(base)
            self._lineages[url] = frozenset(found) if self.find(url) else frozenset()
        return ancestor in self._lineages[url]

    def is_known(self, canonical: str) -> bool:
        """Whether there is such a definition, usable or not."""
        return self.definitions.find("StructureDefinition", canonical.partition("|")[0]) is not None

    def _compile(self, structure: dict[str, Any], top: Node) -> Profile:
        check = None
        if structure["url"] != CORE + structure["type"]:
            check = _Compiler(self, structure["url"], top).node(top, None, structure["type"])
        return Profile(structure, check, bool(top.element.get("isModifier")))


class _Compiler:
    """Compiles the nodes of one profile."""

    def __init__(self, profiles: Profiles, url: str, top: Node) -> None:
        self._profiles = profiles
        self._definitions = profiles.definitions
        self._terminology = profiles.terminology
        self._url = url
        self._top = top
        self._types = TypeRules(profiles, url)
        self._discriminators = Discriminators(profiles, self._subtree)
        self._repeated: dict[int, list[NodeCheck] | None] = {}

    def _subtree(self, node: Node) -> NodeCheck | None:
        codes = node.type_codes()
        return self.node(node, None, codes[0] if len(codes) == 1 else "")

    def node(self, node: Node, base: ElementInfo | None, type_name: str) -> NodeCheck | None:
        """The check of one element's value; None where the profile asks nothing of it."""
        own = [*value_checks(node, self._url), *self._types.checks(node, base), *self._constraints(node, base, type_name)]
        binding = self._binding(node, base)
        children = self._children(node, type_name)
        if not own and not binding and not children:
            return None

        def check(item: Item, walk: Walk) -> None:
            for test in own:
                test(item, walk)
            if binding and item.value is not None:
                binding(item, walk)
            for child in children:
                child(item, walk)

        if base is not None and base.type == "Resource" and children:
            own.append(_inside(children))
            children = []
        return check

    def _children(self, node: Node, type_name: str) -> list[NodeCheck]:
        """The checks of what stands under ``node``; of one that repeats another's content (contentReference), that one's."""
        if node.children or "contentReference" not in node.element:
            return [c for c in (self._child(key, child, type_name) for key, child in node.children.items()) if c]
        meant = self._top.at(str(node.element["contentReference"]).rpartition("#")[2])
        if meant is None:
            return []
        key = id(meant)
        if key in self._repeated:  # inside itself, or met before
            known = self._repeated[key]
            return known if known is not None else [lambda item, walk: self._again(key, item, walk)]
        self._repeated[key] = None
        self._repeated[key] = found = [c for c in (self._child(k, child, type_name) for k, child in meant.children.items()) if c]
        return found

    def _again(self, key: int, item: Item, walk: Walk) -> None:
        for child in self._repeated[key] or ():
            child(item, walk)

    def _constraints(self, node: Node, base: ElementInfo | None, type_name: str) -> list[NodeCheck]:
        known = {c.key for c in base.constraints} if base else set()
        info = self._definitions.type(type_name) if type_name else None
        known |= {c.key for c in info.constraints} if info else set()
        checks: list[NodeCheck] = []
        for entry in node.element.get("constraint", ()):
            if entry["key"] not in known and entry["key"] not in ELSEWHERE and entry.get("expression"):
                constraint = Constraint(entry["key"], entry.get("severity", "error"), entry.get("human", ""), entry["expression"])
                checks.append(self._invariant(constraint, type_name or (base.type if base else ""), norwegian_words(entry)))
        return checks

    def _invariant(self, constraint: Constraint, type_name: str, norwegian: str | None) -> NodeCheck:
        try:
            test = invariant_check(constraint, type_name or None, self._definitions, norwegian)
        except FhirPathError:
            key = constraint.key
            return lambda item, walk: walk.fault("invariant-unevaluated", item.path, key=key)
        return lambda item, walk: test(item.value, item.path, walk) if item.value is not None else None

    def _binding(self, node: Node, base: ElementInfo | None) -> NodeCheck | None:
        bindings = [b for b in _bindings(node.element.get("binding", {})) if base is None or not _same_binding(b, base.binding)]
        if not bindings:
            return None
        codes = node.type_codes() or ([base.type] if base else [])
        if len(_BOUND.intersection(codes)) > 1:
            codes = [c for c in codes if c != "Quantity"]  # the binding of a choice is of its codes, not of a quantity's unit
        tests = {code: [t for b in bindings if (t := binding_check(code, b, self._terminology))] for code in codes}

        def check(item: Item, walk: Walk) -> None:
            if type(item.value) is dict or type(item.value) is str:
                for test in tests.get(item.type, ()):
                    test(item.value, item.path, walk)

        return check

    # what may stand under an element

    def _child(self, key: str, node: Node, owner_type: str) -> Callable[[Item, Walk], None] | None:
        name = node.name or key.removesuffix("[x]")
        bases = self._bases(owner_type, name, key)
        if not bases and owner_type and self._definitions.type(owner_type):
            return None  # the profile constrains what its type does not have
        base = bases[0] if bases else None
        minimum, maximum = self._counts(node, base)
        codes = node.type_codes()
        nested = node.element.get("path", "")
        type_name = base.type if base and (len(bases) == 1 or len(codes) != 1) else codes[0] if codes else nested
        if base and len(bases) > 1 and len(codes) != 1:
            type_name = ""
        check = self.node(node, base, type_name)
        slicing = self._slicing(node, base, type_name)
        if minimum == 0 and maximum is None and check is None and slicing is None:
            return None
        label, profile, reader = name, self._url, self._profiles.reader
        keys = frozenset(key for element in bases for key in (element.key, f"_{element.key}"))
        asks_nothing = not minimum and (slicing is None or slicing.asks_nothing)

        def look(owner: Item, walk: Walk) -> None:
            if asks_nothing and keys and type(owner.value) is dict and keys.isdisjoint(owner.value):
                return  # most of what a profile speaks of is not there
            items = reader.children(owner, name)
            if len(items) < minimum:
                walk.note("profile-cardinality", locate(owner.path), profile=profile, element=label, min=minimum, count=len(items))
            if maximum is not None and len(items) > maximum:
                walk.note(
                    "profile-cardinality-max",
                    f"{locate(owner.path)}.{label}",
                    profile=profile,
                    element=label,
                    max=maximum,
                    count=len(items),
                )
            if check:
                for item in items:
                    check(item, walk)
            if slicing:
                slicing.check(items, owner.path, label, walk)

        return look

    def _bases(self, owner_type: str, name: str, key: str) -> list[ElementInfo]:
        info = self._definitions.type(owner_type) if owner_type else None
        if info is None:
            return []
        return list(info.names.get(name, ())) or [e for e in info.elements.values() if e.key == key]

    def _counts(self, node: Node, base: ElementInfo | None) -> tuple[int, int | None]:
        """The least and most the profile allows, where that is more than the base asks (0 and None where not)."""
        least = node.element.get("min", 0)
        top = node.element.get("max", "*")
        most = None if top == "*" else int(top)
        if base is not None:
            least = 0 if least <= base.min else least
            most = None if most is not None and base.max is not None and most >= base.max else most
        return least, most

    def _slicing(self, node: Node, base: ElementInfo | None, type_name: str, outer: dict[str, Any] | None = None) -> Slicing | None:
        """``outer``: how the slice that is sliced again was told apart, which holds where it doesn't say otherwise."""
        if not node.slices:
            return None
        declared: dict[str, Any] = node.element.get("slicing") or outer or _default(node, base)
        slices = [self._slice(name, piece, declared, base, type_name) for name, piece in node.slices.items()]
        return Slicing(self._url, declared.get("rules", "open"), bool(declared.get("ordered")), slices)

    def _slice(self, name: str, node: Node, declared: dict[str, Any], base: ElementInfo | None, type_name: str) -> Slice:
        if base is not None and base.is_choice and not node.type_codes() and (code := self._type_named(name, base)):
            node.element = {**node.element, "type": [{"code": code}]}
        top = node.element.get("max", "*")
        codes = node.type_codes()
        own_type = type_name or (codes[0] if len(codes) == 1 else "")
        matcher = self._discriminators.matcher(declared.get("discriminator", ()), node)
        check = self.node(node, base, own_type)
        inner = self._slicing(node, base, own_type, {"discriminator": declared.get("discriminator", ())})
        return Slice(name, node.element.get("min", 0), None if top == "*" else int(top), matcher, check, inner)

    def _type_named(self, name: str, base: ElementInfo) -> str | None:
        """The type that the name of a choice's slice ends in: Quantity of ``valueQuantity``."""
        tail = name.removeprefix(base.name)
        return next((t for t in (tail, tail[:1].lower() + tail[1:]) if t in self._definitions.data_types), None)


def _inside(children: Sequence[NodeCheck]) -> NodeCheck:
    """The checks of what stands in a resource that is an element: to them it is %resource, to the element's own it is not yet."""

    def check(item: Item, walk: Walk) -> None:
        for child in children:
            child(item, walk)

    return lambda item, walk: within(item, walk, check)


def _default(node: Node, base: ElementInfo | None) -> dict[str, Any]:
    """How slices are told apart where a differential doesn't say: extensions by url, a choice by type."""
    if node.name in ("extension", "modifierExtension"):
        return _BY_URL
    return _BY_TYPE if base is not None and base.is_choice else {}


def _bindings(bound: dict[str, Any]) -> Iterator[Binding]:
    """The binding of an element, and those an extension adds to it (R5's additional bindings, also used on R4)."""
    if "valueSet" in bound:
        yield Binding(bound.get("strength", "example"), bound["valueSet"])
    for extension in bound.get("extension", ()):
        if extension.get("url", "").rpartition("/")[2] in _ADDITIONAL:
            parts = {e.get("url"): next((v for k, v in e.items() if k.startswith("value")), None) for e in extension.get("extension", ())}
            if parts.get("purpose") in ("required", "extensible") and isinstance(parts.get("valueSet"), str) and "usage" not in parts:
                yield Binding(str(parts["purpose"]), str(parts["valueSet"]))


def _same_binding(binding: Binding, base: Binding | None) -> bool:
    bare = binding.value_set.partition("|")[0]
    return base is not None and binding.strength == base.strength and bare == base.value_set.partition("|")[0]


def root_item(value: dict[str, Any], path: Path) -> Item:
    """A resource as an item, to be checked against its profiles."""
    info = replace(path[1], type="Resource", is_primitive=False)
    return Item(value, None, info, path)
