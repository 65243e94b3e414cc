"""Several worker processes on PostgreSQL behave as one server."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx


def post(address: str, number: int) -> int:
    body = {"resourceType": "Patient", "identifier": [{"system": "urn:test", "value": str(number)}]}
    return httpx.post(f"{address}/fhir/Patient", json=body, headers={"Content-Type": "application/fhir+json"}, timeout=60).status_code


def test_two_workers_share_data_metrics_and_the_key_of_their_links(start: Callable[..., Any], postgresql_url: str, tmp_path: Path):
    running = start(database_url=postgresql_url, workers="2", key_file=str(tmp_path / "hit.key"))
    address = running.address
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda number: post(address, number), range(40))) == {201}

    told = httpx.get(f"{address}/metrics").text
    counted = re.search(r'hit_requests_total\{door="fhir",interaction="create",method="POST",status="201"\} (\d+)', told)
    assert counted and int(counted[1]) == 40, "whichever worker is asked tells of both"

    page = httpx.post(f"{address}/fhir/Patient/_search", data={"_count": "1"}).json()
    following = next(link["url"] for link in page["link"] if link["relation"] == "next")
    for _ in range(12):  # a new connection each time: it lands on either worker
        assert httpx.get(following).status_code == 200
    assert running.stop() in (0, -15)
