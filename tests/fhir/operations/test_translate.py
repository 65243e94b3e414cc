"""ConceptMap/$translate over ``handle``."""

from __future__ import annotations

import pytest

GENDER, V2 = "http://hl7.org/fhir/administrative-gender", "http://terminology.hl7.org/CodeSystem/v2-0001"
FROM, TO, MAP = "http://x.test/from", "http://x.test/to", "http://x.test/map"


def concept_map(*groups, url=MAP, **more):
    return {"resourceType": "ConceptMap", "url": url, "status": "active", **more, "group": list(groups)}


def group(*elements, **more):
    return {"source": FROM, "target": TO, "element": list(elements), **more}


def element(code, *targets):
    return {"code": code, "target": [{"equivalence": "equivalent", **({"code": t} if isinstance(t, str) else t)} for t in targets]}


@pytest.fixture
def matches(parts, told):
    """(equivalence, code) of every match, and the result."""

    def read(answer):
        found = parts(answer, "match")
        return told(answer)["result"], [(m["equivalence"], m.get("concept", {}).get("code")) for m in found]

    return read


def test_a_loaded_map_translates(api, parts, told):
    url = "http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v2"
    answer = api("GET", f"ConceptMap/$translate?url={url}&system={GENDER}&code=male")
    assert answer.interaction == "$translate"
    assert told(answer) == {"result": True}
    assert parts(answer, "match") == [{"equivalence": "equal", "concept": {"system": V2, "code": "M"}, "source": url}]
    assert told(api("GET", f"ConceptMap/cm-administrative-gender-v2/$translate?system={GENDER}&code=male"))["result"] is True


def test_without_a_map_all_that_fit_are_asked(api, parts):
    found = parts(api("GET", f"ConceptMap/$translate?system={GENDER}&code=male"), "match")
    assert {m["concept"]["system"] for m in found} >= {V2, "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender"}
    only = parts(api("GET", f"ConceptMap/$translate?system={GENDER}&code=male&targetsystem={V2}"), "match")
    assert {m["concept"]["system"] for m in only} == {V2}
    wished = "source=http://hl7.org/fhir/ValueSet/administrative-gender&target=http://terminology.hl7.org/ValueSet/v2-0001"
    named = parts(api("GET", f"ConceptMap/$translate?system={GENDER}&code=male&{wished}"), "match")
    assert {m["concept"]["system"] for m in named} == {V2}


def test_a_code_in_the_target_is_translated_back(api, parts):
    found = parts(api("GET", f"ConceptMap/$translate?system={V2}&code=M&reverse=true&targetsystem={GENDER}"), "match")
    assert {(m["concept"]["system"], m["concept"]["code"]) for m in found} == {(GENDER, "male")}


def test_a_stored_map_translates_and_the_next_write_counts(api, matches):
    id = api.create(concept_map(group(element("a", "x", {"code": "y", "equivalence": "wider"}))))
    asked = f"ConceptMap/$translate?url={MAP}&system={FROM}&code=a"
    assert matches(api("GET", asked)) == (True, [("equivalent", "x"), ("wider", "y")])
    assert matches(api("GET", f"ConceptMap/$translate?url={MAP}&system={TO}&code=y&reverse=true")) == (True, [("narrower", "a")])
    assert matches(api("GET", f"ConceptMap/$translate?system={FROM}&code=a")) == (True, [("equivalent", "x"), ("wider", "y")])
    api("PUT", f"ConceptMap/{id}", {**concept_map(group(element("a", "z"))), "id": id})
    assert matches(api("GET", asked)) == (True, [("equivalent", "z")])


def test_a_map_that_is_sent_translates(api, matches, parameters):
    body = parameters(conceptMap=concept_map(group(element("a", "x"))), coding={"system": FROM, "code": "a"})
    assert matches(api("POST", "ConceptMap/$translate", body)) == (True, [("equivalent", "x")])
    body = parameters(
        conceptMap=concept_map(group(element("a", "x"), element("b", "y"))),
        codeableConcept={"coding": [{"system": FROM, "code": c} for c in "abc"]},
    )
    assert matches(api("POST", "ConceptMap/$translate", body)) == (True, [("equivalent", "x"), ("equivalent", "y")])


def test_what_has_no_translation_is_told(api, matches, told, parameters):
    made = concept_map(group(element("a", {"equivalence": "unmatched", "comment": "none"}), {"code": "b"}))
    for code, found in (("a", [("unmatched", None)]), ("b", []), ("c", [])):
        answer = api("POST", "ConceptMap/$translate", parameters(conceptMap=made, coding={"system": FROM, "code": code}))
        assert matches(answer) == (False, found)
        assert told(answer)["message"]


