"""Whole resources, written by others, from JSON to XML and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from hit_maternity.fhir import json, xml
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import FhirError

#: Not FHIR, so XML can't carry it as it is: the file and what is wrong with it.
NOT_FHIR = {"scenario-questionnaireresponse-charity-otala-1-quick-check.json": "an empty object, _questionnaire, which FHIR forbids"}


def resources(*folders: Path) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted(path for folder in folders for path in folder.rglob("*.json")):
        value = json.decode(path.read_bytes())
        if isinstance(value, dict) and "resourceType" in value:
            found.append((path.name, value))
    return found


@pytest.mark.parametrize("pretty", [False, True])
def test_every_example_comes_back_from_xml_as_it_was(pretty: bool, data: Path, definitions: Definitions) -> None:
    examples = resources(data / "hl7-r4-examples", data / "examples")
    assert len(examples) > 400
    changed = [
        name for name, resource in examples if not json.equal(xml.decode(xml.encode(resource, definitions, pretty), definitions), resource)
    ]
    assert changed == list(NOT_FHIR)


def test_another_parser_finds_what_we_write_well_formed_and_in_its_namespaces(data: Path, definitions: Definitions) -> None:
    for name, resource in resources(data / "examples"):
        root = etree.fromstring(xml.encode(resource, definitions))
        assert root.tag == f"{{http://hl7.org/fhir}}{resource['resourceType']}", name
        spaces = {etree.QName(element).namespace for element in root.iter()}
        assert spaces <= {"http://hl7.org/fhir", "http://www.w3.org/1999/xhtml"}, name


def test_every_official_xml_resource_is_read_and_comes_back(data: Path, definitions: Definitions) -> None:
    paths = sorted([*data.glob("validator-cases/*.xml"), *data.glob("fhirpath/*.xml")])
    read = 0
    for path in paths:
        if path.name.startswith("tests-"):
            continue
        resource = xml.decode(path.read_bytes(), definitions)
        assert json.equal(xml.decode(xml.encode(resource, definitions), definitions), resource), path.name
        read += 1
    assert read > 5


@pytest.mark.parametrize("name", ["patient-example", "questionnaire-example"])
def test_xml_and_json_of_the_same_official_resource_agree(name: str, data: Path, definitions: Definitions) -> None:
    read = xml.decode((data / "fhirpath" / f"{name}.xml").read_bytes(), definitions)
    assert json.equal(read, json.decode((data / "fhirpath" / f"{name}.json").read_bytes()))


def test_official_cases_that_are_wrong_are_written_or_refused_but_never_fail(data: Path, definitions: Definitions) -> None:
    written = 0
    for name, resource in resources(data / "validator-cases"):
        try:
            text = xml.encode(resource, definitions)
        except FhirError as refusal:
            assert refusal.status == 406, name
            continue
        written += 1
        xml.decode(text, definitions)
    assert written > 50
