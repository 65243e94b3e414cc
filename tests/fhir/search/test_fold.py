from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.search.fold import STRING_LENGTH, bounded, fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Åse-Marie  O'Brien", "ase marie obrien"),
        ("ÆØÅ æøå", "aeoa aeoa"),
        ("Sjøvegan", "sjovegan"),
        ("Straße", "strasse"),
        ("ﬁancée", "fiancee"),
        ("KARI\tNORDMANN ", "kari nordmann"),
        ("İstanbul", "istanbul"),
        ("--", "--"),
        ("", ""),
    ],
)
def test_case_marks_punctuation_and_extra_space_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert fold("\u00e5\u00e9") == fold("a\u030ae\u0301") == "ae"


def test_a_long_text_is_cut() -> None:
    assert fold("x" * 10_000) == "x" * STRING_LENGTH


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert len(once) <= STRING_LENGTH
    assert fold(once) == once


def test_words_begin_at_each_later_part() -> None:
    assert words("carreno de quinones") == ["de quinones", "quinones"]
    assert words("berg") == []


def test_bounded_keeps_equal_texts_equal_and_others_apart() -> None:
    assert bounded("abc", 240) == "abc"
    left, right = bounded("a" * 500 + "1", 240), bounded("a" * 500 + "2", 240)
    assert len(left) == len(right) == 240
    assert left != right
    assert left == bounded("a" * 500 + "1", 240)
