"""Operators between pieces: logic, equality, order, membership, union; specialised where one side is a literal.

Source: http://hl7.org/fhirpath/N1/#operations.
"""

from __future__ import annotations

from collections.abc import Callable

from hit_maternity.fhir.fhirpath.arithmetic import ARITHMETIC, signed
from hit_maternity.fhir.fhirpath.code import BOOLEANS, Code, Env, Run, Truth, Types, constant_code, truth_code, truth_of
from hit_maternity.fhir.fhirpath.equality import compare, equal, equal_collections, equivalent, key, matched
from hit_maternity.fhir.fhirpath.item import Item, single

_MOMENTS = frozenset({"date", "dateTime", "instant", "time"})


def operation(operator: str, pieces: list[Code]) -> Code:
    """The piece that joins ``pieces`` by ``operator``."""
    if operator in _LOGIC:
        return truth_code(_LOGIC[operator]([truth_of(p) for p in pieces]))
    if operator == "|":
        return union(pieces)
    left, right = pieces
    if operator in ("=", "!="):
        return _equality(left, right, negated=operator == "!=")
    if operator in _ORDERS:
        return truth_code(_order(left.run, right.run, operator))
    if operator in ("~", "!~"):
        return truth_code(_equivalence(left.run, right.run, negated=operator == "!~"))
    if operator in ("in", "contains"):
        return truth_code(_membership(*((left, right) if operator == "in" else (right, left))))
    return _arithmetic(operator, left.run, right.run)


# ---------------------------------------------------------------- logic


def _and(truths: list[Truth]) -> Truth:
    def decide(this: Item, env: Env) -> bool | None:
        verdict: bool | None = True
        for truth in truths:
            one = truth(this, env)
            if one is False:
                return False
            if one is None:
                verdict = None
        return verdict

    return decide


def _or(truths: list[Truth]) -> Truth:
    def decide(this: Item, env: Env) -> bool | None:
        verdict: bool | None = False
        for truth in truths:
            one = truth(this, env)
            if one:
                return True
            if one is None:
                verdict = None
        return verdict

    return decide


def _xor(truths: list[Truth]) -> Truth:
    left, right = truths

    def decide(this: Item, env: Env) -> bool | None:
        a, b = left(this, env), right(this, env)
        return None if a is None or b is None else a != b

    return decide


def _implies(truths: list[Truth]) -> Truth:
    left, right = truths

    def decide(this: Item, env: Env) -> bool | None:
        a = left(this, env)
        if a is False:
            return True
        b = right(this, env)
        return True if b else (None if a is None else b)

    return decide


_LOGIC: dict[str, Callable[[list[Truth]], Truth]] = {"and": _and, "or": _or, "xor": _xor, "implies": _implies}


# ---------------------------------------------------------------- equality and order


def _equality(left: Code, right: Code, negated: bool) -> Code:
    literal = right.constant[0].value if right.constant and len(right.constant) == 1 else None
    if left.truth and right.truth and left.constant is None and right.constant is None:
        decide = _equal_truths(left.truth, right.truth)
    elif type(literal) is str and left.types is not None and not left.types & _MOMENTS:
        decide = _equals_string(left, literal)
    else:
        decide = _equal(left.run, right.run)
    return truth_code(_negated(decide) if negated else decide)


def _negated(decide: Truth) -> Truth:
    def negation(this: Item, env: Env) -> bool | None:
        verdict = decide(this, env)
        return None if verdict is None else not verdict

    return negation


def _equal(left: Run, right: Run) -> Truth:
    return lambda this, env: equal_collections(left(this, env), right(this, env))


def _equal_truths(left: Truth, right: Truth) -> Truth:
    def decide(this: Item, env: Env) -> bool | None:
        a, b = left(this, env), right(this, env)
        return None if a is None or b is None else a == b

    return decide


