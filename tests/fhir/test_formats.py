"""Bodies in and answers out, in either format."""

from __future__ import annotations

import pytest

from hit_maternity.fhir import formats, json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.formats import MIME, PLAIN, Format
from hit_maternity.fhir.outcome import FhirError

STORED = b'{"resourceType":"Observation","status":"final","code":{"text":"weight"},"valueQuantity":{"value":71.50}}'


@pytest.fixture
def definitions() -> Definitions:
    return Definitions.r4()


def test_stored_json_goes_out_untouched(definitions: Definitions) -> None:
    assert formats.encode(STORED, PLAIN, definitions) is STORED


def test_stored_json_goes_out_as_xml_and_comes_back_equal(definitions: Definitions) -> None:
    text = formats.encode(STORED, Format("xml", False, MIME["xml"]), definitions)
    assert b'<value value="71.50"/>' in text
    assert json.equal(formats.decode(text, "xml", definitions), json.decode(STORED))


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_pretty_answers_have_lines_and_the_same_content(kind: formats.Kind, definitions: Definitions) -> None:
    for resource in (STORED, json.decode(STORED)):
        text = formats.encode(resource, Format(kind, True, MIME[kind]), definitions)
        assert text.count(b"\n") > 5
        assert json.equal(formats.decode(text, kind, definitions), json.decode(STORED))


def test_a_large_page_of_stored_resources_can_go_out_as_xml(definitions: Definitions) -> None:
    entry = {"resource": json.decode(STORED)}
    page = json.encode({"resourceType": "Bundle", "type": "searchset", "entry": [entry] * 200})
    assert formats.encode(page, Format("xml", False, MIME["xml"]), definitions).count(b"<entry>") == 200


@pytest.mark.parametrize(("kind", "rule"), [("json", "json-empty"), ("xml", "xml-empty")])
def test_an_empty_body_is_refused_in_either_format(kind: formats.Kind, rule: str, definitions: Definitions) -> None:
    with pytest.raises(FhirError) as caught:
        formats.decode(b"", kind, definitions)
    assert (caught.value.status, caught.value.issues[0].rule) == (400, rule)


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_a_body_over_the_limit_is_413_in_either_format(kind: formats.Kind, definitions: Definitions) -> None:
    with pytest.raises(FhirError) as caught:
        formats.decode(b"x" * 101, kind, definitions, json.Limits(bytes=100))
    assert caught.value.status == 413
