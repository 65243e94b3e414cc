"""How large the head of a request may be, and what every answer carries."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from hit_maternity.door.entrance import Doors, Entrance, Place, place_of
from hit_maternity.door.headers import Bounds
from hit_maternity.door.health import Health
from hit_maternity.door.messages import Receive, Scope, Send
from hit_maternity.door.traffic import Call, Metrics


class Shows:
    """An application that shows where it was reached."""

    def __init__(self, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        self.headers = headers or []
        self.calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        told = f"{scope['path']} root={scope.get('root_path')} space={scope.get('space')}"
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        await send({"type": "http.response.body", "body": told.encode()})


class House:
    def __init__(self, https: bool = False, bounds: Bounds | None = None, own: list[tuple[bytes, bytes]] | None = None) -> None:
        self.fhir, self.app, self.service = Shows(own), Shows(), Shows()
        self.built: list[str] = []
        self.calls: list[Call] = []
        doors = Doors(self.fhir, lambda: self.service, Health(list), Metrics(), self.calls.append, lambda: None, {"app": self.build})
        self.entrance = Entrance(doors, open_access=False, https=https, bounds=bounds)

    def build(self) -> Shows:
        self.built.append("app")
        return self.app

    def get(self, path: str, base: str = "http://127.0.0.1:8080", headers: Any = None) -> httpx.Response:
        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.entrance), base_url=base) as client:
                return await client.get(path, headers=headers)

        return asyncio.run(once())


# ------------------------------------------------------------ where a path leads


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/fhir/Patient/1", Place(None, "fhir", "/fhir", "/Patient/1")),
        ("/fhir", Place(None, "fhir", "/fhir", "")),
        ("/spaces/a/fhir/Patient", Place("a", "fhir", "/spaces/a/fhir", "/Patient")),
        ("/app/fhir/Patient/1", Place(None, "fhir", "/app/fhir", "/Patient/1", True)),
        ("/app/fhir", Place(None, "fhir", "/app/fhir", "", True)),
        ("/spaces/a/app/fhir/x", Place("a", "fhir", "/spaces/a/app/fhir", "/x", True)),
        ("/app/fhir/AuditEvent", Place(None, "app", "/app", "/fhir/AuditEvent")),
        ("/app/fhir/AuditEvent/7", Place(None, "app", "/app", "/fhir/AuditEvent/7")),
        ("/app/fhir/AuditEvents", Place(None, "fhir", "/app/fhir", "/AuditEvents", True)),
        ("/fhir/AuditEvent", Place(None, "fhir", "/fhir", "/AuditEvent")),
        ("/app/fhirs", Place(None, "app", "/app", "/fhirs")),
        ("/app", Place(None, "app", "/app", "")),
        ("/spaces/a/app/log", Place("a", "app", "/spaces/a/app", "/log")),
        ("/sts/connect/token", Place(None, "sts", "/sts", "/connect/token")),
        ("/", Place(None, "", "/", "")),
        ("/spaces/a", Place(None, "spaces", "/spaces", "/a")),
    ],
)
def test_a_path_names_space_door_root_and_rest(path: str, place: Place) -> None:
    assert place_of(path) == place
    assert place.root + place.rest == path


def test_the_citizens_fhir_goes_to_the_fhir_door_and_her_log_to_her_pages() -> None:
    house = House()
    house.get("/app/fhir/Patient")
    assert (house.fhir.calls, house.app.calls) == (1, 0)
    assert house.get("/app/fhir/AuditEvent").text == "/app/fhir/AuditEvent root=/app space=None"
    assert (house.fhir.calls, house.app.calls) == (1, 1)


def test_what_is_mounted_is_built_once_and_told_where_it_is() -> None:
    house = House()
    assert house.get("/spaces/a/app/log").text == "/spaces/a/app/log root=/spaces/a/app space=a"
    assert house.get("/app/log").text == "/app/log root=/app space=None"
    assert house.built == ["app"]
    assert house.service.calls == 0
    assert {call.door for call in house.calls} == {"app"}


# ------------------------------------------------------------ too large


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/fhir/Patient?name=" + "x" * 17_000, {}, 414),
        ("/fhir/" + "x" * 17_000, {}, 414),
        ("/fhir/Patient", {"authorization": "Bearer " + "x" * 17_000}, 431),
        ("/fhir/Patient", {"x" * 300: "y"}, 431),
        ("/fhir/Patient", {f"x-{n}": "y" for n in range(101)}, 431),
        ("/fhir/Patient", {f"x-{n}": "y" * 9000 for n in range(6)}, 431),
        ("/app/log", {"cookie": "x" * 17_000}, 431),
    ],
)
def test_a_head_that_is_too_large_is_refused_before_any_door(path: str, headers: dict[str, str], status: int) -> None:
    house = House()
    answer = house.get(path, headers=headers)
    assert answer.status_code == status
    assert answer.json()["issue"][0]["code"] == "too-long"
    assert house.fhir.calls == house.app.calls == 0
    assert [call.status for call in house.calls] == [status], "it is counted"


def test_a_token_and_a_proof_of_the_largest_size_pass() -> None:
    headers = {"authorization": "DPoP " + "t" * 16 * 1024, "dpop": "p" * 8 * 1024, "nhn-user-role": "r" * 200}
    assert House().get("/fhir/Patient", headers=headers).status_code == 200


def test_bounds_can_be_set() -> None:
    assert House(bounds=Bounds(address=10)).get("/fhir/Patient").status_code == 414


# ------------------------------------------------------------ what every answer carries

SECURE = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/fhir/Patient/1", "/app/log", "/", "/health/live", "/metrics", "/fhir/" + "x" * 17_000])
def test_every_answer_carries_the_secure_headers(path: str) -> None:
    answer = House().get(path)
    for name, value in SECURE.items():
        assert answer.headers.get_list(name) == [value], name
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in answer.headers


def test_what_a_door_says_itself_stands() -> None:
    answer = House(own=[(b"Cache-Control", b"max-age=60")]).get("/fhir/metadata")
    assert answer.headers.get_list("cache-control") == ["max-age=60"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_page_in_a_binary_may_run_nothing() -> None:
    assert House().get("/fhir/Binary/1").headers["content-security-policy"].endswith("sandbox")


def test_https_is_asked_for_where_clients_see_https() -> None:
    for answer in (House(https=True).get("/fhir"), House().get("/fhir", base="https://127.0.0.1")):
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize(("base", "status"), [("http://127.0.0.1:8080", 200), ("http://[::1]:8080", 200), ("http://192.168.1.5:8080", 403)])
def test_metrics_are_given_on_loopback_alone(base: str, status: int) -> None:
    answer = House().get("/metrics", base=base)
    assert answer.status_code == status
    assert ("hit_requests" in answer.text) is (status == 200)
