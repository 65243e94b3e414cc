"""vread over ``handle``."""

from __future__ import annotations

import pytest


@pytest.fixture
def changed(api, kari) -> str:
    """A patient of two versions."""
    api("PUT", f"Patient/{kari}", {"resourceType": "Patient", "id": kari, "name": [{"family": "Other"}]})
    return kari


def test_gives_each_version(api, changed):
    first = api("GET", f"Patient/{changed}/_history/1")
    second = api("GET", f"Patient/{changed}/_history/2")
    assert (first.status, first.json["name"][0]["family"], first.headers["etag"]) == (200, "Testesen", 'W/"1"')
    assert (second.status, second.json["name"][0]["family"], second.headers["etag"]) == (200, "Other", 'W/"2"')
    assert first.interaction == "vread"


def test_a_version_that_is_not_there_is_not_found(api, changed):
    for number in ("3", "0", "01", "-1", "x", "1e3", "9" * 40, "１"):
        answer = api("GET", f"Patient/{changed}/_history/{number}")
        assert (answer.status, answer.rules) == (404, ["version-unknown"]), number


def test_the_deletion_is_gone_and_earlier_versions_stay(api, changed):
    api("DELETE", f"Patient/{changed}")
    assert api("GET", f"Patient/{changed}/_history/3").rules == ["resource-deleted"]
    assert api("GET", f"Patient/{changed}/_history/3").status == 410
    assert api("GET", f"Patient/{changed}/_history/2").status == 200


def test_conditional_headers_apply(api, changed):
    assert api("GET", f"Patient/{changed}/_history/1", if_none_match='W/"1"').status == 304
