from __future__ import annotations

import pytest

from hit_maternity.fhir.terminology.countries import countries, is_country
from hit_maternity.fhir.terminology.standards import is_well_known, listed_standard


def test_each_country_has_three_codes_and_one_name():
    known = countries()
    by_form = [[c for c in known if len(c) == 2], [c for c in known if len(c) == 3 and c.isalpha()], [c for c in known if c.isdigit()]]
    assert [len(codes) for codes in by_form] == [249, 249, 249]
    assert known["NO"] == known["NOR"] == known["578"] == "Norway"
    assert all(name and name == name.strip() for name in known.values())


@pytest.mark.parametrize(
    ("code", "valid"), [("SJ", True), ("XK", True), ("QZZ", True), ("no", False), ("NOX", False), ("", False), ("57", False)]
)
def test_codes_that_the_standard_leaves_to_users_are_countries_too(code, valid):
    assert is_country(code) is valid


def test_the_lists_of_iso_are_code_systems():
    money = listed_standard("urn:iso:std:iso:4217")
    assert money is not None and money.find("NOK") == "NOK" and money.complete
    assert listed_standard("http://loinc.org") is None


@pytest.mark.parametrize(
    ("system", "known"),
    [
        ("http://loinc.org", True),
        ("http://snomed.info/sct/51000202101", True),
        ("urn:oid:2.16.578.1.12.4.1.1.9060", True),
        ("http://helsedir.no/fhir/CodeSystem/no-kodeverk-7280-nlk", True),
        ("http://unitsofmeasure.org", True),
        ("http://loinc.org.evil.test", False),
        ("urn:oid:1.2.3", False),
    ],
)
def test_systems_that_are_known_by_name(system, known):
    assert is_well_known(system) is known
