from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.measures import BloodPressure, UrineProtein, body_mass_index, measure_faults, measures


@pytest.mark.parametrize(
    "kind",
    ["fundal-height", "height", "weight", "systolic", "diastolic", "fetal-heart-rate", "haemoglobin", "ferritin", "hba1c", "glucose"],
)
def test_a_measure_is_accepted_up_to_and_with_its_limits_and_refused_beyond(kind: str) -> None:
    measure, step = measures()[kind], D("0.001")
    assert measure_faults(kind, measure.low) == measure_faults(kind, measure.high) == []
    for value in (measure.low - step, measure.high + step, D("NaN"), D("Infinity"), D("-1e400")):
        fault = measure_faults(kind, value)[0]
        assert (fault.rule, fault.code) == ("measure-out-of-range", "value")
        assert measure.unit in fault.text


@pytest.mark.parametrize(
    ("kind", "value"), [("haemoglobin", D(125)), ("hba1c", D("5.5")), ("glucose", D(95)), ("fundal-height", D(240)), ("weight", D(68000))]
)
def test_a_value_in_a_neighbouring_unit_is_caught(kind: str, value: D) -> None:
    assert [f.rule for f in measure_faults(kind, value)] == ["measure-out-of-range"]


@given(st.integers(0, 999), st.integers(0, 999))
def test_a_blood_pressure_is_read_back_as_it_was_written(systolic: int, diastolic: int) -> None:
    pressure = BloodPressure(systolic, diastolic)
    assert BloodPressure.parse(str(pressure)) == pressure


@pytest.mark.parametrize("text", ["", "118", "118/", "/76", "118/76 ", "118-76", "1180/76", "-118/76", "118/76\n", "١١٨/٧٦", "118/7.6"])
def test_a_text_that_is_no_blood_pressure_is_refused(text: str) -> None:
    with pytest.raises(FhirError) as caught:
        BloodPressure.parse(text)
    assert caught.value.issues[0].rule == "blood-pressure-form"


def test_the_systolic_pressure_is_above_the_diastolic() -> None:
    assert BloodPressure(91, 90).faults() == []
    assert [f.rule for f in BloodPressure(90, 90).faults()] == ["systolic-not-above-diastolic"]
    assert [f.rule for f in BloodPressure(10, 900).faults()] == [
        "measure-out-of-range",
        "measure-out-of-range",
        "systolic-not-above-diastolic",
    ]


def test_urine_protein_rises_from_negative_to_3_plus() -> None:
    assert list(UrineProtein) == sorted(UrineProtein)
    assert UrineProtein.TRACE < UrineProtein.ONE < UrineProtein.TWO


@pytest.mark.parametrize(
    ("height", "weight", "bmi"), [(D(168), D("62.5"), D("22.14")), (D(200), D("100.02"), D("25.01")), (D(160), D(64), D("25.00"))]
)
def test_the_body_mass_index_has_two_decimals_rounded_half_up(height: D, weight: D, bmi: D) -> None:
    assert body_mass_index(height, weight) == bmi


@pytest.mark.parametrize(("height", "weight"), [(D(0), D(60)), (D("1.68"), D(60)), (D(168), D(0)), (D(168), D("NaN"))])
def test_a_body_that_cannot_be_has_no_body_mass_index(height: D, weight: D) -> None:
    with pytest.raises(FhirError) as caught:
        body_mass_index(height, weight)
    assert caught.value.issues[0].rule == "measure-out-of-range"
