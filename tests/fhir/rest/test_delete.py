"""delete over ``handle``."""

from __future__ import annotations


def test_deletes_and_tells_the_version(api, kari):
    answer = api("DELETE", f"Patient/{kari}")
    assert (answer.status, answer.body, answer.headers["etag"]) == (204, b"", 'W/"2"')
    assert api("GET", f"Patient/{kari}").status == 410
    assert api("GET", "Patient?identifier=urn:test|kari").entries == []


def test_deleting_again_changes_nothing(api, kari):
    api("DELETE", f"Patient/{kari}")
    assert api("DELETE", f"Patient/{kari}").status == 204
    assert api("DELETE", "Patient/nobody").status == 204
    assert api.versions(f"Patient/{kari}") == 2


def test_prefer_can_ask_for_an_outcome(api, kari):
    answer = api("DELETE", f"Patient/{kari}", prefer="return=OperationOutcome")
    assert (answer.status, answer.json["resourceType"]) == (200, "OperationOutcome")


def test_a_stale_if_match_is_refused(api, kari):
    answer = api("DELETE", f"Patient/{kari}", if_match='W/"3"')
    assert (answer.status, answer.rules) == (412, ["version-stale"])
    assert api("GET", f"Patient/{kari}").status == 200


def test_conditional_delete_takes_the_one_that_fits(api, kari):
    assert api("DELETE", "Patient?identifier=urn:test|kari").status == 204
    assert api("GET", f"Patient/{kari}").status == 410


def test_conditional_delete_of_nothing_changes_nothing(api, kari):
    assert api("DELETE", "Patient?identifier=urn:test|nobody").status == 204
    assert api("GET", f"Patient/{kari}").status == 200


def test_conditional_delete_never_takes_more_than_one(api):
    ids = [api.create({"resourceType": "Patient", "active": True}) for _ in range(2)]
    answer = api("DELETE", "Patient?active=true")
    assert (answer.status, answer.rules) == (412, ["conditional-multiple"])
    assert [api("GET", f"Patient/{id}").status for id in ids] == [200, 200]


def test_conditional_delete_without_criteria_is_refused(api, kari):
    answer = api("DELETE", "Patient")
    assert (answer.status, answer.rules) == (400, ["conditional-criteria-missing"])
    assert api("GET", f"Patient/{kari}").status == 200
