"""Where things stand on the card."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.maternity import attention, visits
from hit_maternity.maternity.card import main_sections, section_of, sections
from hit_maternity.maternity.card.sections import kind_of
from hit_maternity.maternity.tables import words_of

COMPILED = Path(__file__).resolve().parents[3] / "profiles" / "compiled"
PROFILE = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"


def concepts(name: str) -> dict[str, dict[str, str]]:
    """Code to words by language, of a compiled CodeSystem, in its order."""
    path = COMPILED / f"CodeSystem-{name}.json"
    if not path.is_file():
        pytest.skip(f"the profiles have no code system {name} yet")
    found: dict[str, dict[str, str]] = {}

    def walk(listed: list[dict[str, Any]]) -> None:
        for concept in listed:
            found[concept["code"]] = {d["language"]: d["value"] for d in concept.get("designation", ())}
            walk(concept.get("concept", []))

    walk(json.loads(path.read_text(encoding="utf-8"))["concept"])
    return found


def test_the_sections_are_those_of_the_code_system_in_its_order_and_words() -> None:
    told = {s.code: {"nb": s.words.nb, "nn": s.words.nn, "en": s.words.en} for s in sections().values()}
    listed = concepts("section")
    assert list(told) == list(listed)
    assert told == listed
    assert len(main_sections()) == 10


@pytest.mark.parametrize(
    ("name", "table", "parts"),
    [("term-reason", "dating", "reason"), ("term-basis", "dating", "method")],
)
def test_every_word_of_a_table_has_its_code(name: str, table: str, parts: str) -> None:
    assert set(words_of(table, parts)) == set(concepts(name))


def test_rules_and_programme_have_their_codes() -> None:
    assert set(attention.rules()) == set(concepts("attention"))
    assert {v.id for v in visits.programme()} | {t.id for t in visits.all_tasks()} == set(concepts("programme"))
    assert {s.value for s in visits.Status} == set(concepts("programme-status"))


@pytest.mark.parametrize(
    ("codes", "kind", "section"),
    [
        (("loinc#29463-7", "loinc#56077-1"), "prepregnancyweight", "vital-measures"),  # the special before the general
        (("loinc#56077-1", "loinc#29463-7"), "prepregnancyweight", "vital-measures"),
        (("loinc#29463-7",), "bodyweight", "visits"),
        (("nlk#NOR05172",), "haemoglobin", "tests"),  # as laboratories send it
        (("disease-history#heart-disease", "sct#56265001"), "disease", "own-diseases"),
        (("disease-history#family-other",), "hereditary-disease", "hereditary-diseases"),
        (("disease-history#drug-allergy",), "drug-allergy", "medicines"),
        (("section#rhesus-d-negative",), "note", "rhesus-d-negative"),
        (("section#no-such",), "note", "visits"),
        (("loinc#11881-0",), "fundal-height", "fundal-height"),
        (("sct#1234567",), None, "visits"),
    ],
)
def test_an_observation_is_known_by_any_of_its_codes(
    observe: Callable[..., Any], codes: tuple[str, ...], kind: str | None, section: str
) -> None:
    observation = observe(codes)
    found = section_of(observation)
    assert (kind_of(observation), found and found.code) == (kind, section)


def test_an_unknown_observation_stands_by_its_category(observe: Callable[..., Any]) -> None:
    category = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}]
    found = section_of(observe("sct#1234567", category=category))
    assert found is not None
    assert (found.code, found.main) == ("tests", "tests")


@pytest.mark.parametrize(
    ("type", "profile", "section"),
    [
        ("Patient", None, "about-you"),
        ("Patient", "Patient-fetus|0.1.0", "this-pregnancy"),
        ("Patient", "Patient-newborn", "birth"),
        ("Consent", "Consent-fetal-rhesus-typing", "rhesus-d-negative"),
        ("Encounter", "Encounter-birth", "birth"),
        ("Encounter", None, "visits"),
        ("AllergyIntolerance", None, "medicines"),
        ("Provenance", None, None),
        ("AuditEvent", None, None),
    ],
)
def test_other_resources_stand_by_profile_and_type(type: str, profile: str | None, section: str | None) -> None:
    found = section_of({"resourceType": type, "meta": {"profile": [PROFILE + profile]} if profile else {}})
    assert (found.code if found else None) == section
