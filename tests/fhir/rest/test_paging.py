"""Page links, plain and sealed."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.rest.paging import opened, page_links, seal, unseal

KEY = bytes(range(32))


@given(st.lists(st.tuples(st.text(max_size=10), st.text(max_size=10)), max_size=5))
def test_what_is_sealed_can_be_opened(pairs):
    assert unseal(seal(pairs, "Patient", KEY), "Patient", KEY) == pairs


def test_a_seal_shows_nothing_and_is_never_the_same():
    pairs = [("identifier", "41810112345")]
    one, two = seal(pairs, "Patient", KEY), seal(pairs, "Patient", KEY)
    assert one != two and "41810112345" not in one and "identifier" not in one


def test_another_key_or_path_or_text_opens_nothing():
    token = seal([("a", "b")], "Patient", KEY)
    for wrong in (
        (token, "Observation", KEY),
        (token, "Patient", os.urandom(32)),
        (token[:-2], "Patient", KEY),
        ("", "Patient", KEY),
        ("=", "Patient", KEY),
    ):
        with pytest.raises(FhirError) as refusal:
            unseal(*wrong)
        assert (refusal.value.status, refusal.value.issues[0].rule) == (400, "page-invalid")


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text):
    with pytest.raises(FhirError):
        unseal(text, "Patient", KEY)


def test_beside_a_seal_only_the_form_of_the_answer_counts():
    token = seal([("name", "x")], "Patient", KEY)
    assert opened([("_page", token), ("name", "y"), ("_format", "xml")], "Patient", KEY) == ([("name", "x"), ("_format", "xml")], True)
    assert opened([("name", "y")], "Patient", KEY) == ([("name", "y")], False)


def test_links_of_the_first_and_of_a_later_page():
    used = [("name", "å|b"), ("_format", "xml")]
    first = page_links("http://h/fhir", "Patient", used, None, "c2", None)
    assert [(ln.relation, ln.url) for ln in first] == [
        ("self", "http://h/fhir/Patient?name=%C3%A5%7Cb&_format=xml"),
        ("next", "http://h/fhir/Patient?name=%C3%A5%7Cb&_format=xml&_cursor=c2"),
    ]
    later = page_links("http://h/fhir", "", used, "c2", None, None)
    assert [ln.relation for ln in later] == ["self", "first"]
    assert later[1].url == "http://h/fhir?name=%C3%A5%7Cb&_format=xml"


def test_sealed_links_keep_the_form_of_the_answer_in_sight():
    (link,) = page_links("http://h/fhir", "Patient", [("name", "x"), ("_format", "xml")], None, None, KEY)
    assert link.url.startswith("http://h/fhir/Patient?_page=") and link.url.endswith("&_format=xml") and "name" not in link.url
