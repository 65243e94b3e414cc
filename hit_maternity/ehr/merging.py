"""The three-way merge: what both sides made of the same base, fact by fact.

A fact that one side changed is taken from that side. A fact that both changed to different values is a conflict: it waits for a human,
and neither value overwrites the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hit_maternity.ehr.bodies import Body, same
from hit_maternity.ehr.facts import NOTHING, Facts, put_together, taken_apart


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fact that both sides changed; None: it isn't there on that side."""

    path: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """``body``: both sides together, with mine where there is a conflict."""

    body: Body
    conflicts: tuple[Conflict, ...] = ()


def merge(resource_type: str, base: Body | None, mine: Body, theirs: Body) -> Merged:
    """``mine`` and ``theirs``, both made of ``base`` (None: there was nothing), in one body, and where they can't be."""
    facts, conflicts = _merged(resource_type, base, mine, theirs)
    return Merged(put_together(facts, (theirs, mine)), tuple(conflicts))


def _merged(resource_type: str, base: Body | None, mine: Body, theirs: Body) -> tuple[Facts, list[Conflict]]:
    old, own, other = taken_apart(resource_type, (base or {}, mine, theirs))
    facts: Facts = {}
    conflicts = []
    for path in dict.fromkeys((*other, *own, *old)):
        before, here, there = old.get(path), own.get(path), other.get(path)
        if same(here, there) or same(before, here):
            facts[path] = there
            continue
        facts[path] = here
        if not same(before, there):
            conflicts.append(Conflict(path, before, here, there))
    return facts, [*conflicts, *_contradictions(resource_type, facts, conflicts, old, own, other)]


def changes(resource_type: str, before: Body | None, after: Body | None) -> dict[str, Any]:
    """The facts of ``after`` that are not those of ``before``; None: taken away."""
    old, new = taken_apart(resource_type, (before or {}, after or {}))
    return {path: new.get(path) for path in dict.fromkeys((*new, *old)) if not same(old.get(path), new.get(path))}


def resolved(resource_type: str, base: Body | None, mine: Body, theirs: Body, taken: dict[str, Any]) -> Body:
    """The merge of both with the conflicting facts as a human has ``taken`` them, by path (None: taken away)."""
    facts, _ = _merged(resource_type, base, mine, theirs)
    facts.update(taken)
    return put_together(facts, (theirs, mine))


def _contradictions(
    resource_type: str, facts: Facts, conflicts: list[Conflict], old: Facts, own: Facts, other: Facts
) -> Iterator[Conflict]:
    """ "Nothing of all this" from one side, and something of it from the other; also where one of them is in conflict already, so that
    it is the same whoever is mine."""
    nothing = NOTHING.get(resource_type)
    if nothing is None or _contradicts(own, nothing) or _contradicts(other, nothing):
        return
    open_ = {it.path for it in conflicts}
    yes = [path for path, it in facts.items() if it is True or (path in open_ and (own.get(path) is True or other.get(path) is True))]
    if nothing in yes and len(yes) > 1:
        yield from (Conflict(path, old.get(path), own.get(path), other.get(path)) for path in yes if path not in open_)


def _contradicts(facts: Facts, nothing: str) -> bool:
    return facts.get(nothing) is True and any(it is True for path, it in facts.items() if path != nothing)
