"""What is read of the example pregnancies: held by hand against what their stories tell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hit_maternity.dhg.mapping import PARTS, is_many
from hit_maternity.fhir.json import decode, encode
from tests.dhg.mapping.records import EXAMPLES, many, pregnancy, read


def plain(value: Any) -> Any:
    """The value with its numbers as Python's."""
    return json.loads(encode(value))


def appointments(name: str) -> dict[str, Any]:
    """The appointments by their days."""
    return {plain(i.body)["appointmentDate"]: plain(i.body) for i in many("antenatalAppointments").read(pregnancy(name))}


def test_the_normal_pregnancy() -> None:
    here = pregnancy("normal")
    assert list(appointments("normal")) == [
        "2026-01-05", "2026-01-21", "2026-01-28", "2026-03-10", "2026-04-20", "2026-05-19", "2026-06-16", "2026-07-14", "2026-07-28",
        "2026-08-11",
    ]  # fmt: skip
    assert appointments("normal")["2026-04-20"] == {
        "appointmentDate": "2026-04-20",
        "pregnancyWeek": 24,
        "daysAfterFullPregnancyWeek": 2,
        "motherWeight": 67.4,
        "bloodPressure": "108/66",
        "proteinInUrineTestResult": "Neg",
        "edema": 0,
        "medication": False,
        "employmentRate": 100,
        "note": "Kjenner liv daglig.",
        "fetusesVitalSigns": [{"fosterId": 1, "fetalHeartRate": 148, "motherFeelsBabyMovements": True}],
    }
    assert read("currentPregnancy", here) == {
        "dateLastPeriod": "2025-11-03",
        "dueDate": "2026-08-13",
        "dueDateBasedOnUltrasound": "2026-08-11",
        "hasPrenatalDiagnosticsTests": True,
        "numberOfFetuses": 1,
        "assistedConception": {"hadAssistedConception": False},
        "birthPreparationTalk": True,
        "breastfeedingGuidance": True,
    }
    tests = plain(read("clinicalTests", here))
    # 12.9 at the first visit, 11.6 and 11.8 from week 28; 11.2 and 12.4 were taken after the birth.
    assert (tests["hemoglobin"], tests["hemoglobinAt3rdTrimester"], tests["ferritin"]) == (12.9, 11.8, 74)
    assert tests["aboRh"] == {"aboType": "A", "rhesusDType": "POSTIVE"}
    assert read("rhesusDNegative", here) == {}
    assert plain([i.body for i in many("symphysisFundalHeights").read(here)])[1] == {
        "pregnancyWeek": 28,
        "measurement": 28,
        "measurementDate": "2026-05-19",
    }


def test_digits_are_those_that_were_written() -> None:
    weights = [i.body["motherWeight"] for i in many("antenatalAppointments").read(pregnancy("normal")) if "motherWeight" in i.body]
    assert b"67.40" in [encode(w) for w in weights]


def test_twins_are_told_apart() -> None:
    here = pregnancy("twins")
    assert read("currentPregnancy", here)["numberOfFetuses"] == 2
    assert appointments("twins")["2026-05-07"]["fetusesVitalSigns"] == [
        {
            "fosterId": 1,
            "fetalHeartRate": 144,
            "fetalPresentationLie": {
                "code": "1209182005",
                "display": "Cephalic fetal presentation",
                "codeSystem": "http://snomed.info/sct",
            },
            "motherFeelsBabyMovements": True,
        },
        {
            "fosterId": 2,
            "fetalHeartRate": 148,
            "fetalPresentationLie": {"code": "73161006", "display": "Transverse lie", "codeSystem": "http://snomed.info/sct"},
            "motherFeelsBabyMovements": True,
        },
    ]
    born = read("birthStatus", here)["birthStatus"]
    assert [(one["fosterId"], one["datetime"]) for one in born] == [(1, "2026-07-10T09:12:00+02:00"), (2, "2026-07-10T09:14:00+02:00")]


def test_the_rhesus_chain() -> None:
    here = pregnancy("rhd-negative")
    assert read("rhesusDNegative", here) == {
        "consentFetalRhesusTyping": True,
        "fetusRhDPositiveAtWeek24": True,
        "dateForResult": "2026-02-07",
        "prophylaxisAtWeek28": True,
    }
    assert read("clinicalTests", here)["aboRh"]["rhesusDType"] == "NEGATIVE"


def test_the_glucose_load() -> None:
    tests = plain(read("clinicalTests", pregnancy("gestational-diabetes")))
    assert tests["glucoseTolerance"] == {"fastingGlucoseLevel": 5.6, "post2hGlucoseLevel": 9.4, "testDate": "2026-03-10"}
    assert tests["bHbA1c"] == 37  # 38 at the first visit


def test_a_due_date_by_assisted_conception_is_the_due_date_where_there_is_none_by_the_period() -> None:
    assert read("currentPregnancy", pregnancy("ivf")) == {
        "dueDate": "2026-06-13",
        "dueDateBasedOnUltrasound": "2026-06-11",
        "hasPrenatalDiagnosticsTests": True,
        "numberOfFetuses": 1,
        "assistedConception": {"hadAssistedConception": True, "dateAssistedConception": "2025-09-22"},
        "birthPreparationTalk": True,
        "breastfeedingGuidance": True,
    }


def test_what_was_not_asked_is_null() -> None:
    told = read("medicalConditions", pregnancy("new-record"))
    assert told["thrombosis"] is False
    assert "autoimmuneDisease" not in told


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_read_is_json(name: str) -> None:
    here = pregnancy(name)
    for part in PARTS.values():
        bodies: Any = [i.body for i in many(part.name).read(here)] if is_many(part) else read(part.name, here)
        assert decode(encode(bodies)) is not None
