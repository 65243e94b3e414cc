"""search over ``handle``: the Bundle and its links. What parameters mean is tested with ``fhir/search`` and ``store``."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from hit_maternity.fhir.json import decode
from hit_maternity.fhir.ports import SearchPage

FORM = "application/x-www-form-urlencoded"


def observation(patient: str, code: str = "11881-0", date: str = "2026-01-01"):
    coding = {"system": "http://loinc.org", "code": code}
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "status": "final", "code": {"coding": [coding]}, "subject": subject, "effectiveDateTime": date}


@pytest.fixture
def seven(api, kari) -> list[str]:
    return [api.create(observation(kari, date=f"2026-01-0{n}")) for n in range(1, 8)]


def test_gives_a_searchset_of_the_stored_texts(api, kari):
    answer = api("GET", "Patient?identifier=urn:test|kari")
    assert answer.status == 200
    assert answer.interaction == "search-type"
    assert (answer.json["resourceType"], answer.json["type"], answer.json["total"]) == ("Bundle", "searchset", 1)
    (entry,) = answer.entries
    assert entry["fullUrl"] == f"http://fhir.test/fhir/Patient/{kari}"
    assert entry["search"] == {"mode": "match"}
    assert entry["resource"] == api("GET", f"Patient/{kari}").json
    assert answer.link("self") == "Patient?identifier=urn:test%7Ckari"


def test_the_bundle_is_valid(api, kari, seven, validator):
    body = api("GET", "Observation?_include=Observation:subject&_count=3").body
    assert [i for i in validator.validate(decode(body), expected_type="Bundle") if i.severity == "error"] == []


def test_nothing_found_is_an_empty_bundle(api):
    answer = api("GET", "Patient?name=nobody")
    assert (answer.status, answer.json["total"], "entry" in answer.json) == (200, 0, False)


def test_pages_lead_through_everything_once_and_keep_the_query(api, kari, seven):
    found, pages, url = [], 0, f"Observation?patient={kari}&_count=3&_format=json"
    while url:
        page = api("GET", url)
        assert page.status == 200, page.json
        found += page.found
        pages += 1
        url = page.link("next")
        if url:
            assert f"patient={kari}" in url.replace("Patient/", "") and "_count=3" in url and "_format=json" in url
    assert pages == 3
    assert sorted(found) == sorted(f"Observation/{id}" for id in seven)


def test_a_later_page_links_to_the_first(api, kari, seven):
    first = api("GET", f"Observation?patient={kari}&_count=3")
    second = api("GET", first.link("next"))
    assert first.link("first") is None
    assert second.link("first") == first.link("self")
    assert second.link("self") == first.link("next")


def test_a_cursor_of_another_search_is_refused(api, kari, seven):
    cursor = dict(parse_qsl(api("GET", f"Observation?patient={kari}&_count=3").link("next").partition("?")[2]))["_cursor"]
    for query in (f"Observation?status=final&_cursor={cursor}", "Observation?_cursor=nonsense", "Observation?_cursor=%00"):
        answer = api("GET", query)
        assert answer.status == 400, query
        assert answer.json["resourceType"] == "OperationOutcome"


def test_included_resources_are_marked(api, kari, seven):
    answer = api("GET", "Observation?_include=Observation:subject")
    modes = {e["resource"]["resourceType"]: e["search"]["mode"] for e in answer.entries}
    assert modes == {"Observation": "match", "Patient": "include"}
    assert answer.found.count(f"Patient/{kari}") == 1
    assert answer.json["total"] == 7


def test_summary_count_gives_the_total_alone(api, kari, seven):
    for query in ("_summary=count", "_count=0"):
        answer = api("GET", f"Observation?{query}")
        assert (answer.json["total"], answer.entries) == (7, []), query
        assert answer.link("next") is None


def test_summary_and_elements_trim_the_resources(api, kari, seven):
    answer = api("GET", "Observation?_elements=code")
    assert all("subject" not in e["resource"] and e["resource"]["meta"]["tag"][0]["code"] == "SUBSETTED" for e in answer.entries)
    assert "_elements=code" in answer.link("self")


def test_an_unknown_parameter_is_refused(api, kari):
    answer = api("GET", "Patient?nme=x&identifier=urn:test|kari")
    assert (answer.status, answer.rules) == (400, ["search-parameter-unknown"])


def test_lenient_handling_goes_on_and_says_so(api, kari):
    answer = api("GET", "Patient?nme=x&identifier=urn:test|kari", prefer="handling=lenient")
    assert answer.status == 200
    assert "nme" not in answer.link("self") and "identifier" in answer.link("self")
    outcome = [e for e in answer.entries if e["search"]["mode"] == "outcome"]
    assert "nme" in outcome[0]["resource"]["issue"][0]["details"]["text"]
    assert outcome[0]["resource"]["issue"][0]["severity"] == "warning"
    assert "fullUrl" not in outcome[0]


@pytest.mark.parametrize(
    "query", ["birthdate=xx1996", "birthdate=2026-02-31", "name:fuzzy=x", "_sort=colour", "_count=x", "gender:below=x", "_include=x"]
)
def test_wrong_values_and_modifiers_are_refused(api, query):
    answer = api("GET", f"Patient?{query}")
    assert answer.status == 400
    assert answer.rules


def test_a_refusal_never_repeats_the_value(api):
    answer = api("GET", "Patient?birthdate=41810112345&nme=41810112345")
    assert answer.status == 400 and b"41810112345" not in answer.body


@pytest.mark.parametrize(
    "query",
    ["name=%00", "name=\x00", "name=%ff%fe", "name=\xff", "&&&", "=", "%", "_id=" + "a," * 3000, "a=b&" * 2000, "_count=" + "9" * 5000],
)
def test_hostile_queries_are_answered_plainly(api, query):
    answer = api("GET", f"Patient?{query}")
    assert answer.status in (200, 400)


def test_a_text_that_was_not_percent_encoded_is_understood(api):
    id = api.create({"resourceType": "Patient", "name": [{"family": "Bjørnstad"}]})
    raw = "Bjørnstad".encode().decode("latin-1")
    assert api("GET", f"Patient?family={raw}").found == [f"Patient/{id}"]
    assert api("GET", "Patient?family=Bj%C3%B8rnstad").found == [f"Patient/{id}"]


# ---------------------------------------------------------------- POST


def test_a_post_search_finds_the_same(api, kari):
    answer = api("POST", "Patient/_search", b"identifier=urn:test|kari", content_type=FORM)
    assert (answer.status, answer.interaction, answer.found) == (200, "search-type", [f"Patient/{kari}"])


def test_a_post_search_joins_the_query_and_the_form(api, kari):
    api.create({"resourceType": "Patient", "active": True})
    assert api("POST", "Patient/_search?active=true", b"identifier=urn:test|kari", content_type=FORM).found == []
    assert api("POST", "Patient/_search?identifier=urn:test|kari").found == [f"Patient/{kari}"]


def test_links_of_a_post_search_carry_no_parameter_and_still_work(api, kari, seven):
    body = f"patient={kari}&_count=3".encode()
    first = api("POST", "Observation/_search", body, content_type=FORM)
    assert kari not in "".join(ln["url"] for ln in first.json["link"])
    assert api("GET", first.link("self")).found == first.found
    found, url = list(first.found), first.link("next")
    while url:
        assert url.startswith("Observation?_page=")
        page = api("GET", url)
        found += page.found
        assert kari not in "".join(ln["url"] for ln in page.json["link"])
        url = page.link("next")
    assert sorted(found) == sorted(f"Observation/{id}" for id in seven)


def test_a_sealed_page_belongs_to_its_address_and_cannot_be_forged(api, kari, seven):
    url = api("POST", "Observation/_search", b"_count=3", content_type=FORM).link("next")
    token = url.partition("_page=")[2]
    for wrong in (
        f"Patient?_page={token}",
        f"Observation?_page={token[:-4]}AAAA",
        "Observation?_page=x",
        "Observation?_page=æ",
        "Observation?_page=",
    ):
        answer = api("GET", wrong)
        assert (answer.status, answer.rules) == (400, ["page-invalid"]), wrong


def test_the_form_may_ask_for_the_format(api, kari):
    answer = api("POST", "Patient/_search", b"identifier=urn:test|kari&_format=xml", content_type=FORM)
    assert answer.status == 200 and b"<Bundle" in answer.body and "xml" in answer.headers["content-type"]


def test_a_search_body_of_another_type_is_refused(api):
    answer = api("POST", "Patient/_search", {"resourceType": "Parameters"})
    assert (answer.status, answer.rules) == (415, ["search-body"])


# ---------------------------------------------------------------- system and compartments


def test_the_whole_system_can_be_searched(api, kari, seven):
    assert api("GET", f"?_id={kari}").found == [f"Patient/{kari}"]
    assert len(api("GET", "?_type=Patient,Observation").found) == 8
    assert api("POST", "_search", f"_id={kari}".encode(), content_type=FORM).found == [f"Patient/{kari}"]
    assert api("GET", f"?_id={kari}").interaction == "search-system"


def test_a_compartment_is_searched_by_type(api, kari, seven):
    other = api.create({"resourceType": "Patient"})
    api.create(observation(other))
    answer = api("GET", f"Patient/{kari}/Observation?_count=100")
    assert answer.interaction == "search-compartment"
    assert sorted(answer.found) == sorted(f"Observation/{id}" for id in seven)
    assert (answer.link("self") or "").startswith(f"Patient/{kari}/Observation")


def test_a_compartment_is_searched_as_a_whole(api, kari, seven):
    assert len(api("GET", f"Patient/{kari}/*?_count=100").found) == 8
    posted = api("POST", f"Patient/{kari}/Observation/_search", b"_count=3", content_type=FORM)
    assert len(posted.found) == 3
    assert len(api("GET", posted.link("next")).found) == 3


@pytest.mark.parametrize(
    ("url", "rule"),
    [("Patient/1/Medication", "compartment-type"), ("Organization/1/Patient", "compartment-unknown"), ("Patient/1/Fish", "type-unknown")],
)
def test_a_compartment_that_is_none_is_not_found(api, url, rule):
    answer = api("GET", url)
    assert (answer.status, answer.rules) == (404, [rule])


def test_a_reference_is_followed_down_and_up_a_hierarchy(api):
    whole = {"hospital": None, "ward": "hospital", "room": "ward", "elsewhere": None}
    for id, parent in whole.items():
        part = {"partOf": {"reference": f"Location/{parent}"}} if parent else {}
        api("PUT", f"Location/{id}", {"resourceType": "Location", "id": id, **part})
        place = {"location": {"reference": f"Location/{id}"}}
        body = {"resourceType": "Encounter", "id": f"at-{id}", "status": "finished", "class": {"code": "AMB"}, "location": [place]}
        api("PUT", f"Encounter/at-{id}", body)

    def found(url: str) -> set[str]:
        return {name.partition("/")[2] for name in api("GET", url).found}

    assert found("Encounter?location:below=Location/ward") == {"at-ward", "at-room"}
    assert found("Encounter?location:below=hospital") == {"at-hospital", "at-ward", "at-room"}
    assert found("Encounter?location:above=Location/ward") == {"at-hospital", "at-ward"}
    assert found("Location?partof:below=hospital") == {"ward", "room"}
    assert found("Encounter?location:below=Location/none") == set()
    assert found("Encounter?location.partof:below=hospital&_sort=date") == {"at-ward", "at-room"}


def test_a_hierarchy_that_goes_round_in_a_ring_ends(api):
    for id, parent in (("a", "b"), ("b", "a")):
        api("PUT", f"Location/{id}", {"resourceType": "Location", "id": id, "partOf": {"reference": f"Location/{parent}"}})
    assert set(api("GET", "Location?partof:below=a").found) == {"Location/a", "Location/b"}


def test_a_reference_to_what_has_no_parts_is_not_followed(api):
    answer = api("GET", "Observation?patient:below=Patient/1")
    assert (answer.status, answer.rules) == (400, ["search-modifier-unsupported"])


def test_includes_that_were_cut_are_told_of(api, server):
    class Cutting:
        inline = True

        def reading(self):
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def search(self, query):
            return SearchPage([], [], 0, None, True)

    answer = type(api)(replace(server, store=Cutting()))("GET", "Observation?_include=Observation:subject")
    (entry,) = answer.entries
    assert entry["search"]["mode"] == "outcome"
    assert entry["resource"]["issue"][0]["details"]["coding"][0]["code"] == "search-includes-cut"
