"""Clients that offer HTTP/2 over plain HTTP."""

from __future__ import annotations

import httpx


def test_a_client_that_offers_another_protocol_is_answered_and_its_body_read(server: str):
    """Java's HttpClient sends these headers by default."""
    offer = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA"}
    sent = {**offer, "Content-Type": "application/fhir+json"}
    made = httpx.post(f"{server}/fhir/Patient", json={"resourceType": "Patient", "language": "nb"}, headers=sent)
    assert (made.status_code, made.http_version, made.json()["language"]) == (201, "HTTP/1.1", "nb")
    large = {"resourceType": "Patient", "name": [{"text": "Upgrade: h2c \r\nUpgrade: h2c " * 20_000}]}
    assert httpx.post(f"{server}/fhir/Patient", json=large, headers=sent).json()["name"] == large["name"]
