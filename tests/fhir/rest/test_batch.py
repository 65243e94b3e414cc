"""batch over ``handle``."""

from __future__ import annotations

import pytest

PATIENT = {"resourceType": "Patient", "active": True}


def batch(*entries):
    return {"resourceType": "Bundle", "type": "batch", "entry": list(entries)}


def entry(method: str, url: str, resource=None, **request):
    made = {"request": {"method": method, "url": url, **request}}
    return {**made, "resource": resource} if resource is not None else made


def test_each_entry_is_answered_in_its_place(api, kari):
    answer = api(
        "POST",
        "",
        batch(
            entry("GET", f"Patient/{kari}"),
            entry("POST", "Patient", PATIENT),
            entry("GET", "Patient/nobody"),
            entry("GET", "Patient?identifier=urn:test|kari"),
            entry("GET", f"Patient/{kari}/_history"),
            entry("GET", "metadata"),
            entry("DELETE", "Patient/nobody"),
            entry("HEAD", f"Patient/{kari}"),
        ),
    )
    assert (answer.status, answer.interaction, answer.json["type"]) == (200, "batch", "batch-response")
    assert [e["response"]["status"][:3] for e in answer.entries] == ["200", "201", "404", "200", "200", "200", "204", "200"]
    read, made, missing, found, history, metadata, _, head = answer.entries
    assert read["resource"]["id"] == kari and read["response"]["etag"] == 'W/"1"'
    assert "resource" not in made and made["response"]["location"].startswith("http://fhir.test/fhir/Patient/")
    assert missing["response"]["outcome"]["issue"][0]["expression"] == ["Bundle.entry[2]"]
    assert found["resource"]["type"] == "searchset" and history["resource"]["type"] == "history"
    assert metadata["resource"]["resourceType"] == "CapabilityStatement"
    assert "resource" not in head


def test_a_fault_leaves_the_others_alone(api):
    answer = api(
        "POST", "", batch(entry("POST", "Patient", PATIENT), entry("POST", "Patient", {"resourceType": "Patient", "gender": "woman"}))
    )
    assert [e["response"]["status"][:3] for e in answer.entries] == ["201", "422"]
    issue = answer.entries[1]["response"]["outcome"]["issue"][0]
    assert issue["expression"] == ["Bundle.entry[1].resource.gender"]
    assert api("GET", "Patient?_total=accurate").json["total"] == 1


def test_a_faulty_request_is_a_fault_of_its_entry(api):
    answer = api(
        "POST",
        "",
        batch(entry("FETCH", "Patient/1"), entry("POST", "Patient", PATIENT), {"request": {"method": "GET", "url": "http://x.test/y"}}),
    )
    assert answer.status == 200
    assert [e["response"]["status"][:3] for e in answer.entries] == ["400", "201", "400"]
    assert answer.entries[0]["response"]["outcome"]["issue"][0]["expression"] == ["Bundle.entry[0].request.method"]


def test_a_faulty_bundle_is_refused_whole(api):
    answer = api("POST", "", {**batch(entry("POST", "Patient", PATIENT)), "colour": "red"})
    assert answer.status == 400
    assert api("GET", "Patient?_total=accurate").json["total"] == 0


def test_headers_stand_in_the_request(api, kari):
    answer = api(
        "POST",
        "",
        batch(
            entry("GET", f"Patient/{kari}", ifNoneMatch='W/"1"'),
            entry("GET", f"Patient/{kari}", ifModifiedSince="2026-03-01T08:30:00Z"),
            entry("GET", f"Patient/{kari}", ifModifiedSince="2020-01-01T00:00:00Z"),
            entry("PUT", f"Patient/{kari}", {**PATIENT, "id": kari}, ifMatch='W/"5"'),
            entry("POST", "Patient", PATIENT, ifNoneExist="identifier=urn:test|kari"),
        ),
    )
    assert [e["response"]["status"] for e in answer.entries] == [
        "304 Not Modified",
        "304 Not Modified",
        "200 OK",
        "412 Precondition Failed",
        "200 OK",
    ]


def test_operations_can_be_called(api, kari):
    answer = api("POST", "", batch(entry("POST", "Patient/$validate", PATIENT), entry("GET", f"Patient/{kari}/$everything")))
    assert [e["resource"]["resourceType"] for e in answer.entries] == ["OperationOutcome", "Bundle"]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_bundle_in_a_bundle_is_refused(api, kind):
    answer = api("POST", "", batch(entry("POST", "/", {"resourceType": "Bundle", "type": kind})))
    assert answer.entries[0]["response"]["status"].startswith("400")


def test_the_whole_answer_can_be_xml(api, kari):
    assert b"<response>" in api("POST", "?_format=xml", batch(entry("GET", f"Patient/{kari}"))).body
