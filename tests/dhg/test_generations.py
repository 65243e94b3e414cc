"""Both generations of headers, open access, settings, trace ids, spaces."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hit_maternity.dhg.headers import spoken
from hit_maternity.dhg.moments import read, written
from hit_maternity.dhg.settings import Generation
from hit_maternity.settings import Settings, SettingsError
from hit_maternity.simulators.helseid.minting import bound_to, proof

from .conftest import BASE, HOST, NOW, VILDE, Door, role


@pytest.fixture
def old(doors: Callable[..., Door], loaded_url: str) -> Door:
    return doors(loaded_url, dhg_headers="hit")


def test_the_first_generation_speaks_hit_and_bearer(old: Door):
    told = old("GET", "/status")
    assert (told.status, told.headers["nhn-header-generation"]) == (200, "hit") and told.headers["hit-event-id"]
    made = old("POST", old.at("symphysisFundalHeights"), {"measurement": 22, "measurementDate": "2026-11-19"})
    assert made.status == 201, made.json
    old.rows()
    assert old("GET", old.at()).status == 200 and len(old.rows()) == 1


def test_the_first_generation_takes_no_proof_and_no_bound_token(old: Door):
    told = old("GET", "/status", headers={"dpop": proof(old.key, "GET", f"{HOST}{BASE}/status", NOW)})
    assert (told.status, told.code) == (401, "AUTH-0002") and told.headers["www-authenticate"].startswith("Bearer")
    assert old("GET", "/status", headers={"authorization": f"DPoP {old.token()}"}).code == "AUTH-0001"
    assert old("GET", "/status", token=old.token(**bound_to(old.key))).code == "AUTH-0001"


def test_the_first_generation_asks_for_a_basis_of_access(old: Door):
    told = old("GET", "/status", headers={"hit-access-basis": None})
    assert told.code == "AUTH-0003" and "hit-access-basis" in told.json["errorMessage"]


def test_a_client_of_the_other_generation_is_told_so(door: Door):
    headers = {"nhn-patient-nin": None, "nhn-user-role": None, "nhn-source-system": None, "hit-patient-pid": door.pids[VILDE]}
    told = door("GET", "/status", headers=headers)
    assert (told.code, told.headers["nhn-header-generation"]) == ("AUTH-0003", "hit")
    assert "nhn-*" in told.json["errorMessage"] and door.pids[VILDE] not in told.body.decode()


@pytest.mark.parametrize("event", ["7f0f7b1c-6d0f-4b8f-9e5b-1a2b3c4d5e6f", "e" * 128, "trace 1/2"])
def test_the_callers_trace_id_comes_back_and_stands_in_the_access_log(door: Door, event: str):
    assert door("GET", "/status", headers={"nhn-event-id": event}).headers["nhn-event-id"] == event
    refused = door("GET", door.at(who=VILDE) + "x", headers={"nhn-event-id": event})
    assert refused.json["eventId"] == event
    door.rows()
    door("GET", door.at(), headers={"nhn-event-id": event})
    assert event in json.dumps(door.rows())


def test_a_call_without_a_trace_id_gets_one(door: Door):
    first, second = (door("GET", "/status").headers["nhn-event-id"] for _ in range(2))
    assert len(first) == 36 and first != second


def test_without_tokens_the_headers_say_who_calls(doors: Callable[..., Door], loaded_url: str):
    door = doors(loaded_url, access="open", simulators=False)
    assert door("GET", "/status").status == 200 and door("GET", door.at()).status == 200
    made = door("POST", door.at("geneticDisorders"), {"noneKnown": True})
    assert made.json["metadata"]["lastUpdatedBy"] == {"userType": "HEALTH_CARE_PROFESSIONAL", "hprRole": "JO"}
    assert door("GET", door.at(), by="TL").code == "DHG-0005" and door("GET", door.at(), by=None).code == "AUTH-0003"
    assert door("GET", door.at(), patient="12839449649").code == "DHG-0013"
    assert door("GET", f"/record/{door.pids[VILDE]}").code == "AUTH-0003"
    door.consents.withdraw(door.pids[VILDE])
    assert door("GET", "/history").code == "DHG-0003"


def test_unknown_members_are_let_pass_where_that_is_set(doors: Callable[..., Door], loaded_url: str):
    door = doors(loaded_url, dhg_unknown_properties="tolerate")
    made = door("POST", door.at("geneticDisorders"), {"noneKnown": True, "surprise": {"a": 1}})
    assert made.status == 201 and "surprise" not in made.json


def test_timestamps_may_be_local(doors: Callable[..., Door], loaded_url: str):
    door = doors(loaded_url, dhg_timestamps="local")
    assert door("GET", "/status").json["lastChangedDateTime"] == "2026-11-20T13:00:00.000"


@pytest.mark.parametrize("text", ["2026-11-20T13:00:00.000", "2026-11-20T12:00:00.000000Z", "2026-11-20T14:00:00.000000000+02:00"])
def test_timestamps_of_both_generations_are_read(text: str):
    assert read(text) == NOW and read(written(NOW)) == read(written(NOW, local=True)) == NOW


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-02-30",
        "20.11.2026",
        "2026-11-20T25:00:00Z",
        None,
        5,
        "2026-11-20 12:00",
        "0000-01-01",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_what_is_no_timestamp_is_none(text: Any):
    assert read(text) is None


def test_codes_come_from_a_folder(doors: Callable[..., Door], loaded_url: str, tmp_path: Any):
    with pytest.raises(SettingsError, match="HIT_DHG_CODES"):
        doors(loaded_url, dhg_codes=str(tmp_path / "nowhere"))


def test_each_space_has_records_of_its_own(door: Door):
    door.house.spaces.create("other")
    told = door("GET", "/status", base="/spaces/other/api/maternity-record/v1")
    assert (told.status, told.json["hasGivenConsent"]) == (200, False)


def test_each_space_may_speak_its_own_generation(doors: Callable[..., Door], loaded_url: str):
    door = doors(loaded_url, dhg_headers_of_spaces="other=hit")
    door.house.spaces.create("other")
    base = "/spaces/other/api/maternity-record/v1"
    assert door("GET", "/status", base=base).status in (400, 401) and door("GET", "/status").status == 200
    token = door.token(cnf=None)
    sent = {"hit-source-system": "EPJ Test 1.0", "hit-patient-pid": door.pids[VILDE], "hit-user-role": role("JO")}
    named = {**sent, "hit-access-basis": "SAMTYKKE", "authorization": f"Bearer {token}", "dpop": None}
    other = {"nhn-source-system": None, "nhn-user-role": None, **named}
    told = door("GET", "/status", base=base, patient=None, headers=other)
    assert (told.status, told.headers["nhn-header-generation"]) == (200, "hit"), told.json
    assert door("GET", "/status", patient=None, headers=other).status == 401


@pytest.mark.parametrize("wrong", ["other", "other=", "=hit", "other=dpop"])
def test_a_generation_that_there_is_not_is_refused(wrong: str):
    with pytest.raises(SettingsError, match="HIT_DHG_HEADERS_OF_SPACES"):
        Settings.from_environment(dhg_headers_of_spaces=wrong)


def test_headers_never_show_a_national_id():
    told = spoken({"nhn-patient-nin": "12839449648", "nhn-event-id": "a 12839449648 b"}, Generation.NHN)
    assert "12839449648" not in f"{told.headers} {told.faults} {told.event_id}"
