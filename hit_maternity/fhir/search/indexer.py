"""The index rows of a resource: all expressions of its type merged into one tree, walked once.

A node of the tree stands for a place in the JSON. Parameters that share a place share the work of reading it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.search import paths, quantities, sinks
from hit_maternity.fhir.search.model import IndexRows, SearchParameter
from hit_maternity.fhir.search.paths import Path, Route, Step
from hit_maternity.fhir.search.sheet import Sheet, Sink
from hit_maternity.fhir.search.timeline import TIMELINES, TimelineRows

if TYPE_CHECKING:
    from hit_maternity.fhir.fhirpath import Expression

_log = logging.getLogger(__name__)

MAKERS = {**sinks.MAKERS, **quantities.MAKERS}

#: Kept with the resource itself, not in index rows.
_STORED = frozenset({"_id", "_lastUpdated"})

_FAMILIES = {"token": "token", "string": "string", "date": "date", "number": "number", "quantity": "quantity",
             "reference": "reference", "uri": "uri", "special": "number"}  # fmt: skip

_Test = Callable[[Any, Sheet], bool]


class Node:
    """A place in the JSON: ``keys`` lead on, ``tests`` lead on where they hold, ``sinks`` write rows."""

    __slots__ = ("first", "keys", "object_sinks", "plain_sinks", "tests", "waiting")

    def __init__(self) -> None:
        self.keys: dict[str, Node] = {}
        self.tests: list[tuple[Step, _Test, Node]] = []
        self.first: dict[int, Node] = {}
        self.object_sinks: list[Sink] = []
        self.plain_sinks: list[Sink] = []
        self.waiting: dict[tuple[str, str], tuple[list[SearchParameter], ElementInfo | None]] = {}

    def on(self, step: Step) -> Node:
        """The node that ``step`` leads to, made if it isn't there yet."""
        if step.kind == "name":
            return self.keys.setdefault(step.argument, Node())
        if step.kind == "extension":
            return self.keys.setdefault("extension", Node())._test(Step("equals", "url", step.argument))
        if step.kind == "index":
            return self.first.setdefault(int(step.argument), Node())
        return self._test(step)

    def _test(self, step: Step) -> Node:
        for known, _, node in self.tests:
            if known == step:
                return node
        node = Node()
        self.tests.append((step, _TESTS[step.kind](step), node))
        return node

    def finish(self, variants: bool) -> None:
        """Makes the sinks of this node and all beyond it."""
        for (kind, data_type), (parameters, element) in self.waiting.items():
            if data_type == "Extension":
                self.object_sinks.append(_extension_value(kind, parameters, variants))
            else:
                sink = MAKERS[kind, data_type](parameters, variants, element)
                (self.object_sinks if data_type[:1].isupper() else self.plain_sinks).append(sink)
        self.waiting = {}
        for node in (*self.keys.values(), *self.first.values(), *(t[2] for t in self.tests)):
            node.finish(variants)

    def walk(self, value: Any, sheet: Sheet, item: int) -> None:
        """Writes the rows of all that lies at and beyond ``value``."""
        if type(value) is dict:
            for sink in self.object_sinks:
                sink(value, sheet, item)
            keys = self.keys
            if keys:
                for key in value:
                    if key in keys:
                        keys[key].walk(value[key], sheet, item)
            for _, holds, node in self.tests:
                if holds(value, sheet):
                    node.walk(value, sheet, item)
        elif type(value) is list:
            for place, node in self.first.items():
                if place < len(value) and type(value[place]) is not list:
                    node.walk(value[place], sheet, item)
            for one in value:
                if one is not None and type(one) is not list:
                    self.walk(one, sheet, item)
        else:
            for sink in self.plain_sinks:
                sink(value, sheet, item)


def _equals(step: Step) -> _Test:
    return lambda value, sheet: bool(value.get(step.argument) == step.value)


def _resolves(step: Step) -> _Test:
    return lambda value, sheet: sheet.target_type(value) == step.argument


def _has_extension(step: Step) -> _Test:
    def holds(value: Any, sheet: Sheet) -> bool:
        listed = value.get("extension")
        return type(listed) is list and any(type(e) is dict and e.get("url") == step.argument for e in listed)

    return holds


_TESTS: Mapping[str, Callable[[Step], _Test]] = {"equals": _equals, "resolves": _resolves, "has-extension": _has_extension}


def _extension_value(kind: str, parameters: list[SearchParameter], variants: bool) -> Sink:
    """Reads an extension's ``value[x]`` by whatever type it has."""
    by_key = {
        f"value{t[0].upper()}{t[1:]}": (t[:1].isupper(), make(parameters, variants, None)) for (k, t), make in MAKERS.items() if k == kind
    }

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        for key, inner in value.items():
            found = by_key.get(key)
            if found and found[0] is (type(inner) is dict):
                found[1](inner, sheet, item)

    return sink


