"""The calls of the national JSON API: their addresses and bodies, exact digits, refusals by code, and writes that may have arrived."""

from __future__ import annotations

import asyncio
import inspect
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hit_client_network import AT_ONCE, DOOR, PATIENT, TOKEN, Network, answer, client, refused

from hit_maternity import client as sdk
from hit_maternity.client import (
    AlreadyExists,
    AsyncMaternityRecordClient,
    FixedToken,
    InvalidBody,
    Key,
    MaternityRecordClient,
    MaternityRecordError,
    NotAuthorised,
    StaleVersion,
    TooManyCalls,
)
from hit_maternity.client.json import decode

ID = "0195b7e2-7a01-7c11-9f00-12345678901a"
VISIT = {"appointmentDate": "2026-11-20", "motherWeight": Decimal("72.40"), "bloodPressure": "118/76", "medication": None}


def sent(network: Network) -> tuple[str, str, Any]:
    (request,) = network.seen
    return request.method, str(request.url).removeprefix(DOOR), decode(request.content) if request.content else None


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda it: it.status(), ("GET", "/status", None)),
        (lambda it: it.history(), ("GET", "/history", None)),
        (lambda it: it.history_of(ID), ("GET", f"/history/{ID}", None)),
        (lambda it: it.create_record(), ("POST", "/record", {})),
        (lambda it: it.create_record({"mother": {"name": "Kari"}}), ("POST", "/record", {"mother": {"name": "Kari"}})),
        (lambda it: it.record(ID), ("GET", f"/record/{ID}", None)),
        (
            lambda it: it.update_status(ID, "TERMINATED", 3, liveBirth=True, deliveryDate="2026-11-20T10:00:00Z"),
            (
                "POST",
                f"/record/{ID}/updateStatus",
                {
                    "recordStatus": {"status": "TERMINATED", "liveBirth": True, "deliveryDate": "2026-11-20T10:00:00Z"},
                    "metadata": {"version": 3},
                },
            ),
        ),
        (lambda it: it.create(ID, "antenatalAppointments", VISIT), ("POST", f"/record/{ID}/antenatalAppointments", VISIT)),
        (
            lambda it: it.update(ID, "mother", {"name": "Kari", "metadata": {"id": "x", "version": 1}}, 2),
            ("PUT", f"/record/{ID}/mother", {"name": "Kari", "metadata": {"version": 2}}),
        ),
        (
            lambda it: it.update_item(ID, "antenatalAppointments", "i-1", VISIT, 2),
            ("PUT", f"/record/{ID}/antenatalAppointments/i-1", {**VISIT, "metadata": {"version": 2}}),
        ),
        (lambda it: it.delete_item(ID, "symphysisFundalHeights", "i-1"), ("DELETE", f"/record/{ID}/symphysisFundalHeights/i-1", None)),
        (
            lambda it: it.delete_item(ID, "symphysisFundalHeights", "i-1", 4),
            ("DELETE", f"/record/{ID}/symphysisFundalHeights/i-1", {"metadata": {"version": 4}}),
        ),
    ],
)
def test_each_call_has_its_address_and_body(call: Any, expected: tuple[str, str, Any]):
    network = Network([answer({"ok": True})])
    assert call(client(network)) == {"ok": True}
    assert sent(network) == expected
    assert network.seen[0].headers["accept"] == "application/json"
    assert ("content-type" in network.seen[0].headers) == (expected[2] is not None)
    assert PATIENT not in str(network.seen[0].url)


