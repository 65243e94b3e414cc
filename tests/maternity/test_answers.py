from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.maternity.answers import all_of, any_of, opposite

answers = st.lists(st.sampled_from([True, False, None]))


@given(answers)
def test_unknown_never_counts_as_no(given_: list[bool | None]) -> None:
    assert any_of(given_) is (True if True in given_ else None if None in given_ else False)
    assert (all_of(given_) is False) == (False in given_)


@given(answers)
def test_and_is_or_turned_around(given_: list[bool | None]) -> None:
    assert all_of(given_) is opposite(any_of(opposite(a) for a in given_))


def test_of_no_answers_none_is_yes_and_all_are() -> None:
    assert any_of([]) is False
    assert all_of([]) is True
