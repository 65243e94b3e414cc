"""What the FHIRPath tests share: the definitions, a short way to evaluate, and the folder of other people's test data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import Context, compile_expression
from hit_maternity.fhir.fhirpath.item import system

Evaluate = Callable[..., list[Any]]


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return Definitions.r4()


@pytest.fixture(scope="session")
def data() -> Path:
    folder = Path(os.environ.get("HIT_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the folder of test data is not there: set HIT_TEST_DATA (looked in {folder})")
    return folder


@pytest.fixture(scope="session")
def evaluate(definitions: Definitions) -> Evaluate:
    """Evaluates ``text`` on ``value`` and gives back System values, dates and quantities as their text."""

    def run(text: str, value: Any = None, type_name: str | None = None, mode: str = "normal", **context: Any) -> list[Any]:
        resource = context.pop("resource", value if isinstance(value, dict) else {})
        root = context.pop("root_resource", resource)
        if type_name is None and isinstance(value, dict) and "resourceType" in value:
            type_name = value["resourceType"]
        expression = compile_expression(text, type_name, definitions, mode)  # type: ignore[arg-type]  # a plain str in tests
        items = expression.evaluate(value, Context(resource, root, definitions, **context))
        values = [system(item) for item in items]
        return [v if isinstance(v, bool | int | str | dict | list) or v is None else str(v) for v in values]

    return run


@pytest.fixture
def blood_pressure() -> dict[str, Any]:
    def coded(code: str) -> dict[str, Any]:
        return {"coding": [{"system": "http://loinc.org", "code": code}]}

    def measured(value: int) -> dict[str, Any]:
        return {"value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}

    return {
        "resourceType": "Observation",
        "id": "bp",
        "status": "final",
        "code": coded("85354-9"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-01-02T03:04:05+01:00",
        "component": [
            {"code": coded("8480-6"), "valueQuantity": measured(121)},
            {"code": coded("8462-4"), "valueQuantity": measured(80)},
        ],
    }


@pytest.fixture
def patient() -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "active": True,
        "name": [
            {"use": "official", "family": "Chalmers", "given": ["Peter", "James"]},
            {"use": "usual", "given": ["Jim"]},
            {
                "use": "maiden",
                "family": "Windsor",
                "given": [None, "James"],
                "_given": [{"extension": [{"url": "http://x", "valueString": "y"}]}, None],
            },
        ],
        "birthDate": "1974-12-25",
        "_birthDate": {
            "id": "b1",
            "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1974-12-25T14:35:45-05:00"}
            ],
        },
        "deceasedBoolean": False,
        "contained": [{"resourceType": "Organization", "id": "o1", "name": "Ward"}],
        "managingOrganization": {"reference": "#o1"},
    }
