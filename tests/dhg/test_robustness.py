"""Whatever is sent: an answer in the door's form, never a fault of the server, and never the national id in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.dhg.errors import CODES
from hit_maternity.dhg.mapping import PARTS

from .conftest import VILDE, Answer, Door

ANYTHING = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
LEAF = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20),
    st.sampled_from(["2026-11-19", "118/76", "118", "2026-02-30", "NO", "VOLVEN_9043", "1+", "A", "\x00", "\U0001f600", "T008"]),
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "appointmentDate", "pregnancyWeek", "daysAfterFullPregnancyWeek", "motherWeight", "bloodPressure", "fetusesVitalSigns", "fosterId",
        "fetalHeartRate", "note", "name", "address", "language", "countryOfBirth", "code", "display", "codeSystem", "stimuli", "aboRh",
        "aboType", "rhesusDType", "hemoglobin", "numberOfFetuses", "dueDate", "birthStatus", "status", "datetime", "measurement", "folate",
        "metadata", "version", "recordStatus", "deliveryDate", "liveBirth", "midwife", "hprNr", "height", "bMI",
    ]
)  # fmt: skip
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=6), max_leaves=20
)
BODY = st.dictionaries(NAMES | st.text(max_size=8), VALUE, max_size=8)
PART = st.sampled_from(list(PARTS))


def sound(answer: Answer, door: Door) -> None:
    assert answer.status in (200, 201, 400, 401, 403, 404, 405, 409, 413, 415), answer.json
    if answer.status >= 400:
        assert answer.code in CODES and answer.json["errorMessage"]
    assert door.pids[VILDE] not in json.dumps(answer.json) and door.pids[VILDE] not in json.dumps(answer.headers)


@pytest.fixture
def open_door(doors: Any, loaded_url: str) -> Door:
    made: Door = doors(loaded_url, access="open", simulators=False)
    return made


@given(data=st.data())
@ANYTHING
def test_bodies(open_door: Door, data: st.DataObject):
    part, body = data.draw(PART), data.draw(BODY)
    if data.draw(st.booleans()):
        sound(open_door("POST", open_door.at(part), body), open_door)
    else:
        there = open_door.record().get(part)
        version = there["metadata"]["version"] if isinstance(there, dict) else 1
        sound(open_door("PUT", open_door.at(part), {**body, "metadata": {"version": version}}), open_door)
    assert open_door.record()["metadata"]["recordStatus"] == {"status": "ACTIVE"}


@given(body=BODY, call=st.sampled_from([("POST", "/record"), ("POST", "updateStatus"), ("DELETE", "antenatalAppointments/x")]))
@ANYTHING
def test_bodies_of_the_record_itself(open_door: Door, body: Any, call: tuple[str, str]):
    method, path = call
    sound(open_door(method, path if path[0] == "/" else open_door.at(path), {**body, "status": "x"}), open_door)


@given(raw=st.binary(max_size=200))
@ANYTHING
def test_raw_bodies(open_door: Door, raw: bytes):
    sound(open_door("POST", open_door.at("geneticDisorders"), raw or b" "), open_door)


@given(
    path=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="?#"), max_size=12), max_size=5),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
)
@ANYTHING
def test_paths(open_door: Door, path: list[str], method: str):
    sound(open_door(method, "/" + "/".join(path), {} if method != "GET" else None), open_door)


HEADERS = st.sampled_from(
    [
        "nhn-patient-nin",
        "nhn-user-role",
        "nhn-source-system",
        "nhn-event-id",
        "nhn-access-basis",
        "nhn-treatment-facility-name",
        "content-type",
        "authorization",
        "hit-patient-pid",
        "content-length",
        "host",
    ]
)


@given(headers=st.dictionaries(HEADERS, st.text(st.characters(codec="latin-1"), max_size=200), max_size=4))
@ANYTHING
def test_headers(open_door: Door, headers: dict[str, str]):
    sound(open_door("GET", open_door.at(), headers=headers), open_door)
    sound(open_door("POST", open_door.at("symphysisFundalHeights"), {"measurement": 0}, headers=headers), open_door)


@given(
    headers=st.dictionaries(
        st.sampled_from(["authorization", "dpop", "nhn-user-role"]), st.text(st.characters(codec="latin-1"), max_size=80), min_size=1
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_credentials(door: Door, headers: dict[str, str]):
    answer = door("GET", door.at(), headers=headers)
    sound(answer, door)
    assert answer.status >= 400
