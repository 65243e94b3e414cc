"""To XML: order, escapes, and what is refused rather than lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir import json, xml
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import FhirError

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
XHTML = "http://www.w3.org/1999/xhtml"


def write(resource: dict[str, Any], pretty: bool = False) -> str:
    return xml.encode(resource, Definitions.r4(), pretty).decode()


def test_elements_are_written_in_the_order_of_the_definition() -> None:
    resource = {"birthDate": "2000-01-01", "id": "1", "resourceType": "Patient", "active": True, "_birthDate": {"id": "b"}}
    inner = '<id value="1"/><active value="true"/><birthDate id="b" value="2000-01-01"/>'
    assert write(resource) == f'{HEAD}<Patient xmlns="http://hl7.org/fhir">{inner}</Patient>'


def test_pretty_puts_an_element_on_a_line_and_leaves_the_narrative_alone() -> None:
    div = f'<div xmlns="{XHTML}"><p>a</p>\n b</div>'
    resource = {"resourceType": "Patient", "text": {"status": "generated", "div": div}, "name": [{"given": ["A", "B"]}]}
    lines = [
        HEAD, '<Patient xmlns="http://hl7.org/fhir">', "  <text>", '    <status value="generated"/>', f"    {div}", "  </text>",
        "  <name>", '    <given value="A"/>', '    <given value="B"/>', "  </name>", "</Patient>", "",
    ]  # fmt: skip
    assert write(resource, pretty=True) == "\n".join(lines)


def test_inner_resources_and_urls_are_written_as_xml_has_them() -> None:
    resource = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": {"resourceType": "Patient", "id": "1", "extension": [{"url": "u&v", "valueBoolean": False}]}}],
    }
    inner = '<id value="1"/><extension url="u&amp;v"><valueBoolean value="false"/></extension>'
    assert f"<entry><resource><Patient>{inner}</Patient></resource></entry>" in write(resource)


@pytest.mark.parametrize("text", ['<&>"', "'", "a\nb\r\nc\td", "æøå 😀", "]]>", " x "])
def test_any_text_survives_the_trip(text: str) -> None:
    resource = {"resourceType": "Patient", "name": [{"text": text}], "extension": [{"url": text, "valueString": text}]}
    assert xml.decode(write(resource).encode(), Definitions.r4()) == resource


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ({}, "resourceType"),
        ({"resourceType": "Foo"}, "resourceType"),
        ({"resourceType": ["Patient"]}, "resourceType"),
        ({"resourceType": "Patient", "foo": 1}, "does not define"),
        ({"resourceType": "Patient", "_foo": {}}, "does not define"),
        ({"resourceType": "Patient", "name": {"text": "x"}}, "Patient.name"),
        ({"resourceType": "Patient", "name": ["x"]}, "Patient.name[0]"),
        ({"resourceType": "Patient", "contact": [{"name": [{}]}]}, "Patient.contact[0].name"),
        ({"resourceType": "Patient", "gender": {"a": 1}}, "Patient.gender"),
        ({"resourceType": "Patient", "gender": ["male"]}, "Patient.gender"),
        ({"resourceType": "Patient", "gender": None}, "Patient.gender"),
        ({"resourceType": "Patient", "_gender": "x"}, "Patient.gender"),
        ({"resourceType": "Patient", "_name": [{"id": "x"}], "name": [{}]}, "companion"),
        ({"resourceType": "Patient", "name": [{"text": "a\x01b"}]}, "character"),
        ({"resourceType": "Patient", "name": [{"text": "\ufffe"}]}, "character"),
        ({"resourceType": "Patient", "name": [{"text": "\ud800"}]}, "character"),
        ({"resourceType": "Patient", "extension": [{"url": 5}]}, "string"),
        ({"resourceType": "Patient", "contained": [5]}, "object"),
        ({"resourceType": "Patient", "text": {"status": "generated", "div": "x"}}, "XHTML"),
        ({"resourceType": "Patient", "text": {"status": "generated", "div": 5}}, "XHTML"),
        ({"resourceType": "Patient", "text": {"status": "generated", "div": "<div>x</div>"}}, "namespace"),
        ({"resourceType": "Patient", "text": {"status": "generated", "div": f"<div xmlns='{XHTML}'>"}}, "well-formed"),
        ({"resourceType": "Patient", "text": {"status": "generated", "div": f"<div xmlns='{XHTML}'/><x/>"}}, "well-formed"),
        ({"resourceType": "Patient", "text": {"status": "generated", "div": f"<div xmlns='{XHTML}'>&nbsp;</div>"}}, "well-formed"),
    ],
)
def test_what_xml_cannot_carry_is_406_and_never_lost(resource: dict[str, Any], words: str) -> None:
    with pytest.raises(FhirError) as caught:
        write(resource)
    assert (caught.value.status, caught.value.issues[0].rule) == (406, "xml-not-representable")
    assert words in caught.value.issues[0].text


def test_endless_nesting_is_refused() -> None:
    resource: dict[str, Any] = {"resourceType": "Questionnaire"}
    inner = resource
    for _ in range(600):
        inner["item"] = [{"linkId": "1"}]
        inner = inner["item"][0]
    with pytest.raises(FhirError) as caught:
        write(resource)
    assert caught.value.status == 406


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "given", "_given", "id", "url", "text"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["name", "_active", "text", "contained", "extension", "contact", "id"]), _json, max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_json_is_written_as_well_formed_xml_or_refused(members: dict[str, Any]) -> None:
    try:
        text = write({"resourceType": "Patient", **members})
    except FhirError as refusal:
        assert refusal.status == 406
        return
    try:
        xml.decode(text.encode(), Definitions.r4())
    except FhirError as refusal:
        assert "xml-malformed" not in [issue.rule for issue in refusal.issues]


def test_numbers_keep_their_digits() -> None:
    resource = json.decode(b'{"resourceType":"Observation","valueQuantity":{"value":1.50e-3},"component":[{"valueInteger":7}]}')
    assert '<value value="1.50e-3"/>' in write(resource)
    assert '<valueInteger value="7"/>' in write(resource)
