"""The entrance sends a call on by its path, and tells the metrics and the log of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from hit_maternity.door.entrance import Doors, Entrance, place_of
from hit_maternity.door.health import Health
from hit_maternity.door.messages import Receive, Scope, Send
from hit_maternity.door.traffic import Call, Metrics


class Told:
    """An application that answers with its name, or fails."""

    def __init__(self, name: str, fault: Exception | None = None) -> None:
        self.name, self.fault, self.calls = name, fault, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        if self.fault:
            raise self.fault
        headers = [(b"x-request-id", scope["request_id"].encode())] if self.name == "fhir" else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.name.encode()})


class House:
    """An entrance with doors that only tell they were reached."""

    def __init__(self, fault: Exception | None = None, faults: list[str] | None = None, open_access: bool = True) -> None:
        self.fhir, self.service = Told("fhir", fault), Told("service")
        self.built = 0
        self.closed = False
        self.calls: list[Call] = []
        self.metrics = Metrics()
        doors = Doors(self.fhir, self.build, Health(lambda: faults or []), self.metrics, self.observe, self.close)
        self.entrance = Entrance(doors, open_access=open_access)

    def build(self) -> Told:
        self.built += 1
        return self.service

    def observe(self, call: Call) -> None:
        self.calls.append(call)
        self.metrics.observe(call)

    def close(self) -> None:
        self.closed = True

    def call(self, path: str, method: str = "GET", base: str = "http://127.0.0.1:8080", **headers: str) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.entrance, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=base) as client:
                return await client.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})

        return asyncio.run(once())


@pytest.mark.parametrize("path", ["/fhir", "/fhir/", "/fhir/Patient/1", "/spaces/a/fhir", "/spaces/a-b/fhir/metadata"])
def test_fhir_paths_go_to_the_fhir_door_alone(path: str):
    house = House()
    assert house.call(path).text == "fhir"
    assert house.built == 0, "no web framework is loaded for FHIR"


@pytest.mark.parametrize("path", ["/", "/docs", "/fhirs", "/spaces", "/spaces/a", "/spaces/a/fhirs", "/spaces//x/fhir", "/x/fhir"])
def test_other_paths_go_to_the_service_which_is_built_once(path: str):
    house = House()
    assert house.call(path).text == "service"
    assert house.call(path).text == "service"
    assert house.built == 1


def test_a_space_name_that_is_empty_still_is_a_fhir_path_for_the_door_to_refuse():
    assert place_of("/spaces//fhir").door == "fhir"


def test_live_and_ready_are_answered_at_the_entrance_and_never_cached():
    house = House()
    for path, status in (("/health/live", "alive"), ("/health/ready", "ready")):
        answer = house.call(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert house.call(path, "HEAD").content == b""
    assert house.built == 0


def test_a_fault_of_the_database_makes_the_server_unready_but_alive():
    house = House(faults=["The database does not answer."])
    answer = house.call("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "faults": ["The database does not answer."]})
    assert house.call("/health/live").status_code == 200


def test_the_metrics_count_calls_by_door_interaction_method_and_status():
    house = House()
    house.observe(Call("fhir", "read", "GET", 200, 0.002, "a"))
    house.observe(Call("fhir", "read", "GET", 404, 0.001, "b"))
    house.observe(Call("fhir", "read", "BREW", 405, 0.001, "b"))
    house.call("/health/live")
    answer = house.call("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'hit_requests_total{door="fhir",interaction="read",method="GET",status="200"} 1.0' in answer.text
    assert 'hit_requests_total{door="fhir",interaction="read",method="GET",status="404"} 1.0' in answer.text
    assert 'method="OTHER"' in answer.text and "BREW" not in answer.text
    assert 'hit_requests_total{door="service",interaction="/health/live",method="GET",status="200"} 1.0' in answer.text
    assert 'hit_request_seconds_bucket{door="fhir",interaction="read",le="0.0025"} 3.0' in answer.text


def test_what_is_told_of_a_call_holds_no_path_and_no_query():
    house = House()
    house.call("/records/23860150271?identifier=23860150271")
    assert "23860150271" not in repr(house.calls)
    assert house.calls[0].interaction == "none"


@pytest.mark.parametrize("given", ["abc", "3f2c8a1e-7c1d-4a8e-9d4e-0a1b2c3d4e5f", "trace:1/2=~+x"])
def test_a_request_id_is_taken_over(given: str):
    assert House().call("/fhir", x_request_id=given).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "23860150271", 'a"b', "a b", "x" * 101])
def test_a_request_id_that_is_not_fit_for_a_log_is_replaced(given: str):
    made = House().call("/fhir", x_request_id=given).headers["x-request-id"]
    assert made != given
    assert len(made) == 16 and int(made, 16) >= 0


@pytest.mark.parametrize("path", ["/fhir", "/health/live", "/health/ready", "/metrics", "/", "/nothing"])
def test_every_door_gives_the_request_id_back_once(path: str):
    assert House().call(path, x_request_id="call-7").headers.get_list("x-request-id") == ["call-7"]


def test_two_calls_get_two_request_ids():
    house = House()
    assert house.call("/fhir").headers["x-request-id"] != house.call("/fhir").headers["x-request-id"]


def test_a_fault_of_a_door_is_a_500_without_details(caplog: pytest.LogCaptureFixture):
    answer = House(fault=KeyError("Kari Nordmann")).call("/fhir/Patient/1", x_request_id="call-1")
    assert answer.status_code == 500
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "Nordmann" not in answer.text
    assert answer.headers["x-request-id"] == "call-1"
    assert caplog.records[0].request_id == "call-1"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "[::1]", "localhost"])
def test_open_access_serves_this_machine(host: str):
    assert House().call("/fhir", base=f"http://{host}:8080").status_code == 200


@pytest.mark.parametrize("host", ["192.168.1.5", "[2001:db8::1]", "record.example.no"])
def test_open_access_refuses_who_comes_in_on_another_address(host: str):
    house = House()
    answer = house.call("/fhir", base=f"http://{host}:8080")
    assert answer.status_code == 403
    assert "HIT_ACCESS=open" in json.loads(answer.text)["issue"][0]["diagnostics"]
    assert house.fhir.calls == 0


def test_guarded_access_serves_every_address():
    assert House(open_access=False).call("/fhir", base="http://192.168.1.5:8080").status_code == 200


def test_the_doors_are_closed_at_the_end():
    house = House()

    async def live() -> list[Any]:
        received = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
        sent: list[Any] = []

        async def receive() -> Any:
            return received.pop(0)

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await house.entrance({"type": "lifespan"}, receive, send)
        return sent

    assert asyncio.run(live()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert house.closed