def test_digits_are_kept_both_ways():
    network = Network([httpx.Response(200, content=b'{"motherWeight":72.40,"unknown":{"x":1.0}}')])
    read = client(network).create(ID, "antenatalAppointments", VISIT)
    assert b'"motherWeight":72.40' in network.seen[0].content
    assert str(read["motherWeight"]) == "72.40" and str(read["unknown"]["x"]) == "1.0"


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("DHG-0002", "Deceased"),
        ("DHG-0003", "NoConsent"),
        ("DHG-0004", "ConfidentialAddress"),
        ("DHG-0005", "RoleNotAllowed"),
        ("DHG-0006", "TechnicalFault"),
        ("DHG-0007", "NotThere"),
        ("DHG-0008", "StaleVersion"),
        ("DHG-0009", "AlreadyExists"),
        ("DHG-0010", "InvalidUser"),
        ("DHG-0011", "InvalidBody"),
        ("DHG-0012", "InvalidBody"),
        ("DHG-0013", "InvalidPatient"),
        ("DHG-0015", "NoSuchRecord"),
        ("DHG-0016", "UnknownCodeSystem"),
        ("DHG-0017", "Deleted"),
        ("DHG-0018", "MaternityRecordError"),
        ("AUTH-0003", "NotAuthorised"),
    ],
)
def test_the_code_decides_whatever_the_status(code: str, kind: str, status: int):
    with pytest.raises(MaternityRecordError) as fault:
        client(Network([refused(code, status, "words")])).update(ID, "mother", {}, 1)
    assert type(fault.value) is getattr(sdk, kind)
    assert (fault.value.code, fault.value.status, fault.value.message) == (code, status, "words")
    assert fault.value.event_id == "5d1c8c1e-3a4b-4a55-9d9c-0f2f3f0c7b11" and fault.value.event_id in str(fault.value)


def test_the_code_is_read_from_the_header_or_the_body():
    with pytest.raises(AlreadyExists):
        client(Network([answer(None, 400, nhn_error_code="DHG-0009")])).create_record()
    with pytest.raises(AlreadyExists):
        client(Network([answer({"errorCode": "DHG-0009"}, 400)])).create_record()


def test_every_fault_of_a_body_is_told():
    details = [{"path": "bloodPressure", "rule": "blood-pressure", "message": "Give systolic/diastolic."}]
    with pytest.raises(InvalidBody) as fault:
        client(Network([refused("DHG-0012", 400, details=details)])).create(ID, "antenatalAppointments", {})
    assert fault.value.details == tuple(details)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(None, 401), NotAuthorised),
        (answer({"errorCode": "DHG-0005"}, 401), sdk.RoleNotAllowed),
        (answer(None, 500), MaternityRecordError),
        (httpx.Response(502, text="<html>bad gateway</html>"), MaternityRecordError),
        (answer(None, 302, location="https://elsewhere.test"), MaternityRecordError),
        (httpx.Response(200, text="[]"), MaternityRecordError),
        (answer(None, 429), TooManyCalls),
        (httpx.Response(400, text='{"errorCode":5,"details":[1,{"a":1}],"errorMessage":null}'), MaternityRecordError),
    ],
)
def test_answers_without_a_known_code_are_told_by_what_there_is(reply: httpx.Response, kind: type[Exception]):
    with pytest.raises(kind) as fault:
        client(Network([reply])).create_record()
    assert type(fault.value) is kind
    assert not isinstance(fault.value, MaternityRecordError) or len(fault.value.event_id or "") == 36


def test_an_empty_success_is_an_empty_answer():
    assert client(Network([answer(None, 204)])).delete_item(ID, "antenatalAppointments", "i") == {}


# Writes that may have arrived

LOST = httpx.ReadTimeout("x")
STALE = refused("DHG-0008", 409)
BODY = {"name": "Kari", "note": None, "language": {"code": "nb"}, "list": [], "nested": {"empty": None}}
FILLED = {"name": "Kari", "language": {"code": "nb", "display": "Bokmål", "codeSystem": "VOLVEN_3303"}}


def part(version: int, body: Any = None, **metadata: Any) -> dict[str, Any]:
    return {**(FILLED if body is None else body), "metadata": {"id": "i-1", "version": version, **metadata}}


def test_an_update_that_was_lost_is_sent_again():
    network = Network([LOST, answer(part(3))])
    assert client(network).update(ID, "mother", BODY, 2) == part(3)
    assert [it.method for it in network.seen] == ["PUT", "PUT"]


def test_an_update_that_had_gone_in_before_its_answer_was_lost_is_found_to_be_our_own():
    network = Network([LOST, STALE, answer({"mother": part(3)})])
    assert client(network).update(ID, "mother", BODY, 2) == part(3)
    assert [it.method for it in network.seen] == ["PUT", "PUT", "GET"]


