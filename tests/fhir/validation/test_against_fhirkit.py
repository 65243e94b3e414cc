"""Against an independent reader of R4's structure: what it refuses, of broken examples, must be refused here too."""

from __future__ import annotations

import json as stdlib
import random
from collections.abc import Iterator
from typing import Any

import pytest

from hit_maternity.fhir import json

BREAKS = 4
VALUES = [None, True, 0, 1.5, "", "x", " ", [], {}, ["x"], [None], {"a": 1}, "2020-13-01", "a b", -1, "\u00e9"]
KEYS = ["value", "code", "_id", "valueString", "foo", "id", "extension", "text"]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


def break_once(resource: dict[str, Any], chance: random.Random) -> None:
    """Deletes, replaces, wraps, adds or unwraps something, wherever chance has it."""
    *way, key = chance.choice(list(places(resource)))
    owner: Any = resource
    for step in way:
        owner = owner[step]
    how = chance.randrange(5)
    if how == 0:
        del owner[key]
    elif how == 1:
        owner[key] = chance.choice(VALUES)
    elif how == 2:
        owner[key] = [owner[key]]
    elif how == 3 and isinstance(owner, dict):
        owner[chance.choice([*KEYS, f"_{key}"])] = chance.choice(VALUES)
    elif isinstance(owner[key], list) and owner[key]:
        owner[key] = owner[key][0]


def test_what_another_reader_refuses_is_refused_here(data, validator):
    fhirkit = pytest.importorskip("fhirkit", reason="fhirkit-rs is not installed")
    refused, missed = 0, []
    for path in sorted([*(data / "hl7-r4-examples").glob("*.json"), *(data / "examples").rglob("*.json")]):
        text = path.read_text(encoding="utf-8")
        chance = random.Random(path.name)
        for turn in range(BREAKS if "resourceType" in stdlib.loads(text) else 0):
            broken = stdlib.loads(text)
            break_once(broken, chance)
            body = stdlib.dumps(broken)
            if any(i.severity == "error" for i in fhirkit.validate(body)):
                refused += 1
                if not any(i.severity == "error" for i in validator.validate(json.decode(body.encode()))):
                    missed.append((path.name, turn))
    assert missed == []
    assert refused > 500
