from __future__ import annotations

from typing import Any

import pytest

ASKED: list[dict[str, Any]] = [
    {
        "linkId": "habits",
        "type": "group",
        "item": [
            {"linkId": "smokes", "type": "boolean", "required": True},
            {
                "linkId": "number",
                "type": "integer",
                "required": True,
                "enableWhen": [{"question": "smokes", "operator": "=", "answerBoolean": True}],
            },
        ],
    },
    {
        "linkId": "snus",
        "type": "choice",
        "repeats": True,
        "answerOption": [{"valueCoding": {"system": "urn:x", "code": "daily"}}, {"valueCoding": {"system": "urn:x", "code": "never"}}],
        "item": [{"linkId": "why", "type": "string", "maxLength": 3}],
    },
    {"linkId": "other", "type": "open-choice", "answerOption": [{"valueCoding": {"code": "a"}}]},
    {"linkId": "sex", "type": "choice", "answerValueSet": "http://hl7.org/fhir/ValueSet/administrative-gender"},
    {"linkId": "note", "type": "display", "text": "x"},
    {"linkId": "children", "type": "group", "repeats": True, "item": [{"linkId": "weight", "type": "decimal"}]},
]


def item(link: str, *answers: dict[str, Any], under: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"linkId": link, **({"answer": list(answers)} if answers else {}), **({"item": under} if under else {})}


SMOKES, SMOKES_NOT = item("smokes", {"valueBoolean": True}), item("smokes", {"valueBoolean": False})
FINE = item("habits", under=[SMOKES_NOT])


def response(*items: dict[str, Any], status: str = "completed") -> dict[str, Any]:
    questionnaire = {"resourceType": "Questionnaire", "id": "q", "status": "active", "item": ASKED}
    return {
        "resourceType": "QuestionnaireResponse",
        "status": status,
        "questionnaire": "#q",
        "contained": [questionnaire],
        "item": list(items),
    }


def coding(code: str, system: str = "urn:x") -> dict[str, Any]:
    return {"valueCoding": {"system": system, "code": code}}


AT = "QuestionnaireResponse.item"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([FINE], []),
        ([FINE, item("snus", coding("daily"), coding("never"))], []),
        ([FINE, item("children", under=[item("weight", {"valueDecimal": 3})]), item("children")], []),
        ([item("habits", under=[SMOKES, item("number", {"valueInteger": 5})])], []),
        ([FINE, item("other", {"valueString": "x"})], []),
        ([FINE, item("sex", coding("female", "http://hl7.org/fhir/administrative-gender"))], []),
        ([FINE, item("smoke")], [("answer-link-unknown", f"{AT}[1].linkId")]),
        ([FINE, item("number", {"valueInteger": 5})], [("answer-link-unknown", f"{AT}[1].linkId")]),
        ([item("snus", coding("never")), FINE], [("answer-order", f"{AT}[1]")]),
        ([FINE, FINE], [("answer-repeats", f"{AT}[1]")]),
        ([FINE, item("snus", coding("daily")), item("snus", coding("never"))], [("answer-item-repeats", f"{AT}[2]")]),
        ([item("habits", under=[item("smokes", {"valueBoolean": True}, {"valueBoolean": False}), item("number", {"valueInteger": 1})])],
         [("answer-repeats", f"{AT}[0].item[0].answer")]),
        ([item("habits", under=[item("smokes", {"valueString": "yes"})])], [("answer-type", f"{AT}[0].item[0].answer[0].value")]),
        ([item("habits", under=[SMOKES])], [("answer-required", f"{AT}[0]")]),
        ([item("habits", under=[SMOKES_NOT, item("number", {"valueInteger": 5})])], [("answer-disabled", f"{AT}[0].item[1]")]),
        ([FINE, item("snus", coding("weekly"))], [("answer-option", f"{AT}[1].answer[0].value")]),
        ([FINE, item("sex", coding("f", "http://hl7.org/fhir/administrative-gender"))], [("answer-option", f"{AT}[1].answer[0].value")]),
        ([FINE, item("note", {"valueString": "x"})], [("answer-unexpected", f"{AT}[1].answer")]),
        (
            [FINE, item("snus", {**coding("daily"), "item": [item("why", {"valueString": "long"})]})],
            [("answer-length", f"{AT}[1].answer[0].item[0].answer[0].value")],
        ),
    ],
)  # fmt: skip
def test_answers_are_held_against_their_questions(errors, items, expected):
    assert errors(response(*items)) == expected


def test_what_must_be_answered_is_asked_for_when_the_response_is_finished(errors):
    open_group = item("habits")
    assert errors(response(open_group, status="in-progress")) == []
    assert errors(response(open_group)) == [("answer-required", f"{AT}[0]")]


def test_a_questionnaire_is_found_where_it_is_loaded_and_in_the_same_bundle(validator_with, told):
    loaded = {"resourceType": "Questionnaire", "url": "http://x.test/q", "status": "active", "item": ASKED}
    answered = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "http://x.test/q|1", "item": [item("x")]}
    unknown = ("answer-link-unknown", f"{AT}[0].linkId")
    assert unknown in told(validator_with(loaded), answered)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": loaded}, {"resource": answered}]}
    assert ("answer-link-unknown", "Bundle.entry[1].resource.item[0].linkId") in told(validator_with(), bundle)


def test_one_that_is_not_at_hand_is_told_as_information(validator):
    answered = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "http://x.test/q", "item": [item("x")]}
    issues = [i for i in validator.validate(answered) if i.rule != "inv:dom-6"]
    assert [(i.rule, i.severity) for i in issues] == [("answer-questionnaire-unknown", "information")]
