"""Which member of a value set stands under which, where their code system has a hierarchy."""

from __future__ import annotations

from collections.abc import Mapping

from hit_maternity.fhir.terminology.members import Code, Member

#: How deep an expansion may nest; one that would go deeper is told flat.
DEEPEST = 24


def parents(members: Mapping[Code, Member]) -> dict[Code, Code]:
    """Each member that stands under another -> that one: the first of its parents that is a member. A circle in the code system
    is cut open; empty where the hierarchy is deeper than ``DEEPEST``."""
    found: dict[Code, Code] = {}
    for key, member in members.items():
        above = member.table.above.get(member.code, ()) if member.table else ()
        parent = next(((member.system, code) for code in above if code != member.code and (member.system, code) in members), None)
        if parent:
            found[key] = parent
    depths: dict[Code, int] = {}
    for key in members:
        chain: dict[Code, None] = {}
        place: Code | None = key
        while place is not None and place not in depths:
            chain[place] = None
            place = found.get(place)
            if place in chain:
                del found[next(reversed(chain))]
                place = None
        depth = depths[place] if place is not None else 0
        for step in reversed(chain):
            depth += 1
            depths[step] = depth
    return found if max(depths.values(), default=0) <= DEEPEST else {}
