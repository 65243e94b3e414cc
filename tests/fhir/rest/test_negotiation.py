"""Content-Type, Accept, _format and _pretty."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir.formats import PLAIN
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.rest.negotiation import answer_format, request_format

JSON, XML = "application/fhir+json;charset=utf-8", "application/fhir+xml;charset=utf-8"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("application/fhir+json", "json"),
        ("application/json", "json"),
        ("text/json", "json"),
        ("APPLICATION/FHIR+JSON; charset=UTF-8", "json"),
        ('application/fhir+json; charset="utf-8"', "json"),
        ("application/fhir+json;fhirVersion=4.0", "json"),
        ("application/fhir+xml", "xml"),
        ("application/xml", "xml"),
        ("text/xml, image/png", "xml"),
        ("application/fhir+json;q=0.5, application/fhir+xml", "xml"),
        ("application/fhir+json;q=0.5, application/fhir+xml;q=0.4", "json"),
        ("application/fhir+xml, application/fhir+json", "xml"),
        ("application/fhir+json;q=0, */*", "xml"),
        ("application/xml;q=0.8, */*;q=0.9", "json"),
        ("*/*;q=0.1, application/fhir+xml;q=0.1", "xml"),
        ("application/fhir+json;fhirVersion=3.0, application/fhir+xml;q=0.2", "xml"),
        ("text/turtle, application/fhir+json;q=0.1", "json"),
    ],
)
def test_accept_decides_the_format(accept: str, kind: str) -> None:
    found = answer_format({"accept": accept})
    assert (found.kind, found.pretty) == (kind, False)
    assert found.mime.startswith(JSON if kind == "json" else XML)


def test_no_wish_at_all_is_compact_json() -> None:
    for accept in ("", "*/*", "application/fhir+json"):
        assert answer_format({"accept": accept}, "code=x") is PLAIN


def test_the_version_asked_for_is_told_in_the_answer() -> None:
    assert answer_format({"accept": "application/fhir+xml; fhirVersion=4.0"}).mime == f"{XML};fhirVersion=4.0"


@pytest.mark.parametrize("accept", [CHROME, "text/html", "text/html, */*;q=0.1"])
def test_a_browser_gets_json_with_line_breaks(accept: str) -> None:
    found = answer_format({"accept": accept})
    assert (found.kind, found.pretty, found.mime) == ("json", True, JSON)


def test_a_program_that_also_takes_html_gets_what_it_likes_best() -> None:
    assert not answer_format({"accept": "application/fhir+json, text/html;q=0.5"}).pretty


@pytest.mark.parametrize(
    "accept",
    [
        "text/turtle", "image/png", "application/fhir+json;fhirVersion=3.0", "application/fhir+json;fhirVersion=5.0",
        "application/fhir+json;charset=utf-16", "application/fhir+json;q=0", "nonsense", "application/fhir+turtle",
    ],
)  # fmt: skip
def test_what_cannot_be_given_is_406(accept: str) -> None:
    with pytest.raises(FhirError) as caught:
        answer_format({"accept": accept})
    assert (caught.value.status, caught.value.issues[0].rule) == (406, "format-not-acceptable")
    assert "application/fhir+json" in caught.value.issues[0].text


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("_format=json", "json"),
        ("_format=xml", "xml"),
        ("_format=text/xml", "xml"),
        ("_format=application/fhir%2Bxml", "xml"),
        ("_format=application/fhir+xml", "xml"),
        ("_format=application/fhir+json", "json"),
        ("code=x&_format=application%2Fxml&_count=2", "xml"),
        ("_format=xml;fhirVersion=4.0", "xml"),
        ("%5Fformat=xml", "xml"),
        ("_format=", "json"),
        ("information=x", "json"),
    ],
)
def test_format_in_the_query_wins_over_accept(query: str, kind: str) -> None:
    assert answer_format({"accept": "application/fhir+json"}, query).kind == kind


def test_format_may_come_as_decoded_pairs() -> None:
    assert answer_format({}, [("_format", "application/fhir xml"), ("code", "x")]).kind == "xml"


def test_format_wins_over_an_accept_that_cannot_be_met() -> None:
    assert answer_format({"accept": "image/png"}, "_format=json").kind == "json"


def test_format_html_is_json_with_line_breaks() -> None:
    assert answer_format({}, "_format=html").pretty


@pytest.mark.parametrize("query", ["_format=ttl", "_format=text/turtle", "_format=yes", "_format=json;fhirVersion=1.0"])
def test_an_unknown_format_in_the_query_is_406(query: str) -> None:
    with pytest.raises(FhirError) as caught:
        answer_format({}, query)
    assert caught.value.status == 406


def test_pretty_is_true_or_false() -> None:
    assert answer_format({}, "_pretty=true").pretty
    assert answer_format({"accept": "application/xml"}, "_pretty=true").kind == "xml"
    assert not answer_format({"accept": "text/html"}, "_pretty=false").pretty
    with pytest.raises(FhirError) as caught:
        answer_format({}, "_pretty=yes")
    assert (caught.value.status, caught.value.issues[0].rule) == (400, "pretty-invalid")


@pytest.mark.parametrize(
    ("content_type", "method", "kind"),
    [
        ("application/fhir+json", "PUT", "json"),
        ("application/fhir+json; charset=utf-8", "POST", "json"),
        ("application/json; charset=UTF-8", "POST", "json"),
        ("text/json", "PUT", "json"),
        ("application/fhir+json; fhirVersion=4.0", "POST", "json"),
        ("Application/FHIR+XML", "PUT", "xml"),
        ("text/xml", "PUT", "xml"),
        ("application/xml", "POST", "xml"),
        ("application/x-www-form-urlencoded", "POST", "form"),
        ("application/json-patch+json", "PATCH", "json-patch"),
        ("application/fhir+json", "PATCH", "json"),
        ("application/fhir+xml", "PATCH", "xml"),
    ],
)
def test_content_type_says_how_to_read_the_body(content_type: str, method: str, kind: str) -> None:
    assert request_format({"content-type": content_type}, method) == kind


@pytest.mark.parametrize(
    ("content_type", "method", "rule"),
    [
        ("", "POST", "content-type-missing"),
        ("text/plain", "POST", "content-type-unknown"),
        ("application/fhir+json; charset=iso-8859-1", "POST", "content-type-unknown"),
        ("application/fhir+json; fhirVersion=5.0", "PUT", "content-type-unknown"),
        ("application/json-patch+json", "PUT", "content-type-unknown"),
        ("application/x-www-form-urlencoded", "PUT", "content-type-unknown"),
        ("application/xml-patch+xml", "PATCH", "content-type-unknown"),
        ("json", "POST", "content-type-unknown"),
        ("*/*", "POST", "content-type-unknown"),
    ],
)
def test_a_body_of_another_type_is_415(content_type: str, method: str, rule: str) -> None:
    with pytest.raises(FhirError) as caught:
        request_format({"content-type": content_type}, method)
    assert (caught.value.status, caught.value.issues[0].rule) == (415, rule)


def test_a_refused_patch_says_which_types_there_are() -> None:
    with pytest.raises(FhirError) as caught:
        request_format({"content-type": "text/plain"}, "PATCH")
    assert "application/json-patch+json" in caught.value.headers["Accept-Patch"]


def test_a_compressed_body_is_415() -> None:
    with pytest.raises(FhirError) as caught:
        request_format({"content-type": "application/fhir+json", "content-encoding": "gzip"}, "POST")
    assert caught.value.status == 415


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_header_and_query_give_a_format_or_a_refusal(header: str, query: str) -> None:
    for call in (
        lambda: answer_format({"accept": header}, f"_format={query}"),
        lambda: answer_format({"accept": header}),
        lambda: request_format({"content-type": header}, "POST"),
    ):
        try:
            call()
        except FhirError as refusal:
            assert refusal.status in (400, 406, 415)
