"""How a call is made: its proof and headers, what is mended, when it is made again, and what never leaks."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hit_client_network import AT_ONCE, DOOR, OTHER, PATIENT, TOKEN, Network, answer, client, proof_of, refused

from hit_maternity.client import (
    AsyncMaternityRecordClient,
    FixedToken,
    Key,
    MaternityRecordClient,
    NotAuthorised,
    Retries,
    Token,
    TooManyCalls,
    Unreachable,
)
from hit_maternity.client.wire import Flow

STATUS = {"hasGivenConsent": True, "hasActiveMaternityRecord": False}
NONCE = {"www_authenticate": 'DPoP error="use_dpop_nonce"', "dpop_nonce": "n-1"}


def test_a_call_carries_token_proof_role_patient_and_system():
    network = Network([answer(STATUS)])
    assert client(network, facility="Fjellvik helsestasjon, sør", source_system="EPJ Ærlig 1.0").status() == STATUS
    (request,) = network.seen
    assert str(request.url) == f"{DOOR}/status" and request.method == "GET"
    assert request.headers["nhn-patient-nin"] == PATIENT and PATIENT not in str(request.url)
    assert json.loads(unquote(request.headers["nhn-user-role"])) == {"system": "urn:oid:2.16.578.1.12.4.1.1.9060", "code": "JO"}
    assert unquote(request.headers["nhn-treatment-facility-name"]) == "Fjellvik helsestasjon, sør"
    assert (b"nhn-source-system", "EPJ Ærlig 1.0".encode()) in [(name.lower(), value) for name, value in request.headers.raw]
    assert len(request.headers["nhn-event-id"]) == 36
    assert request.headers["authorization"] == f"DPoP {TOKEN}"
    assert "nonce" not in proof_of(request)


def test_every_call_has_a_proof_of_its_own_without_the_query():
    network = Network([answer(STATUS)])
    caller = client(network)
    caller.status()
    caller.status()
    assert len({proof_of(it)["jti"] for it in network.seen}) == 2
    assert len({it.headers["nhn-event-id"] for it in network.seen}) == 2


def test_the_first_generation_sends_bearer_and_its_own_header_names():
    network = Network([answer(STATUS)])
    client(network, tokens=FixedToken(TOKEN), generation="hit", access_basis="UNNTAK").status()
    (request,) = network.seen
    assert request.headers["authorization"] == f"Bearer {TOKEN}" and "dpop" not in request.headers
    assert (request.headers["hit-patient-pid"], request.headers["hit-access-basis"]) == (PATIENT, "UNNTAK")
    assert not [name for name in request.headers if name.startswith("nhn-")]


def test_a_nonce_that_is_demanded_is_sent_once_more_and_then_kept():
    network = Network([answer(None, 401, **NONCE), answer(STATUS), answer(STATUS)])
    caller = client(network)
    assert caller.status() == STATUS and caller.status() == STATUS
    first, second, third = map(proof_of, network.seen)
    assert "nonce" not in first and second["nonce"] == third["nonce"] == "n-1"
    assert len({first["jti"], second["jti"], third["jti"]}) == 3


def test_a_400_with_a_nonce_is_mended_too():
    network = Network([answer({"error": "use_dpop_nonce"}, 400, dpop_nonce="n-1"), answer({"recordId": "r"}, 201)])
    assert client(network).create_record() == {"recordId": "r"}
    assert [it.method for it in network.seen] == ["POST", "POST"]


def test_a_server_that_demands_a_new_nonce_each_time_is_asked_once_more_and_no_more():
    given = iter(range(100))
    network = Network([lambda _: answer(None, 401, www_authenticate='DPoP error="use_dpop_nonce"', dpop_nonce=f"n-{next(given)}")])
    with pytest.raises(NotAuthorised):
        client(network).status()
    assert len(network.seen) == 2


def test_a_nonce_that_comes_with_a_success_is_used_for_the_next_call():
    network = Network([answer(STATUS, dpop_nonce="n-7"), answer(STATUS)])
    caller = client(network)
    caller.status()
    caller.for_patient(OTHER).status()
    assert proof_of(network.seen[1])["nonce"] == "n-7" and network.seen[1].headers["nhn-patient-nin"] == OTHER


def test_a_clock_that_is_wrong_is_set_by_the_server_s():
    there = time.time() + 3600
    date = formatdate(there, usegmt=True)
    network = Network([answer(None, 401, www_authenticate='DPoP error="invalid_dpop_proof"', date=date), answer(STATUS, date=date)])
    assert client(network).status() == STATUS
    first, second = (proof_of(it)["iat"] for it in network.seen)
    assert first < there - 3000 and abs(second - there) <= 5


class Renewing:
    """A source that gives another token when one is refused."""

    def __init__(self) -> None:
        self.key, self.given, self.refused = Key.generate(), 0, 0

    def token(self, refused: Token | None = None) -> Flow[Token]:
        self.refused += refused is not None
        self.given += refused is not None or not self.given
        return Token(f"token.{self.given}.x", float("inf"), self.key)
        yield


def test_a_token_that_is_refused_is_replaced_once():
    network = Network([answer(None, 401), answer(STATUS)])
    assert client(network, tokens=Renewing()).status() == STATUS
    assert [it.headers["authorization"] for it in network.seen] == ["DPoP token.1.x", "DPoP token.2.x"]
    network, source = Network([refused("AUTH-0010", 401)]), Renewing()
    with pytest.raises(NotAuthorised):
        client(network, tokens=source).status()
    assert len(network.seen) == 2 and source.refused == 1


def test_a_refusal_that_nothing_mends_is_not_asked_for_again():
    for status in (400, 403, 404, 409, 422, 500):
        network = Network([refused("DHG-0001", status)])
        with pytest.raises(Exception, match="DHG-0001"):
            client(network).status()
        assert len(network.seen) == 1


# Retries


@pytest.mark.parametrize(
    "fault",
    [answer(None, status) for status in (408, 429, 502, 503, 504)]
    + [httpx.ReadTimeout("x"), httpx.ConnectError("x"), httpx.ReadError("x")],
)
def test_a_reading_is_made_again(fault: Any):
    network = Network([fault, fault, answer(STATUS)])
    assert client(network).status() == STATUS
    assert len(network.seen) == 3 and len({proof_of(it)["jti"] for it in network.seen}) == 3
    assert len({it.headers["nhn-event-id"] for it in network.seen}) == 1


def test_it_is_not_made_again_for_ever():
    network = Network([httpx.ReadTimeout("x")])
    with pytest.raises(Unreachable) as fault:
        client(network).status()
    assert len(network.seen) == AT_ONCE.attempts and fault.value.sent
    network = Network([answer(None, 429, retry_after="0")])
    with pytest.raises(TooManyCalls) as slow:
        client(network).status()
    assert len(network.seen) == AT_ONCE.attempts and slow.value.retry_after == 0.0


def test_a_wait_that_is_too_long_is_told_and_not_waited():
    network = Network([answer(None, 429, retry_after="3600")])
    with pytest.raises(TooManyCalls) as fault:
        client(network).status()
    assert len(network.seen) == 1 and fault.value.retry_after == 3600.0


@pytest.mark.parametrize("fault", [httpx.ReadTimeout("x"), httpx.WriteError("x"), httpx.RemoteProtocolError("x")])
def test_a_creation_that_may_have_arrived_is_never_made_again(fault: Exception):
    network = Network([fault, answer({}, 201)])
    with pytest.raises(Unreachable) as told:
        client(network).create("r", "mother", {"name": "Kari"})
    assert len(network.seen) == 1 and told.value.sent


@pytest.mark.parametrize("status", [408, 502, 503, 504])
def test_a_creation_that_was_answered_is_never_made_again(status: int):
    network = Network([answer(None, status), answer({}, 201)])
    with pytest.raises(Exception, match=str(status)):
        client(network).create_record()
    assert len(network.seen) == 1


def test_a_creation_of_which_nothing_was_sent_is_made_again():
    network = Network([httpx.ConnectError("x"), httpx.ConnectTimeout("x"), answer({"recordId": "r"}, 201)])
    assert client(network).create_record() == {"recordId": "r"}
    network = Network([httpx.ConnectError("x")])
    with pytest.raises(Unreachable) as fault:
        client(network).create_record()
    assert len(network.seen) == AT_ONCE.attempts and not fault.value.sent


def test_the_waits_are_those_of_the_retries(monkeypatch: pytest.MonkeyPatch):
    waited: list[float] = []
    monkeypatch.setattr("hit_maternity.client.wire.time.sleep", waited.append)
    network = Network([answer(None, 503), answer(None, 503, retry_after="2"), answer(STATUS)])
    client(network, retries=Retries(base=0.5, chance=lambda: 1.0)).status()
    assert waited == [0.5, 3.0]


# Nothing leaks


def every_word(fault: BaseException) -> str:
    """All that a program may print of an exception, with all that hangs on it."""
    found, told = [fault], ""
    while found:
        one = found.pop()
        told += "".join(traceback.format_exception(one)) + repr(one) + repr(one.args) + repr(getattr(one, "__dict__", ""))
        found += [it for it in (one.__cause__, one.__context__) if it is not None]
        if isinstance(one, httpx.RequestError):
            told += "a request of httpx hangs on it"
    return told


@pytest.mark.parametrize(
    "reply",
    [
        httpx.ConnectError(f"no way to {PATIENT}"),
        httpx.ReadTimeout("x"),
        answer(None, 429),
        refused("DHG-0013", 400, f"The number {PATIENT} is none.", details=[{"path": "a", "text": f"not {PATIENT}", PATIENT: [PATIENT]}]),
        answer(None, 401),
        httpx.Response(500, content=f"<html>{PATIENT}</html>".encode()),
        httpx.Response(200, content=f"<html>{PATIENT}</html>".encode()),
    ],
)
def test_no_national_id_and_no_token_in_errors_reprs_and_logs(reply: Any, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    key = Key.generate()
    caller = client(Network([reply]), tokens=FixedToken(TOKEN, key))
    with pytest.raises(Exception) as fault:
        caller.status()
    private = str(key.private.private_numbers().private_value) if hasattr(key.private, "private_numbers") else "-"
    shown = [repr(caller), repr(caller._calls), repr(caller._calls.caller), repr(caller.for_patient(OTHER)), str(fault.value)]
    told = " ".join([*shown, every_word(fault.value), caplog.text, *(str(it.__dict__) for it in caplog.records)])
    for secret in (PATIENT, OTHER, TOKEN, private, "a request of httpx"):
        assert secret not in told, secret


@pytest.mark.parametrize("bad", ["", "1234567890", "123456789012", "1286015027x", "２３８６０１５０２７１"])
def test_what_is_no_national_id_is_refused_before_anything_is_sent(bad: str):
    with pytest.raises(ValueError) as fault:
        client(Network([answer(STATUS)]), patient=bad)
    assert not bad or bad not in str(fault.value)


def test_a_national_id_is_never_put_into_an_address():
    network = Network([answer(STATUS)])
    for call in (
        lambda it: it.record(PATIENT),
        lambda it: it.create("r", PATIENT, {}),
        lambda it: it.delete_item("r", "x", f"a-{PATIENT}"),
    ):
        with pytest.raises(ValueError) as fault:
            call(client(network))
        assert PATIENT not in str(fault.value)
    assert network.seen == []


def test_parts_of_an_address_are_escaped():
    network = Network([answer({})])
    client(network).record("a/../b?c=d#e")
    assert network.seen[0].url.raw_path == b"/api/maternity-record/v1/record/a%2F..%2Fb%3Fc%3Dd%23e"
    with pytest.raises(ValueError):
        client(network).record("..")


@pytest.mark.parametrize("base", ["record.test", "ftp://record.test", "https://user:word@record.test/v1", "https://record.test/v1?x=1"])
def test_what_is_no_base_is_refused(base: str):
    with pytest.raises(ValueError):
        MaternityRecordClient(base, FixedToken(TOKEN), PATIENT, source_system="EPJ 1.0")


@pytest.mark.parametrize("how", [{"role": "lege"}, {"source_system": "ab"}, {"generation": "new"}, {"source_system": "a\nb: c"}])
def test_headers_that_would_be_refused_are_refused_at_once(how: dict[str, Any]):
    with pytest.raises(ValueError):
        client(Network([]), **how)


def test_connections_are_shared_and_closed_by_their_owner_alone():
    network = Network([answer(STATUS)])
    http = network.http
    with client(network, http=http) as caller, caller.for_patient(OTHER) as other:
        other.status()
    assert not http.is_closed
    own = MaternityRecordClient(DOOR, FixedToken(TOKEN), PATIENT, source_system="EPJ 1.0")
    other = own.for_patient(OTHER)
    other.close()
    assert not own._http.client.is_closed
    own.close()
    assert own._http.client.is_closed


def test_an_async_client_does_the_same():
    network = Network([answer(None, 401, **NONCE), answer(None, 503), httpx.ReadTimeout("x"), answer(STATUS)])

    async def called() -> Any:
        async with network.async_http as http:
            how = {"source_system": "EPJ 1.0", "role": "JO", "retries": AT_ONCE, "http": http}
            caller = AsyncMaternityRecordClient(DOOR, FixedToken(TOKEN, Key.generate()), PATIENT, **how)
            return await caller.for_patient(OTHER).status()

    assert asyncio.run(called()) == STATUS
    assert len(network.seen) == 4 and proof_of(network.seen[3])["nonce"] == "n-1"
