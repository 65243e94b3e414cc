"""Pieces of SQL."""

from __future__ import annotations

import pytest

from hit_maternity.store.sql import FALSE, TRUE, Sql, above_prefix, all_of, any_of, joined, negated

ONE, TWO = Sql("a = ?", (1,)), Sql("b = ?", (2,))


def test_values_stay_in_the_order_of_their_marks():
    assert Sql("a = ? AND b = ?", (1, 2)) == ONE + " AND " + TWO
    assert joined([ONE, TWO, ONE], ", ") == Sql("a = ?, b = ?, a = ?", (1, 2, 1))
    assert negated(all_of([ONE, TWO])) == Sql("NOT (a = ? AND b = ?)", (1, 2))


def test_nothing_to_ask_is_true_of_all_and_of_none():
    assert all_of([]) == TRUE
    assert any_of([]) == FALSE
    assert any_of([ONE]) == ONE
    assert any_of([ONE, TWO]) == Sql("(a = ? OR b = ?)", (1, 2))


@pytest.mark.parametrize(
    ("prefix", "end"),
    [("a", "b"), ("az", "a{"), ("å", "æ"), ("\ud7ff", "\ue000"), ("a\U0010ffff", "b"), ("\U0010ffff", None), ("", None)],
)
def test_the_end_of_what_begins_with_a_prefix(prefix: str, end: str | None):
    assert above_prefix(prefix) == end