@pytest.mark.parametrize(
    ("unmapped", "expected"),
    [
        ({"mode": "provided"}, (True, [("equivalent", "q")])),
        ({"mode": "fixed", "code": "other", "display": "Other"}, (True, [("relatedto", "other")])),
        ({"mode": "other-map", "url": "http://x.test/other"}, (True, [("equivalent", "from-other")])),
        ({"mode": "other-map", "url": "http://nowhere.test/map"}, (False, [])),
    ],
)
def test_a_code_that_a_group_does_not_name_goes_where_the_group_says(api, matches, unmapped, expected):
    api.create(concept_map(group(element("q", "from-other")), url="http://x.test/other"))
    api.create(concept_map(group(element("a", "x"), unmapped=unmapped)))
    assert matches(api("GET", f"ConceptMap/$translate?url={MAP}&system={FROM}&code=q")) == expected
    assert matches(api("GET", f"ConceptMap/$translate?url={MAP}&system={FROM}&code=a")) == (True, [("equivalent", "x")])
    assert matches(api("GET", f"ConceptMap/$translate?url={MAP}&system=http://x.test/elsewhere&code=q")) == (False, [])


def test_maps_that_hand_a_code_on_in_a_circle_are_told(api):
    for a, b in (("one", "two"), ("two", "one")):
        unmapped = {"mode": "other-map", "url": f"http://x.test/{b}"}
        api.create(concept_map(group(element("a", "x"), unmapped=unmapped), url=f"http://x.test/{a}"))
    answer = api("GET", f"ConceptMap/$translate?url=http://x.test/one&system={FROM}&code=q")
    assert (answer.status, answer.rules) == (422, ["concept-map-circle"])


def test_a_translation_that_depends_on_more_waits_for_it(api, matches, told, parameters, parts):
    needs = [{"property": "http://x.test/sex", "system": GENDER, "value": "female"}]
    gives = [{"property": "http://x.test/extra", "system": TO, "value": "p"}]
    made = concept_map(group(element("a", {"code": "x", "dependsOn": needs, "product": gives})))
    alone = api("POST", "ConceptMap/$translate", parameters(conceptMap=made, coding={"system": FROM, "code": "a"}))
    assert matches(alone) == (False, []) and "dependency" in told(alone)["message"]

    def with_sex(code):
        body = parameters(conceptMap=made, coding={"system": FROM, "code": "a"})
        concept = {"name": "concept", "valueCodeableConcept": {"coding": [{"system": GENDER, "code": code}]}}
        body["parameter"].append({"name": "dependency", "part": [{"name": "element", "valueUri": "http://x.test/sex"}, concept]})
        return api("POST", "ConceptMap/$translate", body)

    assert matches(with_sex("male")) == (False, [])
    assert matches(with_sex("female")) == (True, [("equivalent", "x")])
    [match] = with_sex("female").json["parameter"][1:]
    product = next(p for p in match["part"] if p["name"] == "product")["part"]
    assert product == [
        {"name": "element", "valueUri": "http://x.test/extra"},
        {"name": "concept", "valueCoding": {"system": TO, "code": "p"}},
    ]


@pytest.mark.parametrize(
    ("query", "status", "rules"),
    [
        ("", 400, ["code-required"]),
        ("code=a", 400, ["code-system-required"]),
        ("url=http://nowhere.test/map&code=a&system=b", 404, ["concept-map-unknown"]),
        ("code=a&system=b&coding=c&reverse=maybe", 400, ["value-coding", "value-coding", "value-reverse"]),
        ("code=a&system=b&dependency=c", 400, ["value-dependency"]),
        ("code=a&system=b&colour=c", 400, ["operation-parameter-unknown"]),
    ],
)
def test_bad_calls_are_refused_with_every_fault(api, query, status, rules):
    answer = api("GET", f"ConceptMap/$translate?{query}")
    assert (answer.status, answer.rules) == (status, rules)


@pytest.mark.parametrize(
    "part",
    [
        {"part": "x"},
        {"part": [5, {"name": 7}]},
        {"part": [{"name": "element", "valueUri": 5}, {"name": "concept", "valueCodeableConcept": []}]},
    ],
)
def test_a_malformed_dependency_is_refused(api, parameters, part):
    body = parameters(coding={"system": FROM, "code": "a"})
    body["parameter"].append({"name": "dependency", **part})
    answer = api("POST", "ConceptMap/$translate", body)
    assert answer.status == 400 and "value-dependency" in answer.rules
