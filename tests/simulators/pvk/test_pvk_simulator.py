"""The simulated PVK, and its pushes to a record."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from hit_maternity.simulators.pvk.application import PREFIX, application
from hit_maternity.simulators.pvk.pushing import Pusher
from hit_maternity.simulators.pvk.register import Definition, Register, Unknown

PID, OTHER = "19820199890", "02899149826"
RECORD = Definition("3f0c9c50-3a3f-4b8e-9d5e-0a1b2c3d4e5f", "Digitalt helsekort", "DHG")
NAMED = {"definisjonGuid": RECORD.guid, "definisjonNavn": RECORD.name, "partKode": "DHG"}


@dataclass(slots=True)
class Clock:
    moment: datetime = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class Record:
    """The other end: answers with ``status`` and keeps what it took."""

    def __init__(self) -> None:
        self.status = 204
        self.got: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer system"
        if self.status == 0:
            raise httpx.ConnectError("refused")
        if self.status < 300:
            self.got.append(json.loads(request.content))
        return httpx.Response(self.status)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def register(clock: Clock) -> Register:
    return Register((RECORD,), clock)


@pytest.fixture
def pusher(record: Record, clock: Clock) -> Pusher:
    return Pusher(httpx.Client(transport=httpx.MockTransport(record)), "http://record.test/pvk", lambda: "system", clock)


class Http:
    """PVK's door, called without a socket."""

    def __init__(self, app: Any) -> None:
        self.transport = httpx.ASGITransport(app)

    def send(self, method: str, url: str, **how: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url="http://pvk.test") as client:
                return await client.request(method, url, **how)

        return asyncio.run(sent())

    def get(self, url: str, **how: Any) -> httpx.Response:
        return self.send("GET", url, **how)

    def post(self, url: str, **how: Any) -> httpx.Response:
        return self.send("POST", url, **how)


@pytest.fixture
def pvk(register: Register, pusher: Pusher) -> Http:
    return Http(application(register, pusher))


def decide(pvk: Http, pid: str, active: bool, **more: Any) -> int:
    body = {"innbyggerFnr": pid, **NAMED, "typePi": "samtykke", "aktiv": active, **more}
    return pvk.post(f"{PREFIX}/SettInnbyggersPersonvernInnstilling/v2", json=body).status_code


def test_a_decision_is_kept_and_pushed(pvk: Http, record: Record, pusher: Pusher):
    assert decide(pvk, PID, True, tidspunkt="2026-05-01T10:00:00+02:00") == 200
    whole = {"innbyggerFnr": PID, **NAMED, "typePi": "samtykke", "aktiv": True, "tidspunkt": "2026-05-01T10:00:00.000+02:00"}
    assert record.got == [whole] and pusher.waiting() == []
    assert pvk.post(f"{PREFIX}/SjekkInnbyggersPiStatus/v2", json={"innbyggerFnr": PID, **NAMED}).json() == whole
    assert pvk.post(f"{PREFIX}/SjekkInnbyggersPiStatus/v2", json={"innbyggerFnr": OTHER, **NAMED}).json() == {**NAMED, "aktiv": False}


def test_only_active_settings_are_listed(pvk: Http):
    for pid, active in ((PID, True), (OTHER, True), (OTHER, False)):
        decide(pvk, pid, active)
    found = pvk.get(f"{PREFIX}/HentInnbyggereAktivePiForDefinisjon/v2", params={**NAMED, "pagingReference": "0"}).json()
    assert [s["innbyggerFnr"] for s in found["personvernInnstillinger"]] == [PID] and found["pagingReference"] == 0
    for pid, count in ((PID, 1), (OTHER, 0)):
        listed = pvk.post(f"{PREFIX}/HentInnbyggersPiForPart/v2", json={"innbyggerFnr": pid, "partKode": "DHG"}).json()
        assert len(listed["personvernInnstillinger"]) == count


@pytest.mark.parametrize("status", [500, 401, 0])
def test_what_is_not_taken_is_pushed_again_in_its_order(pvk: Http, record: Record, pusher: Pusher, clock: Clock, status: int):
    record.status = status
    for active in (True, False):
        decide(pvk, PID, active)
    record.status = 204
    assert decide(pvk, OTHER, True) == 200  # another citizen needn't wait
    assert [s["innbyggerFnr"] for s in record.got] == [OTHER]
    assert pusher.round() == 0
    clock.moment += timedelta(seconds=2)
    assert pusher.round() == 2
    assert [s["aktiv"] for s in record.got[1:]] == [True, False] and pusher.waiting() == []


@pytest.mark.parametrize(
    "more", [{"innbyggerFnr": "19020199890"}, {"definisjonGuid": "x"}, {"typePi": "reservasjon"}, {"aktiv": "ja"}, {"tidspunkt": "i dag"}]
)
def test_what_can_not_be_decided_is_refused(pvk: Http, record: Record, more: dict[str, Any]):
    body = {"innbyggerFnr": PID, **NAMED, "typePi": "samtykke", "aktiv": True, **more}
    answer = pvk.post(f"{PREFIX}/SettInnbyggersPersonvernInnstilling/v2", json=body)
    assert answer.status_code == 400 and PID not in answer.text and record.got == []


def test_a_body_that_is_none_and_a_page_that_is_none_are_refused(pvk: Http):
    assert pvk.post(f"{PREFIX}/SjekkInnbyggersPiStatus/v2", content=b"{").status_code == 400
    assert pvk.post(f"{PREFIX}/SjekkInnbyggersPiStatus/v2", json=[1]).status_code == 400
    assert pvk.get(f"{PREFIX}/HentInnbyggereAktivePiForDefinisjon/v2", params={**NAMED, "pagingReference": "x"}).status_code == 400


def test_only_synthetic_citizens_are_known(register: Register):
    with pytest.raises(Unknown):
        register.set("19020199890", RECORD, True)
