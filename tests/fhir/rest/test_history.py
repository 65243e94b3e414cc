"""history over ``handle``."""

from __future__ import annotations

import pytest


@pytest.fixture
def eventful(api, kari) -> str:
    """A patient that was created (08:00:01), updated, deleted and brought back, a few seconds apart; and an Observation."""
    api("PUT", f"Patient/{kari}", {"resourceType": "Patient", "id": kari, "active": True})
    api("DELETE", f"Patient/{kari}")
    api("PUT", f"Patient/{kari}", {"resourceType": "Patient", "id": kari, "active": False})
    api.create({"resourceType": "Observation", "status": "final", "code": {"text": "w"}})
    return kari


def test_an_instance_has_all_its_versions_newest_first(api, eventful):
    answer = api("GET", f"Patient/{eventful}/_history")
    assert answer.status == 200
    assert answer.interaction == "history-instance"
    assert (answer.json["type"], answer.json["total"]) == ("history", 4)
    assert [e["response"]["etag"] for e in answer.entries] == ['W/"4"', 'W/"3"', 'W/"2"', 'W/"1"']
    assert [e["request"]["method"] for e in answer.entries] == ["PUT", "DELETE", "PUT", "POST"]
    assert [e["request"]["url"] for e in answer.entries] == [f"Patient/{eventful}"] * 3 + ["Patient"]
    assert [e["response"]["status"][:3] for e in answer.entries] == ["200", "204", "200", "201"]
    assert {e["fullUrl"] for e in answer.entries} == {f"http://fhir.test/fhir/Patient/{eventful}"}


def test_a_deletion_has_no_resource(api, eventful):
    entries = api("GET", f"Patient/{eventful}/_history").entries
    assert ["resource" in e for e in entries] == [True, False, True, True]
    assert entries[0]["response"]["lastModified"] == entries[0]["resource"]["meta"]["lastUpdated"]


def test_the_bundle_is_valid(api, eventful, validator):
    from hit_maternity.fhir.json import decode

    issues = validator.validate(decode(api("GET", f"Patient/{eventful}/_history").body), expected_type="Bundle")
    assert [i for i in issues if i.severity == "error"] == []


def test_a_type_and_the_system_have_histories(api, eventful):
    of_type, of_system = api("GET", "Patient/_history"), api("GET", "_history")
    assert (of_type.interaction, of_system.interaction) == ("history-type", "history-system")
    assert len(of_type.entries) == 4
    assert len(of_system.entries) == 5
    assert of_system.entries[0]["resource"]["resourceType"] == "Observation"


def test_an_id_never_used_is_not_found(api):
    answer = api("GET", "Patient/nobody/_history")
    assert (answer.status, answer.rules) == (404, ["resource-unknown"])


def test_pages_lead_through_all_versions_once(api, eventful):
    seen, url = [], f"Patient/{eventful}/_history?_count=1"
    while url:
        page = api("GET", url)
        assert page.json["total"] == 4
        seen += [e["response"]["etag"] for e in page.entries]
        url = page.link("next")
    assert seen == ['W/"4"', 'W/"3"', 'W/"2"', 'W/"1"']


def test_since_leaves_out_what_is_older(api, eventful):
    middle = api("GET", f"Patient/{eventful}/_history").entries[1]["response"]["lastModified"]
    answer = api("GET", f"Patient/{eventful}/_history?_since={middle}")
    assert [e["response"]["etag"] for e in answer.entries] == ['W/"4"', 'W/"3"']
    assert middle in (answer.link("self") or "")
    assert api("GET", f"Patient/{eventful}/_history?_since=2027").entries == []


def test_at_gives_what_was_current(api, eventful):
    second = api("GET", f"Patient/{eventful}/_history").entries[2]["response"]["lastModified"]
    answer = api("GET", f"Patient/{eventful}/_history?_at={second}")
    assert [e["response"]["etag"] for e in answer.entries] == ['W/"2"']
    assert len(api("GET", f"Patient/{eventful}/_history?_at=2026").entries) == 4


def test_summary_applies_to_the_versions(api, eventful):
    answer = api("GET", f"Patient/{eventful}/_history?_elements=id")
    assert "name" not in answer.entries[3]["resource"]


@pytest.mark.parametrize(
    ("query", "rules"),
    [
        ("_since=yesterday", ["value-since"]),
        ("_since=2026-02-30", ["value-since"]),
        ("_at=2026-13", ["value-at"]),
        ("_count=-1", ["value-count"]),
        ("_count=many", ["value-count"]),
        ("name=x", ["history-parameter-unknown"]),
        ("_since=x&_at=y&_count=z", ["value-since", "value-at", "value-count"]),
        ("_cursor=nonsense", ["cursor-invalid"]),
        ("_since=0000-01-01", ["value-since"]),
        ("_since=9999", ["value-since"]),
    ],
)
def test_wrong_parameters_are_refused_all_together(api, kari, query, rules):
    answer = api("GET", f"Patient/{kari}/_history?{query}")
    assert (answer.status, answer.rules) == (400, rules)


def test_unknown_parameters_are_passed_over_when_handling_is_lenient(api, kari):
    answer = api("GET", f"Patient/{kari}/_history?name=x&_count=5", prefer="handling=lenient")
    assert answer.status == 200
    assert answer.link("self") == f"Patient/{kari}/_history?_count=5"


def test_xml_is_given(api, eventful):
    assert b"<Bundle" in api("GET", f"Patient/{eventful}/_history?_format=xml").body
