"""Where elements stand in a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir.positions import Positions, stated

JSON = """{
  "resourceType": "Patient",
  "active": true, "deceasedDateTime": "2026",
  "name": [
    {"family": "Å", "given": ["x", null], "_given": [null, {"extension": [{"url": "u"}]}]},
    {"use": "official"}
  ],
  "birthDate": "2026",
  "_birthDate": {
    "id": "b"
  },
  "contained": [{"resourceType": "Organization",
    "name": "}{[],:\\" \\\\"}],
  "gender": "female"
}
"""

XML = """<?xml version="1.0"?>
<Patient xmlns="http://hl7.org/fhir">
  <contained>
    <Organization><name value="x"/></Organization>
  </contained>
  <name><family value="Å"/><given value="x"/>
    <given><extension url="u"/></given></name>
  <name>
    <use value="official"/></name>
  <gender value="female"/>
  <birthDate id="b" value="2026"/>
  <deceasedDateTime value="2026"/>
</Patient>"""


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("Patient", (1, 1)),
        ("Patient.active", (3, 3)),
        ("Patient.deceased", (3, 19)),
        ("Patient.name", (4, 3)),
        ("Patient.name[0]", (5, 5)),
        ("Patient.name[0].family", (5, 6)),
        ("Patient.name.family", (5, 6)),
        ("Patient.name[0].given[0]", (5, 31)),
        ("Patient.name[0].given[1].extension[0].url", (5, 76)),
        ("Patient.name[1].use", (6, 6)),
        ("Patient.birthDate", (8, 3)),
        ("Patient.birthDate.id", (10, 5)),
        ("Patient.contained[0].name", (13, 5)),
        ("Patient.gender", (14, 3)),
        # what is not there stands where it should have stood
        ("Patient.name[2]", (1, 1)),
        ("Patient.name[1].family", (6, 5)),
        ("Patient.photo[0].url", (1, 1)),
        ("Patient.name[0].given.where($this = 'x')", (5, 21)),
        ("Patient.gender.extension('u').value", (14, 3)),
        ("", (1, 1)),
    ],
)
def test_an_element_of_a_json_text_is_found(expression: str, place: tuple[int, int]):
    assert Positions(JSON.encode(), "json").at(expression) == place


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("Patient", (2, 1)),
        ("Patient.contained[0]", (3, 3)),
        ("Patient.contained[0].name", (4, 19)),
        ("Patient.name[0].family", (6, 9)),
        ("Patient.name[0].given[0]", (6, 28)),
        ("Patient.name[0].given[1].extension[0].url", (7, 12)),
        ("Patient.name[1].use", (9, 5)),
        ("Patient.gender", (10, 3)),
        ("Patient.birthDate.id", (11, 3)),
        ("Patient.deceased", (12, 3)),
        ("Patient.photo", (2, 1)),
    ],
)
def test_an_element_of_an_xml_text_is_found(expression: str, place: tuple[int, int]):
    assert Positions(XML.encode(), "xml").at(expression) == place


def test_a_byte_order_mark_is_not_counted():
    assert Positions(b"\xef\xbb\xbf" + XML.encode(), "xml").at("Patient.gender") == (10, 3)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("The body is not valid JSON: expected value at line 3, column 7.", (3, 7)),
        ("Line 12: Patient has no element 'colour'.", (12, 1)),
        ("The body is not UTF-8: byte 7 (line 2) is no part of a character", (2, 1)),
        ("The body is empty.", None),
        ("A deadline 5 was missed.", None),
    ],
)
def test_a_place_that_a_fault_states_is_taken_from_its_words(words: str, place: tuple[int, int] | None):
    assert stated(words) == place


_names = st.sampled_from(["a", "bB", "c", "_a", "a b", 'q"}', "å"])
_values = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.text(max_size=6), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_names, inner, max_size=4)),
    max_leaves=25,
)


@settings(derandomize=True, max_examples=150, deadline=None, database=None)
@given(st.dictionaries(_names, _values), st.sampled_from([None, 1]))
def test_every_member_of_any_json_is_found_where_it_stands(value: dict[str, Any], indent: int | None):
    text = json.dumps(value, indent=indent)
    lines = text.split("\n")
    positions = Positions(text.encode(), "json")
    for name in ("a", "c"):
        if name in value:
            line, column = positions.at(f"Patient.{name}")
            assert lines[line - 1][column - 1 :].startswith(f'"{name}"')
