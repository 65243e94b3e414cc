"""_summary and _elements."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir import json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.rest.summary import SUBSETTED, subset

PRESSURE = json.decode(b"""{
  "resourceType": "Observation", "id": "bp", "meta": {"versionId": "3", "tag": [{"system": "http://x.example/t", "code": "a"}]},
  "implicitRules": "http://x.example/rules", "language": "nb",
  "text": {"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>x</div>"},
  "contained": [{"resourceType": "Patient", "id": "p"}],
  "extension": [{"url": "http://x.example/e", "valueString": "e"}],
  "modifierExtension": [{"url": "http://x.example/m", "valueString": "m"}],
  "status": "final", "code": {"id": "c1", "coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "BP"},
  "subject": {"reference": "Patient/1"}, "effectiveDateTime": "2026-01-02", "_effectiveDateTime": {"id": "e1"},
  "note": [{"text": "sitting"}],
  "component": [{"id": "k", "code": {"text": "systolic"}, "valueQuantity": {"value": 120.0}, "referenceRange": [{"text": "90-140"}]}]
}""")


@pytest.fixture
def definitions() -> Definitions:
    return Definitions.r4()


def part(wanted: str | list[str], definitions: Definitions, resource: dict[str, Any] = PRESSURE) -> dict[str, Any]:
    before = json.encode(resource)
    found = subset(resource, resource["resourceType"], wanted, definitions)
    assert json.encode(resource) == before
    return found


def test_true_keeps_summary_elements_and_what_modifies(definitions: Definitions) -> None:
    found = part("true", definitions)
    assert set(found) == {
        "resourceType", "id", "meta", "implicitRules", "modifierExtension", "status", "code", "subject",
        "effectiveDateTime", "_effectiveDateTime", "component",
    }  # fmt: skip
    assert set(found["component"][0]) == {"code", "valueQuantity"}
    assert found["code"] == {"coding": PRESSURE["code"]["coding"], "text": "BP"}


def test_text_keeps_text_and_mandatory_elements(definitions: Definitions) -> None:
    assert set(part("text", definitions)) == {"resourceType", "id", "meta", "text", "status", "code"}


def test_data_leaves_out_the_text_alone(definitions: Definitions) -> None:
    assert set(part("data", definitions)) == set(PRESSURE) - {"text"}


def test_count_keeps_nothing_but_the_identity(definitions: Definitions) -> None:
    assert set(part("count", definitions)) == {"resourceType", "id", "meta"}


def test_false_is_the_whole_resource_without_a_tag(definitions: Definitions) -> None:
    assert json.equal(part("false", definitions), PRESSURE)


@pytest.mark.parametrize("wanted", ["true", "text", "data", ["subject"]])
def test_a_part_is_tagged_once_and_keeps_the_rest_of_meta(wanted: str | list[str], definitions: Definitions) -> None:
    found = part(wanted, definitions)
    assert found["meta"] == {"versionId": "3", "tag": [PRESSURE["meta"]["tag"][0], SUBSETTED]}
    assert part(wanted, definitions, found)["meta"] == found["meta"]
    assert list(found)[:3] == ["resourceType", "id", "meta"]


def test_a_resource_without_meta_gets_one(definitions: Definitions) -> None:
    assert part("data", definitions, {"resourceType": "Patient", "id": "1"})["meta"] == {"tag": [SUBSETTED]}


def test_elements_keeps_what_is_named_what_is_mandatory_and_what_modifies(definitions: Definitions) -> None:
    found = part(["subject", "note"], definitions)
    kept = {"resourceType", "id", "meta", "implicitRules", "modifierExtension", "status", "code", "subject", "note"}
    assert set(found) == kept
    assert found["code"] == PRESSURE["code"]


def test_elements_keeps_a_primitive_with_its_companion_under_either_name(definitions: Definitions) -> None:
    for name in ("effective", "effectiveDateTime", "Observation.effective"):
        assert {"effectiveDateTime", "_effectiveDateTime"} <= set(part([name], definitions))


def test_elements_of_another_type_and_unknown_ones_are_passed_over(definitions: Definitions) -> None:
    assert set(part(["Patient.subject", "nope", ""], definitions)) == {
        "resourceType", "id", "meta", "implicitRules", "modifierExtension", "status", "code",
    }  # fmt: skip


def test_elements_may_name_what_is_below(definitions: Definitions) -> None:
    found = part(["component.value", "code.text"], definitions)
    assert found["component"] == [{"code": {"text": "systolic"}, "valueQuantity": PRESSURE["component"][0]["valueQuantity"]}]
    assert found["code"] == {"text": "BP"}


def test_an_element_wanted_whole_and_in_part_is_given_whole(definitions: Definitions) -> None:
    assert part(["code.text", "code"], definitions)["code"] == PRESSURE["code"]


def test_resources_in_a_bundle_stay_whole(definitions: Definitions) -> None:
    bundle = {"resourceType": "Bundle", "id": "b", "type": "collection", "entry": [{"fullUrl": "urn:uuid:1", "resource": PRESSURE}]}
    assert part("true", definitions, bundle)["entry"][0]["resource"] == PRESSURE


def test_an_element_with_only_an_extension_is_not_emptied(definitions: Definitions) -> None:
    absent = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
    found = part("true", definitions, {"resourceType": "Patient", "id": "1", "name": [absent]})
    assert found["name"] == [absent]


def test_json_text_is_taken_too_and_keeps_its_digits(definitions: Definitions) -> None:
    found = subset(json.encode(PRESSURE), "Observation", ["component"], definitions)
    assert b"120.0" in json.encode(found)


@pytest.mark.parametrize("wanted", ["true", ["name.family"]])
def test_wrong_json_types_do_no_harm(wanted: str | list[str], definitions: Definitions) -> None:
    resource = {"resourceType": "Patient", "meta": 5, "name": "x", "contact": [1, None, []], "address": {"line": {}}, "text": []}
    assert part(wanted, definitions, resource)["meta"] == {"tag": [SUBSETTED]}
