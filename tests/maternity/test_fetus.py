from __future__ import annotations

import pytest

from hit_maternity.maternity.fetus import count_faults, number_faults


@pytest.mark.parametrize(
    ("number", "fetuses", "rules"),
    [
        (None, 1, ["fetus-missing"]),
        (1, 1, []),
        (2, 1, ["fetus-number-beyond-count"]),
        (2, 2, []),
        (3, 2, ["fetus-number-beyond-count"]),
        (3, None, []),
        (0, None, ["fetus-number-range"]),
        (-1, 2, ["fetus-number-range"]),
        (9, 9, []),
        (10, None, ["fetus-number-range"]),
    ],
)
def test_a_fact_about_a_fetus_names_one_that_is_there(number: int | None, fetuses: int | None, rules: list[str]) -> None:
    assert [f.rule for f in number_faults(number, fetuses)] == rules


@pytest.mark.parametrize(("fetuses", "rules"), [(0, ["fetus-count-range"]), (1, []), (9, []), (10, ["fetus-count-range"])])
def test_a_pregnancy_has_one_to_nine_fetuses(fetuses: int, rules: list[str]) -> None:
    assert [f.rule for f in count_faults(fetuses)] == rules
