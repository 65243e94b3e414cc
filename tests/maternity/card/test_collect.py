"""The card as it is asked: by type, profile, code and kind, and with part of it hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hit_maternity.fhir.outcome import FhirError

Make = Callable[..., Any]
PROFILE = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-Observation-haemoglobin|0.1.0"


def test_resources_are_given_in_the_cards_order(make_card: Make, observe: Make) -> None:
    first = observe("nlk#NOR05172", "2026-03-01")
    second = {**observe("loinc#2276-4", "2026-03-02"), "meta": {"profile": [PROFILE]}}
    third = observe("loinc#718-7", "2026-03-03")
    card = make_card(first, second, third)
    assert [r["id"] for r in card.kind("ferritin", "haemoglobin")] == [first["id"], second["id"], third["id"]]
    assert [kind for kind, _ in card.kinds("ferritin", "haemoglobin")] == ["haemoglobin", "ferritin", "haemoglobin"]
    assert [r["id"] for r in card.coded("http://loinc.org", "718-7")] == [third["id"]]
    assert [r["id"] for r in card.with_profile("Observation-haemoglobin")] == [second["id"]]
    assert [r["id"] for r in card.of("EpisodeOfCare")] == ["e"]


def test_a_card_of_which_part_is_hidden_knows_nothing_of_that_part(make_card: Make, observe: Make) -> None:
    shown, hidden = observe("nlk#NOR05172"), observe("nlk#NPU19763")
    card = make_card(shown, hidden).limited({("EpisodeOfCare", "e"), ("Observation", shown["id"])})
    assert [r["id"] for r in card.resources] == [v.id for v in card.versions] == ["e", shown["id"]]
    assert card.kind("ferritin") == []
    assert card.mother == {"resourceType": "Patient", "id": "mother"}


def test_a_card_whose_record_is_hidden_is_not_there(make_card: Make) -> None:
    with pytest.raises(FhirError) as caught:
        make_card().limited({("Patient", "mother")})
    assert caught.value.status == 404
