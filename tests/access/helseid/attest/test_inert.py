"""Foreign text made harmless (attack A7)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.access.helseid.attest.inert import MOST, inert, is_plain


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Fødepoliklinikken, 2. etasje", "Fødepoliklinikken, 2. etasje"),
        ("<script>alert(1)</script>", "‹script›alert(1)‹/script›"),
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("+47", "'+47"),
        ("-1+1", "'-1+1"),
        ("@SUM(1)", "'@SUM(1)"),
        (" \t=1", "'=1"),
        ("\u202e\u2066=1\u2069", "'=1"),
        ("Robert'); DROP TABLE audit;--", "Robert'); DROP TABLE audit;--"),
        ("olleB\u202eeniL", "olleBeniL"),
        ("one\r\ntwo\x00\x1b[31mthree\u2028four", "one two [31mthree four"),
        ("RASK 12847199995 TESTVARG", "RASK … TESTVARG"),
        ("128471 99995", "…"),
        ("\u200b\ufeff", ""),
        ("\ud800", ""),
        ("123456789012", "123456789012"),
    ],
)
def test_a_text_is_shown_as_what_it_is_and_does_nothing(said: str, shown: str):
    assert inert(said) == shown


def test_a_long_text_is_cut_where_it_says_so():
    assert inert("a" * MOST) == "a" * MOST
    assert inert("a" * (MOST + 1)) == "a" * (MOST - 1) + "…"
    assert len(inert("a" * 100_000)) == MOST
    assert inert("\u200b" * 100_000 + "a").endswith("…")
    assert inert("abc", 2) == "a…"


@given(st.text())
def test_whatever_comes_stays_on_one_line_without_signs_that_nobody_sees(said: str):
    shown = inert(said)
    assert len(shown) <= MOST
    assert not any(unicodedata.category(c)[0] == "C" or c in "<>\n\r\u2028\u2029" for c in shown)
    assert not shown.startswith(("=", "+", "-", "@", " "))


@given(st.text())
def test_what_was_made_harmless_stays_as_it_is(said: str):
    assert inert(inert(said)) == inert(said)


def test_an_id_is_plain_or_is_none():
    assert all(is_plain(word) for word in ("a", "Åpen sak 4", "x" * MOST, "3c1c2a60/9f3e#1"))
    assert not any(is_plain(word) for word in ("", " a", "a ", "a  b", "a\nb", "a\u202eb", "a\x00", "\ud800", "x" * (MOST + 1)))
