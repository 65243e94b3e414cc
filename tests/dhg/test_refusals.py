"""Every code of the table, each reached by a call, in the order in which a call is judged; nothing is changed by any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.dhg.errors import CODES
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.simulators.helseid.register import packaged
from hit_maternity.store import faults
from hit_maternity.store.people import People
from hit_maternity.store.session import Database

from .conftest import INGRID, UNDER_WAY, VILDE, Door

NOBODY = next(islice(synthetic_numbers(date(1996, 2, 3)), 3, None))
RECORD = "0b0b6a6e-6f0f-4c38-9f7d-3a6f0a5f6c11"


def refused(door: Door, code: str, method: str, path: str, body: Any = None, **caller: Any) -> None:
    """The call is refused with the code, in the door's form, and changes nothing."""
    before = door.everything()
    answer = door(method, path, body, **caller)
    assert (answer.code, answer.status) == (code, CODES[code].status), answer.json
    assert set(answer.json) >= {"errorCode", "errorMessage", "eventId"} and answer.json["eventId"] == answer.headers["nhn-event-id"]
    assert door.everything() == before


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"authorization": None}, "AUTH-0001"),
        ({"authorization": "Bearer abc"}, "AUTH-0001"),
        ({"authorization": "DPoP not-a-token"}, "AUTH-0001"),
        ({"dpop": None}, "AUTH-0002"),
        ({"dpop": "a.b.c"}, "AUTH-0002"),
        ({"nhn-source-system": None}, "AUTH-0003"),
        ({"nhn-source-system": "x"}, "AUTH-0003"),
        ({"nhn-user-role": None}, "AUTH-0003"),
        ({"nhn-user-role": '{"system": "x"}'}, "AUTH-0003"),
        ({"nhn-patient-nin": None}, "AUTH-0003"),
        ({"nhn-event-id": "e" * 129}, "AUTH-0003"),
        ({"nhn-event-id": "12839449648"}, "AUTH-0003"),
        ({"nhn-access-basis": "NONE"}, "AUTH-0003"),
        ({"hit-patient-pid": "1", "nhn-patient-nin": None}, "AUTH-0003"),
        ({"nhn-patient-nin": "1283944964"}, "DHG-0013"),
        ({"nhn-patient-nin": "12839449649"}, "DHG-0013"),
        ({"nhn-patient-nin": "abc"}, "DHG-0013"),
        ({"nhn-patient-nin": "95839449649"}, "DHG-0013"),
    ],
)
def test_token_and_proof_come_first_then_headers_then_the_national_id(door: Door, headers: dict[str, str | None], code: str):
    for method, path in (("GET", "/status"), ("GET", "/history"), ("GET", door.at()), ("PUT", door.at("mother"))):
        refused(door, code, method, path, b"{" if method == "PUT" else None, headers=headers)


def test_a_challenge_comes_with_401(door: Door):
    answer = door("GET", "/status", headers={"authorization": None})
    assert answer.headers["www-authenticate"].startswith("DPoP algs=")
    wrong = door("GET", "/status", headers={"authorization": "Bearer abc"})
    assert 'error="invalid_token"' in wrong.headers["www-authenticate"]


def test_a_token_may_lack_scope_level_or_organisation(door: Door):
    refused(door, "AUTH-0010", "GET", "/status", token=door.token(scope=["other"]))
    refused(door, "DHG-0010", "GET", door.at(), token=door.token(**{"helseid://claims/identity/security_level": "3"}))
    refused(door, "AUTH-0010", "GET", door.at(), token=door.token(**{"helseid://claims/client/claims/orgnr_parent": None}))


def test_a_role_may_read_or_write_or_neither(door: Door):
    refused(door, "DHG-0005", "GET", door.at(), by="TL")
    assert door("GET", door.at(), by="BI").status == 200
    refused(door, "DHG-0005", "PUT", door.at("mother"), {"metadata": {"version": 1}}, by="BI")
    refused(door, "DHG-0005", "POST", "/record", {}, by="TL", patient=NOBODY)


