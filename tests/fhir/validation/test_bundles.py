from __future__ import annotations

from typing import Any

import pytest

URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
OTHER = "urn:uuid:5c3151bd-1cbf-4d64-b04d-cd9187a4c6e1"


def bundle(type: str, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": type, "entry": list(entries), **more}


def document(*entries: dict[str, Any], subject: str = "Patient/1", url: str = "http://x.test/fhir/Composition/c") -> dict[str, Any]:
    composition = {
        "resourceType": "Composition",
        "id": "c",
        "status": "final",
        "type": {"text": "x"},
        "subject": {"reference": subject},
        "date": "2026-01-01",
        "author": [{"display": "x"}],
        "title": "x",
        "section": [{"title": "y", "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">z</div>'}}],
    }
    first = {"fullUrl": url, "resource": composition}
    return bundle("document", first, *entries, identifier={"system": "urn:x", "value": "1"}, timestamp="2026-01-01T00:00:00Z")


PATIENT = {"fullUrl": "http://x.test/fhir/Patient/1", "resource": {"resourceType": "Patient", "id": "1", "active": True}}


def test_a_document_that_holds_what_it_refers_to_is_fine(errors):
    assert errors(document(PATIENT)) == []
    assert errors(document(PATIENT, subject="http://x.test/fhir/Patient/1")) == []


def test_a_document_must_hold_what_its_composition_refers_to(errors):
    assert errors(document()) == [("bundle-reference-unresolved", "Bundle.entry[0].resource.subject")]
    elsewhere = {**PATIENT, "fullUrl": "http://y.test/fhir/Patient/1"}
    assert errors(document(elsewhere)) == [
        ("bundle-reference-unresolved", "Bundle.entry[0].resource.subject"),
        ("bundle-entry-unreachable", "Bundle.entry[1]"),
    ]


def test_by_urn_a_document_resolves_too(errors):
    entry = {"fullUrl": URN, "resource": {"resourceType": "Patient", "active": True}}
    assert errors(document(entry, subject=URN, url=OTHER)) == []
    assert errors(document(subject=URN, url=OTHER)) == [("bundle-reference-unresolved", "Bundle.entry[0].resource.subject")]


def test_a_reference_must_not_fit_two_entries(errors):
    assert ("bundle-reference-ambiguous", "Bundle.entry[0].resource.subject") in errors(document(PATIENT, PATIENT))


def test_what_a_reference_resolves_to_must_be_of_an_allowed_type(errors):
    entry = {"fullUrl": URN, "resource": {"resourceType": "Organization", "name": "x"}}
    episode = {"fullUrl": OTHER, "resource": {"resourceType": "EpisodeOfCare", "status": "active", "patient": {"reference": URN}}}
    assert errors(bundle("collection", entry, episode)) == [("reference-target", "Bundle.entry[1].resource.patient")]


def test_an_entry_of_a_document_or_message_needs_a_full_url(errors):
    assert ("bundle-full-url-missing", "Bundle.entry[1]") in errors(document({"resource": PATIENT["resource"]}))


@pytest.mark.parametrize("url", ["Patient/1", "1", "/Patient/1"])
def test_a_full_url_is_absolute(errors, url):
    assert errors(bundle("collection", {**PATIENT, "fullUrl": url})) == [("bundle-full-url-absolute", "Bundle.entry[0].fullUrl")]


@pytest.mark.parametrize("url", ["http://x.test/fhir/Patient/2", "http://x.test/fhir/Group/1"])
def test_a_full_url_agrees_with_type_and_id(errors, url):
    assert errors(bundle("collection", {**PATIENT, "fullUrl": url})) == [("bundle-full-url-id", "Bundle.entry[0].fullUrl")]


def test_full_urls_are_unique(errors):
    assert errors(bundle("collection", PATIENT, PATIENT)) == [("inv:bdl-7", "Bundle")]


def test_a_history_may_repeat_them(errors):
    entries = [{**PATIENT, "request": {"method": "PUT", "url": "Patient/1"}, "response": {"status": "200"}}] * 2
    assert errors(bundle("history", *entries)) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (bundle("collection", PATIENT, total=1), ("inv:bdl-1", "Bundle")),
        (bundle("collection", {**PATIENT, "search": {"mode": "match"}}), ("inv:bdl-2", "Bundle")),
        (bundle("collection", {**PATIENT, "request": {"method": "GET", "url": "x"}}), ("inv:bdl-3", "Bundle")),
        (bundle("transaction", {"resource": {"resourceType": "Patient", "active": True}}), ("inv:bdl-3", "Bundle")),
        (bundle("collection", {**PATIENT, "response": {"status": "200"}}), ("inv:bdl-4", "Bundle")),
        (bundle("collection", {"fullUrl": URN}), ("inv:bdl-5", "Bundle.entry[0]")),
        (bundle("collection", {**PATIENT, "fullUrl": "http://x.test/fhir/Patient/1/_history/1"}), ("inv:bdl-8", "Bundle.entry[0]")),
        ({k: v for k, v in document(PATIENT).items() if k != "identifier"}, ("inv:bdl-9", "Bundle")),
        ({k: v for k, v in document(PATIENT).items() if k != "timestamp"}, ("inv:bdl-10", "Bundle")),
        ({**document(PATIENT), "entry": [PATIENT]}, ("inv:bdl-11", "Bundle")),
        (bundle("message", PATIENT), ("inv:bdl-12", "Bundle")),
    ],
)
def test_the_invariants_of_bundle_hold(errors, value, expected):
    assert errors(value) == [expected]


def test_a_searchset_says_what_was_found(errors):
    outcome = {
        "resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "value"}]},
        "search": {"mode": "outcome"},
    }
    assert errors(bundle("searchset", {**PATIENT, "search": {"mode": "match"}}, outcome)) == []
    wrong = bundle("searchset", {**PATIENT, "search": {"mode": "outcome"}}, {"resource": {"resourceType": "Patient", "active": True}})
    assert errors(wrong) == [("bundle-search-mode", "Bundle.entry[0].search.mode"), ("bundle-search-id", "Bundle.entry[1].resource")]


def test_a_versioned_reference_resolves_to_that_version(errors):
    version = {**PATIENT, "resource": {**PATIENT["resource"], "meta": {"versionId": "2"}}}
    assert errors(document(version, subject="Patient/1/_history/2")) == []
    assert errors(document(version, subject="Patient/1/_history/3")) == [
        ("bundle-reference-unresolved", "Bundle.entry[0].resource.subject"),
        ("bundle-entry-unreachable", "Bundle.entry[1]"),
    ]


def test_an_entry_of_a_document_that_nothing_joins_to_the_composition_is_refused(errors):
    patient = {**PATIENT, "resource": {**PATIENT["resource"], "managingOrganization": {"reference": "Organization/o"}}}
    joined = {"fullUrl": "http://x.test/fhir/Organization/o", "resource": {"resourceType": "Organization", "id": "o", "name": "x"}}
    provenance = {
        "fullUrl": "http://x.test/fhir/Provenance/v",
        "resource": {
            "resourceType": "Provenance",
            "id": "v",
            "target": [{"reference": "Organization/o"}],
            "recorded": "2026-01-01T00:00:00Z",
            "agent": [{"who": {"display": "x"}}],
        },
    }
    assert errors(document(patient, joined, provenance)) == []
    assert errors(document(PATIENT, joined)) == [("bundle-entry-unreachable", "Bundle.entry[2]")]


def test_what_an_entry_names_by_a_plain_url_is_joined_to_it(errors):
    photo = {"photo": [{"contentType": "image/png", "url": "http://x.test/fhir/Binary/b"}]}
    patient = {**PATIENT, "resource": {**PATIENT["resource"], **photo}}
    binary = {"fullUrl": "http://x.test/fhir/Binary/b", "resource": {"resourceType": "Binary", "id": "b", "contentType": "image/png"}}
    assert errors(document(patient, binary)) == []


@pytest.mark.parametrize("type", ["collection", "searchset", "history"])
def test_what_has_an_identity_has_a_full_url(errors, type):
    request = {"request": {"method": "PUT", "url": "Patient/1"}, "response": {"status": "200"}} if type == "history" else {}
    assert errors(bundle(type, {"resource": PATIENT["resource"], **request})) == [("bundle-full-url-missing", "Bundle.entry[0]")]


def test_what_is_posted_or_has_no_identity_needs_none(errors):
    posted = {"request": {"method": "POST", "url": "Patient"}, "response": {"status": "201"}}
    assert errors(bundle("history", {"resource": PATIENT["resource"], **posted})) == []
    assert errors(bundle("collection", {"resource": {"resourceType": "Patient", "active": True}})) == []


def test_only_a_searchset_or_history_has_pages(errors):
    pages = [{"relation": "self", "url": "http://x.test/fhir/Patient"}, {"relation": "next", "url": "http://x.test/fhir/Patient?p=2"}]
    assert errors(bundle("searchset", PATIENT, link=pages)) == []
    assert errors(bundle("collection", PATIENT, link=pages)) == [("bundle-link-page", "Bundle.link[1].relation")]
    assert errors(bundle("searchset", PATIENT, link=[*pages, pages[1]])) == [("bundle-link-duplicate", "Bundle.link[2].relation")]


def test_an_entry_of_a_searchset_has_a_resource(errors):
    assert ("bundle-search-resource", "Bundle.entry[0]") in errors(bundle("searchset", {"fullUrl": URN, "search": {"mode": "match"}}))


@pytest.mark.parametrize("url", ["http://x.test/fhir/Observation?code=x", "http://x.test/fhir?_type=Observation,Encounter"])
def test_a_match_is_of_the_type_that_was_searched_for(errors, url):
    link = [{"relation": "self", "url": url}]
    found = bundle("searchset", {**PATIENT, "search": {"mode": "match"}}, link=link)
    assert errors(found) == [("bundle-search-type", "Bundle.entry[0].resource")]
    assert errors(bundle("searchset", {**PATIENT, "search": {"mode": "include"}}, link=link)) == []
