"""The resources against FHIR, against the project's own profiles, and against those of HL7 Norway."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.json import copy
from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.validation import Validator
from hit_maternity.testbed.people import Pregnancy

#: What a validator that doesn't know our profiles can't tell.
UNKNOWN = {"profile-unknown", "extension-unknown", "code-system-unknown"}
NORWAY = "http://hl7.no/fhir/StructureDefinition/no-basis-"
SIGNS = "http://hl7.no/fhir/no-domain/vitalsigns/StructureDefinition/no-domain-VitalSigns-Observation-"
CORE = "http://hl7.org/fhir/StructureDefinition/"
Resource = dict[str, Any]


def said(issues: list[Issue], but: frozenset[str] | set[str] = frozenset()) -> list[tuple[str, str | None, str]]:
    """Errors and warnings; that SNOMED CT and the like are not loaded is information."""
    return [(i.severity, i.expression, i.text) for i in issues if i.severity != "information" and i.rule not in but]


def named(resource: Resource) -> str:
    """What follows ``no-domain-Maternity-`` in the profile."""
    return str(resource["meta"]["profile"][0].partition("no-domain-Maternity-")[2])


def test_every_bundle_is_valid_without_a_warning(pregnancy: Pregnancy, base_validator: Validator):
    assert said(base_validator.validate(pregnancy.bundle()), UNKNOWN) == []


def test_every_resource_alone_is_valid_without_a_warning(resources: list[Resource], base_validator: Validator):
    for resource in resources:
        assert said(base_validator.validate(resource), UNKNOWN) == []


@pytest.mark.parametrize(
    ("profile", "shapes"),
    [
        ("bp", {"Observation-bloodpressure"}),
        ("bodyweight", {"Observation-bodyweight", "Observation-prepregnancyweight"}),
        ("bodyheight", {"Observation-bodyheight"}),
        ("bmi", {"Observation-bmi"}),
        ("headcircum", {"Observation-newborn-head-circumference"}),
    ],
)
def test_vital_signs_are_vital_signs_of_fhir(profile: str, shapes: set[str], told: dict[str, list[Resource]], base_validator: Validator):
    found = [r for resources in told.values() for r in resources if named(r) in shapes]
    assert found
    for resource in found:
        assert said(base_validator.validate(resource, profiles=(CORE + profile,)), UNKNOWN) == []


def test_every_resource_meets_the_profile_it_names(resources: list[Resource], own_validator: Validator):
    for resource in resources:
        issues = own_validator.validate(resource)
        assert not any(i.rule == "profile-unknown" for i in issues), resource["meta"]
        assert said(issues) == [], resource["id"]


def test_every_bundle_is_valid_with_the_profiles_and_so_is_what_its_references_name(pregnancy: Pregnancy, own_validator: Validator):
    assert said(own_validator.validate(pregnancy.bundle())) == []


def test_a_slip_is_noticed_by_the_profiles(own_validator: Validator, told: dict[str, list[Resource]]):
    """That the two tests above can fail."""
    (height,) = (copy(r) for r in told["normal"] if r["id"] == "normal-fundal-height-w24")
    height["valueQuantity"]["value"] = 235
    assert any("value" in (i.expression or "") and i.severity == "error" for i in own_validator.validate(height))
    (fetal,) = (copy(r) for r in told["normal"] if r["id"] == "normal-heart-1-w24")
    del fetal["focus"]
    assert any("focus" in i.text for i in own_validator.validate(fetal))


def test_together_they_use_every_profile_that_is_not_abstract_nor_a_document(
    told: dict[str, list[Resource]], own_definitions: list[Resource]
):
    used = {url for resources in told.values() for r in resources for url in r["meta"]["profile"]}
    defined = {
        r["url"]
        for r in own_definitions
        if r["resourceType"] == "StructureDefinition" and r["type"] not in ("Extension", "Bundle", "Composition") and not r["abstract"]
    }
    assert used <= defined
    prefix = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"
    # A test that no other profile is for; and the log, which a server writes and nobody tells.
    assert defined - used <= {prefix + "Observation-lab-result", prefix + "AuditEvent"}


@pytest.mark.parametrize(
    ("shape", "profile"),
    [
        ("Patient-mother", NORWAY + "Patient"),
        ("Patient-newborn", NORWAY + "Patient"),
        ("RelatedPerson-coparent", NORWAY + "RelatedPerson"),
        ("Practitioner", NORWAY + "Practitioner"),
        ("PractitionerRole", NORWAY + "PractitionerRole"),
        ("Organization", NORWAY + "Organization"),
        ("Appointment", NORWAY + "Appointment"),
        ("MedicationStatement", NORWAY + "MedicationStatement"),
        ("Procedure-delivery", NORWAY + "Procedure"),
        ("AllergyIntolerance", NORWAY + "AllergyIntolerance"),
        ("Observation-bloodpressure", SIGNS + "bloodpressure"),
        ("Observation-bodyweight", SIGNS + "bodyweight"),
        ("Observation-bodyheight", SIGNS + "bodyheight"),
    ],
)
def test_they_conform_to_the_norwegian_profiles(shape: str, profile: str, told: dict[str, list[Resource]], norwegian_validator: Validator):
    found = [r for resources in told.values() for r in resources if named(r) == shape]
    assert found
    for resource in found:
        issues = norwegian_validator.validate(resource, profiles=(profile,))
        assert not any(i.rule == "profile-unknown" and profile in i.text for i in issues)
        assert said(issues, UNKNOWN) == []
