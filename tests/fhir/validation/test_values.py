from __future__ import annotations

from typing import Any

import pytest

X = "http://x.test/StructureDefinition/"
UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    ("limit", "value", "refused"),
    [
        ({"minValueDate": "2026-03-01"}, {"birthDate": "2026-02-28"}, True),
        ({"minValueDate": "2026-03-01"}, {"birthDate": "2026-03-01"}, False),
        ({"minValueDate": "2026-03-01"}, {"birthDate": "2026-02"}, True),
        ({"minValueDate": "2026-03-01"}, {"birthDate": "2026-03"}, False),
        ({"minValueDate": "2026-03-01"}, {"birthDate": "2025"}, True),
        ({"minValueDate": "2026"}, {"birthDate": "2026-01-01"}, False),
        ({"maxValueDate": "2026"}, {"birthDate": "2026-12-31"}, False),
        ({"maxValueDate": "2026"}, {"birthDate": "2027-01-01"}, True),
    ],
)
def test_a_date_is_refused_where_it_surely_lies_outside(validator_with, profile, patient, told, limit, value, refused):
    checked = validator_with(profile("d", "Patient", {"path": "Patient.birthDate", **limit}))
    assert told(checked, patient(**value), X + "d") == ([("profile-range", "Patient.birthDate")] if refused else [])


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("2026-03-01T12:00:00+01:00", False),
        ("2026-03-01T13:00:00+02:00", False),
        ("2026-03-01T12:00:01+01:00", True),
        ("2026-03-01T11:00:00.001Z", True),
        ("2026-03-01", False),
        ("2026-03-02", True),
    ],
)
def test_a_moment_is_compared_across_time_zones(validator_with, profile, observation, told, value, refused):
    limit = {"path": "Observation.effectiveDateTime", "maxValueDateTime": "2026-03-01T11:00:00Z"}
    found = told(validator_with(profile("d", "Observation", limit)), observation(effectiveDateTime=value), X + "d")
    assert found == ([("profile-range", "Observation.effective")] if refused else [])


def test_a_time_of_day_is_compared(validator_with, profile, observation, told):
    checked = validator_with(profile("d", "Observation", {"path": "Observation.valueTime", "minValueTime": "08:00:00"}))
    assert told(checked, observation(valueTime="08:00:00"), X + "d") == []
    assert told(checked, observation(valueTime="07:59:59"), X + "d") == [("profile-range", "Observation.value")]


@pytest.mark.parametrize(
    ("quantity", "refused"),
    [
        ({"value": 200, "system": UCUM, "code": "cm"}, False),
        ({"value": 201, "system": UCUM, "code": "cm"}, True),
        ({"value": 3, "system": UCUM, "code": "m"}, True),
        ({"value": 3, "system": UCUM, "code": "kg"}, False),
        ({"value": 3, "unit": "m"}, False),
    ],
)
def test_a_quantity_is_compared_in_units_that_convert(validator_with, profile, observation, told, quantity, refused):
    limit: dict[str, Any] = {"path": "Observation.valueQuantity", "maxValueQuantity": {"value": 2, "system": UCUM, "code": "m"}}
    found = told(validator_with(profile("q", "Observation", limit)), observation(valueQuantity=quantity), X + "q")
    assert found == ([("profile-range", "Observation.value")] if refused else [])


@pytest.mark.parametrize(
    ("path", "fixed", "right", "wrong"),
    [
        ("valueInteger", {"fixedInteger": 1}, 1, 2),
        ("valueBoolean", {"fixedBoolean": True}, True, False),
        ("valueString", {"patternString": "x"}, "x", "y"),
        ("valueDateTime", {"fixedDateTime": "2026"}, "2026", "2026-01"),
        ("valuePeriod", {"fixedPeriod": {"start": "2026"}}, {"start": "2026"}, {"start": "2026", "end": "2027"}),
        ("valuePeriod", {"patternPeriod": {"start": "2026"}}, {"start": "2026", "end": "2027"}, {"end": "2027"}),
        ("valueQuantity", {"patternQuantity": {"code": "kg"}}, {"value": 1, "code": "kg", "system": UCUM}, {"value": 1}),
    ],
)
def test_fixed_and_pattern_hold_on_every_kind_of_type(validator_with, profile, observation, told, path, fixed, right, wrong):
    checked = validator_with(profile("f", "Observation", {"path": f"Observation.{path}", **fixed}))
    assert told(checked, observation(**{path: right}), X + "f") == []
    rule = "profile-fixed" if next(iter(fixed)).startswith("fixed") else "profile-pattern"
    assert told(checked, observation(**{path: wrong}), X + "f") == [(rule, "Observation.value")]
