"""patch over ``handle``."""

from __future__ import annotations

import pytest

JSON_PATCH = "application/json-patch+json"
REPLACE = [{"op": "replace", "path": "/name/0/family", "value": "Patched"}]
FHIRPATH = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "operation",
            "part": [
                {"name": "type", "valueCode": "replace"},
                {"name": "path", "valueString": "Patient.name[0].family"},
                {"name": "value", "valueString": "Patched"},
            ],
        }
    ],
}


def test_json_patch_makes_a_version(api, kari):
    answer = api("PATCH", f"Patient/{kari}", REPLACE, content_type=JSON_PATCH)
    assert answer.status == 200
    assert answer.json["name"][0]["family"] == "Patched"
    assert answer.headers["etag"] == 'W/"2"' and answer.json["meta"]["versionId"] == "2"
    assert api("GET", f"Patient/{kari}/_history").entries[0]["request"]["method"] == "PATCH"


def test_fhirpath_patch_makes_a_version(api, kari):
    answer = api("PATCH", f"Patient/{kari}", FHIRPATH)
    assert answer.status == 200 and answer.json["name"][0]["family"] == "Patched"


def test_numbers_that_are_not_touched_keep_their_digits(api):
    body = b'{"resourceType":"Observation","status":"final","code":{"text":"w"},"valueQuantity":{"value":1.10}}'
    id = api("POST", "Observation", body).json["id"]
    answer = api("PATCH", f"Observation/{id}", [{"op": "replace", "path": "/status", "value": "amended"}], content_type=JSON_PATCH)
    assert b'"value":1.10' in answer.body and answer.json["status"] == "amended"


def test_a_result_that_is_not_valid_is_refused_and_changes_nothing(api, kari):
    answer = api("PATCH", f"Patient/{kari}", [{"op": "add", "path": "/gender", "value": "woman"}], content_type=JSON_PATCH)
    assert (answer.status, answer.places) == (422, ["Patient.gender"])
    assert api.versions(f"Patient/{kari}") == 1


def test_a_failed_test_operation_changes_nothing(api, kari):
    change = [{"op": "test", "path": "/name/0/family", "value": "Somebody"}, *REPLACE]
    answer = api("PATCH", f"Patient/{kari}", change, content_type=JSON_PATCH)
    assert 400 <= answer.status < 500
    assert api.versions(f"Patient/{kari}") == 1


def test_the_id_cannot_be_patched(api, kari):
    answer = api("PATCH", f"Patient/{kari}", [{"op": "replace", "path": "/id", "value": "x"}], content_type=JSON_PATCH)
    assert 400 <= answer.status < 500
    assert api.versions(f"Patient/{kari}") == 1


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"5", b'[{"op":"fly"}]', b'[{"path":"/x"}]', b"[5]", b'[{"op":"remove","path":5}]'])
def test_a_malformed_json_patch_is_refused(api, kari, body):
    answer = api("PATCH", f"Patient/{kari}", body, content_type=JSON_PATCH)
    assert answer.status in (400, 422)
    assert api.versions(f"Patient/{kari}") == 1


@pytest.mark.parametrize("body", [{"resourceType": "Patient"}, {"resourceType": "Parameters", "parameter": [{"name": "operation"}]}, [], 5])
def test_a_malformed_fhirpath_patch_is_refused(api, kari, body):
    answer = api("PATCH", f"Patient/{kari}", body)
    assert answer.status in (400, 422)
    assert api.versions(f"Patient/{kari}") == 1


def test_another_kind_of_patch_is_not_supported(api, kari):
    answer = api("PATCH", f"Patient/{kari}", b"<diff/>", content_type="application/xml-patch+xml")
    assert answer.status == 415


def test_there_must_be_something_to_patch(api, kari):
    assert api("PATCH", "Patient/nobody", REPLACE, content_type=JSON_PATCH).rules == ["resource-unknown"]
    api("DELETE", f"Patient/{kari}")
    answer = api("PATCH", f"Patient/{kari}", REPLACE, content_type=JSON_PATCH)
    assert (answer.status, answer.rules) == (410, ["resource-deleted"])


def test_a_stale_if_match_is_refused(api, kari):
    assert api("PATCH", f"Patient/{kari}", REPLACE, content_type=JSON_PATCH, if_match='W/"2"').status == 412
    assert api("PATCH", f"Patient/{kari}", REPLACE, content_type=JSON_PATCH, if_match='W/"1"').status == 200


def test_conditional_patch_changes_the_one_that_fits(api, kari):
    answer = api("PATCH", "Patient?identifier=urn:test|kari", REPLACE, content_type=JSON_PATCH)
    assert (answer.status, answer.json["id"]) == (200, kari)


def test_conditional_patch_of_nothing_is_not_found(api):
    answer = api("PATCH", "Patient?identifier=urn:test|nobody", REPLACE, content_type=JSON_PATCH)
    assert (answer.status, answer.rules) == (404, ["conditional-none"])


def test_conditional_patch_refuses_where_several_fit(api):
    for _ in range(2):
        api.create({"resourceType": "Patient", "active": True})
    answer = api("PATCH", "Patient?active=true", REPLACE, content_type=JSON_PATCH)
    assert (answer.status, answer.rules) == (412, ["conditional-multiple"])
