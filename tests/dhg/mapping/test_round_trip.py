"""The laws of the mapping: what is written is read again, over anything that was there; and what is the same changes nothing."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hit_maternity.dhg.mapping import PARTS, Pregnancy, is_many, touched
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.models import check
from hit_maternity.fhir.json import equal
from tests.dhg.mapping.bodies import BODIES, TODAY
from tests.dhg.mapping.records import EMPTY, EXAMPLES, faults, item, many, pregnancy, read, single

SINGLE = sorted(name for name, part in PARTS.items() if not is_many(part))
LISTS = sorted(name for name, part in PARTS.items() if is_many(part))
STARTS = st.sampled_from([EMPTY, *EXAMPLES])

laws = settings(max_examples=int(os.environ.get("HIT_TEST_EXAMPLES", "60")), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_there_is_a_strategy_for_each_part() -> None:
    assert BODIES.keys() == PARTS.keys()


@pytest.mark.parametrize("name", sorted(BODIES))
@laws
@given(data=st.data())
def test_the_bodies_are_legal_and_in_normal_form(name: str, data: st.DataObject) -> None:
    body = data.draw(BODIES[name])
    checked = check(name, body, today=TODAY)
    assert checked.faults == ()
    assert equal(checked.body, body)


def _new_versions(before: Pregnancy, changes: list[Resource]) -> None:
    """Each change is one, conforms to its profile, and stands in the list once."""
    there = {(r["resourceType"], r["id"]): r for r in before.card.resources}
    named = [(r["resourceType"], r["id"]) for r in changes]
    assert len(set(named)) == len(named)
    assert all(not equal(r, there.get(key)) for key, r in zip(named, changes, strict=True))
    assert [faults(r) for r in changes] == [[] for _ in changes]


@pytest.mark.parametrize("name", SINGLE)
@laws
@given(data=st.data())
def test_a_body_is_read_as_it_was_written_and_another_takes_its_place(name: str, data: st.DataObject) -> None:
    here = pregnancy(data.draw(STARTS))
    for _ in range(2):
        body = data.draw(BODIES[name])
        changes = single(name).write(here, body)
        _new_versions(here, changes)
        assert all((name, "") in touched(r) for r in changes if r["resourceType"] not in ("Patient", "RelatedPerson"))
        here = here.after(changes)
        assert equal(read(name, here), body), (read(name, here), body)
        assert single(name).write(here, body) == []
    assert single(name).write(here, {}) is not None
    assert read(name, here.after(single(name).write(here, {}))) == {}


@pytest.mark.parametrize("name", LISTS)
@laws
@given(data=st.data())
def test_an_item_is_read_as_it_was_written_and_another_body_takes_its_place(name: str, data: st.DataObject) -> None:
    here = pregnancy(data.draw(STARTS))
    others = [(i.id, i.body) for i in many(name).read(here)]
    id: str | None = None
    for _ in range(3):
        body = data.draw(BODIES[name])
        named, changes = many(name).write(here, id, body)
        assert id in (None, named)
        id = named
        _new_versions(here, changes)
        assert all((name, id) in touched(r) for r in changes if r["resourceType"] != "Patient")
        here = here.after(changes)
        assert equal(item(name, id, here), body), (item(name, id, here), body)
        assert many(name).write(here, id, body) == (id, [])
    assert [(i.id, i.body) for i in many(name).read(here) if i.id != id] == others
    assert id is not None
    gone = many(name).remove(here, id)
    _new_versions(here, gone)
    here = here.after(gone)
    assert {i.id: i.entered_in_error for i in many(name).read(here)}[id] is True
    assert [(i.id, i.body) for i in many(name).read(here) if i.id != id] == others
    assert many(name).remove(here, id) == []


@pytest.mark.parametrize("name", LISTS)
@laws
@given(data=st.data())
def test_an_item_that_was_there_takes_any_body(name: str, data: st.DataObject) -> None:
    here = pregnancy(data.draw(st.sampled_from(["normal", "twins", "rhd-negative"])))
    listed = many(name).read(here)
    id = data.draw(st.sampled_from([i.id for i in listed]))
    body = data.draw(BODIES[name])
    _, changes = many(name).write(here, id, body)
    _new_versions(here, changes)
    here = here.after(changes)
    assert equal(item(name, id, here), body), (item(name, id, here), body)
    assert many(name).write(here, id, body) == (id, [])
    assert [i for i in many(name).read(here) if i.id != id] == [i for i in listed if i.id != id]


@given(start=STARTS)
@example(start=EMPTY)
@settings(max_examples=1, deadline=None)
def test_an_item_that_isnt_there_is_told(start: str) -> None:
    for name in LISTS:
        with pytest.raises(KeyError):
            many(name).write(pregnancy(start), "nobody", {"appointmentDate": "2026-01-01"})
        with pytest.raises(KeyError):
            many(name).remove(pregnancy(start), "nobody")


@pytest.mark.parametrize("name", EXAMPLES)
def test_writing_back_what_was_read_changes_nothing(name: str) -> None:
    here = pregnancy(name)
    for part in PARTS.values():
        if is_many(part):
            listed = many(part.name).read(here)
            assert [many(part.name).write(here, i.id, i.body)[1] for i in listed] == [[] for _ in listed]
        else:
            assert single(part.name).write(here, read(part.name, here)) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_read_of_the_examples_is_legal(name: str) -> None:
    here = pregnancy(name)
    for part in PARTS.values():
        bodies = [i.body for i in many(part.name).read(here)] if is_many(part) else [read(part.name, here)]
        for body in bodies:
            checked = check(part.name, body, today=TODAY)
            assert checked.faults == ()
            assert equal(checked.body, body)
