"""Our instances conform to the Norwegian base profiles and vital signs too, with those packages loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hit_maternity.fhir.validation import Validator

Resource = dict[str, Any]

BASIS = "http://hl7.no/fhir/StructureDefinition/no-basis-"
VITAL = "http://hl7.no/fhir/no-domain/vitalsigns/StructureDefinition/no-domain-VitalSigns-Observation-"
OURS = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"

#: ours, and the Norwegian one that every instance of it can conform to
PAIRS = [
    ("Patient-mother", BASIS + "Patient"),
    ("Patient-newborn", BASIS + "Patient"),
    ("RelatedPerson-coparent", BASIS + "RelatedPerson"),
    ("Practitioner", BASIS + "Practitioner"),
    ("PractitionerRole", BASIS + "PractitionerRole"),
    ("Organization", BASIS + "Organization"),
    ("Appointment", BASIS + "Appointment"),
    ("AllergyIntolerance", BASIS + "AllergyIntolerance"),
    ("MedicationStatement", BASIS + "MedicationStatement"),
    ("Procedure-delivery", BASIS + "Procedure"),
    ("Observation-bloodpressure", VITAL + "bloodpressure"),
    ("Observation-bodyweight", VITAL + "bodyweight"),
    ("Observation-prepregnancyweight", VITAL + "bodyweight"),
    ("Observation-bodyheight", VITAL + "bodyheight"),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_an_instance_conforms_to_both(ours: str, theirs: str, instance: Callable[[str], Resource], norwegian: Validator) -> None:
    issues = norwegian.validate(instance(ours), profiles=[OURS + ours, theirs])
    assert [i for i in issues if i.severity in ("error", "fatal") or i.rule.startswith("profile-un")] == []


def test_the_norwegian_profile_is_really_asked(instance: Callable[[str], Resource], norwegian: Validator) -> None:
    allergy = instance("AllergyIntolerance")
    del allergy["reaction"]
    rules = {i.rule for i in norwegian.validate(allergy, profiles=[BASIS + "AllergyIntolerance"])}
    assert "profile-cardinality" in rules


def test_the_composition_has_the_norwegian_document_type(instance: Callable[[str], Resource], norwegian: Validator) -> None:
    issues = norwegian.validate(instance("Composition-helsekort"), profiles=[BASIS + "Composition"])
    assert [i for i in issues if i.severity in ("error", "fatal")] == []
