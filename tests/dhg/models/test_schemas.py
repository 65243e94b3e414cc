"""The schemas for OpenAPI say what the check does: each example is taken, each field is described, and they are valid JSON Schemas."""

from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema_rs
import pytest

from hit_maternity.dhg.models import TYPES, check, schemas
from hit_maternity.dhg.models.exchange import EXCHANGE
from hit_maternity.fhir.json import decode, encode, equal

SCHEMAS = schemas()


def _takes(name: str, value: Any) -> bool:
    whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    return jsonschema_rs.Draft202012Validator(whole).is_valid(value)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_schema_is_one_and_each_example_fits(name: str) -> None:
    assert jsonschema_rs.meta.is_valid({"$schema": "https://json-schema.org/draft/2020-12/schema", **SCHEMAS[name]})
    assert all(_takes(name, example) for example in SCHEMAS[name].get("examples", ()))


def test_each_body_has_an_example_that_the_check_takes() -> None:
    for name, model in TYPES.items():
        examples = SCHEMAS[model.__name__]["examples"]
        assert examples
        for example in examples:
            sent = decode(encode(example))
            checked = check(name, sent, today=date(2026, 9, 1))
            assert checked.faults == ()
            assert equal(checked.body, sent)


def test_each_field_says_what_it_is_and_how_surely_that_is_known() -> None:
    marks = ("confirmed by the national documentation", "second-hand, from a public client", "inferred")
    for name, schema in SCHEMAS.items():
        assert schema["title"]
        for field, shown in schema.get("properties", {}).items():
            if field not in ("metadata", *TYPES) or name in ("BirthStatus", "UpdateStatus"):
                assert any(f"({mark}" in shown.get("description", "") for mark in marks), (name, field)


def test_limits_of_the_check_stand_in_the_schemas() -> None:
    visit: dict[str, Any] = {"appointmentDate": "2026-01-16"}
    for wrong in ({"edema": 4}, {"bloodPressure": "118"}, {"proteinInUrineTestResult": "4+"}, {"x": 1}, {"note": "a" * 4001}):
        assert not _takes("AntenatalAppointment", visit | wrong)
        assert check("antenatalAppointments", visit | wrong, today=date(2026, 9, 1)).faults
    assert not _takes("AntenatalAppointmentUpdate", visit)
    assert _takes("AntenatalAppointmentUpdate", visit | {"metadata": {"version": 1}})


def test_what_the_calls_say_beside_the_resources_is_described_too() -> None:
    assert {model.__name__ for model in EXCHANGE} <= SCHEMAS.keys()
    assert set(TYPES) | {"metadata"} == set(SCHEMAS["Record"]["properties"])
