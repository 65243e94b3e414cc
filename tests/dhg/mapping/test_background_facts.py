"""Single facts of her background: as the examples tell them, and as FHIR has what the national record sends."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.dhg.mapping import PARTS, Pregnancy
from hit_maternity.fhir import json
from hit_maternity.maternity.card.systems import BASE, PROFILE

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_OWN = f"{BASE}/StructureDefinition"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_VOLVEN = "urn:oid:2.16.578.1.12.4.1.1."


def example(name: str) -> Pregnancy:
    bundle = json.decode((ROOT / "profiles" / "examples" / f"{name}.json").read_bytes())
    return Pregnancy.of([entry["resource"] for entry in bundle["entry"]], NOW)


def empty(**of_woman: Any) -> Pregnancy:
    woman = {"resourceType": "Patient", "id": "woman", "name": [{"text": "Line Danser"}], "birthDate": "1990-05-14", **of_woman}
    episode = {"resourceType": "EpisodeOfCare", "id": "record", "status": "active", "patient": {"reference": "Patient/woman"}}
    return Pregnancy.of([woman, episode], NOW)


def read(name: str, of: Pregnancy) -> Any:
    body: Any = PARTS[name].read(of)
    return body


def write(name: str, into: Pregnancy, body: dict[str, Any]) -> list[Any]:
    part: Any = PARTS[name]
    return list(part.write(into, body))


def plain(body: Any) -> Any:
    """The body with numbers that compare by their digits."""
    return json.encode(body).decode()


# ------------------------------------------------------------ as the examples tell them


def test_the_woman_who_needs_an_interpreter() -> None:
    assert read("mother", example("interpreter")) == {
        "name": "Farah Himmelbro",
        "address": "Skogveien 22",
        "postNumber": "9999",
        "postName": "Fjellvik",
        "language": {"code": "so", "display": "Somali", "codeSystem": "urn:ietf:bcp:47"},
        "countryOfBirth": {"code": "SO", "codeSystem": "VOLVEN_9043"},
        "needsLanguageInterpreter": True,
        "employedLast6Months": False,
        "employmentPercentage": 0,
        "cohabitingCoparent": True,
    }


def test_her_employment_is_that_of_the_first_visit_and_not_of_later_ones() -> None:
    mother = read("mother", example("gestational-diabetes"))
    assert (mother["employedLast6Months"], mother["employmentPercentage"]) == (True, 100)


def test_what_was_not_asked_is_neither_yes_nor_no() -> None:
    started = example("new-record")
    assert "cohabitingCoparent" not in read("mother", started)
    asked = ("heartDisease", "highBloodPressure", "kidneyUrinaryTractDiseases", "diabetes", "allergiesAsthma", "epilepsy", "thrombosis")
    assert read("medicalConditions", started) == {"nothingParticular": True, **dict.fromkeys(asked, False)}
    assert read("geneticDisorders", started) is None
    assert read("medication", started) == {"folate": {"takenBefore": False, "takenDuring": True}}
    assert set(read("previousPregnancies", started).values()) == {0}


def test_medicines_and_diseases_of_the_woman_with_gestational_diabetes() -> None:
    record = example("gestational-diabetes")
    assert read("medication", record) == {"medicationFrequency": "Daglig", "drugAllergy": False, "folate": {"takenDuring": True}}
    assert read("geneticDisorders", record) == {"noneKnown": False, "parentsAreRelatives": False, "hipDysplasia": False, "other": True}
    conditions = read("medicalConditions", record)
    assert conditions["note"] == "Lavt stoffskifte siden 2019, velregulert."
    assert [name for name, answer in conditions.items() if answer is True] == ["other"]
    assert read("previousPregnancies", record)["numberOfPreviousLiveBirths"] == 2
    assert plain(read("vitalMeasurementsBeforePregnancy", record)) == '{"height":166,"prePregnancyWeight":85.5,"bMI":31.03}'


def test_those_who_follow_her_up_are_read_through_their_roles() -> None:
    assert read("pointsOfContact", example("normal")) == {
        "generalPractitioner": {
            "name": "Aksel Tåkeheim",
            "organizationName": "Lyngdalen legekontor (syntetisk)",
            "organizationId": "310002372",
            "hprNr": "999000103",
        },
        "midwife": {"name": "Solveig Bølgeskvett", "organizationName": "Fjellvik helsestasjon (syntetisk)", "hprNr": "999000120"},
        "birthInstitute": "Fjellvik sykehus, fødeavdelingen (syntetisk)",
        "maternityHealthcareCentre": "Fjellvik helsestasjon (syntetisk)",
    }


def test_habits_at_the_first_visit_are_those_and_not_the_ones_before() -> None:
    stimuli = {s["stimuliType"]["code"]: s for s in read("lifestyleFactors", example("new-record"))["stimuli"]}
    often = {code: s["stimuliFrequencyFirstConsultation"]["stimuliFrequency"]["code"] for code, s in stimuli.items()}
    assert often == {"smoking": "no", "snus": "stopped-in-pregnancy", "alcohol": "stopped-in-pregnancy", "other-stimuli": "no"}
    assert stimuli["smoking"]["stimuliType"]["display"] == "Røyk"
    assert not any("stimuliFrequencyAtWeek36" in s for s in stimuli.values())


# ------------------------------------------------------------ the woman in FHIR


def test_a_name_in_parts_becomes_one_text_and_other_names_stay() -> None:
    names = [{"use": "maiden", "family": "Før"}, {"use": "official", "family": "Danser", "given": ["Line"]}]
    here = empty(name=names, text={"status": "generated", "div": "<div/>"})
    assert read("mother", here) == {"name": "Line Danser"}
    [woman] = write("mother", here, {"name": "Line Sanger"})
    assert woman["name"] == [names[0], {"use": "official", "text": "Line Sanger"}]
    assert "text" not in woman
    [woman] = write("mother", here, {})
    assert woman["name"] == [names[0]]


def test_a_woman_without_a_name_has_one_that_says_so() -> None:
    [woman] = write("mother", empty(), {})
    assert woman["name"][0]["extension"][0]["valueCode"] == "unknown"
    assert read("mother", empty().after([woman])) is None


def test_the_address_is_changed_where_she_lives_and_no_other() -> None:
    work = {"use": "work", "city": "Oslo"}
    home = {"use": "home", "text": "A\nB", "line": ["A", "B"], "city": "Fjellvik", "postalCode": "9999", "country": "NO"}
    here = empty(address=[work, home])
    assert read("mother", here)["address"] == "A, B"
    [woman] = write("mother", here, {"name": "Line Danser", "address": "C\nD", "postName": "Fjellvik"})
    assert woman["address"] == [work, {"use": "home", "line": ["C\nD"], "city": "Fjellvik", "country": "NO"}]
    [woman] = write("mother", here, {"name": "Line Danser"})
    assert woman["address"] == [work]


def test_a_national_language_code_has_a_tag_of_fhir_beside_it() -> None:
    language = {"code": "nb", "display": "Norsk", "codeSystem": "2.16.578.1.12.4.1.1.3303"}
    [woman] = write("mother", empty(), {"name": "Line Danser", "language": language})
    sent, tag = woman["communication"][0]["language"]["coding"]
    assert (sent["system"], sent["code"], sent["display"]) == (f"{_VOLVEN}3303", "nb", "Norsk")
    assert sent["extension"] == [{"url": f"{_OWN}/received", "valueString": "2.16.578.1.12.4.1.1.3303"}]
    assert tag == {"system": "urn:ietf:bcp:47", "code": "nb"}
    assert woman["communication"][0]["preferred"] is True


def test_another_language_that_she_speaks_stays_when_the_preferred_one_goes() -> None:
    spoken = [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}, "preferred": code == "so"} for code in ("en", "so")]
    here = empty(communication=spoken)
    assert read("mother", here)["language"]["code"] == "so"
    [woman] = write("mother", here, {"name": "Line Danser"})
    assert [c["language"]["coding"][0]["code"] for c in woman["communication"]] == ["en"]
    assert read("mother", here.after([woman])) == {"name": "Line Danser"}


def test_the_country_is_the_address_of_birth_and_keeps_its_town() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
    here = empty(extension=[{"url": url, "valueAddress": {"city": "Mogadishu", "country": "SO"}}])
    country = {"code": "NO", "display": "Norge", "codeSystem": "VOLVEN_9043"}
    [woman] = write("mother", here, {"name": "Line Danser", "countryOfBirth": country})
    address = woman["extension"][0]["valueAddress"]
    assert (address["city"], address["country"]) == ("Mogadishu", "NO")
    assert address["_country"]["extension"][0]["valueCoding"] == {"system": f"{_VOLVEN}9043", "code": "NO", "display": "Norge"}
    [woman] = write("mother", here, {"name": "Line Danser"})
    assert woman["extension"] == [{"url": url, "valueAddress": {"city": "Mogadishu"}}]


def test_a_country_in_words_is_no_code() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
    assert read("mother", empty(extension=[{"url": url, "valueAddress": {"country": "Norway"}}])) == {"name": "Line Danser"}


def test_a_changed_percentage_leaves_the_visit_as_it_was() -> None:
    here = example("normal")
    mother = read("mother", here)
    changes = write("mother", here, mother | {"employmentPercentage": 40})
    assert [("encounter" in r, r["valueQuantity"]["value"]) for r in changes] == [(False, 40)]
    [changed] = write("mother", here, mother | {"occupationAndIndustry": "Rektor"})
    assert (changed["id"], changed["valueQuantity"]["value"]) == ("normal-employment-w09", 100)


def test_the_co_parent_is_told_the_same() -> None:
    here = example("normal")
    changes = write("mother", here, read("mother", here) | {"cohabitingCoparent": False})
    said = {r["resourceType"]: r for r in changes}
    assert said["Observation"]["valueBoolean"] is False
    assert said["RelatedPerson"]["extension"] == [{"url": f"{_OWN}/cohabiting", "valueBoolean": False}]


# ------------------------------------------------------------ contacts in FHIR


def test_whoever_is_written_is_kept_within_the_team() -> None:
    doctor = {"name": "Ola", "organizationName": "Kontoret", "organizationId": "310002372", "hprNr": "7"}
    [team] = write("pointsOfContact", empty(), {"generalPractitioner": doctor, "birthInstitute": "Ullevål"})
    assert [r["resourceType"] for r in team["contained"]] == ["PractitionerRole", "Practitioner", "Organization", "Organization"]
    assert [p["member"]["reference"] for p in team["participant"]] == ["#general-practitioner-role", "#birth-place"]
    assert team["contained"][1]["identifier"] == [{"system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "7"}]
    assert team["status"] == "active"


def test_what_is_no_number_of_a_register_is_not_said_to_be_one() -> None:
    body = {"midwife": {"hprNr": "ukjent"}}
    [team] = write("pointsOfContact", empty(), body)
    assert team["contained"][0]["identifier"] == [{"type": {"text": "HPR-nummer"}, "value": "ukjent"}]
    assert read("pointsOfContact", empty().after([team])) == body


def test_only_the_participant_that_changed_is_replaced() -> None:
    here = example("normal")
    contacts = read("pointsOfContact", here)
    before = next(r for r in here.card.of("CareTeam"))
    [team] = write("pointsOfContact", here, contacts | {"midwife": {"name": "Tiril Morgenrøde"}})
    assert [p["member"]["reference"] for p in team["participant"]] == [
        "PractitionerRole/aksel-takeheim", "#midwife", "Organization/fjellvik-helsestasjon", "Organization/fjellvik-sykehus",
    ]  # fmt: skip
    kept = {key: value for key, value in before.items() if key not in ("text", "participant")}
    assert {key: value for key, value in team.items() if key not in ("contained", "participant")} == kept
    del contacts["midwife"]
    [team] = write("pointsOfContact", here.after([team]), contacts)
    assert "contained" not in team
    assert len(team["participant"]) == 3


def test_a_team_whose_members_are_not_at_hand_is_read_by_their_words() -> None:
    role = {"coding": [{"system": f"{BASE}/CodeSystem/care-function", "code": "midwife"}]}
    member = {"reference": "https://else.example/fhir/Practitioner/1", "display": "Solveig"}
    team = {"resourceType": "CareTeam", "id": "team", "status": "active", "participant": [{"role": [role], "member": member}]}
    here = empty().after([{**team, "subject": {"reference": "Patient/woman"}}])
    assert read("pointsOfContact", here) == {"midwife": {"name": "Solveig"}}


# ------------------------------------------------------------ folate, medicines


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("active", True),
        ("completed", True),
        ("stopped", True),
        ("on-hold", True),
        ("not-taken", False),
        ("unknown", None),
        ("intended", None),
    ],
)
def test_folate_by_its_status(status: str, answer: bool | None) -> None:
    [statement] = write("medication", empty(), {"folate": {"takenBefore": True}})
    assert (statement["status"], statement["context"]) == ("completed", {"reference": "EpisodeOfCare/record"})
    here = empty().after([{**statement, "status": status}])
    assert read("medication", here) == (None if answer is None else {"folate": {"takenBefore": answer}})


def test_folate_during_is_taken_now_and_a_changed_answer_gives_no_old_reason() -> None:
    [statement] = write("medication", empty(), {"folate": {"takenDuring": True}})
    assert statement["status"] == "active"
    here = empty().after([{**statement, "status": "not-taken", "statusReason": [{"text": "Kvalm"}]}])
    [changed] = write("medication", here, {"folate": {"takenDuring": True}})
    assert (changed["id"], changed["status"], "statusReason" in changed) == (statement["id"], "active", False)


def test_a_coded_medication_frequency_is_read_in_its_words() -> None:
    [fact] = write("medication", empty(), {"medicationFrequency": "x"})
    concept = {"coding": [{"system": "urn:test", "code": "D", "display": "Daglig"}]}
    coded = {key: value for key, value in fact.items() if key != "valueString"} | {"valueCodeableConcept": concept}
    here = empty().after([coded])
    assert read("medication", here) == {"medicationFrequency": "Daglig"}
    [changed] = write("medication", here, {"medicationFrequency": "Ukentlig"})
    assert changed["valueString"] == "Ukentlig" and "valueCodeableConcept" not in changed


# ------------------------------------------------------------ habits in FHIR


def _stimulus(code: str, **often: Any) -> dict[str, Any]:
    return {"stimuliType": {"code": code, "codeSystem": "VOLVEN_8536"}, **often}


def test_a_national_habit_is_kept_beside_a_code_that_says_so() -> None:
    often = {"stimuliFrequency": {"code": "DAILY", "codeSystem": "urn:test"}, "dailyCount": 2}
    [fact] = write("lifestyleFactors", empty(), {"stimuli": [_stimulus("TOBACCO", stimuliFrequencyFirstConsultation=often)]})
    assert fact["code"]["coding"] == [
        {"system": f"{BASE}/CodeSystem/habit-type", "code": "as-received"},
        {"system": f"{_VOLVEN}8536", "code": "TOBACCO"},
    ]
    assert [c["code"] for c in fact["valueCodeableConcept"]["coding"]] == ["as-received", "DAILY"]
    assert fact["meta"]["profile"] == [f"{PROFILE}Observation-habit"]


def test_a_habit_without_an_answer_says_that_there_is_none() -> None:
    facts = write("lifestyleFactors", empty(), {"stimuli": [_stimulus("A"), _stimulus("B", stimuliFrequencyAtWeek36={"dailyCount": 3})]})
    assert [f["dataAbsentReason"]["coding"][0]["code"] for f in facts] == ["not-asked", "not-asked"]
    times = [e["valueCodeableConcept"]["coding"][0]["code"] for f in facts for e in f["extension"] if e["url"].endswith("time-point")]
    assert times == ["during", "week-36"]


def test_the_order_of_habits_is_the_one_that_was_sent_last() -> None:
    here = empty()
    for order in ("ABC", "CAB", "BC", "BAC"):
        body = {"stimuli": [_stimulus(code, stimuliFrequencyAtWeek36={"dailyCount": 1}) for code in order]}
        here = here.after(write("lifestyleFactors", here, body))
        assert read("lifestyleFactors", here) == body
        assert write("lifestyleFactors", here, body) == []


def test_a_later_answer_that_was_declined_is_the_one_that_counts() -> None:
    body = {"stimuli": [_stimulus("A", stimuliFrequencyAtWeek36={"dailyCount": 1})]}
    [fact] = write("lifestyleFactors", empty(), body)
    reason = {"coding": [{"system": _ABSENT, "code": "asked-declined"}]}
    later = {key: value for key, value in fact.items() if key != "component"}
    later |= {"id": "later", "effectiveDateTime": "2026-11-30", "dataAbsentReason": reason}
    here = empty().after([fact, later])
    assert read("lifestyleFactors", here) is None
    [changed] = write("lifestyleFactors", here, body)
    assert changed["id"] == "later"
    assert read("lifestyleFactors", here.after([changed])) == body
    taken_back = write("lifestyleFactors", here.after([changed]), {})
    assert {(r["id"], r["status"]) for r in taken_back} == {("later", "entered-in-error"), (fact["id"], "entered-in-error")}
