"""The codes: no slip of the finger, each written the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
Resource = dict[str, Any]

# Verhoeff's tables: https://confluence.ihtsdotools.org/display/DOCRELFMT/6.7+Check-digit
DIHEDRAL = [[(i + j) % 5 if i < 5 and j < 5 else 0 for j in range(10)] for i in range(10)]
for _i in range(10):
    for _j in range(10):
        a, b = _i % 5, _j % 5
        DIHEDRAL[_i][_j] = (a + b) % 5 + (0 if (_i < 5) == (_j < 5) else 5) if _i < 5 else (a - b) % 5 + (5 if _j < 5 else 0)
PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def verhoeff_holds(code: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(code)):
        value = int(digit)
        for _ in range(place % 8):
            value = PERMUTATION[value]
        check = DIHEDRAL[check][value]
    return check == 0


def loinc_holds(code: str) -> bool:
    body, check = code.split("-")
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return (total + int(check)) % 10 == 0


def codings(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if "system" in value and "code" in value:
            yield value
        for inner in value.values():
            yield from codings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from codings(inner)


def test_the_check_digits_of_loinc_and_snomed_hold(told: dict[str, list[Resource]]):
    found = {(c["system"], c["code"]) for resources in told.values() for c in codings(resources)}
    loinc, snomed = ({code for system, code in found if system == url} for url in (LOINC, SNOMED))
    assert len(loinc) > 30 and len(snomed) > 50
    assert {code for code in loinc if not loinc_holds(code)} == set()
    assert {code for code in snomed if not verhoeff_holds(code)} == set()


def test_a_wrong_digit_would_be_noticed():
    assert verhoeff_holds("77386006") and not verhoeff_holds("77386007") and not verhoeff_holds("77836006")
    assert loinc_holds("85354-9") and not loinc_holds("85354-8") and not loinc_holds("83554-9")


def test_a_code_has_one_name(told: dict[str, list[Resource]]):
    names: dict[tuple[str, str], set[str | None]] = {}
    for resources in told.values():
        for found in codings(resources):
            if "value" not in found:
                names.setdefault((found["system"], found["code"]), set()).add(found.get("display"))
    assert {code: given for code, given in names.items() if len(given) > 1} == {}


def test_codes_are_in_the_systems_of_the_profiles(told: dict[str, list[Resource]], own_definitions: list[Resource]):
    def members(concepts: list[Resource]) -> Iterator[str]:
        for each in concepts:
            yield each["code"]
            yield from members(each.get("concept", []))

    systems = {r["url"]: set(members(r["concept"])) for r in own_definitions if r["resourceType"] == "CodeSystem" and "concept" in r}
    assert len(systems) > 10
    unknown = {
        (c["system"], c["code"])
        for resources in told.values()
        for c in codings(resources)
        if c["system"] in systems and c["code"] not in systems[c["system"]]
    }
    assert unknown == set()
