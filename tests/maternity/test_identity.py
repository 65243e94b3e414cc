"""No identity number is written in this file: each is made while the tests run, synthetic or of someone born in the 1850s, before
numbers were given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.identity import IdentityNumber, Kind, Population, ordinary_positions, recognise, synthetic_numbers

FIRST, SECOND = (3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def completed(nine: str, minuend: int = 11) -> str | None:
    """Control digits as the tax authority writes the calculation: k1 = minuend - (sum mod 11), minuend 11 to 14 from 2032."""
    k1 = (minuend - sum(int(d) * w for d, w in zip(nine, FIRST, strict=True)) % 11) % 11
    if k1 == 10:
        return None
    k2 = (11 - sum(int(d) * w for d, w in zip(f"{nine}{k1}", SECOND, strict=True)) % 11) % 11
    return None if k2 == 10 else f"{nine}{k1}{k2}"


def any_number(prefix: str, individuals: range, minuend: int = 11) -> str:
    """The first number with these six digits and an individual number of the range."""
    return next(n for i in individuals if (n := completed(f"{prefix}{i:03d}", minuend)) is not None)


LONG_DEAD = any_number("290256", range(500, 750))
births = st.dates(date(1900, 1, 1), date(2039, 12, 31))


@given(births, st.booleans())
def test_a_synthetic_number_is_recognised_with_its_kind_population_and_birth_date(born: date, d_number: bool) -> None:
    for value in islice(synthetic_numbers(born, d_number=d_number), 3):
        number = recognise(value)
        assert (number.kind, number.population) == (Kind.D_NUMBER if d_number else Kind.FNR, Population.SKATTEETATEN)
        assert (number.birth_date, number.by_2032, number.is_synthetic, number.value) == (born, False, True, value)


@given(births)
def test_synthetic_numbers_of_a_day_are_all_different_and_always_the_same(born: date) -> None:
    first, again = list(synthetic_numbers(born)), list(synthetic_numbers(born))
    assert first == again
    assert len(set(first)) == len(first) > 300


@pytest.mark.parametrize("year", [1899, 2040])
def test_synthetic_numbers_are_made_for_1900_to_2039_only(
    year: int, rules_of: Callable[[pytest.ExceptionInfo[FhirError]], list[str]]
) -> None:
    with pytest.raises(FhirError) as caught:
        synthetic_numbers(date(year, 1, 1))
    assert rules_of(caught) == ["identity-birth-year"]


@pytest.mark.parametrize(
    ("prefix", "kind", "population"),
    [
        ("290256", Kind.FNR, None),
        ("690256", Kind.D_NUMBER, None),
        ("294256", Kind.H_NUMBER, None),
        ("296756", Kind.FNR, Population.NORSK_HELSENETT),
        ("696756", Kind.D_NUMBER, Population.NORSK_HELSENETT),
        ("298256", Kind.FNR, Population.SKATTEETATEN),
        ("698256", Kind.D_NUMBER, Population.SKATTEETATEN),
        ("694256", Kind.D_NUMBER, Population.NAV),
    ],
)
def test_day_and_month_tell_the_kind_and_whose_test_number_it_is(prefix: str, kind: Kind, population: Population | None) -> None:
    number = recognise(any_number(prefix, range(500, 750)))
    assert (number.kind, number.population, number.birth_date) == (kind, population, date(1856, 2, 29))


@pytest.mark.parametrize("first", ["8", "9"])
def test_an_fh_number_begins_with_8_or_9_and_tells_nothing_else(first: str) -> None:
    number = recognise(any_number(f"{first}99999", range(1000)))
    assert (number.kind, number.population, number.birth_date, number.is_synthetic) == (Kind.FH_NUMBER, None, None, False)


def test_identifier_systems_are_those_of_the_national_base_profiles() -> None:
    assert recognise(LONG_DEAD).system == "urn:oid:2.16.578.1.12.4.1.4.1"
    assert recognise(any_number("690256", range(500, 750))).system == "urn:oid:2.16.578.1.12.4.1.4.2"
    assert recognise(any_number("899999", range(1000))).system == "urn:oid:2.16.578.1.12.4.1.4.3"
    assert recognise(any_number("294256", range(500, 750))).system is None


@pytest.mark.parametrize("minuend", [12, 13, 14])
@pytest.mark.parametrize("prefix", ["018190", "418190", "016690", "014190"])
def test_the_calculation_of_2032_is_accepted_and_then_the_number_tells_no_birth_date(prefix: str, minuend: int) -> None:
    number = recognise(any_number(prefix, range(999, 0, -1), minuend))
    assert (number.by_2032, number.birth_date) == (True, None)


@pytest.mark.parametrize("minuend", [15, 16, 17, 18, 19, 20, 21])
def test_a_remainder_beyond_3_is_refused(minuend: int, rules_of: Callable[[pytest.ExceptionInfo[FhirError]], list[str]]) -> None:
    with pytest.raises(FhirError) as caught:
        recognise(any_number("018190", range(999, 0, -1), minuend))
    assert rules_of(caught) == ["identity-control-digits"]


def test_the_calculation_of_2032_is_not_for_fh_numbers(rules_of: Callable[[pytest.ExceptionInfo[FhirError]], list[str]]) -> None:
    with pytest.raises(FhirError) as caught:
        recognise(any_number("899999", range(1000), 12))
    assert rules_of(caught) == ["identity-control-digits"]


@given(births, st.integers(0, 10), st.integers(1, 9))
def test_every_single_wrong_digit_of_a_number_is_noticed_by_its_second_control_digit(born: date, place: int, change: int) -> None:
    value = next(iter(synthetic_numbers(born)))
    wrong = value[:place] + str((int(value[place]) + change) % 10) + value[place + 1 :]
    with pytest.raises(FhirError):
        recognise(wrong)


@pytest.mark.parametrize("prefix", ["308290", "008190", "328190", "018090", "019390", "011390", "015390", "016590", "017890", "298201"])
def test_what_is_no_date_of_any_kind_is_refused(prefix: str, rules_of: Callable[[pytest.ExceptionInfo[FhirError]], list[str]]) -> None:
    with pytest.raises(FhirError) as caught:
        recognise(any_number(prefix, range(999, 0, -1)))
    assert rules_of(caught) == ["identity-date"]


def test_a_leap_day_of_the_year_00_is_a_date_because_2000_had_one() -> None:
    assert recognise(any_number("298200", range(500, 1000))).birth_date == date(2000, 2, 29)
    assert recognise(any_number("298200", range(0, 500))).birth_date is None


def test_date_and_control_digits_are_told_together(rules_of: Callable[[pytest.ExceptionInfo[FhirError]], list[str]]) -> None:
    with pytest.raises(FhirError) as caught:
        recognise("01139000000")
    assert rules_of(caught) == ["identity-date", "identity-control-digits"]


@pytest.mark.parametrize(
    "value", [None, 1, 1.5, True, [], {}, "", "1" * 10, "1" * 12, "0181 9012345", "\u0660" * 11, "1" * 10 + "\x00", "\ud800" * 11, "²" * 11]
)
def test_what_is_not_eleven_digits_is_refused_by_its_form(
    value: object, rules_of: Callable[[pytest.ExceptionInfo[FhirError]], list[str]]
) -> None:
    with pytest.raises(FhirError) as caught:
        recognise(value)
    assert rules_of(caught) == ["identity-form"]


@given(st.text(alphabet="0123456789", min_size=11, max_size=11))
def test_no_error_and_no_printed_form_ever_shows_the_number(value: str) -> None:
    try:
        number = recognise(value)
    except FhirError as refused:
        assert value not in str(refused) + repr(refused)
    else:
        assert isinstance(number, IdentityNumber)
        assert value not in f"{number} {number!r}"
        assert str(date(1856, 2, 29)) not in repr(recognise(LONG_DEAD))


def test_numbers_that_may_be_a_living_persons_are_found_by_place_and_synthetic_ones_are_not() -> None:
    synthetic = next(iter(synthetic_numbers(date(1990, 1, 1))))
    text = f"id {LONG_DEAD}. {synthetic} 1{LONG_DEAD} 0.{LONG_DEAD}\n({LONG_DEAD})"
    assert ordinary_positions(text) == [3, text.rindex(LONG_DEAD)]
    assert ordinary_positions("") == []