class _Computed:
    """An expression that isn't a plain path: evaluated by the FHIRPath engine."""

    def __init__(self, parameter: SearchParameter, expression: Expression, definitions: Definitions) -> None:
        self._expression = expression
        self._definitions = definitions
        self._sinks = {t: (t[:1].isupper(), make([parameter], True, None)) for (k, t), make in MAKERS.items() if k == parameter.type}

    @classmethod
    def of(cls, parameter: SearchParameter, definitions: Definitions) -> _Computed | None:
        """None, with a warning in the log, for an expression that the engine refuses: a loaded package may hold anything."""
        from hit_maternity.fhir.fhirpath import FhirPathError, compile_expression  # few types need the engine

        try:
            return cls(parameter, compile_expression(parameter.expression, parameter.resource_type, definitions), definitions)
        except FhirPathError as fault:
            _log.warning("search parameter %s of %s is not indexed: %s", parameter.code, parameter.resource_type, fault)
            return None

    def write(self, sheet: Sheet) -> None:
        """Writes the rows of what the expression gives; of what it can't compute, none."""
        from hit_maternity.fhir.fhirpath import Context, FhirPathError

        context = Context(sheet.resource, sheet.resource, self._definitions, None, None, datetime.fromtimestamp(0, UTC), {}, None)
        try:
            items = self._expression.evaluate(sheet.resource, context)
        except FhirPathError:
            return
        for one in items:
            name = one.type.removeprefix("System.")
            name = name if name in self._sinks else name[:1].lower() + name[1:]
            takes_object, sink = self._sinks.get(name, (True, None))
            if sink and takes_object is (type(one.value) is dict):
                sink(one.value, sheet, 0)


class _Composite:
    """A composite parameter at one of its contexts: an item for each instance in which every part has a value."""

    def __init__(self, parts: list[tuple[Node, bool, str]]) -> None:
        self._parts = parts  # the part's tree, whether it starts at the resource, and its row family
        self._needed = [tuple(node.keys) for node, from_resource, _ in parts if not from_resource and not node.tests]

    def __call__(self, value: Any, sheet: Sheet, item: int) -> None:
        for keys in self._needed:  # most have a part that isn't there: don't write the others first
            for key in keys:
                if key in value:
                    break
            else:
                return
        number = sheet.items + 1
        marks = []
        for node, from_resource, family in self._parts:
            rows = getattr(sheet, family)
            marks.append((rows, len(rows)))
            node.walk(sheet.resource if from_resource else value, sheet, number)
            if len(rows) == marks[-1][1]:
                for written, mark in marks:
                    del written[mark:]
                return
        sheet.items = number


class TypeIndexer:
    """Index rows of one resource type."""

    def __init__(self, resource_type: str, parameters: Iterable[SearchParameter], definitions: Definitions) -> None:
        self._type = resource_type
        self._definitions = definitions
        self._root = Node()
        self._computed: list[_Computed] = []
        for parameter in parameters:
            if parameter.type == "composite":
                self._add_composite(parameter)
            elif parameter.code not in _STORED:
                self._add(parameter)
        self._root.finish(variants=True)
        timeline = TIMELINES.get(resource_type)
        self._timeline = TimelineRows(resource_type, timeline) if timeline else None

    def _add(self, parameter: SearchParameter) -> None:
        branches = paths.read(parameter.expression)
        if branches is None:
            computed = _Computed.of(parameter, self._definitions)
            if computed:
                self._computed.append(computed)
            return
        for branch in branches:
            _plant(self._root, parameter, paths.routes(self._rest(branch), self._type, self._definitions))

    def _rest(self, branch: Path) -> Path:
        """``branch`` without the name of the type it starts from."""
        head = branch[0].argument
        return branch[1:] if head[:1].isupper() and self._definitions.is_a(self._type, head) else branch

    def _add_composite(self, parameter: SearchParameter) -> None:
        for branch in paths.read(parameter.expression) or ():
            for route in paths.routes(self._rest(branch), self._type, self._definitions):
                node = self._root
                for step in route.steps:
                    node = node.on(step)
                node.object_sinks.append(_Composite([self._part(p, route.type) for p in parameter.components]))

    def _part(self, part: SearchParameter, context: str) -> tuple[Node, bool, str]:
        root, from_resource = Node(), part.expression.startswith("%resource.")
        for branch in paths.read(part.expression) or ():
            if from_resource:
                found = paths.routes(branch[1:], self._type, self._definitions)
            else:
                found = paths.routes(branch, context, self._definitions)
            _plant(root, part, found)
        root.finish(variants=False)
        return root, from_resource, _FAMILIES[part.type]

    def rows(self, resource: dict[str, Any], base: str) -> IndexRows:
        """All rows of ``resource``; what isn't as its definition says gives none."""
        sheet = Sheet(resource, base, self._definitions.resource_types)
        self._root.walk(resource, sheet, 0)
        for computed in self._computed:
            computed.write(sheet)
        rows = sheet.rows()
        if self._timeline:
            self._timeline.add(rows)
        return rows


def _plant(root: Node, parameter: SearchParameter, found: Iterable[Route]) -> None:
    """Puts ``parameter`` at the end of each route whose data type can be indexed as its type."""
    for route in found:
        if (parameter.type, route.type) not in MAKERS and route.type != "Extension":
            continue
        node = root
        for step in route.steps:
            node = node.on(step)
        waiting, _ = node.waiting.setdefault((parameter.type, route.type), ([], route.element))
        if parameter not in waiting:
            waiting.append(parameter)
