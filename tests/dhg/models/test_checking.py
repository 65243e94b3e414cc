"""Bodies of the national record, checked: each rule has an input that breaks it, and no input of any kind breaks the check."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hit_maternity.dhg.models import LISTS, TYPES, check, normal
from hit_maternity.fhir import json

TODAY = date(2026, 9, 1)
DATA = Path(os.environ.get("HIT_TEST_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
_SIGNS = '{"appointmentDate": "2026-01-16", "fetusesVitalSigns": [%s]}'


def _check(name: str, text: str, **how: Any) -> Any:
    return check(name, json.decode(text.encode()), today=TODAY, **how)


_VISIT = '{"appointmentDate": "2026-01-16", %s}'
#: Resource type, body, path and rule of the one fault it has.
BAD = [
    ("mother", "[]", "$", "object"),
    ("mother", '"text"', "$", "object"),
    ("mother", '{"Name": "a"}', "Name", "unknown-member"),
    ("mother", '{"01010112345": "a"}', "?", "unknown-member"),
    ("mother", '{"metadata": {"version": 1}}', "metadata", "unknown-member"),
    ("mother", '{"name": 1}', "name", "text"),
    ("mother", '{"name": "%s"}' % ("a" * 251), "name", "length"),
    ("mother", '{"name": "a\\u0007b"}', "name", "characters"),
    ("mother", '{"employmentPercentage": 101}', "employmentPercentage", "range"),
    ("mother", '{"employmentPercentage": -1}', "employmentPercentage", "range"),
    ("mother", '{"employmentPercentage": 80.0}', "employmentPercentage", "integer"),
    ("mother", '{"employmentPercentage": "80"}', "employmentPercentage", "integer"),
    ("mother", '{"employmentPercentage": true}', "employmentPercentage", "integer"),
    ("mother", '{"employedLast6Months": "true"}', "employedLast6Months", "boolean"),
    ("mother", '{"employedLast6Months": 1}', "employedLast6Months", "boolean"),
    ("mother", '{"language": {"display": "Norsk"}}', "language.code", "required"),
    ("mother", '{"language": {"code": null, "display": "Norsk"}}', "language.code", "required"),
    ("mother", '{"language": {"code": " nb"}}', "language.code", "form"),
    ("mother", '{"language": {"code": "n\\nb"}}', "language.code", "form"),
    ("mother", '{"language": {"code": 1}}', "language.code", "text"),
    ("mother", '{"language": "nb"}', "language", "object"),
    ("antenatalAppointments", "{}", "appointmentDate", "required"),
    ("antenatalAppointments", '{"appointmentDate": null}', "appointmentDate", "required"),
    ("antenatalAppointments", '{"appointmentDate": "16.01.2026"}', "appointmentDate", "date"),
    ("antenatalAppointments", '{"appointmentDate": "20260116"}', "appointmentDate", "date"),
    ("antenatalAppointments", '{"appointmentDate": "2026-W03-5"}', "appointmentDate", "date"),
    ("antenatalAppointments", '{"appointmentDate": "2026-02-30"}', "appointmentDate", "date"),
    ("antenatalAppointments", '{"appointmentDate": "2026-01-16T00:00:00Z"}', "appointmentDate", "date"),
    ("antenatalAppointments", '{"appointmentDate": "2026-09-02"}', "appointmentDate", "future"),
    ("antenatalAppointments", '{"appointmentDate": "1026-09-02"}', "appointmentDate", "date-range"),
    ("antenatalAppointments", _VISIT % '"pregnancyWeek": 45', "pregnancyWeek", "range"),
    ("antenatalAppointments", _VISIT % '"pregnancyWeek": 0', "pregnancyWeek", "range"),
    ("antenatalAppointments", _VISIT % '"pregnancyWeek": 44, "daysAfterFullPregnancyWeek": 1', "daysAfterFullPregnancyWeek", "range"),
    ("antenatalAppointments", _VISIT % '"daysAfterFullPregnancyWeek": 7', "daysAfterFullPregnancyWeek", "range"),
    ("antenatalAppointments", _VISIT % '"gestationalAge": "24+3"', "gestationalAge", "replaced"),
    ("antenatalAppointments", _VISIT % '"motherWeight": "68.4"', "motherWeight", "number"),
    ("antenatalAppointments", _VISIT % '"motherWeight": true', "motherWeight", "number"),
    ("antenatalAppointments", _VISIT % '"motherWeight": 0', "motherWeight", "range"),
    ("antenatalAppointments", _VISIT % '"motherWeight": 1e99999', "motherWeight", "range"),
    ("antenatalAppointments", _VISIT % f'"motherWeight": 68.{"4" * 30}', "motherWeight", "digits"),
    ("antenatalAppointments", _VISIT % '"bloodPressure": "118"', "bloodPressure", "blood-pressure"),
    ("antenatalAppointments", _VISIT % '"bloodPressure": "118 / 76"', "bloodPressure", "blood-pressure"),
    ("antenatalAppointments", _VISIT % '"bloodPressure": "-118/76"', "bloodPressure", "blood-pressure"),
    ("antenatalAppointments", _VISIT % '"bloodPressure": "1118/76"', "bloodPressure", "blood-pressure"),
    ("antenatalAppointments", _VISIT % '"bloodPressure": "76/118"', "bloodPressure", "blood-pressure"),
    ("antenatalAppointments", _VISIT % '"bloodPressure": "76/76"', "bloodPressure", "blood-pressure"),
    ("antenatalAppointments", _VISIT % '"bloodPressure": "999/76"', "bloodPressure", "range"),
    ("antenatalAppointments", _VISIT % '"bloodPressure": 118', "bloodPressure", "blood-pressure"),
    ("antenatalAppointments", _VISIT % '"proteinInUrineTestResult": "4+"', "proteinInUrineTestResult", "enum"),
    ("antenatalAppointments", _VISIT % '"edema": 4', "edema", "range"),
    ("antenatalAppointments", _VISIT % '"edema": -0', "edema", "integer"),
    ("antenatalAppointments", _VISIT % '"fetusesVitalSigns": {}, "medication": 1', "medication", "boolean"),
    ("antenatalAppointments", _VISIT % '"fetusesVitalSigns": "1"', "fetusesVitalSigns", "list"),
    ("antenatalAppointments", _SIGNS % "null", "fetusesVitalSigns[0]", "object"),
    ("antenatalAppointments", _SIGNS % '{"fosterId": 1}, {"fosterId": 0}', "fetusesVitalSigns[1].fosterId", "range"),
    ("antenatalAppointments", _SIGNS % '{"fosterId": 1}, {"fosterId": 1}', "fetusesVitalSigns", "repeated"),
    ("antenatalAppointments", _SIGNS % ", ".join('{"fosterId": 1}' for _ in range(10)), "fetusesVitalSigns", "length"),
    ("antenatalAppointments", _SIGNS % '{"note": "a"}', "fetusesVitalSigns[0].fosterId", "required"),
    ("antenatalAppointments", _SIGNS % '{"fosterId": 1, "fetalPresentationLie": {"code": "1", "x": 1}}',
     "fetusesVitalSigns[0].fetalPresentationLie.x", "unknown-member"),
    ("symphysisFundalHeights", '{"measurement": 23.5}', "measurement", "integer"),
    ("symphysisFundalHeights", '{"measurement": 0}', "measurement", "range"),
    ("clinicalTests", '{"hemoglobin": 124}', "hemoglobin", "range"),
    ("clinicalTests", '{"aboRh": {"aboType": "C"}}', "aboRh.aboType", "enum"),
    ("clinicalTests", '{"aboRh": {"aboType": "a"}}', "aboRh.aboType", "enum"),
    ("clinicalTests", '{"aboRh": {"rhesusDType": "+"}}', "aboRh.rhesusDType", "enum"),
    ("clinicalTests", '{"bHbA1c": 31.5}', "bHbA1c", "integer"),
    ("clinicalTests", '{"glucoseTolerance": {"testDate": "2026-09-02"}}', "glucoseTolerance.testDate", "future"),
    ("currentPregnancy", '{"dateLastPeriod": "2026-09-02"}', "dateLastPeriod", "future"),
    ("currentPregnancy", '{"dueDate": "2028-01-01"}', "dueDate", "date-range"),
    ("currentPregnancy", '{"numberOfFetuses": 0}', "numberOfFetuses", "range"),
    ("birthStatus", '{"birthStatus": [{"fosterId": 1, "datetime": "2026-08-13"}]}', "birthStatus[0].datetime", "timestamp"),
    ("birthStatus", '{"birthStatus": [{"fosterId": 1, "datetime": "2026-08-13T25:00:00Z"}]}', "birthStatus[0].datetime", "timestamp"),
    ("birthStatus", '{"birthStatus": [{"fosterId": 1, "datetime": "2026-08-33T05:00:00Z"}]}', "birthStatus[0].datetime", "timestamp"),
    ("birthStatus", '{"birthStatus": [{"fosterId": 1, "datetime": "2026-10-13T05:00:00Z"}]}', "birthStatus[0].datetime", "future"),
    ("birthStatus", '{"birthStatus": [{"datetime": "2026-08-13T04:12:00Z"}]}', "birthStatus[0].fosterId", "required"),
    ("currentPregnancy", '{"assistedConception": {"hadAssistedConception": false, "dateAssistedConception": "2025-12-01"}}',
     "assistedConception.dateAssistedConception", "contradictory"),
    ("lifestyleFactors", '{"stimuli": [{"stimuliFrequencyAtWeek36": {"stimuliFrequency": {"code": "no", "codeSystem": '
     '"https://hit-maternity.example/fhir/CodeSystem/habit-frequency"}, "dailyCount": 3}}]}',
     "stimuli[0].stimuliFrequencyAtWeek36.dailyCount", "contradictory"),
    ("birthStatus", '{"birthStatus": [{"fosterId": 2}, {"fosterId": 2}]}', "birthStatus", "repeated"),
    ("previousPregnancies", '{"stillBirths22weeks": -1}', "stillBirths22weeks", "range"),
    ("previousPregnancies", '{"stillBirths22Weeks": 1}', "stillBirths22Weeks", "unknown-member"),
    ("medication", '{"folate": {"takenbefore": true}}', "folate.takenbefore", "unknown-member"),
    ("medication", '{"folate": true}', "folate", "object"),
    ("lifestyleFactors", '{"stimuli": [{"stimuliFrequencyAtWeek36": {"dailyCount": -1}}]}',
     "stimuli[0].stimuliFrequencyAtWeek36.dailyCount", "range"),
    ("lifestyleFactors", '{"stimuli": [{"stimuliType": {"code": "A"}}, {"stimuliType": {"code": "A", "codeSystem": "VOLVEN_8536"}}]}',
     "stimuli", "repeated"),
    ("vitalMeasurementsBeforePregnancy", '{"bmi": 22.1}', "bmi", "unknown-member"),
    ("vitalMeasurementsBeforePregnancy", '{"height": 1.68}', "height", "range"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "path", "rule"), BAD)
def test_each_rule_is_told_with_its_place(name: str, text: str, path: str, rule: str) -> None:
    checked = _check(name, text)
    assert [(fault.path, fault.rule) for fault in checked.faults] == [(path, rule)]
    assert checked.body == {}
    assert checked.faults[0].words.endswith(".")


def test_all_faults_come_at_once() -> None:
    text = (
        '{"appointmentDate": "x", "edema": 9, "y": 1, "fetusesVitalSigns": [{"fosterId": 0, "fetalHeartRate": "a"}], "gestationalAge": "1"}'
    )
    paths = {fault.path for fault in _check("antenatalAppointments", text).faults}
    assert paths == {
        "appointmentDate",
        "edema",
        "y",
        "fetusesVitalSigns[0].fosterId",
        "fetusesVitalSigns[0].fetalHeartRate",
        "gestationalAge",
    }


def test_no_fault_repeats_what_was_sent() -> None:
    secret = "Rosenspire"
    text = '{"name": ["%s"], "employmentPercentage": "%s", "language": {"code": " %s"}, "address": {"a": "%s"}}' % ((secret,) * 4)
    faults = _check("mother", text).faults
    assert len(faults) == 4
    assert not any(secret in f"{fault}" for fault in faults)


def test_what_is_not_registered_is_left_out() -> None:
    text = '{"name": null, "address": " ", "language": {}, "countryOfBirth": {"code": null}, "cohabitingCoparent": false}'
    assert _check("mother", text).body == {"cohabitingCoparent": False}
    assert _check("lifestyleFactors", '{"stimuli": [], "note": ""}').body == {}
    text = '{"stimuli": [{}, {"stimuliType": {"code": "A"}, "stimuliFrequencyAtWeek36": {}}, {"stimuliType": null}]}'
    assert _check("lifestyleFactors", text).body == {"stimuli": [{"stimuliType": {"code": "A"}}]}


def test_numbers_keep_their_digits() -> None:
    text = '{"bMI":22.10,"height":168,"prePregnancyWeight":6.250e1}'
    assert sorted(json.encode(_check("vitalMeasurementsBeforePregnancy", text).body).decode()) == sorted(text)


@pytest.mark.parametrize("spelt", ["neg", "NEG", "Neg", "spor", "1+"])
def test_the_grade_of_protein_is_taken_in_any_case_and_kept_as_it_is_spelt(spelt: str) -> None:
    assert _check("antenatalAppointments", _VISIT % f'"proteinInUrineTestResult": "{spelt}"').body["proteinInUrineTestResult"] == spelt


@pytest.mark.parametrize("spelt", ["POSTIVE", "POSITIVE", "postive", "NEGATIVE", "NEG", "Pos"])
def test_the_known_spellings_of_rhd_are_taken(spelt: str) -> None:
    assert check("clinicalTests", {"aboRh": {"rhesusDType": spelt}}, today=TODAY).body == {"aboRh": {"rhesusDType": spelt}}


def test_members_that_are_not_known_can_be_tolerated() -> None:
    text = '{"name": "a", "x": {"y": [1]}, "language": {"code": "nb", "z": null}}'
    assert _check("mother", text, tolerate=True).body == {"name": "a", "language": {"code": "nb"}}
    assert [f.path for f in _check("mother", '{"x": 1, "name": 2}', tolerate=True).faults] == ["name"]


def test_the_first_version_tells_the_gestational_age_in_one_field() -> None:
    body = _check("antenatalAppointments", _VISIT % '"gestationalAge": "24+3"', old=True).body
    assert body == {"appointmentDate": "2026-01-16", "pregnancyWeek": 24, "daysAfterFullPregnancyWeek": 3}
    for wrong in (
        '"gestationalAge": "24"',
        '"gestationalAge": "24+7"',
        '"gestationalAge": 24',
        '"gestationalAge": "24+3", "pregnancyWeek": 24',
    ):
        faults = _check("antenatalAppointments", _VISIT % wrong, old=True).faults
        assert [(f.path, f.rule) for f in faults] == [("gestationalAge", "replaced")]
    assert _check("antenatalAppointments", _VISIT % '"gestationalAge": "24+3"', tolerate=True).faults
    assert "pregnancyWeek" in _check("antenatalAppointments", _VISIT % '"gestationalAge": "24+3"').faults[0].words


def test_a_due_date_may_lie_ahead_and_a_time_may_have_no_zone() -> None:
    assert _check("currentPregnancy", '{"dueDate": "2027-05-01"}').body == {"dueDate": "2027-05-01"}
    for moment in ("2026-08-13T04:12:00", "2026-08-13T04:12:00.866", "2026-08-13T02:12:00.217541Z", "2026-08-13T04:12:00+02:00"):
        body = {"birthStatus": [{"fosterId": 1, "datetime": moment}]}
        assert check("birthStatus", body, today=TODAY).body == body


def test_the_body_that_was_sent_is_not_changed() -> None:
    value = json.decode(b'{"appointmentDate": "2026-01-16", "gestationalAge": "24+3", "note": null, "fetusesVitalSigns": [{}]}')
    before = json.encode(value)
    check("antenatalAppointments", value, today=TODAY, old=True, tolerate=True)
    assert json.encode(value) == before


def test_there_is_an_end_to_the_faults() -> None:
    text = "{" + ", ".join(f'"x{n}": 1' for n in range(2000)) + "}"
    assert len(_check("mother", text).faults) == 500


_KEYS = [*{m for model in TYPES.values() for m in model.model_fields}, "fosterId", "code", "codeSystem", "display", "dailyCount", "x", ""]
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str).map(json.number)
    | st.text()
    | st.sampled_from(["2026-01-16", "118/76", "24+3", "Neg", "2026-01-16T10:00:00Z", "A", "1e999999"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=5), inner, max_size=8),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None)
@given(name=st.sampled_from(sorted(TYPES)), value=_JSON, tolerate=st.booleans(), old=st.booleans())
def test_any_json_is_either_right_or_told_what_is_wrong(name: str, value: Any, tolerate: bool, old: bool) -> None:
    checked = check(name, value, today=TODAY, tolerate=tolerate, old=old)
    assert all(fault.path and fault.rule and fault.words for fault in checked.faults)
    assert not checked.faults or not checked.body
    if not checked.faults:
        assert isinstance(value, dict)
        assert json.equal(normal(checked.body), checked.body)
        again = check(name, checked.body, today=TODAY)
        assert not again.faults and json.equal(again.body, checked.body)


def test_the_record_of_a_public_client_is_taken_as_it_is() -> None:
    file = DATA / "examples" / "dhg-record-nonfhir" / "dhg-record-all-resources.json"
    record = json.decode(file.read_bytes())
    for name in TYPES:
        for body in record[name] if name in LISTS else [record[name]]:
            sent = {member: value for member, value in body.items() if member != "metadata"}
            checked = check(name, sent, today=TODAY)
            assert checked.faults == ()
            assert json.equal(checked.body, normal(sent))
