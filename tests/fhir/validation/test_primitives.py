from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.json import LosslessFloat
from hit_maternity.fhir.validation.primitives import ELEMENT_ID, PRIMITIVES, json_type

VALID = {
    "boolean": [True, False],
    "integer": [0, -2147483648, 2147483647],
    "unsignedInt": [0, 2147483647],
    "positiveInt": [1, 2147483647],
    "decimal": [0, -1, 10**30, LosslessFloat(b"1.10"), LosslessFloat(b"1.50e-3"), LosslessFloat(b"-0"), 1.5],
    "string": ["x", " x ", "a\tb\r\nc", "æ" * 1_048_576, "\U0001f930"],
    "markdown": ["# a\n"],
    "code": ["a", "a b", "http://x"],
    "id": ["a", "A-1.b", "x" * 64],
    "uri": ["http://x.test/a?b#c", "urn:isbn:1", "#a", "urn:uuid:0C3151BD-1cbf-4d64-b04d-cd9187a4c6e0", "urn:oid:1.2.3"],
    "url": ["http://x.test", "mllp:1.2.3.4"],
    "canonical": ["http://x.test/a|1.0", "#x"],
    "oid": ["urn:oid:1.2.3", "urn:oid:2.16.840.1"],
    "uuid": ["urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"],
    "base64Binary": ["SGVp", "SGU=", "SA==", "SG Vp\r\nSGVp"],
    "date": ["1994", "1994-02", "1994-02-28", "2024-02-29", "0001", "9999-12-31"],
    "dateTime": ["1994", "1994-02", "1994-02-28", "2026-05-04T09:30:00Z", "2026-05-04T09:30:00.123456+14:00", "2016-12-31T23:59:60Z"],
    "instant": ["2026-05-04T09:30:00Z", "2026-05-04T09:30:00.1-12:00"],
    "time": ["00:00:00", "23:59:59.999"],
    "xhtml": ["<div/>"],
}
INVALID = {
    "boolean": ["true", 1, 0, "", "True"],
    "integer": [True, "1", 2147483648, -2147483649, LosslessFloat(b"1.0"), LosslessFloat(b"-0"), LosslessFloat(b"1e3")],
    "unsignedInt": [-1, 2147483648],
    "positiveInt": [0, -1],
    "decimal": [True, "1.0", LosslessFloat(b"1e1000"), LosslessFloat(b"1e-99999999999999999999"), 10**1000, float("nan"), float("inf")],
    "string": ["", " ", "\n", "a\x00", "a\x0bb", "\x1b", "\ud800", "x" * 1_048_577, 1],
    "markdown": ["", "\x07"],
    "code": ["", " a", "a ", "a  b", "a\tb", "a\nb", "a\u00a0b", 1],
    "id": ["", "a b", "a_b", "x" * 65, "æ", "a\n", "\u0661"],
    "uri": ["", "a b", "urn:uuid:1", "urn:uuid:", "urn:oid:3.1", "urn:oid:1.02", "\x00", "http://x\n"],
    "url": ["", "http://x.test/ "],
    "canonical": ["", "a b"],
    "oid": ["1.2.3", "urn:oid:", "urn:oid:1", "urn:oid:1.2."],
    "uuid": ["0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:0C3151BD-1CBF-4D64-B04D-CD9187A4C6E0"],
    "base64Binary": ["", "SGV", "SGVp=", "%%%2@()()", "...", "S=GV", "SGVpæ", "    ", "SG=="[:-1]],
    "date": [
        "",
        "94",
        "1994-2",
        "1994-02-30",
        "2023-02-29",
        "1900-02-29",
        "1994-13",
        "0000",
        "1994-00-01",
        "1994-01-00",
        "1994-01-01T00:00:00Z",
        "1994/01/01",
        "1994-01-01 ",
        "\u0661\u0669\u0669\u0664",
        "19940101",
        1994,
    ],
    "dateTime": [
        "2026-05-04T09:30",
        "2026-05-04T09:30:00",
        "2026-05-04T9:30:00Z",
        "2026-02-30T00:00:00Z",
        "2026-05-04T24:00:00Z",
        "2026-05-04T09:30:00+15:00",
        "2026-05-04T09:30:00+0200",
        "2026-05-04 09:30:00Z",
        "2026-05-04T09:30Z",
        "2026-05T00:00:00Z",
        "2026-05-04T09:30:00.Z",
        "2026-05-04T09:60:00Z",
        "2026-05-04T09:30:00z",
    ],
    "instant": ["2026-05-04", "2026-05-04T09:30:00", "2026"],
    "time": ["24:00:00", "9:00:00", "09:00", "09:00:00Z", "09:00:00+01:00", "T09:00:00"],
    "xhtml": ["", 1, "\x00"],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in VALID.items() for v in values], ids=lambda v: ascii(v)[:40])
def test_a_valid_value_is_accepted(name, value):
    assert PRIMITIVES[name].test(value) is True


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in INVALID.items() for v in values], ids=lambda v: ascii(v)[:40])
def test_an_invalid_value_is_not(name, value):
    assert PRIMITIVES[name].test(value) is False


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
@pytest.mark.parametrize("value", [None, [], {}, ["x"], {"a": 1}], ids=str)
def test_what_is_no_primitive_at_all_is_none_of_them(name, value):
    assert PRIMITIVES[name].test(value) is False


def test_every_primitive_of_the_definitions_is_known(definitions):
    known = {n for n in definitions.data_types if (info := definitions.type(n)) and info.kind == "primitive-type"}
    assert known == set(PRIMITIVES)


def test_an_elements_id_is_any_text_without_white_space():
    assert ELEMENT_ID.test("a_b#c")
    assert not ELEMENT_ID.test("a b")
    assert not ELEMENT_ID.test("x" * 1_048_577)


#: Types whose published regular expression is the whole rule, but for the calendar.
PATTERNED = ("id", "oid", "uuid", "date", "dateTime", "instant", "time")


@given(
    value=st.one_of(st.text(max_size=30), *(st.sampled_from([v for v in VALID[n] if isinstance(v, str)]) for n in PATTERNED)),
    name=st.sampled_from(PATTERNED),
)
def test_what_is_accepted_meets_the_published_pattern(definitions, name, value):
    info = definitions.type(name)
    assert info is not None
    if PRIMITIVES[name].test(value):
        assert re.fullmatch(info.pattern, value)


@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "null"), (True, "boolean"), (1, "number"), (LosslessFloat(b"1.0"), "number"), ("x", "string"), ([], "array"), ({}, "object")],
)
def test_json_types_have_their_names(value, name):
    assert json_type(value) == name
