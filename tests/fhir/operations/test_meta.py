"""$meta, $meta-add and $meta-delete over ``handle``."""

from __future__ import annotations

import pytest

TAG = {"system": "urn:t", "code": "x"}


def given(**meta):
    return {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]}


def returned(answer):
    assert answer.status == 200, answer.json
    assert answer.json["parameter"][0]["name"] == "return"
    return answer.json["parameter"][0]["valueMeta"]


@pytest.fixture
def tagged(api) -> str:
    return api.create({"resourceType": "Patient", "active": True, "meta": {"tag": [TAG], "profile": ["http://example.org/p"]}})


def test_gives_the_meta_of_a_resource_and_of_a_version(api, tagged):
    meta = returned(api("GET", f"Patient/{tagged}/$meta"))
    assert meta == api("GET", f"Patient/{tagged}").json["meta"]
    assert returned(api("GET", f"Patient/{tagged}/_history/1/$meta")) == meta
    assert api("GET", f"Patient/{tagged}/_history/2/$meta").rules == ["version-unknown"]
    assert api("GET", "Patient/nobody/$meta").rules == ["resource-unknown"]


def test_gives_the_labels_in_use_in_a_type_and_in_the_system(api, tagged):
    api.create({"resourceType": "Patient", "meta": {"tag": [TAG, {"system": "urn:t", "code": "y"}]}, "active": True})
    api.create({"resourceType": "Basic", "code": {"text": "b"}, "meta": {"security": [{"system": "urn:s", "code": "R"}]}})
    of_type = returned(api("GET", "Patient/$meta"))
    assert sorted(t["code"] for t in of_type["tag"]) == ["x", "y"]
    assert of_type["profile"] == ["http://example.org/p"] and "security" not in of_type and "versionId" not in of_type
    assert returned(api("GET", "$meta"))["security"] == [{"system": "urn:s", "code": "R"}]


def test_adds_labels_once_and_makes_a_version(api, tagged):
    added = given(tag=[TAG, {"system": "urn:t", "code": "new"}], profile=["http://example.org/p", "http://example.org/q"])
    answer = api("POST", f"Patient/{tagged}/$meta-add", added)
    meta = returned(answer)
    assert [t["code"] for t in meta["tag"]] == ["x", "new"]
    assert meta["profile"] == ["http://example.org/p", "http://example.org/q"]
    assert meta["versionId"] == "2" and answer.headers["etag"] == 'W/"2"'
    found = api("GET", f"Patient/{tagged}").json
    assert found["meta"] == meta and found["active"] is True
    assert api("GET", "Patient?_tag=urn:t|new").found == [f"Patient/{tagged}"]


def test_deletes_labels(api, tagged):
    meta = returned(api("POST", f"Patient/{tagged}/$meta-delete", given(tag=[{**TAG, "display": "whatever"}], security=[{"code": "none"}])))
    assert "tag" not in meta and meta["profile"] == ["http://example.org/p"]
    assert api("GET", "Patient?_tag=urn:t|x").entries == []


def test_changes_are_for_post(api, tagged):
    answer = api("GET", f"Patient/{tagged}/$meta-add")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 400),
        ({"resourceType": "Parameters"}, 400),
        (given(tag=5), 422),
        (given(tag=[{"colour": "red"}]), 422),
        (given(), 422),
        ({"resourceType": "Patient"}, 400),
    ],
)
def test_a_meta_that_is_none_is_refused(api, tagged, body, status):
    answer = api("POST", f"Patient/{tagged}/$meta-add", body)
    assert answer.status == status
    assert api.versions(f"Patient/{tagged}") == 1


def test_a_stale_if_match_is_refused(api, tagged):
    assert api("POST", f"Patient/{tagged}/$meta-add", given(tag=[{"code": "n"}]), if_match='W/"4"').rules == ["version-stale"]


def test_versions_of_the_past_are_never_changed(api, tagged):
    assert api("POST", f"Patient/{tagged}/_history/1/$meta-add", given(tag=[TAG])).rules == ["operation-not-here"]
