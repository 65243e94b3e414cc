from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hit_maternity.maternity import risk as subject
from hit_maternity.maternity.facts import Background, Facts, Rhesus, Screening
from hit_maternity.maternity.risk import age_in_years, circumstances_of, factors, holds, offered, offers, present
from hit_maternity.maternity.tables import Row, TableError
from hit_maternity.maternity.visits import circumstances

NUMBERS: dict[str, Any] = {"age": 24, "age_at_term": 24, "births": 0, "bmi": Decimal(22), "years_since_last_pregnancy": 0}
ANSWERS: dict[str, Any] = {f.name: NUMBERS.get(f.name, False) for f in fields(Background)}
HEALTHY = Background(**ANSWERS)


def but(**changes: Any) -> Background:
    return Background(**{f.name: changes.get(f.name, getattr(HEALTHY, f.name)) for f in fields(Background)})


BORDERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("age-over-40", {"age": 41}, {"age": 40}),
    ("age-over-25", {"age": 26}, {"age": 25}),
    ("age-35-at-term", {"age_at_term": 35}, {"age_at_term": 34}),
    ("first-birth", {"births": 0}, {"births": 1}),
    ("later-birth", {"births": 1}, {"births": 0}),
    ("first-birth-over-25", {"births": 0, "age": 26}, {"births": 1, "age": 26}),
    ("later-birth-over-40", {"births": 1, "age": 41}, {"births": 1, "age": 40}),
    ("bmi-over-25", {"bmi": Decimal("25.01")}, {"bmi": Decimal(25)}),
    ("bmi-over-30", {"bmi": Decimal("30.01")}, {"bmi": Decimal(30)}),
    ("bmi-over-35", {"bmi": Decimal("35.01")}, {"bmi": Decimal(35)}),
    ("interval-over-10-years", {"years_since_last_pregnancy": 11}, {"years_since_last_pregnancy": 10}),
]
YES_OR_NO = [f.id for f in factors().values() if f.compares == "is"]


@pytest.mark.parametrize(("factor", "inside", "outside"), BORDERS)
def test_a_factor_holds_on_its_side_of_the_border_only(factor: str, inside: dict[str, Any], outside: dict[str, Any]) -> None:
    assert holds(factor, but(**inside)) is True
    assert holds(factor, but(**outside)) is False
    assert holds(factor, Background()) is None


@pytest.mark.parametrize("factor", YES_OR_NO)
def test_a_yes_or_no_factor_follows_its_answer(factor: str) -> None:
    named = factors()[factor].field
    assert [holds(factor, but(**{named: answer})) for answer in (True, False, None)] == [True, False, None]


def test_every_factor_is_tested_here_and_used_by_an_offer() -> None:
    assert {b[0] for b in BORDERS} | set(YES_OR_NO) == set(factors())
    used = {f for o in offers().values() for f in (*o.any_of, *([o.unless] if o.unless else []))}
    parts = {part for f in factors().values() for part in f.all_of}
    assert used | parts == set(factors())


@pytest.mark.parametrize("offer", ["glucose-load-offered", "hba1c-offered", "nipt-offered", "pre-eclampsia-follow-closely"])
def test_nothing_is_offered_to_a_healthy_young_woman(offer: str) -> None:
    assert offered(offer, HEALTHY) is False
    assert offered(offer, Background()) is None


@pytest.mark.parametrize(("offer", "factor"), [(o.id, f) for o in offers().values() for f in o.any_of])
def test_each_single_factor_is_reason_enough_for_its_offer(offer: str, factor: str) -> None:
    inside = next((b[1] for b in BORDERS if b[0] == factor), None) or {factors()[factor].field: True}
    assert offered(offer, but(**inside)) is True
    assert factor in present(offer, but(**inside))


@pytest.mark.parametrize("change", [{"any": ["age-over-40", "left-handed"]}, {"unless": "left-handed"}])
def test_an_offer_that_names_an_unknown_factor_refuses_the_table(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"id": "made", "any": ["age-over-40"], "source": "house", "evidence": "inferred", "nb": "a", "nn": "b", "en": "c"}

    def loaded(values: dict[str, Any]) -> Any:
        monkeypatch.setattr(subject, "rows", lambda table, section: (Row(table, values),))
        return offers.__wrapped__()

    factors()
    assert set(loaded(row)) == {"made"}
    with pytest.raises(TableError, match="unknown factor"):
        loaded({**row, **change})


def test_known_diabetes_makes_the_glucose_load_needless() -> None:
    assert offered("glucose-load-offered", but(bmi=Decimal(28), diabetes=True)) is False
    assert offered("glucose-load-offered", but(bmi=Decimal(28), diabetes=None)) is True


@pytest.mark.parametrize(
    ("on", "years"), [(date(2026, 5, 16), 29), (date(2026, 5, 17), 30), (date(2026, 5, 18), 30), (date(2027, 5, 16), 30)]
)
def test_a_year_is_complete_on_the_birthday(on: date, years: int) -> None:
    assert age_in_years(date(1996, 5, 17), on) == years
    assert age_in_years(date(1996, 2, 29), date(2026, 2, 28)) == 29


def test_circumstances_come_from_the_facts_and_unknown_stays_unknown(on: Callable[[str], date]) -> None:
    nothing = circumstances_of(Facts(on("24+0")))
    assert set(nothing) == set(circumstances())
    assert set(nothing.values()) == {None}
    chain = Rhesus(mother_negative=True, consent=False, fetus_positive=True)
    known = circumstances_of(Facts(on("24+0"), rhesus=chain, screenings=(Screening(on("9+0"), "antibodies", False),), background=HEALTHY))
    assert known == {
        "rhd-negative": True,
        "not-rhd-immunised": True,
        "fetus-rhd-positive": True,
        "typing-wanted": False,
        "typing-declined": True,
        "glucose-load-offered": False,
        "hba1c-offered": False,
        "nipt-offered": False,
    }
