from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.validation.narrative import faults

START = '<div xmlns="http://www.w3.org/1999/xhtml">'


def rules(inner: str, start: str = START) -> list[str]:
    return [rule for rule, _ in faults(f"{start}{inner}</div>")]


@pytest.mark.parametrize(
    "inner",
    [
        "Checked",
        "<p>Å <b>b</b><br/></p>",
        '<a href="http://x.test/">x</a>',
        '<a href="#a" name="b">x</a>',
        '<a href="Patient/1">x</a>',
        '<img src="#image"/>',
        '<img src="data:image/png;base64,AAAA" alt="x"/>',
        '<table border="1"><tr><td colspan="2" nowrap="nowrap">1</td></tr></table>',
        '<p style="color: red" class="x" id="y" xml:lang="nb" lang="nb" title="t">x</p>',
        "<!-- a --><p>x</p>",
        "&lt;&#160;&amp;",
        '<a href="mailto:a@x.test">x</a><a href="tel:1">y</a>',
        "<h1>x</h1><ul><li>y</li></ul><dl><dt>a</dt><dd>b</dd></dl>",
    ],
)
def test_basic_formatting_is_fine(inner):
    assert rules(inner) == []


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        ("<script>x</script>x", "narrative-element"),
        ("<form>x</form>y", "narrative-element"),
        ("<p>x</p><iframe/>", "narrative-element"),
        ('<input value="x"/>x', "narrative-element"),
        ('<link rel="stylesheet"/>x', "narrative-element"),
        ("<font>x</font>y", "narrative-element"),
        ('<p xmlns="urn:other">x</p>y', "narrative-element"),
        ('<p xmlns="">x</p>y', "narrative-element"),
        ('<p onclick="x()">x</p>', "narrative-attribute"),
        ('<p ONCLICK="x()">x</p>', "narrative-attribute"),
        ('<p href="x">x</p>', "narrative-attribute"),
        ('<p xmlns:x="urn:x" x:a="1">x</p>', "narrative-attribute"),
        ('<a href="javascript:x()">x</a>', "narrative-link"),
        ('<a href=" java&#10;script:x()">x</a>', "narrative-link"),
        ('<a href="data:text/html,x">x</a>', "narrative-link"),
        ('<a href="vbscript:x">x</a>', "narrative-link"),
        ('<img src="data:text/html,x"/>', "narrative-link"),
        ('<p style="background: url(http://x.test)">x</p>', "narrative-link"),
        ('<p style="width: expression(x)">x</p>', "narrative-link"),
        ("<p>x</p", "narrative-malformed"),
        ("<p>x", "narrative-malformed"),
        ("a & b", "narrative-malformed"),
        ("&nbsp;", "narrative-malformed"),
        ("<x:p>x</x:p>", "narrative-malformed"),
        ("", "narrative-empty"),
        ("  <p>\n</p><br/>", "narrative-empty"),
        ("<!-- only a comment -->", "narrative-empty"),
        ("<?php x ?>x", "narrative-doctype"),
    ],
)
def test_what_is_active_or_broken_is_a_fault(inner, rule):
    assert rules(inner) == [rule]


@pytest.mark.parametrize(
    ("div", "rule"),
    [
        ("<div>x</div>", "narrative-root"),
        ('<p xmlns="http://www.w3.org/1999/xhtml">x</p>', "narrative-root"),
        ("x", "narrative-malformed"),
        ("", "narrative-malformed"),
        (f"{START}x</div>{START}y</div>", "narrative-malformed"),
        (f'<!DOCTYPE div [<!ENTITY a "b">]>{START}&a;</div>', "narrative-doctype"),
        (f'<?xml version="1.0" encoding="UTF-8"?>{START}x</div>', "narrative-doctype"),
        (START * 400 + "x" + "</div>" * 400, "narrative-malformed"),
    ],
)
def test_the_whole_is_one_xhtml_div(div, rule):
    assert [r for r, _ in faults(div)] == [rule]


def test_every_fault_is_told():
    assert rules('<script>x</script><p onclick="x()" onload="y()">z</p>') == [
        "narrative-element",
        "narrative-attribute",
        "narrative-attribute",
    ]


def test_a_fault_stands_at_the_div_and_refuses_the_resource(errors, patient):
    text = {"status": "generated", "div": f"{START}<script>x</script>y</div>"}
    assert errors(patient(text=text)) == [("narrative-element", "Patient.text.div")]


def test_the_words_of_the_narrative_are_not_told(validator, patient):
    text = {"status": "generated", "div": f"{START}<b>Hemmelig</i></div>"}
    issues = validator.validate(patient(text=text))
    assert [i.rule for i in issues] == ["narrative-malformed"]
    assert "Hemmelig" not in issues[0].text
    assert "an end tag does not match its start tag, line 1" in issues[0].text


@given(st.text(alphabet="<>div/ xmlns=\"'&;#a!-[]?\u00e5\n", max_size=60))
def test_no_text_makes_it_raise(text):
    faults(text)
    faults(f"{START}{text}</div>")
