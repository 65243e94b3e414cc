"""CodeSystem/$lookup over ``handle``."""

from __future__ import annotations

import pytest

FOOD, UCUM = "http://x.test/food", "http://unitsofmeasure.org"
MOOD = "http://terminology.hl7.org/CodeSystem/v3-ActMood"


def properties(parts, answer):
    """code -> values, of every property of the answer."""
    found: dict[str, list[object]] = {}
    for part in parts(answer, "property"):
        found.setdefault(part["code"], []).append(part["value"])
    return found


def test_a_code_is_told_with_its_system_names_and_place(api, stored, told, parts):
    answer = api("GET", f"CodeSystem/$lookup?system={FOOD}&code=fish")
    assert answer.interaction == "$lookup"
    assert told(answer) == {"name": "Food", "version": "2", "display": "Fish"}
    assert [(d["language"], d["value"]) for d in parts(answer, "designation")] == [("nb", "Fisk"), ("nn", "Fisk")]
    assert properties(parts, answer) == {
        "definition": ["What swims."],
        "inactive": [False],
        "child": ["cod", "redfish"],
        "notSelectable": [True],
    }
    assert [p.get("description") for p in parts(answer, "property") if p["code"] == "child"] == ["Cod", "Redfish"]


def test_properties_keep_their_types_and_codes_in_them_are_named(api, stored, parts):
    cod = api("GET", f"CodeSystem/$lookup?system={FOOD}&code=COD")
    assert properties(parts, cod) == {"inactive": [False], "parent": ["fish"], "energy": [80]}
    porridge = parts(api("GET", f"CodeSystem/$lookup?system={FOOD}&code=porridge"), "property")
    assert {"code": "goes-with", "value": "milk", "description": "Milk"} in porridge
    assert properties(parts, api("GET", f"CodeSystem/$lookup?system={FOOD}&code=redfish"))["inactive"] == [True]


def test_only_the_properties_that_are_asked_for_are_told(api, stored, told, parts):
    answer = api("GET", f"CodeSystem/$lookup?system={FOOD}&code=cod&property=parent&property=lang.nn")
    assert properties(parts, answer) == {"parent": ["fish"]}
    assert [d["language"] for d in parts(answer, "designation")] == ["nn"]
    assert told(answer)["display"] == "Cod"
    none = api("GET", f"CodeSystem/$lookup?system={FOOD}&code=cod&property=display")
    assert properties(parts, none) == {} and parts(none, "designation") == []


def test_a_coding_or_the_address_names_the_system(api, stored, told, parameters):
    assert told(api("POST", "CodeSystem/$lookup", parameters(coding={"system": FOOD, "code": "cod"})))["display"] == "Cod"
    assert told(api("GET", f"CodeSystem/{stored['food']}/$lookup?code=cod&displayLanguage=nb"))["display"] == "Torsk"
    assert told(api("GET", "CodeSystem/v3-ActMood/$lookup?code=EVN"))["display"] == "event (occurrence)"


def test_a_version_is_looked_up(api, stored, food, told):
    api.create({**food, "version": "1", "concept": [{"code": "cod", "display": "Old cod"}]})
    assert told(api("GET", f"CodeSystem/$lookup?system={FOOD}&code=cod&version=1"))["display"] == "Old cod"
    assert told(api("GET", f"CodeSystem/$lookup?system={FOOD}&code=cod"))["display"] == "Cod"
    assert api("GET", f"CodeSystem/$lookup?system={FOOD}&code=cod&version=3").rules == ["version-unknown"]


@pytest.mark.parametrize(
    ("system", "code", "display"),
    [
        (UCUM, "mm[Hg]", "millimetre of mercury"),
        (UCUM, "mmol%2FL", "millimole per litre"),
        (UCUM, "kg%2Fm2", "kilogram per square metre"),
        (UCUM, "10*9%2FL", "ten to the power of 9 per litre"),
        (UCUM, "%7Bbeats%7D%2Fmin", "beats per minute"),
        ("urn:ietf:bcp:47", "nb", "Norwegian Bokmål"),
        ("urn:ietf:bcp:47", "nb-NO", "Norwegian Bokmål (NO)"),
        ("urn:ietf:bcp:47", "de", "German"),
        ("urn:ietf:bcp:13", "text%2Fplain", "text/plain"),
        ("urn:iso:std:iso:3166", "NOR", "Norway"),
        ("urn:iso:std:iso:4217", "NOK", "NOK"),
    ],
)
def test_a_code_of_a_grammar_has_a_display(api, told, system, code, display):
    assert told(api("GET", f"CodeSystem/$lookup?system={system}&code={code}"))["display"] == display


def test_a_unit_is_told_in_base_units(api, parts):
    assert properties(parts, api("GET", f"CodeSystem/$lookup?system={UCUM}&code=mm[Hg]")) == {"canonical": ["g.m-1.s-2"]}


@pytest.mark.parametrize(
    ("url", "status", "rules"),
    [
        ("CodeSystem/$lookup", 400, ["code-required"]),
        ("CodeSystem/$lookup?code=a", 400, ["code-system-required"]),
        (f"CodeSystem/$lookup?code=a&coding=b&system={MOOD}", 400, ["value-coding", "value-coding"]),
        (f"CodeSystem/$lookup?system={MOOD}&code=NOPE", 404, ["code-unknown"]),
        (f"CodeSystem/$lookup?system={UCUM}&code=mmHg", 404, ["code-unknown"]),
        ("CodeSystem/$lookup?system=http://nowhere.test/cs&code=a", 404, ["code-system-unknown"]),
        ("CodeSystem/$lookup?system=http://snomed.info/sct&code=1", 404, ["code-system-not-loaded"]),
        (f"CodeSystem/administrative-gender/$lookup?system={MOOD}&code=male", 400, ["value-system"]),
        ("CodeSystem/nobody/$lookup?code=a", 404, ["resource-unknown"]),
        (f"CodeSystem/$lookup?system={MOOD}&code=EVN&date=x&colour=red", 400, ["operation-parameter-unknown"]),
    ],
)
def test_bad_calls_are_refused(api, url, status, rules):
    answer = api("GET", url)
    assert (answer.status, answer.rules) == (status, rules)
    assert answer.json["issue"][0]["code"] == ("not-found" if status == 404 else answer.json["issue"][0]["code"])
