"""create over ``handle``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

IDENTIFIED = {"resourceType": "Patient", "identifier": [{"system": "urn:test", "value": "one"}]}


def test_makes_version_1_under_an_id_of_the_server(api):
    answer = api("POST", "Patient", {"resourceType": "Patient", "id": "mine", "active": True})
    id = answer.json["id"]
    assert answer.status == 201
    assert id != "mine"
    assert answer.headers["location"] == f"http://fhir.test/fhir/Patient/{id}/_history/1"
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["last-modified"]
    assert api("GET", f"Patient/{id}").body == answer.body


def test_the_senders_version_and_time_are_replaced_and_its_labels_kept(api):
    meta = {
        "versionId": "77",
        "lastUpdated": "1999-01-01T00:00:00Z",
        "source": "urn:me",
        "profile": ["http://example.org/p"],
        "tag": [{"system": "urn:t", "code": "x"}],
        "security": [{"code": "R"}],
    }
    found = api("POST", "Patient", {"resourceType": "Patient", "meta": meta, "active": True}).json["meta"]
    assert found["versionId"] == "1" and found["lastUpdated"].startswith("2026-03-01")
    assert {k: v for k, v in found.items() if k not in ("versionId", "lastUpdated")} == {
        k: v for k, v in meta.items() if k not in ("versionId", "lastUpdated")
    }


def test_keys_stay_in_the_order_they_came_behind_type_id_and_meta(api):
    answer = api("POST", "Patient", b'{"gender":"female","active":true,"resourceType":"Patient","birthDate":"1996-01-01"}')
    assert list(answer.json) == ["resourceType", "id", "meta", "gender", "active", "birthDate"]


def test_prefer_decides_what_comes_back(api):
    patient = {"resourceType": "Patient", "active": True}
    assert api("POST", "Patient", patient, prefer="return=minimal").body == b""
    assert api("POST", "Patient", patient, prefer="return=representation").json["resourceType"] == "Patient"
    assert api("POST", "Patient", patient, prefer="handling=strict, return=OperationOutcome").json["resourceType"] == "OperationOutcome"
    assert api("POST", "Patient", patient, prefer="something=else").json["resourceType"] == "Patient"


def test_every_fault_is_told_at_once_and_nothing_is_stored(api):
    broken = {"resourceType": "Patient", "gender": "woman", "birthDate": "1996-02-31", "colour": "red"}
    answer = api("POST", "Patient", broken)
    assert answer.status == 422
    assert {"Patient.gender", "Patient.birthDate"} <= set(answer.places)
    assert len(answer.rules) >= 3
    assert api("GET", "Patient?_total=accurate").json["total"] == 0


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        (b"", 400, None),
        (b"{", 400, None),
        (b'{"resourceType":"Patient","active":true,"active":false}', 400, None),
        (b"[]", 400, "resource-expected"),
        (b'"text"', 400, "resource-expected"),
        (b"null", 400, "resource-expected"),
        (b"{}", 400, "type-mismatch"),
        (b'{"resourceType":"Observation"}', 400, "type-mismatch"),
        (b'{"resourceType":5}', 400, "type-mismatch"),
        (b'{"resourceType":["Patient"]}', 400, "type-mismatch"),
        (b'{"resourceType":"Patient","name":[{"family":"a\\u0000b"}]}', 400, None),
        (b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}', 400, None),
        (b'{"resourceType":"Patient","multipleBirthInteger":NaN}', 400, None),
        (b'{"resourceType":"Patient","x":' + b"[" * 5000 + b"]" * 5000 + b"}", 400, None),
        (b"\xff\xfe", 400, None),
        (b'{"resourceType":"Patient","multipleBirthInteger":' + b"9" * 6000 + b"}", 400, None),
    ],
)
def test_a_body_that_is_no_patient_is_refused(api, body, status, rule):
    answer = api("POST", "Patient", body)
    assert answer.status in (status, 413)
    assert answer.json["resourceType"] == "OperationOutcome"
    assert rule is None or answer.rules == [rule]
    assert api("GET", "Patient?_total=accurate").json["total"] == 0


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/pdf", "application/x-www-form-urlencoded", "application/json-patch+json", "", "?"]
)
def test_a_body_of_another_type_is_refused(api, kind):
    answer = api("POST", "Patient", IDENTIFIED, content_type=kind)
    assert answer.status == 415


def test_xml_is_taken_and_read_back_as_json(api):
    body = b'<Patient xmlns="http://hl7.org/fhir"><active value="true"/><name><family value="Testesen"/></name></Patient>'
    answer = api("POST", "Patient", body, content_type="application/fhir+xml")
    assert answer.status == 201
    assert answer.json["name"] == [{"family": "Testesen"}] and answer.json["active"] is True


@pytest.mark.parametrize(
    "body",
    [
        b"<Patient",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"><id value="&e;"/></Patient>',
        b'<Patient xmlns="http://other"/>',
        b'<Patient xmlns="http://hl7.org/fhir"><colour value="red"/></Patient>',
        b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><Patient xmlns="http://hl7.org/fhir"><id value="&b;"/></Patient>',
    ],
)
def test_malformed_or_hostile_xml_is_refused(api, body):
    answer = api("POST", "Patient", body, content_type="application/fhir+xml")
    assert answer.status in (400, 422)
    assert b"root:" not in answer.body
    assert api("GET", "Patient?_total=accurate").json["total"] == 0


def test_if_none_exist_makes_one_where_nothing_fits(api):
    answer = api("POST", "Patient", IDENTIFIED, if_none_exist="identifier=urn:test|one")
    assert answer.status == 201


def test_if_none_exist_gives_the_one_that_fits(api):
    there = api.create(IDENTIFIED)
    answer = api("POST", "Patient", IDENTIFIED, if_none_exist="identifier=urn:test|one")
    assert (answer.status, answer.json["id"]) == (200, there)
    assert answer.headers["etag"] == 'W/"1"'
    assert api.versions(f"Patient/{there}") == 1


def test_if_none_exist_refuses_where_several_fit(api):
    api.create(IDENTIFIED)
    api.create(IDENTIFIED)
    answer = api("POST", "Patient", IDENTIFIED, if_none_exist="identifier=urn:test|one")
    assert (answer.status, answer.rules) == (412, ["conditional-multiple"])


@pytest.mark.parametrize(("criteria", "rule"), [("", "conditional-criteria-missing"), ("_count=3", "conditional-criteria-missing")])
def test_if_none_exist_must_select(api, criteria, rule):
    answer = api("POST", "Patient", IDENTIFIED, if_none_exist=criteria)
    assert (answer.status, answer.rules) == (400, [rule])


def test_if_none_exist_with_an_unknown_parameter_is_refused(api):
    answer = api("POST", "Patient", IDENTIFIED, if_none_exist="identifer=urn:test|one")
    assert (answer.status, answer.rules) == (400, ["search-parameter-unknown"])


def test_many_conditional_creates_at_once_make_one(api):
    def post(_: int) -> int:
        return int(api("POST", "Patient", IDENTIFIED, if_none_exist="identifier=urn:test|one").status)

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(post, range(8)))
    assert statuses == [200] * 7 + [201]
