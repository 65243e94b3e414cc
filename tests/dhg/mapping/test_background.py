"""What the national record has of her background: nothing is lost on the way into FHIR and back, and what is written conforms."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.dhg.codes import Codes
from hit_maternity.dhg.mapping import PARTS, Pregnancy, touched
from hit_maternity.dhg.models import check, normal
from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.maternity.card.systems import PROFILE
from tests.dhg.mapping.bodies_background import BODIES

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("HIT_TEST_DATA", ROOT.parent / "shared" / "data"))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
#: A clock that is behind what is registered.
BEHIND = datetime(2025, 1, 1, tzinfo=UTC)
EXAMPLES = sorted(path.stem for path in (ROOT / "profiles" / "examples").glob("*.json"))
NAMES = sorted(BODIES)
EMPTY = "empty"

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class _Compiled:
    """The compiled profiles as a source of definitions."""

    def __init__(self) -> None:
        files = sorted((ROOT / "profiles" / "compiled").glob("*.json"))
        self._resources = [json.decode(path.read_bytes()) for path in files]

    def find(self, kind: str, url: str) -> Any:
        return next((r for r in self.entries(kind) if r.get("url") == url), None)

    def entries(self, kind: str) -> list[Any]:
        return [r for r in self._resources if r["resourceType"] == kind]

    def search_parameters(self) -> list[Any]:
        return self.entries("SearchParameter")


#: An employment at a visit is of both.
SHARED = {"mother": ("antenatalAppointments",)}


@cache
def others(example: str, name: str) -> dict[str, str]:
    """What an example has in all parts but one."""
    return {other: str(part.read(pregnancy(example))) for other, part in PARTS.items() if other != name}


@cache
def validator() -> Validator:
    definitions = Definitions([Artefact(ARTEFACT), _Compiled()])
    return Validator(definitions, LoadedTerminology(definitions))


@cache
def pregnancy(name: str, now: datetime = NOW) -> Pregnancy:
    """An example, or a record with nothing in it but the woman."""
    if name != EMPTY:
        bundle = json.decode((ROOT / "profiles" / "examples" / f"{name}.json").read_bytes())
        return Pregnancy.of([entry["resource"] for entry in bundle["entry"]], now)
    woman = {
        "resourceType": "Patient",
        "id": "woman",
        "meta": {"profile": [f"{PROFILE}Patient-mother"]},
        "identifier": [{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "14859049894"}],
        "name": [{"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}],
        "birthDate": "1990-05-14",
    }
    episode = {"resourceType": "EpisodeOfCare", "id": "record", "status": "active", "patient": {"reference": "Patient/woman"}}
    return Pregnancy.of([woman, episode], now)


def read(name: str, of: Pregnancy) -> dict[str, Any]:
    return PARTS[name].read(of) or {}  # type: ignore[return-value]  # these parts have one body


def write(name: str, into: Pregnancy, body: dict[str, Any]) -> list[dict[str, Any]]:
    changes = PARTS[name].write(into, body)  # type: ignore[call-arg, arg-type]  # these parts have one body
    return changes  # type: ignore[return-value]  # the same


def same(left: Any, right: Any) -> bool:
    return json.equal(left, right)


def faults(resource: dict[str, Any]) -> list[str]:
    return [f"{i.rule} {i.expression} {i.text}" for i in validator().validate(resource) if i.severity in ("error", "fatal")]


def test_the_parts_are_there() -> None:
    assert set(BODIES) <= set(PARTS)


@slow
@given(name=st.sampled_from(NAMES), data=st.data())
def test_each_body_of_the_strategies_is_legal(name: str, data: st.DataObject) -> None:
    body = data.draw(BODIES[name])
    checked = check(name, body, today=date(2026, 11, 22))
    assert checked.faults == ()
    assert same(checked.body, body)


@pytest.mark.parametrize("name", NAMES)
@slow
@given(data=st.data())
def test_what_is_written_is_read_again_and_conforms(name: str, data: st.DataObject) -> None:
    here = pregnancy(data.draw(st.sampled_from([EMPTY, *EXAMPLES])), data.draw(st.sampled_from([NOW, BEHIND])))
    for _ in range(2):
        body = data.draw(BODIES[name])
        before = {(r["resourceType"], r["id"]): r for r in here.card.resources}
        changes = write(name, here, body)
        assert [faults(r) for r in changes] == [[] for _ in changes]
        assert all(tuple(PARTS[name].touched(r)) == ("",) or r["resourceType"] == "RelatedPerson" for r in changes)
        assert all(not same(r, before.get((r["resourceType"], r["id"]))) for r in changes)
        here = here.after(changes)
        assert same(read(name, here), body)
        assert write(name, here, body) == []


@pytest.mark.parametrize("name", NAMES)
@slow
@given(data=st.data())
def test_a_part_leaves_the_others_as_they_are(name: str, data: st.DataObject) -> None:
    example = data.draw(st.sampled_from([EMPTY, *EXAMPLES]))
    changes = write(name, pregnancy(example), data.draw(BODIES[name]))
    after = pregnancy(example).after(changes)
    assert {other: str(part.read(after)) for other, part in PARTS.items() if other != name} == others(example, name)
    assert {other for change in changes for other, _ in touched(change)} <= {name, *SHARED.get(name, ())}


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_of_an_example_is_legal_and_writes_nothing(example: str, name: str) -> None:
    start = pregnancy(example)
    body = read(name, start)
    assert write(name, start, body) == []
    checked = check(name, body, today=NOW.date())
    assert checked.faults == ()
    assert same(checked.body, body)
    assert Codes.load().fill(name, body).faults == ()


@pytest.mark.parametrize("example", [EMPTY, *EXAMPLES])
@pytest.mark.parametrize("name", NAMES)
def test_an_empty_body_takes_away_everything(example: str, name: str) -> None:
    start = pregnancy(example)
    changes = write(name, start, {})
    assert [faults(r) for r in changes] == [[] for _ in changes]
    after = start.after(changes)
    assert read(name, after) == {}
    assert write(name, after, {}) == []
    body = read(name, start)
    assert same(read(name, after.after(write(name, after, body))), body)


@pytest.mark.parametrize("name", NAMES)
def test_the_record_of_a_public_client_comes_back_as_it_was_sent(name: str) -> None:
    file = DATA / "examples" / "dhg-record-nonfhir" / "dhg-record-all-resources.json"
    sent = {member: value for member, value in json.decode(file.read_bytes())[name].items() if member != "metadata"}
    checked = check(name, sent, today=NOW.date())
    filled = Codes.load().fill(name, checked.body)
    assert checked.faults == () and filled.faults == ()
    for start in (pregnancy(EMPTY), pregnancy("normal")):
        changes = write(name, start, filled.body)
        assert [faults(r) for r in changes] == [[] for _ in changes]
        assert same(read(name, start.after(changes)), filled.body)
    assert same(normal(sent), filled.body)
