"""ValueSet/$validate-code and CodeSystem/$validate-code over ``handle``."""

from __future__ import annotations

import pytest

SETS, GENDER = "http://hl7.org/fhir/ValueSet/", "http://hl7.org/fhir/administrative-gender"
FOOD, MEALS, SNOMED = "http://x.test/food", "http://x.test/meals", "http://snomed.info/sct"
IN_SET = f"ValueSet/$validate-code?url={MEALS}&system={FOOD}"
IN_SYSTEM = f"CodeSystem/$validate-code?url={FOOD}"


def test_a_code_of_a_loaded_value_set_is_valid_with_its_display(api, told):
    answer = api("GET", f"ValueSet/$validate-code?url={SETS}administrative-gender&system={GENDER}&code=male")
    assert answer.interaction == "$validate-code"
    assert told(answer) == {"result": True, "display": "Male", "code": "male", "system": GENDER, "version": "4.0.1"}
    other = told(api("GET", f"ValueSet/$validate-code?url={SETS}administrative-gender&system={GENDER}&code=man"))
    assert other["result"] is False and "no such code" in other["message"]


@pytest.mark.parametrize("door", [IN_SET, IN_SYSTEM])
@pytest.mark.parametrize(
    ("query", "result", "words"),
    [
        ("code=cod", True, None),
        ("code=COD", True, None),
        ("code=stone", False, "no such code"),
        ("code=milk&display=milk", True, None),
        ("code=milk&display=Mjølk".replace("ø", "%C3%B8"), True, None),
        ("code=milk&display=Water", False, "It is called: Milk."),
        ("code=milk&display=Water&displayLanguage=nb", False, "It is called: Melk."),
        ("code=redfish", True, "inactive"),
        ("code=fish", True, None),
        ("code=fish&abstract=true", True, None),
        ("code=fish&abstract=false", False, "abstract"),
    ],
)
def test_a_code_is_judged_by_system_display_and_use(api, stored, told, door, query, result, words):
    found = told(api("GET", f"{door}&{query}"))
    assert found["result"] is result
    assert (words in found["message"]) if words else "message" not in found


def test_the_display_is_in_the_language_that_is_asked_for(api, stored, told):
    assert told(api("GET", f"{IN_SET}&code=milk&displayLanguage=nn"))["display"] == "Mjølk"
    assert told(api("GET", f"{IN_SYSTEM}&code=milk", accept_language="nb"))["display"] == "Melk"


def test_a_value_set_gives_codes_names_of_its_own(api, told, parameters, set_of):
    names = [{"language": "nb", "value": "Seteleie"}]
    sent = set_of(None, {"system": SNOMED, "concept": [{"code": "6096002", "display": "Breech", "designation": names}]})

    def asked(**coding):
        return told(api("POST", "ValueSet/$validate-code", parameters(valueSet=sent, coding={"system": SNOMED, **coding})))

    assert asked(code="6096002", display="breech")["result"] is True
    assert asked(code="6096002", display="Seteleie")["result"] is True
    assert asked(code="6096002", display="Vertex")["result"] is False
    missing = asked(code="7")
    assert missing["result"] is False and "not loaded" in missing["message"]


def test_a_coding_or_any_coding_of_a_concept_is_judged(api, stored, told, parameters):
    def asked(**values):
        return told(api("POST", "ValueSet/$validate-code", parameters(url=MEALS, **values)))

    assert asked(coding={"system": FOOD, "code": "cod"})["result"] is True
    assert asked(coding={"code": "cod"})["result"] is False
    both = asked(codeableConcept={"coding": [{"system": SNOMED, "code": "1"}, {"system": FOOD, "code": "cod"}]})
    assert (both["result"], both["code"]) == (True, "cod")
    assert "not loaded" in both["message"]
    neither = asked(codeableConcept={"coding": [{"system": FOOD, "code": "x"}, {"system": FOOD, "code": "y"}]})
    assert neither["result"] is False


def test_the_address_can_name_what_is_asked_about(api, stored, told):
    assert told(api("GET", f"ValueSet/{stored['meals']}/$validate-code?system={FOOD}&code=cod"))["result"] is True
    assert told(api("GET", f"CodeSystem/{stored['food']}/$validate-code?code=cod"))["result"] is True
    assert told(api("GET", f"ValueSet/administrative-gender/$validate-code?system={GENDER}&code=male"))["result"] is True
    assert told(api("GET", "CodeSystem/administrative-gender/$validate-code?code=male"))["result"] is True


def test_what_is_sent_is_judged_without_being_stored(api, told, parameters, food, set_of):
    answer = api("POST", "CodeSystem/$validate-code", parameters(codeSystem=food, code="cod"))
    assert told(answer)["result"] is True
    assert api("GET", "CodeSystem?_total=accurate").json["total"] == 0


def test_the_system_is_inferred_where_the_value_set_has_the_code_from_one(api, stored, told, parameters, set_of):
    url = f"ValueSet/$validate-code?url={MEALS}&inferSystem=true&code="
    assert told(api("GET", url + "cod"))["system"] == FOOD
    assert told(api("GET", url + "stone"))["result"] is False
    twice = set_of(None, {"system": FOOD}, {"system": SNOMED, "concept": [{"code": "cod"}]})
    answer = told(api("POST", "ValueSet/$validate-code", parameters(valueSet=twice, code="cod", inferSystem=True)))
    assert answer["result"] is False and "more than one system" in answer["message"]


