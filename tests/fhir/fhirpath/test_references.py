"""``resolve()``: contained, in a Bundle, through the context, and by the text alone."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_contained_resource_is_found(evaluate: Any, patient: dict[str, Any]) -> None:
    assert evaluate("managingOrganization.resolve().name", patient) == ["Ward"]
    assert evaluate("managingOrganization.where(resolve() is Organization).reference", patient) == ["#o1"]
    assert evaluate("managingOrganization.where(resolve() is Practitioner)", patient) == []


def test_from_within_a_contained_resource_the_container_answers(evaluate: Any) -> None:
    inner = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "#p"}, "organization": {"reference": "#"}}
    root = {
        "resourceType": "Organization",
        "name": "Root",
        "contained": [inner, {"resourceType": "Practitioner", "id": "p", "gender": "female"}],
    }
    assert evaluate("practitioner.resolve().gender", inner, root_resource=root) == ["female"]
    assert evaluate("organization.resolve().name", inner, root_resource=root) == ["Root"]


def test_entries_of_the_bundle_around_are_found_by_full_url(evaluate: Any, blood_pressure: dict[str, Any]) -> None:
    mother = {"resourceType": "Patient", "id": "p1", "gender": "female"}
    bundle = {
        "resourceType": "Bundle",
        "entry": [{"fullUrl": "https://x.example/fhir/Patient/p1", "resource": mother}, {"fullUrl": "urn:uuid:1", "resource": mother}],
    }
    for reference in ("Patient/p1", "https://x.example/fhir/Patient/p1", "urn:uuid:1"):
        blood_pressure["subject"] = {"reference": reference}
        assert evaluate("subject.resolve().gender", blood_pressure, root_resource=bundle) == ["female"]


def test_the_context_fetches_what_lies_elsewhere(evaluate: Any, blood_pressure: dict[str, Any]) -> None:
    asked = []

    def fetch(reference: str) -> dict[str, Any] | None:
        asked.append(reference)
        return {"resourceType": "Patient", "gender": "female"}

    assert evaluate("subject.resolve().gender", blood_pressure, resolve=fetch) == ["female"]
    assert asked == ["Patient/p1"]


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ({"reference": "Patient/1"}, True),
        ({"reference": "Patient/1/_history/2"}, True),
        ({"reference": "https://other.example/r4/Patient/1"}, True),
        ({"reference": "Group/1"}, False),
        ({"reference": "NoSuchType/1"}, False),
        ({"reference": "urn:uuid:1"}, False),
        ({"reference": "urn:uuid:1", "type": "Patient"}, True),
        ({"type": "Patient", "identifier": {"value": "x"}}, True),
        ({"display": "somebody"}, False),
        ({"reference": 5, "type": ["Patient"]}, False),
        ({"reference": "#gone"}, False),
    ],
)
def test_the_type_of_what_cannot_be_fetched_is_told_by_the_text(
    evaluate: Any, blood_pressure: dict[str, Any], reference: dict[str, Any], named: bool
) -> None:
    blood_pressure["subject"] = reference
    assert bool(evaluate("Observation.subject.where(resolve() is Patient)", blood_pressure)) is named
    assert bool(evaluate("Observation.subject.where(resolve().is(Patient))", blood_pressure)) is named


def test_a_type_that_the_text_tells_is_not_fetched(evaluate: Any, blood_pressure: dict[str, Any]) -> None:
    def fetch(reference: str) -> dict[str, Any] | None:
        raise AssertionError(reference)

    assert evaluate("subject.where(resolve() is Patient).reference", blood_pressure, resolve=fetch) == ["Patient/p1"]
