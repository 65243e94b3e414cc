"""Numbers that can't belong to anybody."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

import pytest

from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.simulators.helseid.register import Listed, Organisation, Practitioner, listed, packaged
from hit_maternity.simulators.helsenorge import citizens
from hit_maternity.simulators.synthetic import is_synthetic_organisation, is_synthetic_pid
from hit_maternity.testbed.people.staff import staff


@pytest.mark.parametrize("born", [date(1920, 1, 31), date(1988, 2, 29), date(1999, 12, 31), date(2000, 2, 29), date(2024, 2, 29)])
@pytest.mark.parametrize("d_number", [False, True])
def test_numbers_made_by_the_record_s_own_rule_are_synthetic(born: date, d_number: bool) -> None:
    for number in islice(synthetic_numbers(born, d_number=d_number), 20):
        assert is_synthetic_pid(number)
        assert not is_synthetic_pid(number[:-1] + str((int(number[-1]) + 1) % 10))
        assert not is_synthetic_pid(f"{number[:2]}{int(number[2:4]) - 80:02d}{number[4:]}"), "an ordinary month"


@pytest.mark.parametrize("value", [None, 7, "", "1234567890", "٢" * 11, "32889449842", "00889449842", "09939449842", [], True])
def test_what_is_no_number_is_not_synthetic(value: Any) -> None:
    assert not is_synthetic_pid(value)


@pytest.mark.parametrize(
    ("value", "holds"), [("310001007", True), ("310001008", False), ("974760673", False), (310001007, False), ("", False)]
)
def test_organisations_are_of_the_test_series(value: Any, holds: bool) -> None:
    assert is_synthetic_organisation(value) is holds


def test_the_register_and_the_record_s_people_are_the_same() -> None:
    register, record = packaged(), staff()
    places = {place.number: place for place in register.organisations}
    assert {it.number: (it.name, it.resh) for it in record.organizations.values()} == {
        number: (place.name, place.resh) for number, place in places.items()
    }
    known = {person.key: person for person in register.practitioners}
    for key, person in record.people.items():
        it = known[key]
        assert (it.hpr_number, it.given, it.family) == (person.hpr, person.given, person.family)
        assert [approval.profession for approval in it.approvals] == [person.category]
        assert it.works_at == (record.place_of(key).number,)


def test_pids_and_hpr_numbers_of_the_register_are_of_one_person_each() -> None:
    people = packaged().practitioners
    assert len({person.pid for person in people}) == len(people)
    numbers = [person.hpr_number for person in people if person.hpr_number]
    assert len(set(numbers)) == len(numbers)


def test_a_register_with_a_number_that_may_be_somebody_s_is_refused() -> None:
    (place, *_), (person, *_) = packaged().organisations, packaged().practitioners
    with pytest.raises(ValueError, match="organisation number"):
        Listed((), (Organisation("974760673", "A", place.legal_entity, "B"),))
    with pytest.raises(ValueError, match="synthetic") as told:
        Listed((Practitioner("a", "01010112345", "A", "B", ()),), (place,))
    assert "01010112345" not in str(told.value)
    with pytest.raises(ValueError, match="works at"):
        Listed((person,), ())
    with pytest.raises(ValueError, match="synthetic"):
        citizens.Citizen("01010112345", "A")
    with pytest.raises(KeyError):
        listed(
            {"legal_entity": [], "organisation": [{"number": "310001007", "name": "A", "legal_entity": "310110000"}], "practitioner": []}
        )


def test_a_pid_is_not_in_the_text_of_a_person() -> None:
    for person in (*packaged().practitioners, *citizens.packaged().citizens):
        assert person.pid not in repr(person)