def test_address_consent_and_death_come_before_the_record(door: Door):
    refused(door, "DHG-0003", "GET", f"/record/{RECORD}", patient=NOBODY)
    standings, pid = door.consents.standings, door.pids[VILDE]
    standings.told(pid, deceased=True)
    refused(door, "DHG-0002", "PUT", f"/record/{RECORD}/mother", b"{")
    assert door("GET", door.at()).status == 200
    standings.told(pid, confidential=True)
    refused(door, "DHG-0004", "PUT", f"/record/{RECORD}/mother", b"{")
    refused(door, "DHG-0004", "GET", door.at())


def test_whom_she_has_shut_out(door: Door):
    people, patient = People(door.store.database), f"{VILDE}-mother"
    standing = people.get([patient])[patient]
    caller = packaged().organisations[0]
    people.put(patient, replace(standing, blocked=frozenset({f"org:{caller.number}"})), door.house.clock.now())
    refused(door, "AUTH-0010", "GET", door.at())
    refused(door, "AUTH-0010", "PUT", door.at("mother"), b"{")


@pytest.mark.parametrize("id", [RECORD, "..", "x" * 300, "a.b"])
def test_a_record_that_is_not_there(door: Door, id: str):
    refused(door, "DHG-0015", "GET", f"/record/{id}")
    refused(door, "DHG-0015", "GET", f"/history/{id}")
    refused(door, "DHG-0015", "PUT", f"/record/{id}/mother", b"{")


def test_another_womans_record_is_not_there_and_the_attempt_is_logged(door: Door):
    door.rows()
    refused(door, "DHG-0015", "GET", door.at(who=UNDER_WAY))
    (row,) = door.rows()
    assert row["outcomeDesc"] == "patient-mismatch" and any(
        e.get("what", {}).get("reference") == f"Patient/{VILDE}-mother" for e in row["entity"]
    )
    refused(door, "DHG-0015", "POST", door.at("symphysisFundalHeights", who=UNDER_WAY), {"measurement": 20})


def test_a_record_that_has_ended_is_read_and_not_written(door: Door):
    assert door("GET", door.at(who=INGRID), patient=INGRID).status == 200
    for method, path, body in (
        ("POST", "symphysisFundalHeights", {"measurement": 20}),
        ("PUT", "mother", {"name": "X", "metadata": {"version": 1}}),
        ("PUT", "antenatalAppointments/normal-visit-w24", {"appointmentDate": "2026-04-20", "metadata": {"version": 1}}),
        ("DELETE", "antenatalAppointments/normal-visit-w24", None),
        ("POST", "updateStatus", {"status": "TERMINATED", "metadata": {"version": 1}}),
    ):
        refused(door, "DHG-0015", method, door.at(path, who=INGRID), body, patient=INGRID)


BROKEN = [b"", b"{", b"[]", b"null", b'"text"', b'{"a": 1, "a": 2}', b"\xff\xfe", b"[" * 1000, b'{"name": NaN}', b"\xef\xbb\xbf{}"]


@pytest.mark.parametrize("body", BROKEN)
def test_a_body_that_cannot_be_read(door: Door, body: bytes):
    kind = {"content-type": "application/json"}
    for method, path in (("POST", "geneticDisorders"), ("PUT", "mother"), ("POST", "updateStatus"), ("POST", "antenatalAppointments")):
        refused(door, "DHG-0011", method, door.at(path), body, headers=kind)
    if body:
        refused(door, "DHG-0011", "POST", "/record", body, headers=kind)


def test_a_body_that_is_too_large_or_of_another_type(door: Door):
    answer = door("POST", door.at("geneticDisorders"), b'{"note": "' + b"a" * 1_100_000 + b'"}')
    assert (answer.status, answer.code) == (413, "DHG-0011")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "application/fhir+json"):
        answer = door("POST", door.at("geneticDisorders"), b"{}", headers={"content-type": kind})
        assert (answer.status, answer.code) == (415, "AUTH-0003")
    assert door("POST", door.at("geneticDisorders"), b"{}", headers={"content-encoding": "gzip"}).status == 415


