"""update over ``handle``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest


def patient(id: str | None, family: str = "New", **more):
    return {"resourceType": "Patient", **({"id": id} if id else {}), "name": [{"family": family}], **more}


def test_makes_the_next_version(api, kari):
    answer = api("PUT", f"Patient/{kari}", patient(kari))
    assert answer.status == 200
    assert answer.headers["etag"] == 'W/"2"'
    assert answer.headers["content-location"].endswith(f"/Patient/{kari}/_history/2")
    assert answer.json["meta"]["versionId"] == "2"
    assert api("GET", f"Patient/{kari}").json["name"][0]["family"] == "New"


def test_an_update_that_changes_nothing_makes_a_version_too(api, kari):
    api("PUT", f"Patient/{kari}", patient(kari))
    assert api("PUT", f"Patient/{kari}", patient(kari)).json["meta"]["versionId"] == "3"


def test_an_unused_id_is_created(api):
    answer = api("PUT", "Patient/my-id", patient("my-id"))
    assert answer.status == 201
    assert answer.headers["location"] == "http://fhir.test/fhir/Patient/my-id/_history/1"


def test_a_deleted_resource_comes_back(api, kari):
    api("DELETE", f"Patient/{kari}")
    answer = api("PUT", f"Patient/{kari}", patient(kari))
    assert (answer.status, answer.json["meta"]["versionId"]) == (201, "3")
    assert api("GET", f"Patient/{kari}").status == 200


@pytest.mark.parametrize(("id", "rule"), [(None, "id-missing"), ("other", "id-mismatch"), (5, "id-mismatch")])
def test_the_bodys_id_must_be_the_one_in_the_address(api, kari, id, rule):
    answer = api("PUT", f"Patient/{kari}", patient(id))
    assert (answer.status, answer.rules, answer.places) == (400, [rule], ["Patient.id"])
    assert api.versions(f"Patient/{kari}") == 1


def test_an_id_over_64_characters_is_refused(api):
    long = "a" * 65
    answer = api("PUT", f"Patient/{long}", patient(long))
    assert (answer.status, answer.rules) == (400, ["id-invalid"])


def test_another_type_is_refused(api, kari):
    answer = api("PUT", f"Patient/{kari}", {"resourceType": "Person", "id": kari})
    assert (answer.status, answer.rules) == (400, ["type-mismatch"])


def test_a_stale_if_match_is_refused_and_changes_nothing(api, kari):
    api("PUT", f"Patient/{kari}", patient(kari), if_match='W/"1"')
    for stale in ('W/"1"', '"1"', 'W/"9"', 'W/"abc"'):
        answer = api("PUT", f"Patient/{kari}", patient(kari, "Lost"), if_match=stale)
        assert (answer.status, answer.rules) == (412, ["version-stale"]), stale
        assert answer.headers["etag"] == 'W/"2"'
    assert api.versions(f"Patient/{kari}") == 2


def test_a_fitting_if_match_is_taken_in_every_form(api, kari):
    for n, tag in enumerate(('W/"1"', '"2"', "3", 'W/"9", W/"4"', "*"), start=2):
        answer = api("PUT", f"Patient/{kari}", patient(kari), if_match=tag)
        assert (answer.status, answer.headers["etag"]) == (200, f'W/"{n}"'), tag


def test_if_match_does_not_fit_what_is_not_there(api, kari):
    for tag in ('W/"1"', "*"):
        assert api("PUT", "Patient/nobody", patient("nobody"), if_match=tag).status == 412
    api("DELETE", f"Patient/{kari}")
    assert api("PUT", f"Patient/{kari}", patient(kari), if_match="*").status == 412
    assert api("PUT", f"Patient/{kari}", patient(kari), if_match='W/"2"').status == 201


def test_a_malformed_if_match_is_refused(api, kari):
    answer = api("PUT", f"Patient/{kari}", patient(kari), if_match='W/"1')
    assert (answer.status, answer.rules) == (400, ["if-match-malformed"])


def test_if_none_match_star_only_creates(api, kari):
    answer = api("PUT", f"Patient/{kari}", patient(kari), if_none_match="*")
    assert (answer.status, answer.rules) == (412, ["version-exists"])
    assert api("PUT", "Patient/fresh", patient("fresh"), if_none_match="*").status == 201


def test_of_many_writers_with_the_same_if_match_one_wins(api, kari):
    def put(n: int) -> int:
        return int(api("PUT", f"Patient/{kari}", patient(kari, f"W{n}"), if_match='W/"1"').status)

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(put, range(8)))
    assert statuses == [200] + [412] * 7
    assert api.versions(f"Patient/{kari}") == 2


# ---------------------------------------------------------------- conditional


def test_conditional_update_changes_the_one_that_fits(api, kari):
    for body in (patient(None), patient(kari)):
        answer = api("PUT", "Patient?identifier=urn:test|kari", {**body, "identifier": [{"system": "urn:test", "value": "kari"}]})
        assert (answer.status, answer.json["id"]) == (200, kari)
    assert api.versions(f"Patient/{kari}") == 3


def test_conditional_update_refuses_another_id_than_the_match(api, kari):
    answer = api("PUT", "Patient?identifier=urn:test|kari", patient("other"))
    assert (answer.status, answer.rules) == (400, ["id-mismatch"])


def test_conditional_update_creates_where_nothing_fits(api):
    answer = api("PUT", "Patient?identifier=urn:test|new", patient(None))
    assert answer.status == 201 and answer.headers["location"].endswith(f"/Patient/{answer.json['id']}/_history/1")
    named = api("PUT", "Patient?identifier=urn:test|new", patient("chosen"))
    assert (named.status, named.json["id"]) == (201, "chosen")


def test_conditional_update_never_overwrites_what_does_not_fit(api, kari):
    answer = api("PUT", "Patient?identifier=urn:test|new", patient(kari))
    assert (answer.status, answer.rules) == (409, ["conditional-id-taken"])
    assert api.versions(f"Patient/{kari}") == 1


def test_conditional_update_refuses_where_several_fit(api):
    api.create(patient(None, active=True))
    api.create(patient(None, active=True))
    answer = api("PUT", "Patient?active=true", patient(None))
    assert (answer.status, answer.rules) == (412, ["conditional-multiple"])


def test_conditional_update_without_criteria_is_refused(api):
    answer = api("PUT", "Patient", patient(None))
    assert (answer.status, answer.rules) == (400, ["conditional-criteria-missing"])
