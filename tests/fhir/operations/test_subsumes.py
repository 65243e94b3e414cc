"""CodeSystem/$subsumes over ``handle``."""

from __future__ import annotations

import pytest

FOOD, UCUM, TAGS = "http://x.test/food", "http://unitsofmeasure.org", "urn:ietf:bcp:47"
MOOD = "http://terminology.hl7.org/CodeSystem/v3-ActMood"


@pytest.mark.parametrize(
    ("system", "a", "b", "outcome"),
    [
        (FOOD, "fish", "cod", "subsumes"),
        (FOOD, "cod", "FISH", "subsumed-by"),
        (FOOD, "cod", "Cod", "equivalent"),
        (FOOD, "cod", "milk", "not-subsumed"),
        (FOOD, "cod", "redfish", "not-subsumed"),
        (MOOD, "_ActMoodCompletionTrack", "EVN", "subsumes"),
        (UCUM, "L", "dm3", "equivalent"),
        (UCUM, "L", "mL", "not-subsumed"),
        (TAGS, "nb", "nb-NO", "subsumes"),
        (TAGS, "nb-no", "nb", "subsumed-by"),
        (TAGS, "nb", "nn", "not-subsumed"),
    ],
)
def test_two_codes_of_a_system_are_compared(api, stored, told, parameters, system, a, b, outcome):
    answer = api("GET", f"CodeSystem/$subsumes?system={system}&codeA={a}&codeB={b}")
    assert answer.interaction == "$subsumes"
    assert told(answer) == {"outcome": outcome}
    codings = parameters(codingA={"system": system, "code": a}, codingB={"system": system, "code": b})
    assert told(api("POST", "CodeSystem/$subsumes", codings)) == {"outcome": outcome}


def test_the_address_names_the_system(api, stored, told):
    assert told(api("GET", f"CodeSystem/{stored['food']}/$subsumes?codeA=fish&codeB=cod")) == {"outcome": "subsumes"}
    assert told(api("GET", "CodeSystem/v3-ActMood/$subsumes?codeA=EVN&codeB=EVN")) == {"outcome": "equivalent"}


def test_a_hierarchy_of_parts_subsumes_nothing(api, food):
    api.create({**food, "hierarchyMeaning": "part-of"})
    answer = api("GET", f"CodeSystem/$subsumes?system={FOOD}&codeA=fish&codeB=cod")
    assert (answer.status, answer.rules) == (422, ["hierarchy-meaning"])


@pytest.mark.parametrize(
    ("query", "status", "rules"),
    [
        ("", 400, ["code-required", "code-required"]),
        (f"system={MOOD}&codeA=EVN", 400, ["code-required"]),
        ("codeA=EVN&codeB=EVN", 400, ["code-system-required"]),
        (f"system={MOOD}&codeA=x&codeB=y", 404, ["code-unknown", "code-unknown"]),
        (f"system={MOOD}&codeA=EVN&codeB=y", 404, ["code-unknown"]),
        ("system=http://nowhere.test/cs&codeA=x&codeB=y", 404, ["code-system-unknown"]),
        ("system=http://snomed.info/sct&codeA=x&codeB=y", 404, ["code-system-not-loaded"]),
        (f"system={UCUM}&codeA=mmHg&codeB=L", 404, ["code-unknown"]),
        (f"system={MOOD}&codeA=EVN&codeB=EVN&codingA=z", 400, ["value-codingA", "value-codingA"]),
    ],
)
def test_bad_calls_are_refused_with_every_fault(api, query, status, rules):
    answer = api("GET", f"CodeSystem/$subsumes?{query}")
    assert (answer.status, answer.rules) == (status, rules)


def test_codes_of_two_systems_are_not_compared(api, parameters):
    body = parameters(codingA={"system": MOOD, "code": "EVN"}, codingB={"system": TAGS, "code": "nb"})
    assert api("POST", "CodeSystem/$subsumes", body).rules == ["value-system"]
    body = parameters(system=TAGS, codingA={"system": MOOD, "code": "EVN"}, codingB={"system": MOOD, "code": "EVN"})
    assert api("POST", "CodeSystem/$subsumes", body).rules == ["value-system"]