@pytest.mark.parametrize(
    ("part", "body", "path"),
    [
        ("geneticDisorders", {"unknown": True}, "unknown"),
        ("geneticDisorders", {"noneKnown": "yes"}, "noneKnown"),
        ("antenatalAppointments", {"motherWeight": 70}, "appointmentDate"),
        ("antenatalAppointments", {"appointmentDate": "20.11.2026"}, "appointmentDate"),
        ("antenatalAppointments", {"appointmentDate": "2026-13-01"}, "appointmentDate"),
        ("antenatalAppointments", {"appointmentDate": "2027-11-20"}, "appointmentDate"),
        ("antenatalAppointments", {"appointmentDate": "2026-11-20", "bloodPressure": "118"}, "bloodPressure"),
        ("antenatalAppointments", {"appointmentDate": "2026-11-20", "bloodPressure": "118/0"}, "bloodPressure"),
        ("antenatalAppointments", {"appointmentDate": "2026-11-20", "pregnancyWeek": 45}, "pregnancyWeek"),
        ("antenatalAppointments", {"appointmentDate": "2026-11-20", "daysAfterFullPregnancyWeek": 7}, "daysAfterFullPregnancyWeek"),
        ("antenatalAppointments", {"appointmentDate": "2026-11-20", "edema": 4}, "edema"),
        (
            "antenatalAppointments",
            {"appointmentDate": "2026-11-20", "fetusesVitalSigns": [{"fosterId": 0}]},
            "fetusesVitalSigns[0].fosterId",
        ),
        ("symphysisFundalHeights", {"measurement": -1}, "measurement"),
        ("symphysisFundalHeights", {"measurement": "24"}, "measurement"),
    ],
)
def test_a_body_that_breaks_a_rule_is_told_where(door: Door, part: str, body: dict[str, Any], path: str):
    refused(door, "DHG-0012", "POST", door.at(part), body)
    assert path in {where for where, _ in door("POST", door.at(part), body).rules}


def test_every_fault_of_a_body_comes_at_once_and_nothing_of_what_was_sent(door: Door):
    body = {"appointmentDate": "tomorrow", "edema": 9, "motherWeight": "heavy", "surprise": 1}
    answer = door("POST", door.at("antenatalAppointments"), body)
    assert {where for where, _ in answer.rules} >= {"appointmentDate", "edema", "motherWeight", "surprise"}
    assert all(text not in answer.body.decode() for text in ("tomorrow", "heavy"))


def test_a_version_that_is_missing_or_no_number_is_a_fault_like_others(door: Door):
    for metadata in (None, {}, {"version": "1"}, {"version": 0}, {"version": True}, {"version": 1.0}, [], "x"):
        answer = door("PUT", door.at("mother"), {"postNumber": 7, "metadata": metadata})
        assert answer.code == "DHG-0012"
        assert {where for where, _ in answer.rules} >= {"postNumber"} and any(w.startswith("metadata") for w, _ in answer.rules)


def test_a_code_system_that_is_not_known(door: Door):
    body = {"stimuli": [{"stimuliType": {"code": "1", "codeSystem": "VOLVEN_1"}}], "metadata": {"version": 1}}
    refused(door, "DHG-0016", "PUT", door.at("lifestyleFactors"), body)


def test_what_is_there_and_what_is_not(door: Door):
    assert "geneticDisorders" not in door.record() and "medication" in door.record()
    refused(door, "DHG-0007", "PUT", door.at("geneticDisorders"), {"noneKnown": True, "metadata": {"version": 1}})
    refused(door, "DHG-0009", "POST", door.at("medication"), {"drugAllergy": True})
    refused(door, "DHG-0009", "POST", "/record", {})
    for part in ("antenatalAppointments", "symphysisFundalHeights"):
        body = {"appointmentDate": "2026-11-20"} if part[0] == "a" else {"measurement": 20}
        refused(door, "DHG-0007", "PUT", door.at(part, "no-such-item"), {**body, "metadata": {"version": 1}})
        refused(door, "DHG-0007", "DELETE", door.at(part, "no-such-item"))


def test_a_stale_version_and_one_of_the_future(door: Door):
    for version in (2, 99, 256, 2**31 - 1):
        refused(door, "DHG-0008", "PUT", door.at("medication"), {"drugAllergy": True, "metadata": {"version": version}})
    assert door("PUT", door.at("medication"), {"drugAllergy": True, "metadata": {"version": 1}}).status == 200
    refused(door, "DHG-0008", "PUT", door.at("medication"), {"drugAllergy": False, "metadata": {"version": 1}})


