"""Nobody in the stories can be a living person, and no two of them are the same."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from hit_maternity.fhir.json import encode
from hit_maternity.maternity.identity import Population, ordinary_positions, recognise

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
Resource = dict[str, Any]


def people(told: dict[str, list[Resource]]) -> list[Resource]:
    return [
        r
        for resources in told.values()
        for r in resources
        if r["resourceType"] == "Patient" and any(i["system"] == FNR for i in r["identifier"])
    ]


def number(person: Resource) -> str:
    return str(next(i["value"] for i in person["identifier"] if i["system"] == FNR))


def test_every_national_id_is_synthetic_holds_and_fits_birth_date_and_sex(told: dict[str, list[Resource]]):
    assert len(people(told)) >= 25
    for person in people(told):
        found = recognise(number(person))
        assert found.population is Population.SKATTEETATEN
        assert found.birth_date == date.fromisoformat(person["birthDate"])
        assert (int(number(person)[8]) % 2 == 0) == (person["gender"] == "female")


def test_every_person_has_a_national_id_of_her_own(told: dict[str, list[Resource]]):
    assert len({number(p) for p in people(told)}) == len(people(told))


def test_a_national_id_stands_in_an_identifier_and_nowhere_else(resources: list[Resource]):
    numbers = [number(r) for r in people({"these": resources})]
    text = encode(resources).decode()
    assert numbers
    for each in numbers:
        assert text.count(each) == 1


def test_no_number_could_belong_to_a_living_person(resources: list[Resource]):
    assert ordinary_positions(encode(resources).decode()) == []


def test_organisation_and_personnel_numbers_are_unique_and_of_the_right_form(told: dict[str, list[Resource]]):
    weights = (3, 2, 7, 6, 5, 4, 3, 2)
    forms = {"Organization": r"3\d{8}", "Practitioner": r"9990\d{5}"}
    for kind, form in forms.items():
        found = {r["id"]: r["identifier"][0]["value"] for rs in told.values() for r in rs if r["resourceType"] == kind}
        assert len(set(found.values())) == len(found) > 1
        for value in found.values():
            assert re.fullmatch(form, value)
            if kind == "Organization":
                assert (sum(int(d) * w for d, w in zip(value, weights, strict=False)) + int(value[8])) % 11 == 0


def test_a_fetus_is_known_by_record_and_number_alone(resources: list[Resource]):
    (record_id,) = {i["value"] for r in resources if r["resourceType"] == "EpisodeOfCare" for i in r["identifier"]}
    fetuses = [r for r in resources if r["resourceType"] == "Patient" and "-fetus-" in r["id"]]
    for place, fetus in enumerate(fetuses, 1):
        assert [i["value"] for i in fetus["identifier"]] == [f"{record_id}:{place}"]
        assert not {"birthDate", "name", "maritalStatus", "communication", "deceasedBoolean"} & set(fetus)
