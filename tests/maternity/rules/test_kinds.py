"""The table of kinds, held against the profiles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.maternity.rules.kinds import claims_card, kind_of, kinds, links
from hit_maternity.testbed.people import pregnancies

COMPILED = Path(__file__).resolve().parents[3] / "profiles" / "compiled"


def profile(url: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((COMPILED / f"StructureDefinition-{url.rpartition('/')[2]}.json").read_text(encoding="utf-8"))
    return made


@pytest.mark.parametrize("id", kinds())
def test_each_kind_names_profiles_that_exist_and_are_of_its_type(id: str) -> None:
    kind = kinds()[id]
    assert kind.profiles
    assert {profile(url)["type"] for url in kind.profiles} == {kind.type}
    assert {profile(url)["url"] for url in kind.profiles} == set(kind.profiles)


@pytest.mark.parametrize("id", [k.id for k in kinds().values() if k.type == "Observation"])
def test_each_fact_of_the_pregnancies_is_of_one_kind_by_profile_and_by_code(id: str) -> None:
    found = [r for p in pregnancies() for r in p.resources() if (k := kind_of(r)) is not None and k.id == id]
    for resource in found:
        by_code = kind_of({key: value for key, value in resource.items() if key != "meta"})
        assert by_code is not None and by_code.id == id, resource["id"]


def test_a_fact_about_a_fetus_is_one_by_its_profile_too() -> None:
    for kind in (k for k in kinds().values() if k.type == "Observation"):
        focus = [e for url in kind.profiles for e in profile(url)["snapshot"]["element"] if e["path"] == "Observation.focus"]
        assert kind.fetal == any(e["min"] > 0 for e in focus), kind.id


def test_each_link_is_an_element_of_its_type(definitions: Any) -> None:
    for type, element in links().items():
        structure = definitions.find("StructureDefinition", f"http://hl7.org/fhir/StructureDefinition/{type}")
        assert f"{type}.{element}" in {e["path"] for e in structure["snapshot"]["element"]}


def test_a_profile_is_known_with_and_without_its_version() -> None:
    url = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-Observation-due-date"
    for claimed in (url, f"{url}|0.1.0"):
        kind = kind_of({"resourceType": "Observation", "meta": {"profile": [None, claimed]}})
        assert kind is not None and kind.id == "due-date"
    assert claims_card({"meta": {"profile": [url]}})
    assert not claims_card({"meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/bp"]}})
