"""The OpenAPI documents: committed as the program makes them, sound, and with examples that are valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.app import SERVED
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.knowledge import knowledge
from hit_maternity.openapi import fhir_openapi
from hit_maternity.openapi.examples import examples
from hit_maternity.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@cache
def made() -> dict[str, Any]:
    known = knowledge(Settings.from_environment())
    return fhir_openapi(known.definitions, known.terminology, known.search, SERVED)


def committed(name: str) -> dict[str, Any]:
    return dict(json.loads((ROOT / "openapi" / name).read_text(encoding="utf-8")))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation


def walk(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


def test_the_committed_fhir_document_is_what_the_program_makes():
    assert committed("fhir.json") == json.loads(json.dumps(made())), "run: python dev.py openapi"


def test_the_committed_documents_are_of_a_size_that_tools_can_take():
    for name in ("fhir.json", "dhg-v1.json", "service.json"):
        assert (ROOT / "openapi" / name).stat().st_size < 2_000_000


@pytest.mark.parametrize("name", ["fhir.json", "dhg-v1.json", "service.json"])
def test_every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own(name: str):
    document = committed(name)
    assert document["openapi"].startswith("3.1.")
    for node in walk(document):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            found: Any = document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_every_parameter_of_a_path_is_declared():
    document = made()
    for path, item in document["paths"].items():
        declared = {p["$ref"].rpartition("/")[2] for p in item.get("parameters", ()) if "$ref" in p}
        assert set(re.findall(r"\{(\w+)\}", path)) == declared, path


def test_every_resource_type_can_be_searched_by_all_its_parameters_and_created_from_an_example():
    known = knowledge(Settings.from_environment())
    search = known.search
    paths = made()["paths"]
    for name in known.definitions.resource_types:
        item = paths[f"/{name}"]
        listed = {p["name"] for p in item["get"]["parameters"] if "name" in p}
        assert listed == set(search.parameters(name)), name
        assert item["post"]["requestBody"]["content"]["application/fhir+json"]["example"]["resourceType"] == name


def test_every_registered_operation_has_an_address():
    paths = made()["paths"]
    for operation in SERVED:
        addresses = [path for path in paths if path.endswith(f"/${operation.name}")]
        assert addresses
        assert all("post" in paths[path] and ("get" in paths[path]) == operation.safe for path in addresses)


def test_every_example_is_a_valid_resource():
    definitions = Definitions.r4()
    terminology = LoadedTerminology(definitions)
    validator = Validator(definitions, terminology)
    shown = examples(definitions, terminology)
    assert set(shown) == set(definitions.resource_types)
    faults = {name: [i.text for i in validator.validate(resource) if i.severity in ("error", "fatal")] for name, resource in shown.items()}
    assert {name: told for name, told in faults.items() if told} == {}


def test_no_example_holds_the_national_id_of_anybody_born_in_an_ordinary_month():
    for number in re.findall(r"(?<!\d)\d{11}(?!\d)", json.dumps(made())):
        assert 81 <= int(number[2:4]) <= 92
