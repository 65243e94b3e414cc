"""Bundles put together from stored texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hit_maternity.fhir import bundle
from hit_maternity.fhir.bundle import Found, Link
from hit_maternity.fhir.ports import Version

NOW = datetime(2026, 3, 1, 9, 30, 0, 125_000, tzinfo=UTC)
BASE = 'http://host/"quoted"/fhir'


def test_a_searchset_carries_the_texts_as_they_are():
    body = b'{"resourceType":"Observation","id":"1","valueQuantity":{"value":1.10}}'
    made = bundle.searchset([Found("Observation/1", body, "match"), Found("", b"{}", "outcome")], [Link("self", 'u"x')], 7, BASE, NOW)
    assert body in made
    assert json.loads(made) == {
        "resourceType": "Bundle",
        "meta": {"lastUpdated": "2026-03-01T09:30:00.125Z"},
        "type": "searchset",
        "total": 7,
        "link": [{"relation": "self", "url": 'u"x'}],
        "entry": [
            {"fullUrl": f"{BASE}/Observation/1", "resource": json.loads(body), "search": {"mode": "match"}},
            {"resource": {}, "search": {"mode": "outcome"}},
        ],
    }


def test_an_empty_bundle_has_no_empty_arrays():
    assert json.loads(bundle.searchset([], [], None, BASE, NOW)).keys() == {"resourceType", "meta", "type"}


def test_a_history_tells_what_made_each_version():
    versions = [
        Version("Patient", "1", 4, NOW, "DELETE", None),
        Version("Patient", "1", 3, NOW, "PATCH", b"{}"),
        Version("Patient", "1", 2, NOW, "PUT", b"{}"),
        Version("Patient", "1", 1, NOW, "POST", b"{}"),
        Version("Patient", "2", 1, NOW, "PUT", b"{}"),
    ]
    entries = json.loads(bundle.history(versions, [], None, BASE, NOW))["entry"]
    assert [
        (e["request"]["method"], e["request"]["url"], e["response"]["status"], e["response"]["etag"], "resource" in e) for e in entries
    ] == [
        ("DELETE", "Patient/1", "204 No Content", 'W/"4"', False),
        ("PATCH", "Patient/1", "200 OK", 'W/"3"', True),
        ("PUT", "Patient/1", "200 OK", 'W/"2"', True),
        ("POST", "Patient", "201 Created", 'W/"1"', True),
        ("PUT", "Patient/2", "201 Created", 'W/"1"', True),
    ]
    assert entries[0]["fullUrl"] == f"{BASE}/Patient/1"
    assert entries[0]["response"]["lastModified"] == "2026-03-01T09:30:00.125Z"


def test_a_response_entry_has_the_parts_that_are_there():
    headers = {"location": "http://h/Patient/1/_history/1", "etag": 'W/"1"'}
    whole = json.loads(bundle.response_entry("201 Created", headers, b'{"a":1}', b'{"b":2}', "2026-03-01T09:30:00.125Z"))
    assert whole == {
        "resource": {"a": 1},
        "response": {
            "status": "201 Created",
            "location": headers["location"],
            "etag": 'W/"1"',
            "lastModified": "2026-03-01T09:30:00.125Z",
            "outcome": {"b": 2},
        },
    }
    assert json.loads(bundle.response_entry("204 No Content", {}, b"", b"", None)) == {"response": {"status": "204 No Content"}}
