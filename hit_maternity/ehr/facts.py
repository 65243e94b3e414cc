"""A body taken apart into facts, each with a path, and put together again. A fact is what one person says at one time: what would be wrong
when half of it came from somebody else, such as a code and its display, stays in one piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hit_maternity.ehr.bodies import Body, normal

#: Values by path: ``motherWeight``, ``folate.takenBefore``, ``fetusesVitalSigns[2].fetalHeartRate``, ``height+prePregnancyWeight+bMI``.
Facts = dict[str, Any]

#: Members that are said together, by resource type.
TOGETHER: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "antenatalAppointments": (("pregnancyWeek", "daysAfterFullPregnancyWeek"),),
    "symphysisFundalHeights": (("pregnancyWeek", "measurement", "measurementDate"),),
    "vitalMeasurementsBeforePregnancy": (("height", "prePregnancyWeight", "bMI"),),
    "rhesusDNegative": (("fetusRhDPositiveAtWeek24", "dateForResult"),),
    "mother": (("address", "postNumber", "postName"),),
}
#: Objects whose members are facts of their own. All others stay in one piece.
OBJECTS: Mapping[str, frozenset[str]] = {"medication": frozenset({"folate"})}
#: Lists whose entries are told apart by a member, and whether the members of an entry are facts of their own.
LISTS: Mapping[tuple[str, str], tuple[str, bool]] = {
    ("antenatalAppointments", "fetusesVitalSigns"): ("fosterId", True),
    ("birthStatus", "birthStatus"): ("fosterId", False),
    ("lifestyleFactors", "stimuli"): ("stimuliType.code", True),
}
#: "Nothing of all this": can't be true beside another answer that is.
NOTHING: Mapping[str, str] = {"medicalConditions": "nothingParticular", "geneticDisorders": "noneKnown"}


def taken_apart(resource_type: str, bodies: Iterable[Body]) -> list[Facts]:
    """The facts of each of ``bodies``, with the same paths for all of them: a list whose entries one body doesn't tell apart is one fact
    in every one."""
    whole = [normal(body) for body in bodies]
    keyed = {
        member: rule
        for (owner, member), rule in LISTS.items()
        if owner == resource_type and all(_tells_apart(body.get(member), rule[0]) for body in whole)
    }
    return [dict(_facts(resource_type, body, keyed)) for body in whole]


def put_together(facts: Facts, order: Iterable[Body] = ()) -> Body:
    """The body of ``facts``. Entries of lists stand in the order in which ``order`` has them, new ones after."""
    body: Body = {}
    entries: dict[str, dict[str, Body]] = {}
    for path, value in facts.items():
        if value is None:
            continue
        if "[" in path:
            member, _, rest = path.partition("[")
            key, _, name = rest.rpartition("]")
            entry = entries.setdefault(member, {}).setdefault(key, {})
            entry.update({name[1:]: value} if name else value)
        elif "+" in path:
            body.update(value)
        elif "." in path:
            owner, name = path.split(".", 1)
            body.setdefault(owner, {})[name] = value
        else:
            body[path] = value
    for member, found in entries.items():
        body[member] = [_with_key(member, key, found[key]) for key in _ordered(member, found, order)]
    return body


def _facts(resource_type: str, body: Body, keyed: Mapping[str, tuple[str, bool]]) -> Iterator[tuple[str, Any]]:
    left = dict(body)
    for group in TOGETHER.get(resource_type, ()):
        value = {name: left.pop(name) for name in group if name in left}
        if value:
            yield "+".join(group), value
    for name, value in left.items():
        if name in keyed:
            key, apart = keyed[name]
            for entry in value:
                where = f"{name}[{_key(entry, key)}]"
                if apart:
                    yield from ((f"{where}.{inner}", it) for inner, it in entry.items())
                else:
                    yield where, entry
        elif name in OBJECTS.get(resource_type, ()) and isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", it) for inner, it in value.items())
        else:
            yield name, value


def _tells_apart(entries: Any, key: str) -> bool:
    if entries is None:
        return True
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        return False
    keys = [_key(entry, key) for entry in entries]
    return None not in keys and len(set(keys)) == len(keys)


def _key(entry: Mapping[str, Any], path: str) -> str | None:
    value: Any = entry
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else None


def _with_key(member: str, key: str, entry: Body) -> Body:
    """``entry`` with the member that tells it apart, where one side took the entry away and the other wrote in it."""
    path = next(rule[0] for (_, name), rule in LISTS.items() if name == member)
    owner, _, inner = path.partition(".")
    if owner in entry:
        return entry
    return {owner: {inner: key} if inner else int(key) if key.isdecimal() else key, **entry}


def _ordered(member: str, found: Mapping[str, Body], order: Iterable[Body]) -> list[str]:
    path = next(rule[0] for (_, name), rule in LISTS.items() if name == member)
    known = [_key(entry, path) for body in order for entry in body.get(member) or () if isinstance(entry, Mapping)]
    places = {key: place for place, key in reversed(list(enumerate(known)))}
    return sorted(found, key=lambda key: places.get(key, len(known)))
