from __future__ import annotations

import pytest

from hit_maternity.fhir.validation.references import rest_address


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/1",
        "Patient/1/_history/2",
        "http://x.test/fhir/Patient/1",
        "https://x.test/fhir/Patient/1/_history/3",
        "Group/a.b-C",
        "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
        "urn:oid:1.2.3",
        "http://x.test/person?id=1",
        "http://x.test/unknown/1",
        "Patient/1#part",
    ],
)
def test_a_reference_to_an_allowed_type_is_fine(errors, observation, reference):
    assert errors(observation(subject={"reference": reference})) == []


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        ("Encounter/1", "reference-target"),
        ("http://x.test/fhir/Encounter/1", "reference-target"),
        ("Pasient/1", "reference-type-unknown"),
        ("patient/1", "reference-type-unknown"),
        ("Patient", "reference-format"),
        ("Patient/", "reference-format"),
        ("1", "reference-format"),
        ("/Patient/1", "reference-format"),
        ("Patient/1/2", "reference-format"),
        ("Patient/a_b", "reference-id"),
        ("Patient/" + "x" * 65, "reference-id"),
        ("Patient/1/_history/a_b", "reference-id"),
        ("Patient?identifier=x", "reference-conditional"),
        ("urn:uuid:1", "reference-format"),
        ("http://x.test/a b", "reference-format"),
        ("#a", "reference-contained-missing"),
    ],
)
def test_a_reference_that_names_nothing_allowed_is_an_error(errors, observation, reference, rule):
    assert errors(observation(subject={"reference": reference})) == [(rule, "Observation.subject")]


def test_the_allowed_types_are_told(validator, observation):
    [issue] = [i for i in validator.validate(observation(encounter={"reference": "Patient/1"})) if i.severity == "error"]
    assert issue.text == "encounter may name Encounter, not Patient."


def test_a_reference_by_identifier_or_display_alone_is_fine(errors, observation):
    assert errors(observation(subject={"display": "x"})) == []
    assert errors(observation(subject={"identifier": {"system": "urn:x", "value": "1"}, "type": "Patient"})) == []


def test_the_stated_type_must_agree(errors, observation):
    assert errors(observation(subject={"reference": "Patient/1", "type": "Group"})) == [("reference-type-mismatch", "Observation.subject")]
    assert errors(observation(subject={"type": "Encounter", "display": "x"})) == [("reference-target", "Observation.subject")]
    assert errors(observation(subject={"reference": "Patient/1", "type": "Patient"})) == []
    assert errors(observation(subject={"reference": "Patient/1", "type": "http://hl7.org/fhir/StructureDefinition/Patient"})) == []


def test_a_contained_resource_is_found_and_its_type_judged(errors, observation):
    inside = [{"resourceType": "Practitioner", "id": "a", "active": True}]
    assert errors(observation(contained=inside, performer=[{"reference": "#a"}])) == []
    assert errors(observation(contained=inside, subject={"reference": "#a"})) == [("reference-target", "Observation.subject")]


def test_a_hash_alone_names_the_container(errors, observation):
    inside = [
        {
            "resourceType": "Provenance",
            "id": "a",
            "target": [{"reference": "#"}],
            "recorded": "2026-01-01T00:00:00Z",
            "agent": [{"who": {"display": "x"}}],
        }
    ]
    assert errors(observation(contained=inside)) == []


def test_a_conditional_reference_is_fine_in_a_transaction(errors, observation):
    entry = {"resource": observation(subject={"reference": "Patient?identifier=x"}), "request": {"method": "POST", "url": "Observation"}}
    assert errors({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}) == []


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://x.test/fhir/Patient/1", ("Patient", "1")),
        ("https://x.test/Patient/1/_history/2", ("Patient", "1")),
        ("http://x.test/Patient", None),
        ("http://x.test/Pasient/1", None),
        ("ftp://x.test/Patient/1", None),
        ("Patient/1", None),
        ("http://x.test/Patient/1?x=1", None),
    ],
)
def test_a_restful_address_gives_type_and_id(definitions, url, address):
    assert rest_address(url, definitions.resource_types) == address
