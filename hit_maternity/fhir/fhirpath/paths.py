"""Steps along elements: ``a.b.c`` of known types becomes one walk over JSON keys, others look their type up as they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hit_maternity.fhir.definitions import ElementInfo
from hit_maternity.fhir.fhirpath.code import Code, Env, Exists, Run, Scope, Trail, Types, constant_code
from hit_maternity.fhir.fhirpath.errors import semantic
from hit_maternity.fhir.fhirpath.item import Item
from hit_maternity.fhir.fhirpath.model import ABSTRACT, Model, Presence, Reach, holder

_VAGUE = ABSTRACT | {"Element", "BackboneElement", "System.ClassInfo"}


def result_types(fields: tuple[ElementInfo, ...]) -> Types:
    types = frozenset(f.type for f in fields)
    return None if types & _VAGUE else types


def is_closed(type_name: str, model: Model) -> bool:
    """Whether the definitions say all that a value of this type can have."""
    return type_name not in _VAGUE and (type_name.startswith("System.") or model.knows(type_name))


def member(left: Code, name: str, scope: Scope, model: Model, position: int | None) -> Code:
    """``left.name``. Raises ``FhirPathError`` where all that ``left`` can be is known and nothing of it has ``name``; in a lenient
    scope that is empty."""
    types = left.types
    if types is None or not all(is_closed(t, model) for t in types):
        return _dynamic(left, name, None, model)
    found = tuple(f for t in sorted(types) for f in model.fields(t, name))
    if not types or (not found and scope.mode == "lenient"):
        return constant_code([])
    if not found:
        raise semantic(_unknown(types, name, model), position)
    if len(types) > 1 or model.is_primitive(next(iter(types))):
        return _dynamic(left, name, result_types(found), model)
    if left.is_this:
        return trail_code(Trail((), found), model)
    last = left.trail.fields if left.trail else ()
    if left.trail and len(last) == 1 and not last[0].is_primitive:
        return trail_code(Trail((*left.trail.prefix, last[0].key), found), model)
    return _typed(left, found, model)


def _unknown(types: frozenset[str], name: str, model: Model) -> str:
    named = ", ".join(sorted(types)[:3])
    for type_name in types:
        info = model.definitions.type(type_name)
        choice = info.elements.get(name) if info else None
        if choice:
            return f"{type_name} has no element '{name}': write {choice.name}.ofType({choice.type})"
    return f"{named} has no element '{name}'"


def trail_code(trail: Trail, model: Model) -> Code:
    reach, present = model.reach_of(trail.fields), model.presence_of(trail.fields)
    types = result_types(trail.fields)
    if not trail.prefix:
        return Code(_near(reach), types, exists=_near_exists(present), trail=trail)
    return Code(_far(trail.prefix, reach), types, exists=_far_exists(trail.prefix, present), trail=trail)


def _near(reach: Reach) -> Run:
    def run(this: Item, env: Env) -> list[Item]:
        out: list[Item] = []
        held = this.value
        if type(held) is dict:
            reach(held, out)
        return out

    return run


def _near_exists(present: Presence) -> Exists:
    def exists(this: Item, env: Env) -> bool:
        held = this.value
        return type(held) is dict and present(held)

    return exists


def descend(held: Any, keys: tuple[str, ...]) -> list[Any]:
    """All that lies under ``keys`` from ``held``, lists opened."""
    found = [held]
    for key in keys:
        below: list[Any] = []
        for value in found:
            if type(value) is dict:
                value = value.get(key)
                if value is None:
                    continue
                if type(value) is list:
                    below += value
                else:
                    below.append(value)
        found = below
    return found


def _far(prefix: tuple[str, ...], reach: Reach) -> Run:
    def run(this: Item, env: Env) -> list[Item]:
        out: list[Item] = []
        for held in descend(this.value, prefix):
            if type(held) is dict:
                reach(held, out)
        return out

    return run


def _far_exists(prefix: tuple[str, ...], present: Presence) -> Exists:
    def exists(this: Item, env: Env) -> bool:
        return any(type(held) is dict and present(held) for held in descend(this.value, prefix))

    return exists


def _typed(left: Code, fields: tuple[ElementInfo, ...], model: Model) -> Code:
    """A step from items of one known type."""
    before, reach = left.run, model.reach_of(fields)

    def run(this: Item, env: Env) -> list[Item]:
        out: list[Item] = []
        for item in before(this, env):
            held = item.value
            if type(held) is dict:
                reach(held, out)
        return out

    return Code(run, result_types(fields), unordered=left.unordered)


def _dynamic(left: Code, name: str, types: Types, model: Model) -> Code:
    """A step from items that say their type as they come."""
    before = left.run

    def run(this: Item, env: Env) -> list[Item]:
        out: list[Item] = []
        for item in before(this, env):
            held = holder(item, model)
            if held is not None:
                reach = model.reach(item.type, name)
                if reach is not None:
                    reach(held, out)
        return out

    return Code(run, types, unordered=left.unordered)


def narrowed(left: Code, accepts: Callable[[str], bool], model: Model) -> Code | None:
    """``left as Type`` as a walk to only those forms of a choice that ``accepts``; None where the path isn't that plain."""
    trail = left.trail
    if trail is None or any(f.type in _VAGUE for f in trail.fields):
        return None
    kept = tuple(f for f in trail.fields if accepts(f.type))
    return trail_code(Trail(trail.prefix, kept), model) if kept else constant_code([])


def type_head(left: Code, name: str, scope: Scope, model: Model, position: int | None) -> Code | None:
    """A type's name at the head of a path: what the context is, or nothing where it is something else. None: no type's name."""
    if not (name[:1].isupper() and model.knows(name)):
        return None
    types = left.types
    if types is not None and all(is_closed(t, model) for t in types):
        if all(model.is_a(t, name) for t in types):
            return left
        if not any(model.is_a(t, name) for t in types):
            if scope.mode == "strict":
                raise semantic(f"the path begins with {name}, but the input is {', '.join(sorted(types))}", position)
            return constant_code([])
    before = left.run

    def run(this: Item, env: Env) -> list[Item]:
        return [item for item in before(this, env) if model.is_a(item.type, name)]

    narrow = frozenset({name}) if name not in _VAGUE else None
    return Code(run, narrow)
