"""The OpenAPI document of the national JSON API: as the door has it, sound, with examples that the door takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from hit_maternity.dhg.errors import CODES
from hit_maternity.dhg.mapping import PARTS
from hit_maternity.dhg.models import TYPES, check
from hit_maternity.dhg.routes import ROUTES, Route, found
from hit_maternity.fhir.json import decode
from hit_maternity.openapi.dhg import dhg_openapi

ROOT = Path(__file__).resolve().parents[2]


@cache
def made() -> dict[str, Any]:
    return dict(json.loads(json.dumps(dhg_openapi())))


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in made()["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method.upper(), operation


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    checking = jsonschema_rs.Draft202012Validator({**schema, "components": made()["components"]})
    return [fault.message for fault in checking.iter_errors(value)]


def test_the_committed_document_is_what_the_program_makes():
    assert json.loads((ROOT / "openapi" / "dhg-v1.json").read_text(encoding="utf-8")) == made(), "run: python dev.py openapi"


def test_it_tells_of_every_route_and_of_no_other():
    told = set()
    for path, method, _ in operations():
        route = found(method, re.sub(r"\{\w+\}", "x", path).strip("/").split("/"))
        assert isinstance(route, Route), path
        told.add(route)
    assert told == set(ROUTES)


def test_every_parameter_of_a_path_is_declared():
    for path, item in made()["paths"].items():
        assert set(re.findall(r"\{(\w+)\}", path)) == {p["$ref"].rpartition("/")[2] for p in item.get("parameters", ())}


def test_every_code_is_told_of_with_its_status_and_its_evidence():
    told: dict[str, set[str]] = {}
    for _, _, operation in operations():
        for status, response in operation["responses"].items():
            for code in response.get("content", {}).get("application/json", {}).get("examples", {}):
                told.setdefault(code, set()).add(status)
                assert f"{code}: " in response["description"] and "inferred" in response["description"]
        assert operation["description"].startswith("Evidence: ") and "429" in operation["responses"]
    assert told == {code: {str(it.status)} for code, it in CODES.items()}


def test_the_schemas_are_schemas_and_their_examples_fit_them():
    for name, schema in made()["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"}), name
        for example in schema.get("examples", ()):
            assert faults(schema, example) == [], name


def test_the_examples_of_errors_fit_the_schema_of_errors():
    schema = made()["components"]["schemas"]["Error"]
    for code, example in made()["components"]["examples"].items():
        assert faults(schema, example["value"]) == [], code


@pytest.mark.parametrize("name", list(TYPES))
def test_the_examples_of_bodies_are_taken(name: str):
    for example in made()["components"]["schemas"][TYPES[name].__name__]["examples"]:
        assert check(name, decode(json.dumps(example).encode()), today=date(2027, 1, 1)).faults == ()
    assert set(PARTS) == set(TYPES)


def test_no_number_in_it_is_of_anybody_born_in_an_ordinary_month():
    for number in re.findall(r"(?<!\d)\d{11}(?!\d)", json.dumps(made())):
        assert 81 <= int(number[2:4]) <= 92
