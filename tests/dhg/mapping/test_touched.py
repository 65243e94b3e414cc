"""Which parts a change of a resource touches, told from the resource alone: nothing else of the record reads otherwise after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import pytest

from hit_maternity.dhg.mapping import PARTS, RECORD_ITSELF, Pregnancy, is_many, touched
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.fhir.json import LosslessFloat, encode
from hit_maternity.maternity.card.sections import kind_of
from tests.dhg.mapping.records import EXAMPLES, many, pregnancy, read

#: Not a part of the record, but what it refers to: told apart by nothing in the resource, or of nobody's record in particular.
SUPPORTING = frozenset(("Practitioner", "PractitionerRole", "Organization", "Location", "Provenance"))


def told(of: Pregnancy) -> dict[tuple[str, str], bytes]:
    """Part and item to what is read of it."""
    found: dict[tuple[str, str], bytes] = {}
    for name, part in PARTS.items():
        if is_many(part):
            found |= {(name, i.id): encode([i.body, i.entered_in_error]) for i in many(name).read(of)}
        else:
            found[name, ""] = encode(read(name, of))
    return found


def altered(value: Any) -> Any:
    """Another value of the same shape."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, LosslessFloat):
        return LosslessFloat(b"1" + bytes(value))
    if isinstance(value, dict):
        return {k: altered(v) if k in ("value", "code", "text", "coding") else v for k, v in value.items()}
    if isinstance(value, list):
        return [altered(v) for v in value]
    return f"{value[:-1]}{'1' if value[-1:] != '1' else '2'}" if isinstance(value, str) else value


_SAYING = frozenset(("component", "dosage", "issued", "note", "participant", "name", "address", "provision", "communication", "period"))
#: A haemoglobin and anti-D that are told apart by their day move with the due dates and the day of birth; docs/dhg-losses.md tells it.
_DATING = frozenset(("due-date", "last-menstrual-period", "assisted-conception", "birth-status"))
_MOVING = {"clinicalTests": ("hemoglobin", "hemoglobinAt3rdTrimester"), "rhesusDNegative": ("prophylaxisAtWeek28",)}


def changes(resource: Resource) -> Iterator[Resource]:
    """The resource retracted, and with all that it says said otherwise, or not at all."""
    if "status" in resource:
        yield {**resource, "status": "entered-in-error"}
    says = {key for key in resource if key.startswith("value") or key in _SAYING}
    if says:
        yield {key: altered(value) if key in says else value for key, value in resource.items()}
    for place, part in enumerate(resource.get("component", ())):
        new = {k: altered(v) if k.startswith("value") else v for k, v in part.items()}
        yield {**resource, "component": [new if n == place else p for n, p in enumerate(resource["component"])]}


def still(of: dict[tuple[str, str], bytes], key: tuple[str, str]) -> Any:
    """What is read of a part but what moves with the dates."""
    body = json.loads(of[key]) if key in of else None
    return {k: v for k, v in body.items() if k not in _MOVING.get(key[0], ())} if isinstance(body, dict) else body


def groups(of: Pregnancy) -> Iterator[list[Resource]]:
    """The resources that touch the same, those that the dates hang on apart: changed together, as each alone would take minutes."""
    found: dict[Any, list[Resource]] = {}
    for resource in of.card.resources:
        if resource["resourceType"] not in SUPPORTING:
            found.setdefault((touched(resource), is_dating(resource)), []).append(resource)
    yield from found.values()


def is_dating(resource: Resource) -> bool:
    return resource["resourceType"] == "Observation" and kind_of(resource) in _DATING


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_change_changes_only_what_is_named(name: str) -> None:
    here = pregnancy(name)
    before, seen = told(here), 0
    for group in groups(here):
        for news in zip_longest(*map(changes, group)):
            put = [new for new in news if new is not None]
            after = told(here.after(put))
            differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            seen += bool(differing)
            if is_dating(group[0]):
                differing = {key for key in differing if still(before, key) != still(after, key)}
            assert differing <= {key for r in (*group, *put) for key in touched(r)}, [r["id"] for r in group]
    assert seen > 10


def test_the_record_itself_is_named() -> None:
    assert touched(pregnancy("normal").card.episode) == {RECORD_ITSELF}


def test_each_part_that_is_read_is_touched_by_what_it_is_read_from() -> None:
    for name in EXAMPLES:
        here = pregnancy(name)
        named = {key for r in here.card.resources for key in touched(r)}
        empty = (encode({}), encode(None))
        assert {key for key, body in told(here).items() if body not in empty} <= named


def test_what_is_not_of_the_card_touches_nothing() -> None:
    assert touched({"resourceType": "Observation", "id": "o", "code": {"coding": [{"system": "urn:x", "code": "y"}]}}) == frozenset()
    assert touched({"resourceType": "Appointment", "id": "a"}) == frozenset()
