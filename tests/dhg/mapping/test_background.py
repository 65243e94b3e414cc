"""Her background: besides the laws of all parts, that parts leave each other alone, that everything can be taken away and be put back,
and that neither a clock behind what is registered nor a record of a public client loses anything."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.dhg.codes import Codes
from hit_maternity.dhg.mapping import PARTS, Pregnancy, touched
from hit_maternity.dhg.models import check, normal
from hit_maternity.fhir import json
from hit_maternity.fhir.json import equal
from tests.dhg.mapping.bodies_background import BODIES
from tests.dhg.mapping.records import EMPTY, EXAMPLES, NOW, ROOT, faults, pregnancy, read, single

DATA = Path(os.environ.get("HIT_TEST_DATA", ROOT.parent / "shared" / "data"))
NAMES = sorted(BODIES)
STARTS = [EMPTY, *EXAMPLES]
#: A clock that is behind what is registered.
BEHIND = datetime(2025, 1, 1, tzinfo=UTC)
#: What else a part may touch: an employment at a visit is of both.
SHARED = {"mother": {"antenatalAppointments"}}

laws = settings(max_examples=int(os.environ.get("HIT_TEST_EXAMPLES", "30")), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def others(example: str, name: str) -> dict[str, str]:
    """What an example has in all parts but one."""
    return {other: str(part.read(pregnancy(example))) for other, part in PARTS.items() if other != name}


@pytest.mark.parametrize("name", NAMES)
@laws
@given(data=st.data())
def test_a_part_leaves_the_others_as_they_are(name: str, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(STARTS))
    changes = single(name).write(pregnancy(start), data.draw(BODIES[name]))
    after = pregnancy(start).after(changes)
    assert {other: str(part.read(after)) for other, part in PARTS.items() if other != name} == others(start, name)
    assert {other for change in changes for other, _ in touched(change)} <= {name} | SHARED.get(name, set())


@pytest.mark.parametrize("name", NAMES)
@laws
@given(data=st.data())
def test_a_clock_behind_what_is_registered_changes_nothing_of_it(name: str, data: st.DataObject) -> None:
    there = pregnancy(data.draw(st.sampled_from(EXAMPLES)))
    here = Pregnancy(there.card, BEHIND)
    for _ in range(2):
        body = data.draw(BODIES[name])
        here = here.after(single(name).write(here, body))
        assert equal(read(name, here), body)
        assert single(name).write(here, body) == []


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", NAMES)
def test_everything_can_be_taken_away_and_put_back(start: str, name: str) -> None:
    here = pregnancy(start)
    changes = single(name).write(here, {})
    assert [faults(r) for r in changes] == [[] for _ in changes]
    after = here.after(changes)
    assert read(name, after) == {}
    assert single(name).write(after, {}) == []
    body = read(name, here)
    assert equal(read(name, after.after(single(name).write(after, body))), body)


def test_every_code_of_the_examples_may_be_sent_back() -> None:
    codes = Codes.load()
    for example in EXAMPLES:
        for name in ("mother", "lifestyleFactors", "birthStatus"):
            assert codes.fill(name, read(name, pregnancy(example))).faults == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_record_of_a_public_client_comes_back_as_it_was_sent(name: str) -> None:
    file = DATA / "examples" / "dhg-record-nonfhir" / "dhg-record-all-resources.json"
    sent = {member: value for member, value in json.decode(file.read_bytes())[name].items() if member != "metadata"}
    checked = check(name, sent, today=NOW.date())
    filled = Codes.load().fill(name, checked.body)
    assert checked.faults == () and filled.faults == ()
    assert equal(filled.body, normal(sent))
    for start in (pregnancy(EMPTY), pregnancy("normal")):
        changes = single(name).write(start, filled.body)
        assert [faults(r) for r in changes] == [[] for _ in changes]
        assert equal(read(name, start.after(changes)), filled.body)
