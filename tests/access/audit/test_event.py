"""The AuditEvent of an access: valid whoever called, and without any national id."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.access.audit.event import MOST_NAMED, Happening, source
from hit_maternity.access.audit.log import shown
from hit_maternity.access.audit.telling import frame_of
from hit_maternity.access.audit.who import plain
from hit_maternity.access.helseid.attest.model import CareRelationship, Code, DecisionRef, Identifier, Practitioner
from hit_maternity.access.principal import Organisation, Person, Role

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOURCE = source("hit-maternity", "https://record.example.no", "default")
PIDS = ("12847199995", "01899012345", "02888912346")


def event(principal, interaction="read", seen=(), patient="kari", **more):
    happening = Happening(AT, interaction, principal, more.pop("type", "Observation"), more.pop("id", "o1"), patient, tuple(seen), **more)
    return json.loads(frame_of(happening, SOURCE).event("e1", happening))


CALLERS = {
    "a midwife with an attest": lambda made: made.midwife(),
    "a midwife without one": lambda made: made.midwife(attest=None),
    "somebody without a role": lambda made: made.midwife(role=None),
    "a role of another system": lambda made: made.midwife(role=Role("urn:oid:1.2.3", "kjernejournal")),
    "a category that nobody knows": lambda made: made.midwife(role=Role("urn:oid:2.16.578.1.12.4.1.1.9060", "QQ")),
    "somebody outside the health personnel register": lambda made: made.midwife(person=Person(PIDS[0])),
    "a practitioner without a person": lambda made: made.midwife(person=None),
    "a place known by name alone": lambda made: made.midwife(organisation=Organisation(name="Legesenteret"), attest=None),
    "no place at all": lambda made: made.midwife(organisation=Organisation(), attest=None),
    "a token that was exchanged": lambda made: made.midwife(actors=({"client_id": "front"}, {"sub": 5}, {})),
    "the woman": lambda made: made.woman(),
    "somebody on her behalf": lambda made: made.woman(person=Person(PIDS[2], "PER TESTMANN")),
    "a system": lambda made: made.system(),
    "a system of no organisation": lambda made: made.system(organisation=Organisation(), issuer="not a uri", client_id=" "),
}
CALLS = {
    "read": {"seen": 1},
    "search-type": {"seen": 0, "id": None},
    "$everything": {"seen": MOST_NAMED + 1},
    "create": {"seen": 1, "patient": None},
    "update": {"seen": 0, "refused": "consent-missing"},
    "": {"seen": 0, "refused": "token-expired", "type": "<script>", "id": PIDS[1], "patient": None},
    "export": {"seen": 0, "type": "AuditEvent", "id": None},
}


@pytest.mark.parametrize(("caller", "interaction"), list(itertools.product(CALLERS, CALLS)))
def test_it_is_valid_by_its_profile_also_as_it_is_shown(made, faults, caller, interaction):
    call = dict(CALLS[interaction])
    seen = [made.version(id=f"o{n}") for n in range(call.pop("seen"))]
    whole = event(CALLERS[caller](made), interaction, seen, **call)
    assert whole["meta"]["profile"] and faults(whole) == []
    assert faults(shown(whole)) == []
    assert faults(shown(whole, frozenset(["310200018", "310100005", "900001"]))) == []


@pytest.mark.parametrize("caller", CALLERS)
def test_no_national_id_stands_in_it(made, caller):
    principal = replace(
        CALLERS[caller](made),
        source_system=f"EPJ {PIDS[0]}",
        event_id=PIDS[1],
        client_name=f"{PIDS[2]}",
        patient=PIDS[1],
        token_id=PIDS[0],
    )
    text = json.dumps(event(principal, refused="restricted", id=PIDS[1], type=PIDS[0]))
    assert not [pid for pid in PIDS if pid in text]


def test_who_where_and_why_a_midwife_read(made):
    told = event(made.midwife(), seen=[made.version(number=3)])
    contained = {c["id"]: c for c in told["contained"]}
    agents = told["agent"]
    assert [a["requestor"] for a in agents] == [True, False, False, False]
    assert agents[0]["who"] == {"reference": "#role"} and agents[0]["name"] == "RASK TESTVARG"
    assert contained["role"]["practitioner"] == {"reference": "#practitioner"}
    assert contained["role"]["organization"] == {"reference": "#department"}
    assert contained["practitioner"]["identifier"] == [{"system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "565000001"}]
    assert [contained[id]["name"] for id in ("legal-entity", "point-of-care", "department")] == ["DEMO HF", "DEMO HF SOMATIKK", "Føden"]
    assert agents[3]["who"]["identifier"]["value"] == "310300027"
    assert told["purposeOfEvent"][0]["coding"][0] == {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}
    assert told["purposeOfEvent"][0]["coding"][1]["display"] == "Poliklinisk besøk"
    decision = {e["url"]: e for e in told["extension"][0]["extension"]}
    assert decision["id"]["valueString"] == "3c1c2a60-9f3e-4f0b-8c57-4b7f5b7a1b11"
    assert decision["userSelected"]["valueBoolean"] is False
    assert [e["what"]["reference"] for e in told["entity"][:2]] == ["Patient/kari", "Observation/o1/_history/3"]
    details = {d["type"]: d["valueString"] for d in told["entity"][-1]["detail"]}
    assert details["token-id"] == "jti-1" and details["proof-key"] == "jkt-1" and details["source-system"] == "Demo EPJ 1.0"
    assert details["patient-place"] == "Barsel"
    assert (told["action"], told["outcome"], told["recorded"]) == ("R", "0", "2026-03-02T12:00:00.000Z")


@pytest.mark.parametrize(
    ("interaction", "action", "subtype"),
    [
        ("create", "C", "create"),
        ("vread", "R", "vread"),
        ("patch", "U", "patch"),
        ("delete", "D", "delete"),
        ("search-type", "E", "search-type"),
        ("$document", "E", "operation"),
    ],
)
def test_reading_and_writing_are_told_apart(made, interaction, action, subtype):
    told = event(made.midwife(), interaction)
    assert told["action"] == action and told["subtype"][0]["code"] == subtype


def test_a_refusal_tells_the_rule_and_what_was_asked_for(made):
    told = event(made.midwife(), "read", refused="consent-missing")
    assert (told["outcome"], told["outcomeDesc"]) == ("4", "consent-missing")
    assert {"type": "asked", "valueString": "Observation/o1"} in told["entity"][-1]["detail"]


def test_of_many_versions_each_type_is_told_with_its_number(made):
    seen = [made.version(id=f"o{n}") for n in range(MOST_NAMED)] + [made.version("Condition", "c1")]
    told = event(made.midwife(), "$everything", seen)
    counted = {e["type"]["code"]: e["detail"][0]["valueString"] for e in told["entity"][1:-1]}
    assert counted == {"Condition": "1", "Observation": str(MOST_NAMED)}


def test_text_is_kept_on_one_line_and_bounded():
    assert plain("Kari\nNordmann\x00 \u202eGnirts") == "Kari Nordmann Gnirts"
    assert plain("Født 12847199995.") == "Født ***********."
    assert plain("x" * 1000) == "x" * 250
    assert plain(" \r\n") == ""


TEXT = st.text(max_size=40) | st.sampled_from([*PIDS, "<b>x</b>", "\ud800", "a\x00b", "9" * 300])
CODE = st.none() | st.builds(Code, TEXT, st.none() | TEXT, st.none() | TEXT)
NAMED = st.none() | st.builds(Identifier, TEXT, st.none() | TEXT, st.none() | TEXT)
RELATION = st.builds(
    CareRelationship, CODE, CODE, CODE, st.none() | st.builds(DecisionRef, TEXT, st.none() | st.booleans(), st.none() | TEXT)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RELATION, st.builds(Practitioner, NAMED, NAMED, CODE, NAMED, NAMED, NAMED), TEXT, TEXT, TEXT)
def test_hostile_text_in_a_token_stays_text(made, faults, relation, practitioner, name, number, client):
    principal = made.midwife(
        attest=made.attest(care_relationship=relation, practitioner=practitioner),
        person=Person(PIDS[0], name, number, "4", client),
        client_id=client,
        client_name=name,
        organisation=Organisation(number, number, number, name),
        source_system=name,
    )
    told = event(principal)
    assert [fault for fault in faults(told) if not fault.startswith("code-system")] == []
    assert not [pid for pid in PIDS if pid in json.dumps(told)]