@pytest.mark.parametrize(
    "now",
    [
        part(3, {"name": "Anne"}),
        part(3, {**FILLED, "note": "more"}),
        part(3, {**FILLED, "address": "more"}),
        part(3, {**FILLED, "list": [1]}),
        part(3, {**FILLED, "name": True}),
        part(4),
        part(2),
        None,
        {},
        [],
        "text",
    ],
)
def test_an_update_that_somebody_else_was_before_stays_refused(now: Any):
    network = Network([LOST, STALE, answer({} if now is None else {"mother": now})])
    with pytest.raises(StaleVersion):
        client(network).update(ID, "mother", BODY, 2)


def test_an_update_that_is_refused_at_once_is_not_looked_into():
    network = Network([STALE])
    with pytest.raises(StaleVersion):
        client(network).update(ID, "mother", BODY, 2)
    assert len(network.seen) == 1


def test_of_an_item_the_item_is_looked_at():
    items = [part(9, {"name": "another"}, id="i-0"), part(3)]
    network = Network([answer(None, 503), STALE, answer({"antenatalAppointments": items})])
    assert client(network).update_item(ID, "antenatalAppointments", "i-1", BODY, 2) == items[1]
    network = Network([LOST, STALE, answer({"antenatalAppointments": items[:1]})])
    with pytest.raises(StaleVersion):
        client(network).update_item(ID, "antenatalAppointments", "i-1", BODY, 2)


def test_a_deletion_with_a_version_is_found_to_be_our_own():
    marked = part(3, enteredInError=True)
    for refusal in (STALE, refused("DHG-0017", 409), refused("DHG-0007", 404)):
        network = Network([LOST, refusal, answer({"antenatalAppointments": [marked]})])
        assert client(network).delete_item(ID, "antenatalAppointments", "i-1", 2) == marked
    for other in ([part(3)], [part(4, enteredInError=True)], []):
        network = Network([LOST, STALE, answer({"antenatalAppointments": other})])
        with pytest.raises(StaleVersion):
            client(network).delete_item(ID, "antenatalAppointments", "i-1", 2)


def test_a_deletion_without_a_version_is_sent_once():
    network = Network([LOST, answer({})])
    with pytest.raises(sdk.Unreachable):
        client(network).delete_item(ID, "antenatalAppointments", "i-1")
    assert len(network.seen) == 1


# Both kinds of client


def names_of(kind: type) -> dict[str, str]:
    found = inspect.getmembers(kind, inspect.isfunction)
    return {name: str(inspect.signature(it)).replace("Async", "").partition(" -> ")[0] for name, it in found if not name.startswith("_")}


@pytest.mark.parametrize("kind", ["MaternityRecordClient", "FhirClient", "HelseId"])
def test_sync_and_async_have_the_same_calls(kind: str):
    assert names_of(getattr(sdk, kind)) == names_of(getattr(sdk, f"Async{kind}"))


def test_every_async_call_does_what_the_sync_one_does():
    calls: list[Any] = [
        lambda it: it.status(),
        lambda it: it.history(),
        lambda it: it.history_of(ID),
        lambda it: it.create_record({}),
        lambda it: it.record(ID),
        lambda it: it.update_status(ID, "TERMINATED", 1),
        lambda it: it.create(ID, "mother", BODY),
        lambda it: it.update(ID, "mother", BODY, 1),
        lambda it: it.update_item(ID, "symphysisFundalHeights", "i", {}, 1),
        lambda it: it.delete_item(ID, "symphysisFundalHeights", "i", 1),
    ]
    one, other = Network([answer({"ok": 1})]), Network([answer({"ok": 1})])

    async def all_of_them() -> None:
        tokens = FixedToken(TOKEN, Key.generate())
        async with AsyncMaternityRecordClient(DOOR, tokens, PATIENT, source_system="EPJ 1.0", retries=AT_ONCE, http=other.async_http) as it:
            for call in calls:
                assert await call(it) == {"ok": 1}

    for call in calls:
        call(client(one))
    asyncio.run(all_of_them())
    assert [(it.method, it.url, it.content) for it in one.seen] == [(it.method, it.url, it.content) for it in other.seen]


def test_without_a_patient_there_is_no_header_of_one():
    network = Network([answer({})])
    client(network, patient=None).status()
    assert "nhn-patient-nin" not in network.seen[0].headers
    assert isinstance(client(network).for_patient(PATIENT), MaternityRecordClient)
