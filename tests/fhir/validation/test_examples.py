"""Resources that others made: all that are valid are accepted, and the few that are not are refused for a reason looked at by hand."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hit_maternity.fhir import json

#: file -> the errors it has, each a true one.
INVALID = {
    # an empty object beside a value: json.html, "objects are never empty"
    "scenario-questionnaireresponse-charity-otala-1-quick-check.json": {("structure-object-empty", "QuestionnaireResponse.questionnaire")},
    # telephone numbers without a system
    "patient-anc-patient-example.json": {("inv:cpt-2", "Patient.telecom[0]"), ("inv:cpt-2", "Patient.contact[0].telecom[0]")},
    # fullUrl and id disagree: bundle.html, "The fullUrl SHALL NOT disagree with the id in the resource"
    "Bundle-10bb101f-a121-4264-a920-67be9cb82c74.json": {("bundle-full-url-id", "Bundle.entry[2].fullUrl")},
    "Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe.json": {("bundle-full-url-id", "Bundle.entry[3].fullUrl")},
    "Bundle-lri-example.json": {("bundle-full-url-id", f"Bundle.entry[{n}].fullUrl") for n in range(1, 17)},
    # DeviceMetric.parent may name a Device only
    "DeviceMetric-example.json": {("reference-target", "DeviceMetric.parent")},
    # a narrative of white space alone (txt-2)
    "EventDefinition-example.json": {("narrative-empty", "EventDefinition.text.div")},
    # Observation.performer may not name an Encounter
    "Observation-clinical-gender.json": {("reference-target", "Observation.performer[0]")},
    # by its LOINC code a body temperature, without a time (observation-vitalsigns.html)
    "Observation-f202.json": {("profile-cardinality", "Observation")},
    # by its LOINC code a body weight, without the category vital-signs, a time and a UCUM code
    "observation-anc-b8-de3-example.json": {("profile-cardinality", "Observation"), ("profile-cardinality", "Observation.value")},
    # items without linkId
    "Questionnaire-qs1.json": {("structure-cardinality", "*")},
}


def _examples(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted([*(data / "hl7-r4-examples").glob("*.json"), *(data / "examples").rglob("*.json")]):
        resource = json.decode(path.read_bytes())
        if "resourceType" in resource:
            yield path.name, resource


def test_the_valid_examples_are_accepted_and_the_invalid_ones_refused_for_their_reason(data, validator):
    found: dict[str, set[tuple[str, str | None]]] = {}
    count = 0
    for name, resource in _examples(data):
        count += 1
        told = {(i.rule, i.expression) for i in validator.validate(resource) if i.severity == "error"}
        if told:
            found[name] = {(rule, "*") for rule, _ in told} if INVALID.get(name, set()) & {(r, "*") for r, _ in told} else told
    assert found == INVALID
    assert count > 400


@pytest.fixture(scope="module")
def norwegian(data, validator_with):
    """A validator that also knows the Norwegian packages."""
    resources = []
    for package in sorted((data / "packages").glob("*.tgz")):
        with tarfile.open(fileobj=io.BytesIO(package.read_bytes())) as archive:
            for member in archive.getmembers():
                handle = archive.extractfile(member) if member.name.endswith(".json") else None
                if handle and "resourceType" in (resource := msgspec.json.decode(handle.read())):
                    resources.append(resource)
    assert len(resources) > 100
    return validator_with(*resources)


def test_norwegian_examples_meet_the_norwegian_profiles(data, norwegian):
    claimed = 0
    for path in sorted((data / "examples").glob("hl7no-*/*.json")):
        resource = json.decode(path.read_bytes())
        issues = norwegian.validate(resource)
        claimed += bool(resource.get("meta", {}).get("profile"))
        assert not [i for i in issues if i.rule in ("profile-unknown", "profile-unusable")], path.name
        told = [(i.rule, i.expression) for i in issues if i.severity == "error"]
        # the invariant asks for an extension under example.org that nobody defines: a fault of the package
        expected = [("inv:shortnotice-inv-1", "AppointmentResponse")] if path.name.startswith("AppointmentResponse") else []
        assert told == expected, path.name
    assert claimed > 12


def test_a_norwegian_blood_pressure_that_breaks_its_profile_is_refused(data, norwegian):
    resource = json.decode((data / "examples/hl7no-domain-vitalsigns/Observation-no-blood-pressure-create.json").read_bytes())
    del resource["component"][0]
    assert "profile-cardinality" in {i.rule for i in norwegian.validate(resource) if i.severity == "error"}
