"""Functions that run an expression for each item. Source: http://hl7.org/fhirpath/N1/#filtering-and-projection."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cmp_to_key
from typing import Any

from hit_maternity.fhir.fhirpath.code import Code, Env, Run, Scope, Truth, exists_of, truth_code, truth_of
from hit_maternity.fhir.fhirpath.equality import compare, key
from hit_maternity.fhir.fhirpath.errors import semantic
from hit_maternity.fhir.fhirpath.functions.registry import Compiling, Form
from hit_maternity.fhir.fhirpath.item import NOTHING, Item, single
from hit_maternity.fhir.fhirpath.operators import union_types
from hit_maternity.fhir.fhirpath.syntax import Call, Node, Special, Unary


def _mentions_index(node: Any) -> bool:
    if isinstance(node, Special):
        return node.name == "$index"
    if isinstance(node, tuple):
        return any(map(_mentions_index, node))
    return is_dataclass(node) and any(_mentions_index(getattr(node, f.name)) for f in fields(node))


def _inner(compiler: Compiling, left: Code, node: Node, scope: Scope) -> tuple[Code, bool]:
    """The expression over each item of ``left``, and whether it asks for ``$index``."""
    return compiler.compile(node, scope.within(left.types)), _mentions_index(node)


def _indexed_truth(criterion: Truth) -> Truth:
    """Counts ``$index`` up each time; the loop sets it to -1 before."""

    def decide(this: Item, env: Env) -> bool | None:
        env.index += 1
        outer = env.index
        try:
            return criterion(this, env)
        finally:
            env.index = outer

    return decide


def _criterion(compiler: Compiling, left: Code, call: Call, scope: Scope) -> tuple[Truth, bool]:
    code, indexed = _inner(compiler, left, call.arguments[0], scope)
    decide = truth_of(code)
    return (_indexed_truth(decide) if indexed else decide), indexed


def _where(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    before = left.run
    criterion, indexed = _criterion(compiler, left, call, scope)
    if left.constant == []:
        return left

    def run(this: Item, env: Env) -> list[Item]:
        items = before(this, env)
        if not items:
            return items
        env.spend(len(items))
        if not indexed:
            return [item for item in items if criterion(item, env)]
        outer, env.index = env.index, -1
        found = [item for item in items if criterion(item, env)]
        env.index = outer
        return found

    def exists(this: Item, env: Env) -> bool:
        items = before(this, env)
        env.spend(len(items))
        return any(criterion(item, env) for item in items)

    return Code(run, left.types, exists=None if indexed else exists, unordered=left.unordered)


def _exists(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    return truth_code(exists_of(_where(compiler, left, call, scope) if call.arguments else left))


def _all(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    before = left.run
    criterion, indexed = _criterion(compiler, left, call, scope)

    def decide(this: Item, env: Env) -> bool:
        items = before(this, env)
        env.spend(len(items))
        outer = env.index
        if indexed:
            env.index = -1
        verdict = all(criterion(item, env) for item in items)
        env.index = outer
        return verdict

    return truth_code(decide)


def _select(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    before = left.run
    code, indexed = _inner(compiler, left, call.arguments[0], scope)
    project = code.run
    if left.constant == []:
        return left

    def run(this: Item, env: Env) -> list[Item]:
        found: list[Item] = []
        outer = env.index
        for index, item in enumerate(before(this, env)):
            if indexed:
                env.index = index
            made = project(item, env)
            env.spend(1 + len(made))
            found += made
        env.index = outer
        return found

    return Code(run, code.types, unordered=left.unordered or code.unordered)


def _repeat(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    before = left.run
    # The projection runs over its own results too, whose types nobody knows yet.
    project = compiler.compile(call.arguments[0], scope.within(None)).run

    def run(this: Item, env: Env) -> list[Item]:
        found: dict[object, Item] = {}
        waiting = list(before(this, env))
        while waiting:
            made: list[Item] = []
            for item in waiting:
                below = project(item, env)
                env.spend(1 + len(below))
                made += below
            waiting = []
            for item in made:
                name = key(item)
                if name not in found:
                    found[name] = item
                    waiting.append(item)
        return list(found.values())

    return Code(run, None)


def _aggregate(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    before = left.run
    step = compiler.compile(call.arguments[0], scope.within(left.types)).run
    start = compiler.compile(call.arguments[1], scope).run if len(call.arguments) > 1 else None

    def run(this: Item, env: Env) -> list[Item]:
        items = before(this, env)
        outer = env.total, env.index
        total = start(this, env) if start else []
        try:
            for index, item in enumerate(items):
                env.total, env.index = total, index
                total = step(item, env)
                env.spend(1 + len(total))
        finally:
            env.total, env.index = outer
        return total

    return Code(run, None)


def _iif(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    """The branch not taken isn't run. Called on a collection, that must hold one item at most, which is then ``$this``."""
    inner = scope.within(left.types)
    condition = compiler.compile(call.arguments[0], inner)
    if condition.types is not None and not condition.types <= {"System.Boolean", "boolean"}:
        raise semantic("iif() is given a criterion that is no boolean", call.position)
    branches = [compiler.compile(a, inner) for a in call.arguments[1:]]
    before, decide = left.run, truth_of(condition)
    chosen, other = branches[0].run, branches[1].run if len(branches) > 1 else None

    def run(this: Item, env: Env) -> list[Item]:
        focus = this if call.target is None else single(before(this, env), "iif()") or NOTHING
        if decide(focus, env):
            return chosen(focus, env)
        return other(focus, env) if other else []

    return Code(run, union_types(branches))


def _sort(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    """By each key in turn; ``-key`` descends. Nothing counts as the greatest."""
    before = left.run
    inner = scope.within(left.types)
    keys: list[tuple[Run, int]] = []
    for node in call.arguments:
        down = isinstance(node, Unary) and node.operator == "-"
        keys.append((compiler.compile(node.operand if isinstance(node, Unary) else node, inner).run, -1 if down else 1))

    def order(a: tuple[list[Item | None], Item], b: tuple[list[Item | None], Item]) -> int:
        for (_, sign), one, other in zip(keys or [(before, 1)], a[0], b[0], strict=True):
            missing = (one is None) - (other is None)
            verdict = compare(one, other) or 0 if one is not None and other is not None else missing
            if verdict:
                return verdict * sign
        return 0

    def run(this: Item, env: Env) -> list[Item]:
        items = before(this, env)
        env.spend(len(items))
        keyed = [([single(k(item, env), "sort()") for k, _ in keys] or [item], item) for item in items]
        return [item for _, item in sorted(keyed, key=cmp_to_key(order))]

    return Code(run, left.types)


def _trace(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    """Gives its input back and tells nobody: what is traced may be a patient's."""
    compiler.compile(call.arguments[0], scope)
    if len(call.arguments) > 1:
        compiler.compile(call.arguments[1], scope.within(left.types))
    return left


FORMS: dict[str, Form] = {
    "where": Form(_where, 1, 1),
    "exists": Form(_exists, 0, 1),
    "all": Form(_all, 1, 1),
    "select": Form(_select, 1, 1),
    "repeat": Form(_repeat, 1, 1),
    "aggregate": Form(_aggregate, 1, 2),
    "iif": Form(_iif, 2, 3),
    "sort": Form(_sort, 0, 20),
    "trace": Form(_trace, 1, 2),
}
