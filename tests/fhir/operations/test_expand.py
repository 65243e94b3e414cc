"""$expand over ``handle``."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.json import decode
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator

SETS = "http://hl7.org/fhir/ValueSet/"
FOOD, MEALS = "http://x.test/food", "http://x.test/meals"
SNOMED = "http://snomed.info/sct"


def codes(answer) -> list[str]:
    """The codes of an expansion, depth first."""
    assert answer.status == 200, answer.json

    def walk(entries):
        for entry in entries:
            yield entry["code"]
            yield from walk(entry.get("contains", []))

    return list(walk(answer.json["expansion"].get("contains", [])))


def displays(answer) -> dict[str, str]:
    return {e["code"]: e["display"] for e in answer.json["expansion"]["contains"]}


def echoed(answer) -> dict[str, object]:
    listed = answer.json["expansion"].get("parameter", [])
    return {p["name"]: next(v for k, v in p.items() if k.startswith("value")) for p in listed}


# ---------------------------------------------------------------- what is expanded


def test_a_loaded_value_set_is_expanded_by_its_url(api, validator):
    answer = api("GET", f"ValueSet/$expand?url={SETS}administrative-gender")
    assert (answer.status, answer.interaction) == (200, "$expand")
    assert codes(answer) == ["male", "female", "other", "unknown"]
    expansion = answer.json["expansion"]
    assert expansion["identifier"].startswith("urn:uuid:") and expansion["timestamp"].startswith("2026-03-01T08")
    assert expansion["total"] == 4
    assert echoed(answer)["version"] == "http://hl7.org/fhir/administrative-gender|4.0.1"
    assert "compose" not in answer.json
    assert [i for i in validator.validate(decode(answer.body)) if i.severity == "error"] == []


def test_one_that_is_stored_is_expanded_by_its_url_and_by_its_id(api, stored):
    every = ["fish", "cod", "redfish", "porridge", "milk"]
    assert codes(api("GET", f"ValueSet/$expand?url={MEALS}")) == every
    assert codes(api("GET", f"ValueSet/{stored['meals']}/$expand")) == every
    assert codes(api("POST", f"ValueSet/{stored['meals']}/$expand", {"resourceType": "Parameters"})) == every


def test_a_loaded_one_is_expanded_by_its_id(api):
    assert codes(api("GET", "ValueSet/administrative-gender/$expand")) == ["male", "female", "other", "unknown"]


def test_one_that_is_sent_is_expanded_bare_or_as_a_parameter(api, stored, parameters, set_of):
    sent = set_of(None, {"system": FOOD, "concept": [{"code": "milk"}, {"code": "cod", "display": "Skrei"}]})
    for body in (sent, parameters(valueSet=sent)):
        answer = api("POST", "ValueSet/$expand", body)
        assert displays(answer) == {"milk": "Milk", "cod": "Skrei"}
    assert api("GET", f"ValueSet?url={MEALS}&_total=accurate").json["total"] == 1


def test_what_is_stored_changes_with_the_next_write(api, stored, food):
    food["concept"].append({"code": "bread", "display": "Bread"})
    assert api("PUT", f"CodeSystem/{stored['food']}", {**food, "id": stored["food"]}).status == 200
    assert "bread" in codes(api("GET", f"ValueSet/$expand?url={MEALS}"))
    assert api("DELETE", f"CodeSystem/{stored['food']}").status == 204
    assert api("GET", f"ValueSet/$expand?url={MEALS}").rules == ["value-set-not-expandable"]


def test_a_version_is_demanded_by_its_name_or_after_the_url(api, stored, set_of):
    for version, code in (("1", "cod"), ("10", "milk"), ("9", "porridge")):
        api.create(set_of("http://x.test/v", {"system": FOOD, "concept": [{"code": code}]}, version=version))
    assert codes(api("GET", "ValueSet/$expand?url=http://x.test/v&valueSetVersion=9")) == ["porridge"]
    assert codes(api("GET", "ValueSet/$expand?url=http://x.test/v%7C1")) == ["cod"]
    assert codes(api("GET", "ValueSet/$expand?url=http://x.test/v")) == ["milk"]
    missing = api("GET", "ValueSet/$expand?url=http://x.test/v&valueSetVersion=3")
    assert (missing.status, missing.rules) == (404, ["version-unknown"])
    assert "10, 9, 1" in missing.json["issue"][0]["diagnostics"]


def test_an_expansion_that_a_value_set_brings_is_given_where_it_can_not_be_made(api):
    brought = {
        "resourceType": "ValueSet",
        "status": "active",
        "compose": {"include": [{"system": SNOMED}]},
        "expansion": {"timestamp": "2026-01-01", "contains": [{"system": SNOMED, "code": "1", "display": "One"}]},
    }
    assert displays(api("POST", "ValueSet/$expand", brought)) == {"1": "One"}
    brought["expansion"]["total"] = 2
    assert api("POST", "ValueSet/$expand", brought).rules == ["value-set-not-expandable"]
    del brought["compose"], brought["expansion"]["total"]
    assert displays(api("POST", "ValueSet/$expand", brought)) == {"1": "One"}


# ---------------------------------------------------------------- its definition


def test_imports_meet_and_includes_add(api, stored, set_of):
    few = set_of("http://x.test/few", {"system": FOOD, "concept": [{"code": "cod"}, {"code": "milk"}]})
    api.create(few)
    assert codes(api("POST", "ValueSet/$expand", set_of(None, {"system": FOOD, "valueSet": [few["url"]]}))) == ["cod", "milk"]
    both = set_of(None, {"valueSet": [few["url"], MEALS]}, {"system": FOOD, "concept": [{"code": "porridge"}]})
    assert codes(api("POST", "ValueSet/$expand", both)) == ["cod", "milk", "porridge"]
    without = set_of(None, {"valueSet": [MEALS]}, exclude=({"valueSet": [few["url"]]},))
    assert codes(api("POST", "ValueSet/$expand", without)) == ["fish", "redfish", "porridge"]


def test_a_value_set_that_is_contained_is_imported(api, stored, set_of):
    inner = {**set_of(None, {"system": FOOD, "concept": [{"code": "milk"}]}), "id": "inner"}
    assert codes(api("POST", "ValueSet/$expand", set_of(None, {"valueSet": ["#inner"]}, contained=[inner]))) == ["milk"]


@pytest.mark.parametrize(
    ("property", "op", "value", "expected"),
    [
        ("concept", "is-a", "FISH", ["fish", "cod", "redfish"]),
        ("concept", "descendent-of", "fish", ["cod", "redfish"]),
        ("concept", "is-not-a", "fish", ["porridge", "milk"]),
        ("concept", "generalizes", "cod", ["fish", "cod"]),
        ("code", "in", "cod, milk", ["cod", "milk"]),
        ("code", "not-in", "cod,fish", ["redfish", "porridge", "milk"]),
        ("code", "regex", "[a-d].*", ["cod"]),
        ("display", "regex", "M.*", ["milk"]),
        ("display", "=", "Milk", ["milk"]),
        ("energy", "=", "80", ["cod"]),
        ("energy", "exists", "true", ["cod"]),
        ("goes-with", "=", "milk", ["porridge"]),
        ("inactive", "=", "true", ["redfish"]),
        ("notSelectable", "=", "false", ["cod", "redfish", "porridge", "milk"]),
        ("parent", "=", "fish", ["cod", "redfish"]),
        ("child", "=", "cod", ["fish"]),
        ("parent", "exists", "false", ["fish", "porridge", "milk"]),
    ],
)
def test_filters_keep_what_they_say(api, stored, set_of, property, op, value, expected):
    asked = set_of(None, {"system": FOOD, "filter": [{"property": property, "op": op, "value": value}]})
    assert codes(api("POST", "ValueSet/$expand", asked)) == expected


@pytest.mark.parametrize(
    ("property", "op", "value", "words"),
    [
        ("colour", "=", "red", "property"),
        ("code", "regex", "(", "regular expression"),
        ("code", "regex", "(a+)+(a+)+(a+)+b", "takes too long"),
        ("code", "regex", "((a*)*)*", "takes too long"),
        ("energy", "exists", "perhaps", "true or false"),
    ],
)
def test_a_filter_that_can_not_be_applied_is_told_with_its_place(api, stored, set_of, property, op, value, words):
    good, bad = {"system": FOOD}, {"system": FOOD, "filter": [{"property": property, "op": op, "value": value}]}
    answer = api("POST", "ValueSet/$expand", set_of(None, good, bad))
    assert (answer.status, answer.rules) == (422, ["value-set-not-expandable"])
    assert answer.places == ["ValueSet.compose.include[1]"]
    assert words in answer.json["issue"][0]["diagnostics"]


def test_an_unknown_operator_is_a_fault_of_the_value_set(api, stored, set_of):
    asked = set_of(None, {"system": FOOD, "filter": [{"property": "code", "op": "contains", "value": "o"}]})
    answer = api("POST", "ValueSet/$expand", asked)
    assert answer.status == 422 and "binding-required" in answer.rules


def test_every_part_that_can_not_be_enumerated_is_told(api, set_of):
    answer = api(
        "POST",
        "ValueSet/$expand",
        set_of(
            None,
            {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "1"}]},
            {"system": "http://unitsofmeasure.org"},
            {"valueSet": ["http://nowhere.test/vs"]},
            {"system": SNOMED, "concept": [{"code": "1"}]},
        ),
    )
    assert (answer.status, answer.rules) == (422, ["value-set-not-expandable"] * 3)
    assert answer.places == [f"ValueSet.compose.include[{n}]" for n in range(3)]


@pytest.mark.parametrize("name", ["body-site", "mimetypes", "all-languages", "ucum-units", "observation-codes"])
def test_what_has_no_end_or_is_not_here_is_not_enumerated(api, name):
    answer = api("GET", f"ValueSet/$expand?url={SETS}{name}")
    assert (answer.status, answer.rules) == (422, ["value-set-not-expandable"])


def test_listed_codes_that_their_whole_system_does_not_have_are_left_out(api, stored, set_of):
    asked = set_of(None, {"system": FOOD, "concept": [{"code": "stone"}, {"code": "MILK"}]}, {"system": SNOMED, "concept": [{"code": "7"}]})
    assert codes(api("POST", "ValueSet/$expand", asked)) == ["milk", "7"]


def test_a_circle_of_imports_is_told_with_its_way(api, set_of):
    one, two = "http://x.test/one", "http://x.test/two"
    api.create(set_of(one, {"valueSet": [two]}))
    api.create(set_of(two, {"valueSet": [one]}))
    answer = api("GET", f"ValueSet/$expand?url={one}")
    assert (answer.status, answer.rules) == (422, ["value-set-circle"])
    assert f"{one} imports {two} imports {one}" in answer.json["issue"][0]["diagnostics"]


def test_contained_sets_that_import_each_other_end(api, set_of):
    inner = [{**set_of(None, {"valueSet": [f"#{o}"]}), "id": i} for i, o in (("a", "b"), ("b", "a"))]
    assert api("POST", "ValueSet/$expand", set_of(None, {"valueSet": ["#a"]}, contained=inner)).rules == ["value-set-circle"]


def test_sets_that_import_each_other_many_times_over_are_expanded_once_each(api, stored, set_of):
    inner = [{**set_of(None, {"valueSet": [f"#n{n + 1}"]}, {"valueSet": [f"#n{n + 1}"]}), "id": f"n{n}"} for n in range(14)]
    inner.append({**set_of(None, {"system": FOOD}), "id": "n14"})
    assert len(codes(api("POST", "ValueSet/$expand", set_of(None, {"valueSet": ["#n0"]}, contained=inner)))) == 5


@pytest.mark.parametrize("door", ["$expand", "$validate-code"])
def test_one_that_would_take_too_long_is_not_worked_out(api, parameters, set_of, door):
    pattern = {"property": "code", "op": "regex", "value": ".*1.*2.*"}
    dear = {"system": "http://dicom.nema.org/resources/ontology/DCM", "filter": [pattern] * 51}
    many = {"valueSet": [f"{SETS}c80-doc-typecodes"] * 201}
    asked = {"coding": {"system": FOOD, "code": "cod"}} if door == "$validate-code" else {}
    for part in (dear, many):
        answer = api("POST", f"ValueSet/{door}", parameters(valueSet=set_of(None, part), **asked))
        assert (answer.status, answer.rules) == (422, ["value-set-too-costly"])


def test_countries_and_currencies_are_listed(api):
    answer = api("GET", f"ValueSet/$expand?url={SETS}iso3166-1-2&filter=norway")
    assert displays(answer) == {"NO": "Norway"}
    assert "NOK" in codes(api("GET", f"ValueSet/$expand?url={SETS}currencies"))


# ---------------------------------------------------------------- what of it is shown


def test_a_hierarchy_is_nested_unless_it_is_not_wanted_so(api, stored):
    [fish, porridge, milk] = api("GET", f"ValueSet/$expand?url={MEALS}").json["expansion"]["contains"]
    assert (fish["code"], fish["abstract"]) == ("fish", True)
    assert [(e["code"], e.get("inactive")) for e in fish["contains"]] == [("cod", None), ("redfish", True)]
    assert "contains" not in porridge and milk["code"] == "milk"
    flat = api("GET", f"ValueSet/$expand?url={MEALS}&excludeNested=true").json["expansion"]["contains"]
    assert [e["code"] for e in flat] == ["fish", "cod", "redfish", "porridge", "milk"]


def test_a_circle_in_a_code_system_loses_no_code(api, set_of):
    concepts = [{"code": a, "property": [{"code": "parent", "valueCode": b}]} for a, b in (("a", "b"), ("b", "a"), ("c", "c"))]
    system = {"resourceType": "CodeSystem", "url": "http://x.test/round", "status": "active", "content": "complete", "concept": concepts}
    api.create({**system, "property": [{"code": "parent", "type": "code"}]})
    answer = api("POST", "ValueSet/$expand", set_of(None, {"system": "http://x.test/round"}))
    assert sorted(codes(answer)) == ["a", "b", "c"]


def test_abstract_and_inactive_codes_are_left_out_when_asked(api, stored):
    assert codes(api("GET", f"ValueSet/$expand?url={MEALS}&excludeNotForUI=true")) == ["cod", "redfish", "porridge", "milk"]
    assert codes(api("GET", f"ValueSet/$expand?url={MEALS}&activeOnly=true")) == ["fish", "cod", "porridge", "milk"]


def test_a_definition_may_leave_out_inactive_codes(api, stored, set_of):
    asked = set_of(None, {"system": FOOD})
    asked["compose"]["inactive"] = False
    assert "redfish" not in codes(api("POST", "ValueSet/$expand", asked))


@pytest.mark.parametrize(
    ("words", "expected"),
    [("cod", ["cod"]), ("GROT", ["porridge"]), ("mjølk", ["milk"]), ("fish red", ["redfish"]), ("fis", ["fish", "redfish"]), ("xyz", [])],
)
def test_filter_matches_code_display_and_designations_by_all_its_words(api, stored, words, expected):
    answer = api("GET", f"ValueSet/$expand?url={MEALS}&excludeNested=true&filter={quote(words)}")
    assert (codes(answer), answer.json["expansion"]["total"]) == (expected, len(expected))


def test_pages_are_flat_and_join_up(api, stored):
    pages = [api("GET", f"ValueSet/$expand?url={MEALS}&offset={n}&count=2") for n in (0, 2, 4, 6)]
    assert [codes(p) for p in pages] == [["fish", "cod"], ["redfish", "porridge"], ["milk"], []]
    assert [(p.json["expansion"]["offset"], p.json["expansion"]["total"]) for p in pages] == [(0, 5), (2, 5), (4, 5), (6, 5)]
    none = api("GET", f"ValueSet/$expand?url={MEALS}&count=0").json["expansion"]
    assert none["total"] == 5 and "contains" not in none


def test_a_large_one_is_too_costly_without_a_page(api):
    url = f"{SETS}c80-doc-typecodes"
    answer = api("GET", f"ValueSet/$expand?url={url}")
    assert (answer.status, answer.rules, answer.json["issue"][0]["code"]) == (422, ["value-set-too-costly"], "too-costly")
    assert len(codes(api("GET", f"ValueSet/$expand?url={url}&count=100"))) == 100
    assert len(codes(api("GET", f"ValueSet/$expand?url={url}&count=999999"))) == 5000


@pytest.mark.parametrize(
    ("asked", "headers", "milk"),
    [
        ("", {}, "Milk"),
        ("&displayLanguage=nb", {}, "Melk"),
        ("&displayLanguage=nn-NO", {}, "Mjølk"),
        ("&displayLanguage=no", {}, "Melk"),
        ("&displayLanguage=en-GB", {"accept_language": "nn"}, "Milk"),
        ("&displayLanguage=se", {}, "Milk"),
        ("", {"accept_language": "se, nn;q=0.8, en;q=0.5"}, "Mjølk"),
        ("", {"accept_language": "en, nb;q=0.9"}, "Milk"),
        ("", {"accept_language": ";;q=x,,*"}, "Milk"),
    ],
)
def test_displays_are_in_the_language_that_is_asked_for(api, stored, asked, headers, milk):
    answer = api("GET", f"ValueSet/$expand?url={MEALS}{asked}", **headers)
    assert displays(answer)["milk"] == milk


def test_designations_are_shown_when_asked_all_or_some(api, stored):
    def shown(asked):
        listed = api("GET", f"ValueSet/$expand?url={MEALS}{asked}").json["expansion"]["contains"]
        return [d["value"] for d in next(e for e in listed if e["code"] == "porridge").get("designation", [])]

    assert shown("") == []
    assert shown("&includeDesignations=true") == ["Grøt", "Graut", "Velling"]
    assert shown("&designation=urn:ietf:bcp:47%7Cnn") == ["Graut"]
    assert shown("&designation=nb") == ["Grøt", "Velling"]
    assert shown("&includeDesignations=true&displayLanguage=nn") == ["Porridge", "Grøt", "Graut", "Velling"]


def test_the_definition_is_included_when_asked(api, stored):
    assert api("GET", f"ValueSet/$expand?url={MEALS}&includeDefinition=true").json["compose"]["include"] == [{"system": FOOD}]


def test_parameters_are_told_back(api, stored, parameters):
    answer = api("POST", "ValueSet/$expand", parameters(url=MEALS, count=2, activeOnly=True, filter="o"))
    told = echoed(answer)
    assert (told["count"], told["activeOnly"], told["filter"], told["version"]) == (2, True, "o", f"{FOOD}|2")


# ---------------------------------------------------------------- versions of code systems


@pytest.fixture
def two_versions(api, stored, food):
    """An older version of the code system, with one code."""
    return api.create({**food, "version": "1", "status": "retired", "concept": [{"code": "cod", "display": "Old cod"}]})


def test_systems_are_taken_in_the_version_that_is_pinned_or_asked_for(api, two_versions, set_of):
    free, pinned = set_of(None, {"system": FOOD}), set_of(None, {"system": FOOD, "version": "1"})

    def count(asked, query=""):
        answer = api("POST", f"ValueSet/$expand?{query}", asked)
        return len(codes(answer)) if answer.status == 200 else answer.rules

    assert (count(free), count(pinned)) == (5, 1)
    assert (count(free, f"system-version={FOOD}%7C1"), count(pinned, f"system-version={FOOD}%7C2")) == (1, 1)
    assert (count(free, f"force-system-version={FOOD}%7C1"), count(pinned, f"force-system-version={FOOD}%7C2")) == (1, 5)
    assert (count(free, f"check-system-version={FOOD}%7C1"), count(pinned, f"check-system-version={FOOD}%7C2")) == (
        1,
        ["value-set-not-expandable"],
    )
    assert count(set_of(None, {"system": FOOD, "version": "7"})) == ["value-set-not-expandable"]


def test_a_system_is_excluded(api, stored, set_of):
    asked = set_of(None, {"system": FOOD}, {"system": SNOMED, "concept": [{"code": "7"}]})
    assert codes(api("POST", f"ValueSet/$expand?exclude-system={FOOD}", asked)) == ["7"]
    assert codes(api("POST", f"ValueSet/$expand?exclude-system={FOOD}%7C2", asked)) == ["7"]
    assert len(codes(api("POST", f"ValueSet/$expand?exclude-system={FOOD}%7C1", asked))) == 6


def test_a_system_of_which_only_a_part_is_here_is_told(api, stored, food, set_of):
    api.create({**food, "url": "http://x.test/part", "content": "fragment"})
    answer = api("POST", "ValueSet/$expand", set_of(None, {"system": "http://x.test/part"}))
    assert echoed(answer)["fragment"] == "http://x.test/part|2"


# ---------------------------------------------------------------- the card's own


@pytest.fixture
def card(api, store):
    """A server that also knows the definitions of the card."""
    folder = Path(__file__).resolve().parents[3] / "profiles" / "compiled"
    resources = [json.loads(p.read_text(encoding="utf-8")) for p in (*folder.glob("CodeSystem-*.json"), *folder.glob("ValueSet-*.json"))]

    class Listed:
        def find(self, kind, url):
            return next((r for r in resources if (r["resourceType"], r["url"]) == (kind, url)), None)

        def entries(self, kind):
            return [r for r in resources if r["resourceType"] == kind]

        def search_parameters(self):
            return []

    definitions = Definitions([Artefact(ARTEFACT), Listed()])
    terminology = LoadedTerminology(definitions)
    old = api.server
    validator, search = Validator(definitions, terminology), Search(definitions, terminology)
    api.server = type(old)(definitions, validator, search, store, terminology, old.guard, old.clock)
    return api


def test_a_value_set_of_the_card_is_there_in_three_languages(card):
    url = "https://hit-maternity.example/fhir/ValueSet/fetal-presentation"
    named = {lang: displays(card("GET", f"ValueSet/$expand?url={url}&displayLanguage={lang}"))["6096002"] for lang in ("nb", "nn", "en")}
    assert named == {"nb": "Seteleie", "nn": "Seteleie", "en": "Breech presentation"}
    visit = "https://hit-maternity.example/fhir/ValueSet/visit-kind"
    assert displays(card("GET", f"ValueSet/$expand?url={visit}&filter={quote('ultralydundersøking')}&displayLanguage=nn")) == {
        "ultrasound": "Ultralydundersøking"
    }


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("url", "status", "rules"),
    [
        ("ValueSet/$expand", 400, ["value-set-required"]),
        ("ValueSet/$expand?url=http://nowhere.test/vs", 404, ["value-set-unknown"]),
        ("ValueSet/nobody/$expand", 404, ["resource-unknown"]),
        (f"ValueSet/administrative-gender/$expand?url={SETS}administrative-gender", 400, ["value-url"]),
        (f"ValueSet/$expand?url={SETS}administrative-gender&colour=red", 400, ["operation-parameter-unknown"]),
        (f"ValueSet/$expand?url={SETS}administrative-gender&url=x", 400, ["value-url"]),
        (
            "ValueSet/$expand?count=-1&offset=x&activeOnly=yes&date=soon&system-version=a&context=b",
            400,
            [
                "value-set-required",
                "value-context",
                "value-date",
                "value-offset",
                "value-count",
                "value-activeOnly",
                "value-system-version",
            ],
        ),
        (f"CodeSystem/$expand?url={SETS}administrative-gender", 404, ["operation-not-here"]),
    ],
)
def test_bad_calls_are_refused_with_every_fault(api, url, status, rules):
    answer = api("GET", url)
    assert (answer.status, answer.rules) == (status, rules)


def test_a_deleted_value_set_is_gone(api, stored):
    api("DELETE", f"ValueSet/{stored['meals']}")
    assert api("GET", f"ValueSet/{stored['meals']}/$expand").status == 410
    assert api("GET", f"ValueSet/$expand?url={MEALS}").status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "ValueSet", "compose": {"include": [{"system": 5}]}},
        {"resourceType": "ValueSet", "compose": {"include": "all"}},
        {"resourceType": "ValueSet", "compose": {"include": [{"system": FOOD, "concept": [{"code": {}}]}]}},
        {"resourceType": "ValueSet", "compose": [], "expansion": 7},
        {"resourceType": "Patient"},
        {"resourceType": "Parameters", "parameter": [{"name": "valueSet", "valueString": "x"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "valueSet", "resource": {"resourceType": "CodeSystem"}}]},
        {"resourceType": "Parameters", "parameter": [{"name": "url", "valueCoding": {"code": "x"}}]},
        {"resourceType": "Parameters", "parameter": [{"name": "url"}]},
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "url", "valueUri": SETS + "administrative-gender"}, {"name": "count", "valueDecimal": 1.5}],
        },
        [],
        b"{",
    ],
)
def test_hostile_bodies_are_refused(api, body):
    answer = api("POST", "ValueSet/$expand", body)
    assert answer.status in (400, 422) and answer.rules
