"""Accept-Language, and the words of answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir.rest.language import language_of

BAD = {"resourceType": "Patient", "gender": "woman"}
PREFERS = "nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en-US;q=0.6,en;q=0.5"


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("nb", "nb"), ("nn", "nb"), ("no", "nb"), ("NB-no", "nb"), ("nn-NO", "nb"), (PREFERS, "nb"),
        ("en", "en"), ("en-GB,nb;q=0.9", "en"), ("nb;q=0.4,en;q=0.6", "en"), ("en;q=0.4, nb;q=0.6", "nb"),
        ("nb,en", "nb"), ("en,nb", "en"), ("da, sv;q=0.5", "en"), ("da, nb;q=0.1", "nb"),
        ("nb;q=0", "en"), ("nb;q=0, nn", "nb"), ("nb;q=0, *", "en"), ("*", "en"), ("*, nb", "nb"), ("*;q=0.9, nb;q=0.5", "en"),
        ("", "en"), (",,;q", "en"), ("nb;q=high, en;q=0.1", "en"), ("nb;q=2", "en"), ("nb;q=nan", "en"), ("nbx", "en"), ("nob", "en"),
    ],
)  # fmt: skip
def test_the_language_liked_best_is_chosen(accept: str, language: str):
    assert language_of({"accept-language": accept}) == language


def test_without_the_header_it_is_english():
    assert language_of({}) == "en"


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(st.text(alphabet="nbeo*-;,q=0.19 \x00é", max_size=40))
def test_any_header_gives_one_of_the_languages(accept: str):
    assert language_of({"accept-language": accept}) in ("en", "nb")


def words(answer) -> str:
    told = answer.json["issue"][0]
    assert told["diagnostics"] == told["details"]["text"]
    return str(told["details"]["text"])


@pytest.mark.parametrize(("accept", "language", "piece"), [("nn, en;q=0.5", "nb", "er ikke i verdisettet"), ("en", "en", "is not in the")])
def test_a_refused_write_is_told_in_it(api, kari, accept: str, language: str, piece: str):
    patch = [{"op": "add", "path": "/gender", "value": "woman"}]
    for answer in (
        api("POST", "Patient", BAD, accept_language=accept),
        api("PUT", "Patient/a", {**BAD, "id": "a"}, accept_language=accept),
        api("PUT", "Patient?family=Nobody", BAD, accept_language=accept),
        api("PATCH", f"Patient/{kari}", patch, content_type="application/json-patch+json", accept_language=accept),
    ):
        assert (answer.status, answer.rules, answer.places) == (422, ["binding-required"], ["Patient.gender"])
        assert answer.json["language"] == language and piece in words(answer)


def test_so_are_the_entries_of_a_transaction_and_a_batch(api):
    sent = {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": BAD, "request": {"method": "POST", "url": "Patient"}}]}
    refused = api("POST", "", sent, accept_language="nb")
    assert (refused.status, refused.json["language"]) == (422, "nb")
    assert refused.places == ["Bundle.entry[0].resource.gender"] and "verdisettet" in words(refused)
    outcome = api("POST", "", {**sent, "type": "batch"}, accept_language="nb").entries[0]["response"]["outcome"]
    assert outcome["language"] == "nb" and "verdisettet" in outcome["issue"][0]["details"]["text"]


def test_so_are_the_faults_of_the_bundle_itself(api):
    refused = api("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": BAD}]}, accept_language="nb")
    assert (refused.status, refused.json["language"]) == (400, "nb")


def test_so_are_warnings(api):
    resource = {"resourceType": "Patient", "meta": {"profile": ["http://nowhere.test/x"]}}
    answer = api("POST", "Patient", resource, prefer="return=OperationOutcome", accept_language="nb")
    assert (answer.status, answer.json["language"]) == (201, "nb")
    assert any("ikke lastet" in issue["details"]["text"] for issue in answer.json["issue"])


def test_what_has_no_norwegian_words_stays_english_and_says_so(api):
    answer = api("GET", "Patient/nobody", accept_language="nb")
    assert (answer.status, answer.json["language"]) == (404, "en")


def test_xml_carries_the_language_too(api):
    answer = api("POST", "Patient", BAD, accept_language="nb", accept="application/fhir+xml")
    assert answer.status == 422 and b'<language value="nb"/>' in answer.body