def test_a_deleted_item_can_not_be_changed_or_deleted_again(door: Door):
    made = door("POST", door.at("symphysisFundalHeights"), {"measurement": 20, "measurementDate": "2026-11-20"}).json
    path = door.at("symphysisFundalHeights", made["metadata"]["id"])
    refused(door, "DHG-0008", "DELETE", path, {"metadata": {"version": 2}})
    gone = door("DELETE", path, {"metadata": {"version": 1}})
    assert (gone.status, gone.json["metadata"]["version"], gone.json["metadata"]["enteredInError"]) == (200, 2, True)
    refused(door, "DHG-0017", "PUT", path, {"measurement": 21, "metadata": {"version": 2}})
    refused(door, "DHG-0017", "DELETE", path)


def test_a_list_without_an_item_is_told_to_name_it(door: Door):
    answer = door("PUT", door.at("symphysisFundalHeights"), {"measurement": 20, "metadata": {"version": 1}})
    assert (answer.code, answer.rules) == ("DHG-0012", [("$", "item-missing")])


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/status", "GET"),
        ("HEAD", "/status", "GET"),
        ("OPTIONS", "/record", "POST"),
        ("PATCH", "/record/x", "GET"),
        ("GET", "/record/x/mother", "POST, PUT"),
        ("DELETE", "/record/x/mother", "POST, PUT"),
        ("GET", "/record/x/updateStatus", "POST"),
        ("POST", "/record/x/antenatalAppointments/y", "DELETE, PUT"),
    ],
)
def test_another_method_is_told_which_there_are(door: Door, method: str, path: str, allow: str):
    answer = door(method, path)
    assert (answer.status, answer.headers["allow"], answer.code) == (405, allow, "DHG-0001")


@pytest.mark.parametrize("path", ["", "/", "/records", "/record/x/Mother", "/record/x/mother/y", "/status/x", "/record/x/y/z/w", "x"])
def test_an_address_that_there_is_not(door: Door, path: str):
    answer = door("GET", path)
    assert (answer.status, answer.code) == (404, "DHG-0001")
    assert asyncio_status(door, "/spaces/nowhere") == 404


def asyncio_status(door: Door, root: str) -> int:
    return door("GET", "/status", base=f"{root}/api/maternity-record/v1").status


def test_a_national_id_stands_in_no_address(door: Door):
    answer = door("GET", f"/record/{door.pids[VILDE]}")
    assert (answer.status, answer.code) == (400, "AUTH-0003")
    assert door.pids[VILDE] not in answer.body.decode()


def test_a_head_that_is_too_large_is_refused_in_the_same_form(door: Door):
    for answer, status in (
        (door("GET", "/status", headers={"nhn-source-system": "x" * 20_000}), 431),
        (door("GET", f"/{'x' * 20_000}"), 414),
    ):
        assert (answer.status, answer.code) == (status, "AUTH-0003") and answer.json["eventId"]


def test_too_many_calls_get_an_empty_answer(doors: Any, loaded_url: str):
    door = doors(loaded_url, limit_client=1)
    assert door("GET", "/status").status == 200
    answer = door("GET", "/status")
    assert (answer.status, answer.body, answer.code) == (429, b"", None)
    assert int(answer.headers["retry-after"]) > 0


def test_faults_of_the_server_have_codes_and_no_words_of_their_own(door: Door, monkeypatch: pytest.MonkeyPatch):
    def broken(fault: Exception) -> Any:
        def reading(self: Database) -> Any:
            raise fault

        return reading

    for fault, code in ((faults.unreachable(), "DHG-0006"), (faults.full(), "DHG-0006"), (ValueError("Vilde 123"), "DHG-0001")):
        with monkeypatch.context() as patch:
            patch.setattr(type(door.store.database), "reading", broken(fault))
            answer = door("GET", "/status")
        assert (answer.status, answer.code) == (500, code)
        assert "Vilde" not in answer.body.decode()
        assert not isinstance(fault, FhirError) or fault.status != 503 or answer.headers["retry-after"]


def test_every_code_of_the_table_is_reached_by_a_test_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in CODES if text.count(f'"{code}"') < 1] == []
