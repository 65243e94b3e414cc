"""The record that a public client of the national API tests with goes in at this door, resource by resource, and comes back."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.dhg.dossier import dossier_of
from hit_maternity.dhg.models import LISTS, TYPES, normal
from hit_maternity.fhir.json import decode, equal
from hit_maternity.maternity.card.collect import collect
from hit_maternity.maternity.identity import synthetic_numbers

from .conftest import Door

FOLDER = Path(os.environ.get("HIT_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "examples" / "dhg-record-nonfhir"
AFTER_THE_BIRTH = datetime(2026, 5, 2, tzinfo=UTC)
PATIENT = next(iter(synthetic_numbers(date(1995, 3, 4))))


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the records of others are not here (HIT_TEST_DATA)")
def test_it_comes_back_equal_but_for_what_the_server_makes(doors: Callable[..., Door], loaded_url: str) -> None:
    door = doors(loaded_url, now=AFTER_THE_BIRTH)
    door.consents.give(PATIENT)
    sent = decode((FOLDER / "dhg-record-all-resources.json").read_bytes())
    record = door("POST", "/record", None, patient=PATIENT).json["metadata"]["recordId"]
    for name in TYPES:
        for body in sent[name] if name in LISTS else [sent[name]]:
            made = door("POST", f"/record/{record}/{name}", without(body), patient=PATIENT)
            assert made.status == 201, (name, made.json)
    told = decode(door("GET", f"/record/{record}", patient=PATIENT).body)
    assert set(told) == {"metadata", *TYPES}
    for name in TYPES:
        pairs = zip(told[name], sent[name], strict=True) if name in LISTS else [(told[name], sent[name])]
        assert all(equal(normal(without(found)), normal(without(wanted))) for found, wanted in pairs), name
    assert validated(door, record) > 60


def validated(door: Door, record: str) -> int:
    """How many resources the record has in FHIR, each valid by the profiles that it claims."""
    opened = door.house.national(None)
    assert opened is not None
    desk = opened.desk
    (its,) = [it for it in dossier_of(desk, PATIENT).records if it.record_id == record]
    with desk.server.store.reading() as session:
        card = collect(session, desk.server, its.id)
    for resource in card.resources:
        assert resource["meta"]["profile"], resource["resourceType"]
        desk.server.validator.check(resource, resource["resourceType"])  # raises with every fault
    return len(card.resources)


def without(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "metadata"}
