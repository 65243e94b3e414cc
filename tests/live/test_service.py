"""What stands beside FHIR on a running server: landing page, documents, health, metrics, request ids, the log."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Synthetic: the month has 80 added.
NATIONAL_ID = "23860150271"


def test_the_landing_page_and_the_documents_are_served(server: str):
    page = httpx.get(server)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"{server}/fhir/Observation" in page.text
    for name in ("fhir", "dhg-v1", "service"):
        served = httpx.get(f"{server}/openapi/{name}.json", timeout=30)
        assert served.json() == json.loads((ROOT / "openapi" / f"{name}.json").read_text(encoding="utf-8"))


def test_health_says_alive_and_ready(server: str):
    assert httpx.get(f"{server}/health/live").json() == {"status": "alive"}
    assert httpx.get(f"{server}/health/ready").json() == {"status": "ready"}


def test_the_metrics_tell_interactions_and_no_ids(server: str):
    made = httpx.post(f"{server}/fhir/Patient", json={"resourceType": "Patient"}, headers={"Content-Type": "application/fhir+json"})
    assert made.status_code == 201
    assert httpx.get(f"{server}/fhir/Patient?identifier=x|{NATIONAL_ID}").status_code == 200
    assert httpx.get(f"{server}/fhir/Patient/no-such-one").status_code == 404
    told = httpx.get(f"{server}/metrics").text
    for line in (
        'hit_requests_total{door="fhir",interaction="create",method="POST",status="201"} 1.0',
        'hit_requests_total{door="fhir",interaction="search-type",method="GET",status="200"} 1.0',
        'hit_requests_total{door="fhir",interaction="read",method="GET",status="404"} 1.0',
        'hit_request_seconds_count{door="fhir",interaction="create"} 1.0',
    ):
        assert line in told
    assert NATIONAL_ID not in told and "no-such-one" not in told and made.json()["id"] not in told


def test_every_answer_carries_the_request_id(server: str):
    for path in ("/fhir/metadata", "/fhir/Patient/none", "/health/ready", "/metrics", "/", "/nothing"):
        assert httpx.get(server + path, headers={"X-Request-Id": "call-7"}).headers["x-request-id"] == "call-7", path
        assert httpx.get(server + path).headers["x-request-id"]


def test_pages_of_other_origins_may_not_call_unless_the_operator_says_so(server: str):
    answer = httpx.get(f"{server}/fhir/metadata", headers={"Origin": "https://app.example"})
    assert "access-control-allow-origin" not in answer.headers and answer.json()["rest"][0]["security"]["cors"] is False


def test_pages_of_any_origin_may_call_fhir_without_credentials(start: Callable[..., Any]):
    server = start(cors_origins="*").address
    assert httpx.get(f"{server}/fhir/metadata").json()["rest"][0]["security"]["cors"] is True
    asked = httpx.options(f"{server}/fhir/Patient/1", headers={"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"})
    assert asked.status_code in (200, 204)
    assert "PUT" in asked.headers["access-control-allow-methods"]
    answer = httpx.get(f"{server}/fhir/Patient", headers={"Origin": "https://app.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "ETag" in answer.headers["access-control-expose-headers"]


def test_the_server_does_not_say_what_it_is_made_of(server: str):
    for path in ("/fhir/metadata", "/", "/health/live"):
        assert "server" not in httpx.get(server + path).headers


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_log_tells_calls_without_addresses_queries_or_bodies(start: Callable[..., Any], form: str):
    running = start(log_format=form)
    address = running.address
    patient = {"resourceType": "Patient", "identifier": [{"system": "urn:x", "value": NATIONAL_ID}], "name": [{"family": "Tåkeheim"}]}
    headers = {"Content-Type": "application/fhir+json", "X-Request-Id": "call-9"}
    made = httpx.post(f"{address}/fhir/Patient", json=patient, headers=headers).json()
    httpx.get(f"{address}/fhir/Patient?identifier=urn:x|{NATIONAL_ID}&name=T%C3%A5keheim")
    httpx.post(f"{address}/fhir/Patient/_search", data={"identifier": NATIONAL_ID})
    httpx.post(f"{address}/fhir/Patient", content=f'{{"resourceType":"Patient","{NATIONAL_ID}":1', headers=headers)
    httpx.get(f"{address}/fhir/Patient/{made['id']}")
    httpx.get(f"{address}/{NATIONAL_ID}")
    running.stop()
    text = running.told.read_text(encoding="utf-8")
    assert NATIONAL_ID not in text and "keheim" not in text and made["id"] not in text
    assert len([line for line in text.splitlines() if "call-9" in line]) == 2
    if form == "json":
        told = [json.loads(line) for line in text.splitlines()]
        create = next(call for call in told if call.get("request_id") == "call-9")
        assert (create["event"], create["door"], create["interaction"], create["status"]) == ("request", "fhir", "create", 201)
        assert create["ms"] > 0


def test_a_server_that_is_told_to_stop_ends_well(start: Callable[..., Any]):
    running = start()
    httpx.get(f"{running.address}/fhir/metadata")
    assert running.stop() in (0, -15 if sys.platform != "win32" else 1)
    assert "Traceback" not in running.told.read_text(encoding="utf-8")


def test_the_public_address_and_the_limits_are_those_of_the_settings(start: Callable[..., Any]):
    address = start(
        public_base_url="https://record.example.no", max_body_bytes="2000", search_count="3", cors_origins="https://app.example"
    ).address
    headers = {"Content-Type": "application/fhir+json", "Origin": "https://app.example"}
    made = httpx.post(f"{address}/fhir/Patient", json={"resourceType": "Patient"}, headers=headers)
    assert made.headers["location"].startswith("https://record.example.no/fhir/Patient/")
    assert made.headers["access-control-allow-origin"] == "https://app.example"
    refused = httpx.post(f"{address}/fhir/Patient", json={"resourceType": "Patient", "name": [{"text": "x" * 3000}]}, headers=headers)
    assert refused.status_code == 413
    for _ in range(4):
        httpx.post(f"{address}/fhir/Patient", json={"resourceType": "Patient"}, headers=headers)
    page = httpx.get(f"{address}/fhir/Patient").json()
    assert len(page["entry"]) == 3
    other = httpx.get(f"{address}/fhir/Patient", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in other.headers
