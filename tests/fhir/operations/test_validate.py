"""$validate over ``handle``."""

from __future__ import annotations

import pytest

GOOD = {"resourceType": "Patient", "active": True}
BAD = {"resourceType": "Patient", "gender": "woman", "colour": "red"}


def parameters(**values):
    listed = [
        {"name": n, ("resource" if isinstance(v, dict) else "valueCode" if n == "mode" else "valueUri"): v} for n, v in values.items()
    ]
    return {"resourceType": "Parameters", "parameter": listed}


def errors(answer) -> int:
    return len(answer.rules)


def test_a_valid_resource_has_no_errors(api):
    for body in (GOOD, parameters(resource=GOOD), parameters(resource=GOOD, mode="create")):
        answer = api("POST", "Patient/$validate", body)
        assert (answer.status, errors(answer), answer.interaction) == (200, 0, "$validate")
    assert api("GET", "Patient?_total=accurate").json["total"] == 0


def test_the_faults_of_an_invalid_one_are_told_with_200(api):
    for body in (BAD, parameters(resource=BAD)):
        answer = api("POST", "Patient/$validate", body)
        assert answer.status == 200
        assert errors(answer) == 2
        assert "Patient.gender" in answer.places


def test_parameters_can_stand_in_the_query(api):
    answer = api("POST", "Patient/$validate?mode=create&profile=http://hl7.org/fhir/StructureDefinition/Patient", GOOD)
    assert (answer.status, errors(answer)) == (200, 0)


def test_another_type_than_the_addresss_is_a_fault(api):
    answer = api("POST", "Observation/$validate", GOOD)
    assert answer.status == 200 and errors(answer) > 0


def test_mode_update_needs_the_same_id(api, kari):
    assert errors(api("POST", f"Patient/{kari}/$validate", parameters(resource={**GOOD, "id": kari}, mode="update"))) == 0
    assert api("POST", f"Patient/{kari}/$validate", parameters(resource={**GOOD, "id": "x"}, mode="update")).rules == ["id-mismatch"]
    assert api.versions(f"Patient/{kari}") == 1


def test_mode_delete_needs_no_resource_and_deletes_nothing(api, kari):
    answer = api("POST", f"Patient/{kari}/$validate", parameters(mode="delete"))
    assert (answer.status, errors(answer)) == (200, 0)
    assert api("GET", f"Patient/{kari}").status == 200


def test_the_stored_resource_is_validated_where_none_is_sent(api, kari):
    answer = api("GET", f"Patient/{kari}/$validate")
    assert (answer.status, errors(answer)) == (200, 0)
    assert api("GET", "Patient/nobody/$validate").status == 404


def test_a_parameters_resource_can_be_what_is_meant(api):
    answer = api("POST", "Parameters/$validate", {"resourceType": "Parameters", "parameter": [{"name": "x", "valueString": "y"}]})
    assert (answer.status, errors(answer)) == (200, 0)


@pytest.mark.parametrize(
    ("url", "body", "rule"),
    [
        ("Patient/$validate", None, "validate-resource-missing"),
        ("Patient/$validate?mode=fly", GOOD, "validate-mode"),
        ("Patient/$validate?mode=update", GOOD, "validate-mode"),
        ("Patient/$validate?mode=profile", GOOD, "validate-profile"),
        ("Patient/$validate?profile=http://nowhere.test/x", GOOD, "profile-unknown"),
        ("Patient/$validate?colour=red", GOOD, "operation-parameter-unknown"),
        ("Patient/$validate", {"resourceType": "Parameters", "parameter": 5}, "parameters-malformed"),
        ("Patient/$validate", {"resourceType": "Parameters", "parameter": [{"name": 5}]}, "parameters-malformed"),
        ("$validate", GOOD, "operation-not-here"),
    ],
)
def test_what_cannot_be_validated_is_refused(api, url, body, rule):
    answer = api("POST", url, body)
    assert answer.rules == [rule]
    assert answer.status == (404 if rule == "operation-not-here" else 400)


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b'"x"', b"null", b'{"resourceType":5}', b'{"resourceType":"Patient","id":{}}'])
def test_hostile_bodies_never_fail(api, body):
    assert api("POST", "Patient/$validate", body).status in (200, 400)
