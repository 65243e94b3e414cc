"""read over ``handle``."""

from __future__ import annotations

import json


def test_gives_the_resource_with_its_version_and_time(api, kari):
    answer = api("GET", f"Patient/{kari}")
    assert answer.status == 200
    assert answer.interaction == "read"
    assert answer.json["name"] == [{"family": "Testesen"}]
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["last-modified"] == "Sun, 01 Mar 2026 08:00:01 GMT"
    assert answer.json["meta"] == {"versionId": "1", "lastUpdated": "2026-03-01T08:00:01.000Z"}


def test_numbers_come_back_as_they_were_spelt(api):
    body = b'{"resourceType":"Observation","status":"final","code":{"text":"w"},"valueQuantity":{"value":1.10}}'
    made = api("POST", "Observation", body)
    assert made.status == 201
    assert b'"value":1.10}' in api("GET", f"Observation/{made.json['id']}").body


def test_head_answers_as_get(api, kari):
    assert api("HEAD", f"Patient/{kari}").headers == api("GET", f"Patient/{kari}").headers


def test_an_unused_id_is_not_found(api):
    answer = api("GET", "Patient/nobody")
    assert (answer.status, answer.rules) == (404, ["resource-unknown"])


def test_a_deleted_resource_is_gone_and_tells_the_version(api, kari):
    api("DELETE", f"Patient/{kari}")
    answer = api("GET", f"Patient/{kari}")
    assert (answer.status, answer.rules) == (410, ["resource-deleted"])
    assert answer.headers["etag"] == 'W/"2"'


def test_an_unknown_type_is_not_found_and_its_right_spelling_is_told(api):
    answer = api("GET", "PATIENT/1")
    assert (answer.status, answer.rules) == (404, ["type-unknown"])
    assert "Did you mean Patient?" in answer.json["issue"][0]["details"]["text"]


def test_what_is_no_id_is_refused(api):
    for id in ("x" * 65, "a%00b".replace("%00", "\0"), "å", "a b", "a'b"):
        answer = api("GET", f"Patient/{id}")
        assert (answer.status, answer.rules) == (400, ["id-invalid"]), id


def test_a_known_version_is_not_sent_again(api, kari):
    first = api("GET", f"Patient/{kari}")
    for header in ('W/"1"', '"1"', 'W/"7", W/"1"', "*"):
        answer = api("GET", f"Patient/{kari}", if_none_match=header)
        assert (answer.status, answer.body) == (304, b""), header
        assert answer.headers["etag"] == 'W/"1"'
    assert api("GET", f"Patient/{kari}", if_none_match='W/"2"').status == 200
    assert api("GET", f"Patient/{kari}", if_modified_since=first.headers["last-modified"]).status == 304
    assert api("GET", f"Patient/{kari}", if_modified_since="Sun, 01 Mar 2026 08:00:00 GMT").status == 200
    assert api("GET", f"Patient/{kari}", if_modified_since="yesterday").status == 200


def test_if_none_match_decides_alone_where_both_are_sent(api, kari):
    now = api("GET", f"Patient/{kari}").headers["last-modified"]
    assert api("GET", f"Patient/{kari}", if_none_match='W/"9"', if_modified_since=now).status == 200


def test_a_malformed_tag_is_refused(api, kari):
    answer = api("GET", f"Patient/{kari}", if_none_match="W/version one")
    assert (answer.status, answer.rules) == (400, ["if-none-match-malformed"])


def test_summary_and_elements_give_a_part(api):
    id = api.create({"resourceType": "Patient", "gender": "female", "birthDate": "1996-01-01", "maritalStatus": {"text": "m"}})
    part = api("GET", f"Patient/{id}?_elements=gender").json
    assert part["gender"] == "female" and "birthDate" not in part
    assert part["meta"]["tag"][0]["code"] == "SUBSETTED"
    summary = api("GET", f"Patient/{id}?_summary=true").json
    assert summary["birthDate"] == "1996-01-01" and "maritalStatus" not in summary
    assert "maritalStatus" in api("GET", f"Patient/{id}?_summary=false").json
    assert api("GET", f"Patient/{id}?_summary=much").rules == ["search-value-summary"]


def test_the_answer_is_xml_where_it_is_asked_for(api, kari):
    for answer in (api("GET", f"Patient/{kari}", accept="application/fhir+xml"), api("GET", f"Patient/{kari}?_format=xml")):
        assert answer.headers["content-type"].startswith("application/fhir+xml")
        assert answer.body.startswith((b"<?xml", b"<Patient")) and b'<family value="Testesen"/>' in answer.body


def test_pretty_json_has_line_breaks(api, kari):
    answer = api("GET", f"Patient/{kari}?_pretty=true")
    assert b"\n" in answer.body
    assert answer.json == api("GET", f"Patient/{kari}").json


def test_a_fault_is_told_in_the_format_asked_for(api):
    answer = api("GET", "Patient/nobody?_format=xml")
    assert answer.status == 404
    assert b"<OperationOutcome" in answer.body and answer.headers["content-type"].startswith("application/fhir+xml")


def test_a_format_that_cannot_be_given_is_not_acceptable(api, kari):
    answer = api("GET", f"Patient/{kari}", accept="application/pdf")
    assert (answer.status, answer.rules) == (406, ["format-not-acceptable"])
    assert json.loads(answer.body)["resourceType"] == "OperationOutcome"
