from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.terminology.unit_names import name_of_unit


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("mm[Hg]", "millimetre of mercury"),
        ("g/dL", "gram per decilitre"),
        ("ug/L", "microgram per litre"),
        ("mmol/mol", "millimole per mole"),
        ("/min", "per minute"),
        ("{beats}/min", "beats per minute"),
        ("mg{creat}", "milligram (creat)"),
        ("10*3", "ten to the power of 3"),
        ("cm2", "square centimetre"),
        ("g.m-1", "gram metre to the power of -1"),
        ("%", "percent"),
        ("1", "1"),
        ("wk", "week"),
        ("[degF]", "degree Fahrenheit"),
        ("dB[SPL]", "dB[SPL]"),
        ("mol/(kg.s)", "mol/(kg.s)"),
    ],
)
def test_a_unit_is_named_part_by_part(code, name):
    assert name_of_unit(code) == name


@given(st.text(max_size=30))
def test_no_text_makes_it_fail(text):
    assert isinstance(name_of_unit(text), str)