def test_a_code_outside_the_value_set_is_told(api, stored, told, parameters, set_of):
    sent = set_of(None, {"system": FOOD, "filter": [{"property": "concept", "op": "is-a", "value": "fish"}]})
    answer = told(api("POST", "ValueSet/$validate-code", parameters(valueSet=sent, coding={"system": FOOD, "code": "milk"})))
    assert answer["result"] is False and "not in the value set" in answer["message"] and answer["display"] == "Milk"


def test_what_can_not_be_told_is_not_valid_and_says_so(api, told):
    answer = told(api("GET", f"ValueSet/$validate-code?url={SETS}body-site&system={SNOMED}&code=1"))
    assert answer["result"] is False and "can't be told" in answer["message"]
    foreign = told(api("GET", f"ValueSet/$validate-code?url={SETS}body-site&system={GENDER}&code=male"))
    assert foreign["result"] is False and "not in the value set" in foreign["message"]


@pytest.mark.parametrize(
    ("system", "code", "valid"),
    [
        ("http://unitsofmeasure.org", "mm[Hg]", True),
        ("http://unitsofmeasure.org", "mmHg", False),
        ("http://unitsofmeasure.org", "10*9%2FL", True),
        ("urn:ietf:bcp:47", "nb-NO", True),
        ("urn:ietf:bcp:47", "norsk bokmål", False),
        ("urn:ietf:bcp:13", "application%2Ffhir%2Bjson", True),
        ("urn:iso:std:iso:4217", "NOK", True),
        ("urn:iso:std:iso:4217", "KR", False),
        ("urn:iso:std:iso:3166", "NO", True),
        ("urn:iso:std:iso:3166", "NOR", True),
        ("urn:iso:std:iso:3166", "578", True),
        ("urn:iso:std:iso:3166", "XK", True),
        ("urn:iso:std:iso:3166", "NX", False),
    ],
)
def test_grammars_are_really_read(api, told, system, code, valid):
    assert told(api("GET", f"CodeSystem/$validate-code?url={system}&code={code}"))["result"] is valid


def test_a_unit_is_in_the_value_set_of_all_units(api, told):
    url = f"ValueSet/$validate-code?url={SETS}ucum-units&system=http://unitsofmeasure.org&code="
    assert told(api("GET", url + "mmol%2FL"))["result"] is True
    assert told(api("GET", url + "mmols"))["result"] is False


def test_a_code_of_another_system_or_version_is_told(api, stored, told, parameters):
    foreign = told(api("POST", "CodeSystem/$validate-code", parameters(url=FOOD, coding={"system": GENDER, "code": "cod"})))
    assert foreign["result"] is False and "not of" in foreign["message"]
    old = told(api("GET", f"{IN_SET}&code=cod&systemVersion=1"))
    assert old["result"] is False and "only in 2" in old["message"]


def test_a_circle_of_imports_is_told(api, set_of):
    for a, b in (("one", "two"), ("two", "one")):
        api.create(set_of(f"http://x.test/{a}", {"valueSet": [f"http://x.test/{b}"]}))
    answer = api("GET", f"ValueSet/$validate-code?url=http://x.test/one&system={GENDER}&code=male")
    assert (answer.status, answer.rules) == (422, ["value-set-circle"])


@pytest.mark.parametrize(
    ("url", "status", "rules"),
    [
        ("ValueSet/$validate-code", 400, ["value-set-required", "code-required"]),
        ("ValueSet/$validate-code?url=http://nowhere.test/vs&system=a&code=b", 404, ["value-set-unknown"]),
        (f"ValueSet/$validate-code?url={SETS}administrative-gender&code=male", 400, ["code-system-required"]),
        (
            f"ValueSet/$validate-code?url={SETS}administrative-gender&code=a&coding=b",
            400,
            ["value-coding", "code-system-required", "value-coding"],
        ),
        (
            f"ValueSet/$validate-code?url={SETS}languages&system=a&code=b&abstract=maybe&date=never&context=x",
            400,
            ["value-context", "value-abstract", "value-date"],
        ),
        ("CodeSystem/$validate-code", 400, ["code-required", "code-system-required"]),
        ("CodeSystem/$validate-code?code=male", 400, ["code-system-required"]),
        ("CodeSystem/$validate-code?url=http://nowhere.test/cs&code=a", 404, ["code-system-unknown"]),
        (f"CodeSystem/$validate-code?url={GENDER}&version=1&code=male", 404, ["version-unknown"]),
        (f"CodeSystem/$validate-code?url={GENDER}&system=b&code=male", 400, ["value-system"]),
        ("CodeSystem/nobody/$validate-code?code=a", 404, ["resource-unknown"]),
    ],
)
def test_bad_calls_are_refused_with_every_fault(api, url, status, rules):
    answer = api("GET", url)
    assert answer.status == status
    assert sorted(answer.rules) == sorted(rules)


@pytest.mark.parametrize(
    "part",
    [
        {"name": "coding", "valueCoding": {"code": 5}},
        {"name": "coding", "valueCoding": {"system": GENDER}},
        {"name": "coding", "valueCoding": []},
        {"name": "codeableConcept", "valueCodeableConcept": {"coding": "x"}},
        {"name": "codeableConcept", "valueCodeableConcept": {"text": "x"}},
        {"name": "codeableConcept", "valueCodeableConcept": {"coding": [{"code": "a"}] * 101}},
        {"name": "code", "valueCoding": {"code": "a"}},
        {"name": "code"},
    ],
)
def test_malformed_codes_are_refused(api, part):
    body = {"resourceType": "Parameters", "parameter": [{"name": "url", "valueUri": SETS + "administrative-gender"}, part]}
    answer = api("POST", "ValueSet/$validate-code", body)
    assert answer.status == 400 and set(answer.rules) <= {f"value-{part['name']}", "code-system-required", "code-required"}
