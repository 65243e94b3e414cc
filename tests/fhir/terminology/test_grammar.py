from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.terminology.grammar import GRAMMARS, is_currency, is_language, is_media_type, is_unit


@pytest.mark.parametrize(
    "code",
    [
        "nb",
        "nn-NO",
        "se",
        "sma",
        "en-GB-oed",
        "zh-cmn-Hans-CN",
        "sl-rozaj-biske",
        "de-CH-1901",
        "x-mine",
        "en-a-bbb-x-a",
        "i-klingon",
        "es-419",
    ],
)
def test_a_well_formed_language_tag_is_one(code):
    assert is_language(code)


@pytest.mark.parametrize("code", ["", "n", "nb_NO", "nb-", "-nb", "nb-NO-", "norwegian1", "nb NO", "nb-x", "en-a", "toolonglanguage"])
def test_another_is_not(code):
    assert not is_language(code)


@pytest.mark.parametrize(
    "code",
    ["text/plain", "application/fhir+json", "image/svg+xml", "text/plain;charset=utf-8", "json", "xml", "ttl", "application/vnd.a-b_c"],
)
def test_a_media_type_or_fhirs_short_name_is_one(code):
    assert is_media_type(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "text",
        "text/",
        "/plain",
        "text/plain;",
        "text/pla in",
        "text/plain; charset",
        "a/b/c",
        "text/plain\n",
        "html",
        "a/" + "b" * 2000,
    ],
)
def test_another_is_no_media_type(code):
    assert not is_media_type(code)


def test_currencies_are_those_of_iso_4217():
    assert is_currency("NOK")
    assert not is_currency("KR")


def test_units_are_those_of_ucum():
    assert is_unit("mm[Hg]")
    assert is_unit("mmHg") is False


@given(st.text(max_size=40))
def test_no_text_makes_a_grammar_raise(text):
    for judge in GRAMMARS.values():
        assert judge(text) in (True, False, None)
