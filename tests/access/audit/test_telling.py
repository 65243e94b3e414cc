"""What is remembered of a caller tells each call as if it were made anew, and nothing of one call comes into another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.access.audit.event import Happening, source
from hit_maternity.access.audit.keys import Keys, Vault
from hit_maternity.access.audit.telling import Telling, frame_of, secrets_of
from hit_maternity.access.principal import Organisation, Person, Role

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOURCE = source("hit-maternity", "https://record.example.no", "default")
VAULT = Vault(Keys.of(b"s" * 32).seal)
HERS, ANOTHERS = "01899012345", "02888912346"


@pytest.fixture
def telling() -> Telling:
    return Telling(VAULT, SOURCE)


def happening(principal, interaction="read", patient="kari", seen=(), at=AT, **more) -> Happening:
    return Happening(at, interaction, principal, "Observation", "o1", patient, seen, **more)


def told(telling: Telling, what: Happening) -> tuple[dict, dict]:
    """The event and what was sealed beside it, after both were found to be those that a frame of this call alone gives."""
    body = json.loads(telling.body(what))
    event = body["event"]
    secrets = VAULT.open(event["id"], body["sealed"]) if "sealed" in body else {}
    assert event == json.loads(frame_of(what, SOURCE).event(event["id"], what))
    assert secrets == secrets_of(what.principal, what.patient)
    return event, secrets


CHANGES = {
    "issuer": "https://other.test",
    "client_name": "Another",
    "organisation": Organisation("310100005", "310200018", name="Fødeavdelingen"),
    "person": Person("12847199995", "RASK TESTVARG", "565000002", "4", "pseudonym-2"),
    "role": Role("urn:oid:2.16.578.1.12.4.1.1.9060", "LE"),
    "attest": None,
    "actors": ({"client_id": "front"},),
    "proof_key": "jkt-2",
    "source_system": "Another EPJ 2.0",
    "access_basis": "FORHOYET_AKUTT",
    "flags": frozenset({"break-the-glass"}),
    "event_id": "call-2",
    "patient": HERS,
}


@pytest.mark.parametrize("field", CHANGES)
def test_each_thing_that_differs_is_told_though_the_token_is_the_same(made, telling, field):
    first = replace(made.midwife(), event_id="call-1")
    other = replace(first, **{field: CHANGES[field]})
    events = [told(telling, happening(principal, patient=None))[0] for principal in (first, other, first, other)]
    for event in events:
        del event["id"]
    assert events[0] == events[2] and events[1] == events[3]
    assert (events[0] == events[1]) is (field == "patient"), "her national id is sealed"


def test_what_is_of_one_call_is_not_of_the_next(made, telling):
    midwife = made.midwife()
    first, _ = told(telling, happening(midwife, seen=(made.version(id="o1"),)))
    second, _ = told(telling, happening(midwife, "read", "ola", (made.version(id="o2", number=4),), AT + timedelta(seconds=1)))
    third, _ = told(telling, happening(midwife, "search-type", None))
    assert [e["entity"][0].get("what") for e in (first, second)] == [{"reference": "Patient/kari"}, {"reference": "Patient/ola"}]
    assert "kari" not in json.dumps([second, third]) and "o1" not in json.dumps(second["entity"])
    assert len({e["id"] for e in (first, second, third)}) == 3
    assert first["recorded"] != second["recorded"]
    assert third["subtype"][0]["code"] == "search-type"


def test_a_refusal_between_two_accesses_is_told_as_one(made, telling):
    midwife = made.midwife()
    outcomes = [told(telling, happening(midwife, refused=rule))[0].get("outcomeDesc") for rule in (None, "consent-missing", None)]
    assert outcomes == [None, "consent-missing", None]


def test_national_ids_of_patients_are_sealed_beside_their_own_call_only(made, telling):
    calls = [(HERS, None), (None, "kari"), (ANOTHERS, None), (HERS, "kari"), (None, None)]
    sealed = [told(telling, happening(replace(made.midwife(), patient=pid), patient=patient))[1] for pid, patient in calls]
    assert [s.get("patient") for s in sealed] == [HERS, None, ANOTHERS, None, None]
    assert all(s["pid"] == made.midwife().person.pid and "attest" in s for s in sealed)


def test_women_and_systems_are_told_too(made, telling):
    for principal in (made.woman(), replace(made.woman(), patient=ANOTHERS), made.system()):
        for _ in range(2):
            told(telling, happening(principal))