def _equals_string(left: Code, literal: str) -> Truth:
    """``path = 'text'``; where the path is one step, without making an Item."""
    run, trail = left.run, left.trail

    def decide(this: Item, env: Env) -> bool | None:
        items = run(this, env)
        if not items:
            return None
        value = items[0].value
        if len(items) > 1 or value is None:
            return None if value is None and len(items) == 1 else False
        return type(value) is str and value == literal

    if trail is None or trail.prefix or len(trail.fields) > 1:
        return decide
    key_ = trail.fields[0].key

    def decide_near(this: Item, env: Env) -> bool | None:
        held = this.value
        value = held.get(key_) if type(held) is dict else None
        return value == literal if type(value) is str else decide(this, env)

    return decide_near


_ORDERS: dict[str, tuple[int, ...]] = {"<": (-1,), ">": (1,), "<=": (-1, 0), ">=": (0, 1)}


def _order(left: Run, right: Run, operator: str) -> Truth:
    wanted = _ORDERS[operator]
    what = f"'{operator}'"

    def decide(this: Item, env: Env) -> bool | None:
        one, other = single(left(this, env), what), single(right(this, env), what)
        order = None if one is None or other is None else compare(one, other)
        return None if order is None else order in wanted

    return decide


def _equivalence(left: Run, right: Run, negated: bool) -> Truth:
    def decide(this: Item, env: Env) -> bool | None:
        a, b = left(this, env), right(this, env)
        env.spend(len(a) * len(b))
        return matched(a, b, equivalent) != negated

    return decide


# ---------------------------------------------------------------- collections


def _membership(element: Code, collection: Code) -> Truth:
    """``element in collection``."""
    one, many = element.run, collection.run
    fixed = frozenset(map(key, collection.constant)) if collection.constant else None

    def decide(this: Item, env: Env) -> bool | None:
        item = single(one(this, env), "'in'")
        if item is None:
            return None
        wanted = key(item)
        if fixed is not None:
            return wanted in fixed
        return any(key(other) == wanted for other in many(this, env))

    return decide


def distinct(items: list[Item]) -> list[Item]:
    """Each once, the first of equals, in order."""
    if len(items) < 8:
        return _few_distinct(items)
    found: dict[object, Item] = {}
    for item in items:
        found.setdefault(key(item), item)
    return list(found.values())


def _few_distinct(items: list[Item]) -> list[Item]:
    """Pair by pair, which is cheaper than keys where most differ early."""
    kept: list[Item] = []
    for item in items:
        for other in kept:
            if equal(item, other):
                break
        else:
            kept.append(item)
    return kept


def union_types(pieces: list[Code]) -> Types:
    types: frozenset[str] = frozenset()
    for piece in pieces:
        if piece.types is None:
            return None
        types |= piece.types
    return types


def union(pieces: list[Code]) -> Code:
    """``a | b``: what either has, each once. Pieces that can never give anything are left out."""
    runs = [p.run for p in pieces if p.constant != []]
    if not runs:
        return constant_code([])

    def run(this: Item, env: Env) -> list[Item]:
        items: list[Item] = []
        for one in runs:
            items += one(this, env)
        env.spend(len(items))
        return distinct(items)

    def exists(this: Item, env: Env) -> bool:
        return any(one(this, env) for one in runs)

    return Code(run, union_types(pieces), exists=exists, unordered=True)


def _arithmetic(operator: str, left: Run, right: Run) -> Code:
    apply = ARITHMETIC[operator]
    types = frozenset({"System.String"}) if operator == "&" else None

    def run(this: Item, env: Env) -> list[Item]:
        return apply(left(this, env), right(this, env))

    return Code(run, types)


def polarity(sign: str, operand: Code) -> Code:
    before = operand.run
    if operand.types == BOOLEANS and operand.truth and operand.constant is None:
        return Code(lambda this, env: signed(before(this, env), sign))
    return Code(lambda this, env: signed(before(this, env), sign), None if operand.types is None else operand.types)
