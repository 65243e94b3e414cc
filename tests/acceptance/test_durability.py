"""Many writers at once, and a process killed at any moment: nothing acknowledged is lost, nothing half-written is seen."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

FHIR_JSON = {"Content-Type": "application/fhir+json"}
Start = Callable[..., tuple[subprocess.Popen[bytes], str]]


def patient(family: str) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": family}]}


def test_of_many_writers_with_the_same_if_match_exactly_one_wins(fhir: httpx.Client):
    made = fhir.post("/Patient", json=patient("First"), headers=FHIR_JSON).json()

    def put(number: int) -> int:
        body = {**patient(f"Writer{number}"), "id": made["id"]}
        return fhir.put(f"/Patient/{made['id']}", json=body, headers={**FHIR_JSON, "If-Match": 'W/"1"'}).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(put, range(24)))
    assert statuses == [200] + [412] * 23
    assert fhir.get(f"/Patient/{made['id']}").json()["meta"]["versionId"] == "2"


def test_conditional_creates_of_one_thing_at_once_make_one(fhir: httpx.Client):
    identifier = {"system": "urn:test", "value": "the-one"}

    def post(_: int) -> int:
        body = {**patient("Once"), "identifier": [identifier]}
        return fhir.post("/Patient", json=body, headers={**FHIR_JSON, "If-None-Exist": "identifier=urn:test|the-one"}).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(post, range(24)))
    assert statuses == [200] * 23 + [201]
    assert fhir.get("/Patient", params={"identifier": "urn:test|the-one", "_total": "accurate"}).json()["total"] == 1


def test_unconditional_updates_at_once_lose_no_version(fhir: httpx.Client):
    fhir.put("/Patient/busy", json={**patient("Zero"), "id": "busy"}, headers=FHIR_JSON)

    def put(number: int) -> int:
        return fhir.put("/Patient/busy", json={**patient(f"N{number}"), "id": "busy"}, headers=FHIR_JSON).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(put, range(30)))
    accepted = statuses.count(200)
    assert set(statuses) <= {200, 409}
    history = fhir.get("/Patient/busy/_history", params={"_count": "100"}).json()
    assert [e["resource"]["meta"]["versionId"] for e in history["entry"]] == [str(n) for n in range(accepted + 1, 0, -1)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_server_killed_in_the_middle_keeps_what_it_acknowledged_and_shows_nothing_half_written(start: Start, database_url: str):
    process, address = start(database_url)
    acknowledged: list[str] = []
    enough = threading.Event()

    def write(worker: int) -> None:
        with httpx.Client(base_url=f"{address}/fhir", timeout=30) as client:
            for number in range(10_000):
                mark = f"w{worker}-{number}"
                resource = {**patient(mark), "identifier": [{"system": "urn:batch", "value": mark}]}
                entries = [{"resource": resource, "request": {"method": "POST", "url": "Patient"}}] * 4
                bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
                try:
                    answer = client.post("", content=json.dumps(bundle), headers=FHIR_JSON)
                except httpx.TransportError:
                    return
                if answer.status_code == 200:
                    acknowledged.append(mark)
                if len(acknowledged) > 40:
                    enough.set()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    for writer in writers:
        writer.join(40)
    _, address = start(database_url)
    found: dict[str, int] = {}
    with httpx.Client(base_url=f"{address}/fhir", timeout=30) as client:
        url: str | None = "/Patient?_count=200"
        while url:
            page = client.get(url).json()
            for entry in page.get("entry", []):
                mark = entry["resource"]["identifier"][0]["value"]
                found[mark] = found.get(mark, 0) + 1
            url = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
        assert set(acknowledged) <= set(found)
        assert set(found.values()) == {4}, "a transaction is there in part"
        by_index = client.get("/Patient", params={"identifier": f"urn:batch|{acknowledged[-1]}"}).json()
        assert len(by_index["entry"]) == 4
