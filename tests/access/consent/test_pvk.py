"""PVK's push, as PVK sends it and as it should not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.access.consent.pvk import PvkPush, parse
from hit_maternity.access.consent.withdrawal import Consents
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.store import Store

GUID = "3f0c9c50-3a3f-4b8e-9d5e-0a1b2c3d4e5f"


@dataclass(frozen=True)
class Options:
    pvk_definition: str | None = GUID
    pvk_party: str | None = "DHG"


def setting(pid: str, active: bool, **more: Any) -> dict[str, Any]:
    told = {"innbyggerFnr": pid, "definisjonGuid": GUID, "definisjonNavn": "Digitalt helsekort", "partKode": "DHG", "typePi": "samtykke"}
    return {**told, "aktiv": active, **more}


def verify(headers: Mapping[str, str]) -> None:
    if headers.get("authorization") != "Bearer good":
        raise refuse(401, "login", "token-missing", "Send Helsenorge's system token.", WWW_Authenticate="Bearer")


@pytest.fixture
def pvk(consents: Consents) -> PvkPush:
    return PvkPush(consents, verify, Options())


def push(pvk: PvkPush, body: Any, token: str = "good") -> Any:
    return pvk.receive({"authorization": f"Bearer {token}"}, body if isinstance(body, bytes) else json.dumps(body).encode())


def rules(refused: pytest.ExceptionInfo[FhirError]) -> list[tuple[str, str | None]]:
    return [(issue.rule, issue.expression) for issue in refused.value.issues]


def test_a_consent_told_by_pvk_holds_and_its_withdrawal_erases(
    pvk: PvkPush, consents: Consents, store: Store, records: ModuleType, clock: Any
):
    pid = records.NUMBERS[records.ANNA]
    records.fill(store, versions=1)
    clock.later(hours=1)
    (told,) = push(pvk, setting(pid, True, tidspunkt="2026-05-01T14:30:00.1234567+02:00"))
    assert told.at.isoformat() == "2026-05-01T12:30:00.123000+00:00" and consents.standings.of_pid(pid).consent is True
    (told,) = push(pvk, setting(pid, False, tidspunkt="2026-05-01T12:45:00Z"))
    assert told.receipt is not None and told.receipt.resources["Patient"] == 3
    assert records.current(store, "Patient", records.ANNA) is None and consents.standings.of_pid(pid).consent is False


def test_the_same_push_again_changes_nothing(pvk: PvkPush, consents: Consents, records: ModuleType, clock: Any):
    pid = records.NUMBERS[records.ANNA]
    clock.later(days=1)
    yes, no, again = (setting(pid, a, tidspunkt=f"2026-05-01T{h}:00:00Z") for a, h in ((True, 13), (False, 14), (True, 15)))
    assert [push(pvk, one)[0].changed for one in (yes, yes, no, no, again)] == [True, False, True, False, True]
    assert [push(pvk, one)[0].changed for one in (no, yes)] == [False, False]
    assert consents.standings.of_pid(pid).consent is True


def test_several_settings_in_one_push_are_taken_in_the_order_of_their_moments(
    pvk: PvkPush, consents: Consents, records: ModuleType, clock: Any
):
    pid = records.NUMBERS[records.ANNA]
    clock.later(days=1)
    push(pvk, [setting(pid, False, tidspunkt="2026-05-01T14:00:00Z"), setting(pid, True, tidspunkt="2026-05-01T13:00:00Z")])
    assert consents.standings.of_pid(pid).consent is False


def test_without_a_good_token_nothing_is_read(pvk: PvkPush, consents: Consents, records: ModuleType):
    with pytest.raises(FhirError) as refused:
        push(pvk, b"not even JSON", token="bad")
    assert refused.value.status == 401 and refused.value.headers["WWW-Authenticate"] == "Bearer"


def test_the_door_is_closed_where_pvk_is_not_set_up(consents: Consents, records: ModuleType):
    with pytest.raises(FhirError) as refused:
        push(PvkPush(consents, verify, Options(None, None)), setting(records.NUMBERS[records.ANNA], True))
    assert refused.value.status == 404


def test_every_fault_is_told_at_once_and_nothing_is_taken(pvk: PvkPush, consents: Consents, records: ModuleType):
    pid = records.NUMBERS[records.ANNA]
    wrong = {
        "innbyggerFnr": 19820199890,
        "definisjonGuid": "other",
        "partKode": "X",
        "typePi": "reservasjon",
        "aktiv": "true",
        "tidspunkt": "soon",
    }
    with pytest.raises(FhirError) as refused:
        push(pvk, [setting(pid, True), wrong, {}, 7])
    assert refused.value.status == 400
    assert rules(refused) == [
        ("pvk-national-id", "[1].innbyggerFnr"),
        ("pvk-active", "[1].aktiv"),
        ("pvk-kind", "[1].typePi"),
        ("pvk-not-ours", "[1].definisjonGuid"),
        ("pvk-not-ours", "[1].partKode"),
        ("pvk-moment", "[1].tidspunkt"),
        *[("pvk-member-missing", f"[2].{m}") for m in ("innbyggerFnr", "definisjonGuid", "partKode", "typePi", "aktiv")],
        ("pvk-object", "[3]"),
    ]
    assert consents.standings.of_pid(pid).consent is None
    assert pid not in str(refused.value)


@pytest.mark.parametrize(
    "body, rule",
    [
        (b"", None),
        (b"{", None),
        (b"null", "pvk-object"),
        (b"[]", "pvk-empty"),
        (b'"text"', "pvk-object"),
        (b"\xff\xfe", None),
        (b"[" * 40 + b"]" * 40, None),
        (b" " * (1024 * 1024 + 1), None),
    ],
)
def test_what_is_no_setting_is_refused(pvk: PvkPush, body: bytes, rule: str | None):
    with pytest.raises(FhirError) as refused:
        push(pvk, body)
    assert 400 <= refused.value.status < 500
    assert rule is None or rules(refused)[0][0] == rule


def test_names_count_whatever_their_case_and_members_not_known_are_passed_over():
    pid = "19820199890"
    told = {name[:1].upper() + name[1:]: value for name, value in setting(pid, True, nytt={"x": 1}).items()}
    told["DefinisjonGuid"] = "{" + GUID.upper() + "}"
    (found,) = parse(json.dumps(told).encode(), Options())
    assert (found.pid, found.active, found.moment) == (pid, True, None)
    assert pid not in repr(found)
    with pytest.raises(FhirError) as refused:
        parse(json.dumps({**setting(pid, True), "Aktiv": False}).encode(), Options())
    assert rules(refused) == [("pvk-member-twice", None)]


@pytest.mark.parametrize(
    "moment", ["2026-05-01", "1926-05-01T12:00:00Z", "20260501", 5, "", "9999-12-31T23:59:59-12:00", "2026-02-30T12:00:00Z"]
)
def test_a_moment_that_is_none_is_refused(moment: Any):
    with pytest.raises(FhirError) as refused:
        parse(json.dumps(setting("19820199890", True, tidspunkt=moment)).encode(), Options())
    assert rules(refused) == [("pvk-moment", "tidspunkt")]
