"""The survey before the first visit: every question has its words in three languages and its home in the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator

Resource = dict[str, Any]

#: Questions that only lead to the next one, or that the record has no place for.
LEADING = {"1", "3", "5", "19"}


@pytest.fixture(scope="module")
def survey(compiled: dict[str, Resource]) -> Resource:
    return compiled["Questionnaire-first-visit-survey.json"]


def items(of: Resource) -> Iterator[Resource]:
    for item in of.get("item", ()):
        yield item
        yield from items(item)


def questions(survey: Resource) -> list[Resource]:
    return [item for item in items(survey) if item["type"] != "group"]


def test_it_has_the_twenty_three_questions_and_what_follows_from_them(survey: Resource) -> None:
    ids = [item["linkId"] for item in questions(survey)]
    assert len(ids) == len(set(ids))
    assert [id for id in ids if "." not in id] == [str(number) for number in range(1, 24)]


def test_every_question_and_heading_is_there_in_three_languages(survey: Resource) -> None:
    assert survey["language"] == "nb"
    for item in items(survey):
        said = {part["valueCode"] for e in item["_text"]["extension"] for part in e["extension"] if part["url"] == "lang"}
        assert said == {"nn", "en"}, item["linkId"]


def test_every_question_has_its_home_in_a_profile(survey: Resource, definitions: Definitions) -> None:
    without = set()
    for item in questions(survey):
        if "definition" not in item:
            without.add(item["linkId"])
            continue
        url, _, element = item["definition"].partition("#")
        profile = definitions.find("StructureDefinition", url)
        assert profile is not None, url
        assert element in {e["id"] for e in profile["snapshot"]["element"]}, (item["linkId"], element)
    assert without == LEADING


def test_a_question_that_follows_another_comes_after_it(survey: Resource) -> None:
    seen: dict[str, str] = {}
    for item in questions(survey):
        for condition in item.get("enableWhen", ()):
            assert seen[condition["question"]] == "boolean" and condition["answerBoolean"] is True
        seen[item["linkId"]] = item["type"]
    assert sum("enableWhen" in item for item in questions(survey)) == sum("." in item["linkId"] for item in questions(survey))


def test_every_list_of_answers_can_be_shown(survey: Resource, terminology: LoadedTerminology) -> None:
    sets = {item["answerValueSet"] for item in questions(survey) if item["type"].endswith("choice")}
    assert len(sets) >= 6
    assert [url for url in sorted(sets) if not terminology.codes(url)] == []
    assert len(terminology.codes("https://hit-maternity.example/fhir/ValueSet/survey-disease") or ()) == 16


def test_unsure_is_an_answer_where_she_may_not_know(survey: Resource) -> None:
    unsure = {item["linkId"] for item in questions(survey) if item.get("answerValueSet", "").endswith("/yes-no-unsure")}
    assert unsure == {"2", "17"}


ANSWERS: dict[str, Resource] = {
    "boolean": {"valueBoolean": True},
    "date": {"valueDate": "2026-09-14"},
    "decimal": {"valueDecimal": 62},
    "string": {"valueString": "Fjellvik"},
    "text": {"valueString": "Sluttet da jeg ble gravid."},
}


def answered(of: Resource, terminology: LoadedTerminology) -> list[Resource]:
    """Every question of a group answered, by the first of the answers it offers."""
    given = []
    for item in of["item"]:
        if item["type"] == "group":
            given.append({"linkId": item["linkId"], "item": answered(item, terminology)})
            continue
        answer = ANSWERS.get(item["type"])
        if answer is None:
            system, code = min(terminology.codes(item["answerValueSet"]) or ())
            answer = {"valueCoding": {"system": system, "code": code}}
        given.append({"linkId": item["linkId"], "answer": [answer]})
    return given


def test_a_response_that_answers_everything_is_valid(survey: Resource, validator: Validator, terminology: LoadedTerminology) -> None:
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": survey["url"],
        "status": "completed",
        "subject": {"reference": "Patient/mother"},
        "authored": "2026-10-30T18:12:00+01:00",
        "item": answered(survey, terminology),
    }
    issues = [i for i in validator.validate(response) if i.severity != "information" and i.rule != "inv:dom-6"]
    assert issues == []
    response["item"][0]["item"][0]["answer"] = [{"valueString": "ja"}]
    del response["item"][1]["item"][0]
    wrong = [i.rule for i in validator.validate(response) if i.severity == "error"]
    assert "answer-type" in wrong and len(wrong) == 3, "another type, what followed from it, and a question that must be answered"
