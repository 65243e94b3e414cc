"""Existence, subsetting and combining. Source: http://hl7.org/fhirpath/N1/#existence and the sections after it."""

from __future__ import annotations

from hit_maternity.fhir.fhirpath.code import Code, Env, Scope, constant_code, exists_of, truth_code, truth_of
from hit_maternity.fhir.fhirpath.equality import key
from hit_maternity.fhir.fhirpath.errors import execution, semantic
from hit_maternity.fhir.fhirpath.functions.registry import BOOLEAN_RESULT, INTEGER_RESULT, Compiling, Form, Plain
from hit_maternity.fhir.fhirpath.item import Item, boolean, integer, single, system
from hit_maternity.fhir.fhirpath.operators import distinct, union_types
from hit_maternity.fhir.fhirpath.syntax import Call


def _empty(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    exists = exists_of(left)
    return truth_code(lambda this, env: not exists(this, env))


def _not(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    before = truth_of(left)

    def decide(this: Item, env: Env) -> bool | None:
        verdict = before(this, env)
        return None if verdict is None else not verdict

    return truth_code(decide)


def _count(env: Env, focus: list[Item]) -> list[Item]:
    return [integer(len(focus))]


def _booleans(focus: list[Item]) -> list[bool]:
    values = [item.value for item in focus if item.value is not None]
    if any(type(v) is not bool for v in values):
        raise execution("booleans are expected")
    return values


def _all_true(env: Env, focus: list[Item]) -> list[Item]:
    return [boolean(all(_booleans(focus)))]


def _any_true(env: Env, focus: list[Item]) -> list[Item]:
    return [boolean(any(_booleans(focus)))]


def _all_false(env: Env, focus: list[Item]) -> list[Item]:
    return [boolean(not any(_booleans(focus)))]


def _any_false(env: Env, focus: list[Item]) -> list[Item]:
    return [boolean(not all(_booleans(focus)))]


def _subset(env: Env, focus: list[Item], other: list[Item]) -> list[Item]:
    return [boolean({key(i) for i in focus} <= {key(i) for i in other})]


def _superset(env: Env, focus: list[Item], other: list[Item]) -> list[Item]:
    return _subset(env, other, focus)


def _distinct(env: Env, focus: list[Item]) -> list[Item]:
    env.spend(len(focus))
    return distinct(focus)


def _is_distinct(env: Env, focus: list[Item]) -> list[Item]:
    env.spend(len(focus))
    return [boolean(len(distinct(focus)) == len(focus))]


def _single(env: Env, focus: list[Item]) -> list[Item]:
    single(focus, "single()")
    return focus


def _first(env: Env, focus: list[Item]) -> list[Item]:
    return focus[:1]


def _last(env: Env, focus: list[Item]) -> list[Item]:
    return focus[-1:]


def _tail(env: Env, focus: list[Item]) -> list[Item]:
    return focus[1:]


def _number(items: list[Item], what: str) -> int | None:
    one = single(items, what)
    value = None if one is None else system(one)
    if value is not None and type(value) is not int:
        raise execution(f"{what} is given no integer")
    return value


def _skip(env: Env, focus: list[Item], count: list[Item]) -> list[Item]:
    number = _number(count, "skip()")
    return [] if number is None else focus[max(0, number) :]


def _take(env: Env, focus: list[Item], count: list[Item]) -> list[Item]:
    number = _number(count, "take()")
    return [] if number is None else focus[: max(0, number)]


def _intersect(env: Env, focus: list[Item], other: list[Item]) -> list[Item]:
    if not focus or not other:
        return []
    wanted = {key(i) for i in other}
    return distinct([i for i in focus if key(i) in wanted])


def _exclude(env: Env, focus: list[Item], other: list[Item]) -> list[Item]:
    unwanted = {key(i) for i in other}
    return [i for i in focus if key(i) not in unwanted]


def _combined(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    """``union`` and ``combine``: the second keeps duplicates."""
    right = compiler.compile(call.arguments[0], scope)
    before, after, keep = left.run, right.run, call.name == "combine"

    def run(this: Item, env: Env) -> list[Item]:
        items = before(this, env) + after(this, env)
        env.spend(len(items))
        return items if keep else distinct(items)

    if left.constant == [] and right.constant == []:
        return constant_code([])
    return Code(run, union_types([left, right]), unordered=True)


def _coalesce(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    """The first argument that isn't empty."""
    pieces = [compiler.compile(a, scope) for a in call.arguments]
    runs = [p.run for p in pieces]

    def run(this: Item, env: Env) -> list[Item]:
        return next((found for one in runs if (found := one(this, env))), [])

    return Code(run, union_types(pieces))


#: Functions that only mean something where the order is defined.
ORDERED = frozenset({"first", "last", "tail", "skip", "take"})


def _in_order(plain: Plain) -> Form:
    """A function of the collection's order; in strict mode refused where there is none."""

    def make(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
        if scope.mode == "strict" and left.unordered:
            raise semantic(f"{call.name}() is given a collection without order", call.position)
        before, function = left.run, plain.run
        arguments = [compiler.compile(a, scope).run for a in call.arguments]

        def run(this: Item, env: Env) -> list[Item]:
            return function(env, before(this, env), *[a(this, env) for a in arguments])

        return Code(run, left.types)

    return Form(make, plain.least, plain.most)


FORMS: dict[str, Form] = {
    "empty": Form(_empty),
    "not": Form(_not),
    "union": Form(_combined, 1, 1),
    "combine": Form(_combined, 1, 1),
    "coalesce": Form(_coalesce, 1, 50),
    "first": _in_order(Plain(_first)),
    "last": _in_order(Plain(_last)),
    "tail": _in_order(Plain(_tail)),
    "skip": _in_order(Plain(_skip, 1, 1)),
    "take": _in_order(Plain(_take, 1, 1)),
}

PLAIN: dict[str, Plain] = {
    "count": Plain(_count, types=INTEGER_RESULT),
    "allTrue": Plain(_all_true, types=BOOLEAN_RESULT),
    "anyTrue": Plain(_any_true, types=BOOLEAN_RESULT),
    "allFalse": Plain(_all_false, types=BOOLEAN_RESULT),
    "anyFalse": Plain(_any_false, types=BOOLEAN_RESULT),
    "subsetOf": Plain(_subset, 1, 1, BOOLEAN_RESULT),
    "supersetOf": Plain(_superset, 1, 1, BOOLEAN_RESULT),
    "distinct": Plain(_distinct, types="same"),
    "isDistinct": Plain(_is_distinct, types=BOOLEAN_RESULT),
    "single": Plain(_single, types="same"),
    "intersect": Plain(_intersect, 1, 1, "same"),
    "exclude": Plain(_exclude, 1, 1, "same"),
}
