"""Calls made up from the OpenAPI document: whatever comes in, nothing is a 500, and answers are as documented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

ROOT = Path(__file__).resolve().parents[2]
#: Types whose own paths are fuzzed; the rest are the same code.
TYPES = ("Patient", "Observation", "Encounter", "EpisodeOfCare")


def document() -> dict[str, Any]:
    whole = json.loads((ROOT / "openapi" / "fhir.json").read_text(encoding="utf-8"))
    kept = {
        path: item for path, item in whole["paths"].items() if "{type}" in path or path.split("/")[1] in ("", *TYPES) or path[1] in "_$m"
    }
    return {**whole, "paths": kept, "servers": [{"url": "/fhir"}]}


def operations() -> list[str]:
    return [f"{method.upper()} {path}" for path, item in document()["paths"].items() for method in item if method != "parameters"]


@pytest.fixture(scope="module")
def schema() -> Any:
    return schemathesis.openapi.from_dict(document())


@pytest.mark.parametrize("operation", operations())
def test_no_call_is_a_fault_of_the_server(server: str, schema: Any, operation: str):
    method, _, path = operation.partition(" ")
    strategy = schema[path][method].as_strategy()

    @hypothesis.settings(
        max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    @hypothesis.given(case=strategy)
    def called(case: Any) -> None:
        answer = case.call(base_url=f"{server}/fhir", timeout=30)
        checks = [not_a_server_error, status_code_conformance]
        case.validate_response(answer, checks=[*checks, content_type_conformance] if answer.content else checks)

    called()
