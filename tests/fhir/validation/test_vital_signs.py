"""The short way past the profile of a blood pressure: taken only where the profile has nothing to say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.fhir.validation.vital_signs import is_plain_pressure

BP = "http://hl7.org/fhir/StructureDefinition/bp"
_VITAL = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}


def concept(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://loinc.org", "code": code}], "text": code}


def part(code: str, value: float) -> dict[str, Any]:
    amount = {"value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}
    return {"code": concept(code), "valueQuantity": amount}


PLAIN: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "category": [_VITAL],
    "code": concept("85354-9"),
    "subject": {"reference": "Patient/a"},
    "effectiveDateTime": "2026-01-02T10:00:00Z",
    "component": [part("8480-6", 120), part("8462-4", 80)],
}


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        found += places(value[key], (*at, key))
    return found


_OTHERS = st.sampled_from(
    [None, "x", "8480-6", "85354-9", "2026", "Group/a", 1, 1.5, True, [], {}, {"reference": "Device/a"}, [{}], concept("x")]
)


def test_the_common_form_takes_the_short_way():
    assert is_plain_pressure(PLAIN)


@given(data=st.data())
@settings(
    max_examples=800, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_what_takes_the_short_way_is_told_no_less_than_by_the_profile(validator, data):
    bent = copy.deepcopy(PLAIN)
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.sampled_from(places(bent)))
        holder = bent
        for key in at[:-1]:
            holder = holder[key]
        kind = data.draw(st.sampled_from(["remove", "replace", "add", "double"]))
        if kind == "remove":
            del holder[at[-1]]
        elif kind == "replace":
            holder[at[-1]] = copy.deepcopy(data.draw(_OTHERS))
        elif kind == "double" and isinstance(holder[at[-1]], list) and holder[at[-1]]:
            holder[at[-1]].append(copy.deepcopy(holder[at[-1]][0]))
        elif isinstance(holder[at[-1]], dict):
            name = data.draw(
                st.sampled_from(["extension", "_code", "valueString", "dataAbsentReason", "hasMember", "bodySite", "comparator"])
            )
            holder[at[-1]][name] = copy.deepcopy(data.draw(_OTHERS))
        if not isinstance(bent, dict) or not places(bent):
            return
    if is_plain_pressure(bent):
        short = {(i.rule, i.expression, i.severity) for i in validator.validate(bent)}
        whole = {(i.rule, i.expression, i.severity) for i in validator.validate(bent, profiles=[BP])}
        assert whole == short


@pytest.mark.parametrize(
    "change",
    [
        {"subject": {"reference": "Group/a"}}, {"category": []}, {"code": concept("29463-7")}, {"component": [part("8480-6", 120)]},
        {"component": [part("8480-6", 120), part("8480-6", 80)]}, {"valueString": "x"}, {"effectiveDateTime": "2026"},
    ],
)  # fmt: skip
def test_everything_else_goes_the_long_way(change):
    assert not is_plain_pressure({**PLAIN, **change})
