"""GET /status: what a machine may ask, and what it leaves behind."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from itertools import islice

import pytest

from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.simulators.helseid.minting import proof

from .conftest import BASE, HOST, INGRID, VILDE, Door, role, send

UNKNOWN = next(islice(synthetic_numbers(date(1997, 5, 6)), 7, None))


def test_a_woman_with_an_active_record(either: Door):
    told = either("GET", "/status")
    assert told.status == 200
    assert told.json == {
        "hasGivenConsent": True,
        "hasActiveMaternityRecord": True,
        "deceased": False,
        "lastChangedDateTime": "2026-11-20T12:00:00.000000Z",
        "latestRecordId": either.records[VILDE],
    }


def test_a_woman_whose_record_has_ended_is_told_of_it(door: Door):
    told = door("GET", "/status", patient=INGRID).json
    assert (told["hasActiveMaternityRecord"], told["latestRecordId"]) == (False, door.records[INGRID])


def test_a_machine_may_ask_without_a_role_and_may_ask_nothing_else(door: Door):
    system = door.token("system")
    assert door("GET", "/status", token=system, by=None).status == 200
    for method, path in (("GET", "/history"), ("GET", door.at()), ("POST", "/record"), ("PUT", door.at("mother"))):
        assert door(method, path, {} if method != "GET" else None, token=system, by=None).code == "DHG-0010"


def test_nothing_is_known_of_a_woman_who_never_consented(door: Door):
    told = door("GET", "/status", patient=UNKNOWN)
    assert (told.status, told.json) == (200, {"hasGivenConsent": False, "hasActiveMaternityRecord": False, "deceased": False})


def test_it_leaves_no_row_in_the_access_log_and_every_other_call_does(door: Door):
    door.rows()
    door("GET", "/status")
    door("GET", "/status", token=door.token("system"), by=None)
    door("GET", "/status", by="TL")
    assert door.rows() == []
    for path in ("/history", f"/history/{door.records[VILDE]}", door.at()):
        assert door("GET", path).status == 200
        (row,) = door.rows()
        assert row["outcome"] == "0"
    door("GET", "/history", by="TL")
    (refused,) = door.rows()
    assert refused["outcomeDesc"] == "role-not-allowed"


def test_a_proof_is_used_once(door: Door):
    token = door.token()
    headers = {
        "host": "127.0.0.1:8080", "authorization": f"DPoP {token}", "nhn-patient-nin": door.pids[VILDE], "nhn-user-role": role("JO"),
        "nhn-source-system": "EPJ", "dpop": proof(door.key, "GET", f"{HOST}{BASE}/status", datetime.now(UTC), token=token),
    }  # fmt: skip
    first, second = (asyncio.run(send(door.app, "GET", f"{BASE}/status", headers, b"")) for _ in range(2))
    assert (first.status, second.status, second.code) == (200, 401, "AUTH-0002")
    assert "invalid_dpop_proof" in second.headers["www-authenticate"]


def test_after_withdrawal_it_says_no_and_the_rest_is_refused(either: Door):
    either.consents.withdraw(either.pids[VILDE])
    told = either("GET", "/status")
    assert told.json == {"hasGivenConsent": False, "hasActiveMaternityRecord": False, "deceased": False}
    for path in ("/history", f"/history/{either.records[VILDE]}", either.at()):
        assert either("GET", path).code == "DHG-0003"
    assert either("POST", "/record", {}).code == "DHG-0003"
    names = either.store.database.names
    with either.store.database.reading() as session:
        assert session.rows(f"SELECT 1 FROM {names.record_part} WHERE patient = ?", (f"{VILDE}-mother",)) == []
        assert session.rows(f"SELECT 1 FROM {names.record_part} WHERE patient = ?", (f"{INGRID}-mother",)) != []


@pytest.mark.parametrize("what", ["confidential", "deceased"])
def test_what_the_population_register_tells(door: Door, what: str):
    door.consents.standings.told(door.pids[VILDE], **{what: True})
    status, record = door("GET", "/status"), door("GET", door.at())
    if what == "confidential":
        assert (status.code, record.code) == ("DHG-0004", "DHG-0004")
    else:
        assert status.json["deceased"] is True and record.status == 200
        assert door("PUT", door.at("mother"), {"metadata": {"version": 1}}).code == "DHG-0002"
