"""The synthetic women: valid, synthetic, plausible, and the same each time they are loaded."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.json import decode
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.testbed.invitation import FNR, SOMEBODY, invitation, records, trials

WEIGHTS_1, WEIGHTS_2 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def bundles() -> list[dict[str, Any]]:
    return [decode(path.read_bytes()) for path in sorted(records().glob("*.json"))]


def resources() -> Iterator[dict[str, Any]]:
    for bundle in bundles():
        for entry in bundle["entry"]:
            yield entry["resource"]


def women() -> list[dict[str, Any]]:
    return [r for r in resources() if r["resourceType"] == "Patient" and any(i["system"] == FNR for i in r.get("identifier", ()))]


def test_every_bundle_is_a_valid_transaction():
    definitions = Definitions.r4()
    validator = Validator(definitions, LoadedTerminology(definitions))
    for bundle in bundles():
        assert bundle["type"] == "transaction"
        assert [i.text for i in validator.validate(bundle) if i.severity in ("error", "fatal")] == []


def test_every_resource_is_put_under_its_own_id_and_none_twice():
    seen: set[str] = set()
    for bundle in bundles():
        for entry in bundle["entry"]:
            resource = entry["resource"]
            identity = f"{resource['resourceType']}/{resource['id']}"
            assert entry["request"] == {"method": "PUT", "url": identity}
            assert entry["fullUrl"].endswith(identity)
            assert identity not in seen
            seen.add(identity)
    assert "/".join(SOMEBODY) in seen


def test_every_reference_leads_to_a_resource_of_the_demo():
    there = {f"{r['resourceType']}/{r['id']}" for r in resources()}

    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str):
                yield value["reference"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    assert {found for resource in resources() for found in references(resource)} <= there


def test_there_are_women_with_different_pregnancies():
    assert len(women()) >= 6
    codes = {c["code"] for r in resources() if r["resourceType"] == "Condition" for c in r["code"]["coding"]}
    assert {"77386006", "16356006", "11687002", "398254007"} <= codes, "pregnancy, twins, gestational diabetes, pre-eclampsia"
    kinds = {r["resourceType"] for r in resources()}
    assert {"EpisodeOfCare", "Encounter", "Observation", "Practitioner", "Organization", "Procedure"} <= kinds


@pytest.mark.parametrize("woman", women(), ids=lambda woman: woman["id"])
def test_her_national_id_is_synthetic_has_valid_control_digits_and_fits_birth_date_and_sex(woman: dict[str, Any]):
    number = next(i["value"] for i in woman["identifier"] if i["system"] == FNR)
    digits = [int(d) for d in number]
    assert re.fullmatch(r"\d{11}", number)
    assert sum(a * b for a, b in zip(digits[:10], WEIGHTS_1, strict=True)) % 11 == 0
    assert sum(a * b for a, b in zip(digits, WEIGHTS_2, strict=True)) % 11 == 0
    assert 81 <= int(number[2:4]) <= 92, "a month that no living person has"
    born = date.fromisoformat(woman["birthDate"])
    assert (int(number[:2]), int(number[2:4]) - 80, int(number[4:6])) == (born.day, born.month, born.year % 100)
    assert (int(number[6:9]) >= 500) == (born.year >= 2000)
    assert digits[8] % 2 == 0 and woman["gender"] == "female"


def test_no_number_of_eleven_digits_could_be_a_living_person():
    for path in records().parent.rglob("*.json"):
        for number in re.findall(r"(?<!\d)\d{11}(?!\d)", path.read_text(encoding="utf-8")):
            assert 81 <= int(number[2:4]) <= 92


def test_measurements_are_plausible():
    ranges = {"29463-7": (45, 130), "8480-6": (90, 160), "8462-4": (50, 100), "11881-0": (20, 42), "55283-6": (110, 160), "718-7": (9, 16)}
    found: dict[str, int] = {}
    for resource in resources():
        for part in (resource, *resource.get("component", ())) if resource["resourceType"] == "Observation" else ():
            code = part["code"].get("coding", [{}])[0].get("code")
            if code in ranges:
                value = part["valueQuantity"]["value"]
                number = float(value if isinstance(value, int) else value.as_decimal())
                assert ranges[code][0] <= number <= ranges[code][1], (resource["id"], number)
                found[code] = found.get(code, 0) + 1
    assert found.keys() == ranges.keys()


def test_gestational_age_is_counted_from_the_last_menstrual_period():
    periods = {r["subject"]["reference"]: r["valueDateTime"] for r in resources() if re.fullmatch("demo-[a-z]+-lmp-1", r["id"])}
    ages = [r for r in resources() if "-gestational-age-" in r.get("id", "")]
    assert len(ages) > 20
    for age in ages:
        day = date.fromisoformat(age["effectiveDateTime"][:10])
        assert age["valueQuantity"]["value"] == (day - date.fromisoformat(periods[age["subject"]["reference"]])).days <= 301


def test_the_commands_need_no_quoting_but_double_quotes():
    for trial in trials("http://127.0.0.1:8080"):
        assert "'" not in trial.command and "$" not in trial.command and "`" not in trial.command
        assert trial.command.count('"') % 2 == 0
        assert trial.command.startswith("curl.exe " if sys.platform == "win32" else "curl ")


def test_no_national_id_stands_in_an_address():
    for trial in trials("http://127.0.0.1:8080"):
        assert not re.search(r"http\S*\d{11}", trial.command)


def test_the_invitation_fits_a_screen_and_can_be_printed_anywhere():
    told = invitation("http://127.0.0.1:8080")
    assert told.isascii()
    assert len(told.splitlines()) < 40


def test_printing_it_needs_no_server():
    code = "from hit_maternity.testbed.invitation import invitation; print(invitation('http://127.0.0.1:1'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Ctrl+C" in done.stdout
