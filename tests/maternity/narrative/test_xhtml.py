"""The XHTML of narratives, held against the validator's own check of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.fhir.validation.narrative import faults
from hit_maternity.maternity.narrative.xhtml import div, facts, heading, paragraph, plain, table

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_no_text_breaks_the_narrative(one, other):
    parts = [heading(one), paragraph(other), facts([(one, other), ("a", "b")]), table((one, "h"), [(other, "x")])]
    assert faults(div(parts, "nb")) == []


def test_what_looks_like_markup_is_shown_as_text():
    assert plain("<b>R&D</b> \n  2\x00\x0b\ufffe") == "&lt;b&gt;R&amp;D&lt;/b&gt; 2"


def test_empty_columns_and_rows_are_left_out():
    shown = table(("a", "b", "c"), [("1", "", "3"), ("", "", "4")])
    assert "<th" in shown and ">b<" not in shown and shown.count("<td>") == 4
    assert table(("a",), []) == table(("a",), [("",)]) == facts([("a", "")]) == ""
