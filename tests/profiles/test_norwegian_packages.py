"""Our instances and every pregnancy conform to the Norwegian base profiles and vital signs too, with those packages added as an operator
would; and what the packages define is itself valid."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.packages import Package, PackageFolder, read_file
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.knowledge import own_package
from hit_maternity.testbed.people import pregnancies

Resource = dict[str, Any]
Instance = Callable[[str], Resource]

BASIS = "http://hl7.no/fhir/StructureDefinition/no-basis-"
VITAL = "http://hl7.no/fhir/no-domain/vitalsigns/StructureDefinition/no-domain-VitalSigns-Observation-"
OURS = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"
BLOOD_PRESSURE, WEIGHT, HEIGHT = VITAL + "bloodpressure", VITAL + "bodyweight", VITAL + "bodyheight"

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
    ("Composition-helsekort", BASIS + "Composition"),
    ("Observation-bloodpressure", BLOOD_PRESSURE),
    ("Observation-bodyweight", WEIGHT),
    ("Observation-prepregnancyweight", WEIGHT),
    ("Observation-bodyheight", HEIGHT),
]
#: The vital signs by the LOINC code that the profile fixes.
BY_CODE = {"85354-9": BLOOD_PRESSURE, "29463-7": WEIGHT, "8302-2": HEIGHT, "8867-4": VITAL + "heartrate", "8310-5": VITAL + "bodytemp"}
#: What is wrong with the packages themselves; rule -> the definition that shows it, and the reason.
KNOWN = {
    ("primitive-canonical", "no-basis-Endpoint"): "its binding names a value set with a space in the address",
    ("structure-cardinality", "no-basis-propertyinformation"): "a binding without strength",
    ("profile-cardinality", "ValueSet"): "the value sets claim shareablevalueset, and were compiled without version",
}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, ...]:
    """The Norwegian packages, added to a folder and loaded from it."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("HIT_TEST_DATA", root.parent / "shared" / "data")) / "packages"
    if not folder.is_dir():
        pytest.skip(f"the Norwegian packages are not there: {folder}")
    there = PackageFolder(tmp_path_factory.mktemp("packages"), [read_file(own_package(), ours=True)], "test")
    there.add(sorted(folder.glob("*.tgz")), datetime(2026, 3, 1, tzinfo=UTC))
    return there.load().packages


@pytest.fixture(scope="module")
def validator(packages: tuple[Package, ...]) -> Validator:
    """Knows FHIR, our profiles and the Norwegian ones."""
    known = Definitions.with_packages([read_file(own_package(), ours=True), *packages])
    return Validator(known, LoadedTerminology(known))


def errors(validator: Validator, resource: Resource, *profiles: str) -> list[str]:
    """What is wrong, and which profile could not be asked."""
    issues = validator.validate(resource, profiles=profiles)
    return [f"{i.rule} {i.expression}: {i.text}" for i in issues if i.severity in ("error", "fatal") or i.rule.startswith("profile-un")]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_an_instance_conforms_to_both(ours: str, theirs: str, instance: Instance, validator: Validator) -> None:
    assert errors(validator, instance(ours), OURS + ours, theirs) == []


def test_the_norwegian_profile_is_really_asked(instance: Instance, validator: Validator) -> None:
    allergy = instance("AllergyIntolerance")
    del allergy["reaction"]
    assert [e.partition(" ")[0] for e in errors(validator, allergy, BASIS + "AllergyIntolerance")] == ["profile-cardinality"]
    pressure = instance("Observation-bloodpressure")
    pressure["component"] = [c for c in pressure["component"] if c["code"]["coding"][0]["code"] != "8480-6"]
    assert errors(validator, pressure, BLOOD_PRESSURE) != []


def _norwegian(packages: tuple[Package, ...], resource: Resource) -> list[str]:
    """The Norwegian profiles that apply to ``resource``: the base profile of its type, the vital sign of its code."""
    kind = resource["resourceType"]
    if kind == "Observation":
        return [
            BY_CODE[c["code"]] for c in resource["code"].get("coding", ()) if c.get("system") == "http://loinc.org" and c["code"] in BY_CODE
        ]
    known = {e["url"] for p in packages for e in p.entries("StructureDefinition")}
    return [BASIS + kind] if BASIS + kind in known else []


@pytest.mark.parametrize("number", range(len(pregnancies())))
def test_every_resource_of_a_pregnancy_conforms(number: int, validator: Validator, packages: tuple[Package, ...]) -> None:
    asked: set[str] = set()
    for resource in pregnancies()[number].resources():
        profiles = _norwegian(packages, resource)
        asked.update(profiles)
        assert errors(validator, resource, *profiles) == [], resource["id"]
    assert {BASIS + "Patient", BASIS + "Organization", BASIS + "Practitioner", BASIS + "PractitionerRole", WEIGHT} <= asked


def test_all_norwegian_profiles_that_the_card_could_meet_are_met_somewhere(packages: tuple[Package, ...]) -> None:
    asked = {p for one in pregnancies() for r in one.resources() for p in _norwegian(packages, r)}
    of_the_card = ("Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "Appointment", "AllergyIntolerance",
                   "MedicationStatement", "Procedure")  # fmt: skip
    assert asked >= {BASIS + kind for kind in of_the_card} | {BLOOD_PRESSURE, WEIGHT, HEIGHT}


def test_what_the_packages_define_is_valid(validator: Validator, packages: tuple[Package, ...]) -> None:
    found: dict[str, list[str]] = {}
    seen: set[tuple[str, str]] = set()
    for package in packages:
        for name, content in package.files.items():
            for issue in validator.validate(json.decode(content)):
                if issue.severity not in ("error", "fatal"):
                    continue
                known = next((k for k in KNOWN if k[0] == issue.rule and k[1] in name), None)
                if known:
                    seen.add(known)
                else:
                    found.setdefault(name, []).append(f"{issue.rule} {issue.expression}: {issue.text}")
    assert found == {}
    assert seen == KNOWN.keys(), "what is no longer wrong is taken off the list"
