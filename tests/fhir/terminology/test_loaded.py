from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.terminology import LoadedTerminology

SETS = "http://hl7.org/fhir/ValueSet/"
V3 = "http://terminology.hl7.org/CodeSystem/v3-"
GENDER = "http://hl7.org/fhir/administrative-gender"
COLOURS = "http://x.test/colours"
SHADES = {
    "resourceType": "CodeSystem",
    "url": COLOURS,
    "content": "complete",
    "caseSensitive": False,
    "property": [{"code": "warm", "type": "boolean"}, {"code": "wave", "type": "integer"}],
    "concept": [
        {
            "code": "red",
            "display": "Red",
            "designation": [{"value": "Rød"}],
            "property": [{"code": "warm", "valueBoolean": True}],
            "concept": [{"code": "crimson", "concept": [{"code": "dark-crimson"}]}, {"code": "pink"}],
        },
        {"code": "blue", "property": [{"code": "warm", "valueBoolean": False}, {"code": "wave", "valueInteger": 450}]},
        {"code": "sky", "property": [{"code": "subsumedBy", "valueCode": "blue"}]},
    ],
}


class Beside:
    def __init__(self, *resources: dict[str, Any]) -> None:
        self._resources = {(r["resourceType"], r["url"]): r for r in resources}

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        return self._resources.get((kind, url))

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return []

    def search_parameters(self) -> list[dict[str, Any]]:
        return []


@pytest.fixture(scope="module")
def terminology() -> LoadedTerminology:
    return LoadedTerminology(Definitions.r4())


def terminology_of(*resources: dict[str, Any]) -> LoadedTerminology:
    return LoadedTerminology(Definitions([Artefact(ARTEFACT), Beside(SHADES, *resources)]))


def value_set(name: str, *include: dict[str, Any], exclude: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    compose = {"include": list(include), **({"exclude": list(exclude)} if exclude else {})}
    return {"resourceType": "ValueSet", "url": f"http://x.test/vs/{name}", "compose": compose}


def expanded(*include: dict[str, Any], exclude: tuple[dict[str, Any], ...] = ()) -> set[str] | None:
    codes = terminology_of(value_set("a", *include, exclude=exclude)).codes("http://x.test/vs/a")
    return None if codes is None else {code for _, code in codes}


def filtered(property: str, op: str, value: str) -> set[str] | None:
    return expanded({"system": COLOURS, "filter": [{"property": property, "op": op, "value": value}]})


def test_a_whole_code_system_is_expanded(terminology):
    assert terminology.codes(SETS + "administrative-gender") == {(GENDER, c) for c in ("male", "female", "other", "unknown")}
    assert terminology.codes(SETS + "administrative-gender|4.0.1") == terminology.codes(SETS + "administrative-gender")


def test_a_value_set_of_an_unknown_system_can_not_be_enumerated(terminology):
    assert terminology.codes(SETS + "body-site") is None
    assert terminology.contains(SETS + "body-site", "http://snomed.info/sct", "1") is None
    assert terminology.contains(SETS + "body-site", GENDER, "male") is False


def test_an_unknown_value_set_judges_nothing(terminology):
    assert terminology.codes(SETS + "nowhere") is None
    assert terminology.contains(SETS + "nowhere", GENDER, "male") is None


def test_a_code_is_contained_with_its_system_or_as_a_plain_code(terminology):
    assert terminology.contains(SETS + "administrative-gender", GENDER, "female") is True
    assert terminology.contains(SETS + "administrative-gender", "urn:x", "female") is False
    assert terminology.contains(SETS + "administrative-gender", None, "female") is True
    assert terminology.contains(SETS + "administrative-gender", None, "Female") is False


def test_systems_that_are_a_grammar_are_decided_by_it(terminology):
    assert terminology.contains(SETS + "mimetypes", None, "text/plain") is True
    assert terminology.contains(SETS + "mimetypes", "urn:ietf:bcp:13", "text") is False
    assert terminology.contains(SETS + "currencies", None, "NOK") is True
    assert terminology.contains(SETS + "all-languages", None, "nb-NO") is True
    assert terminology.contains(SETS + "ucum-units", "http://unitsofmeasure.org", "mm[Hg]") is True
    assert terminology.contains(SETS + "ucum-units", "http://unitsofmeasure.org", "mmHg!") is False
    assert terminology.codes(SETS + "mimetypes") is None


def test_nearly_every_value_set_of_r4_is_enumerated(terminology):
    urls = [e["url"] for e in Definitions.r4().entries("ValueSet") if "url" in e]
    enumerated = [u for u in urls if terminology.codes(u) is not None]
    assert len(enumerated) >= 1200


@pytest.mark.parametrize(
    ("property", "op", "value", "codes"),
    [
        ("concept", "is-a", "red", {"red", "crimson", "dark-crimson", "pink"}),
        ("concept", "descendent-of", "red", {"crimson", "dark-crimson", "pink"}),
        ("concept", "is-not-a", "red", {"blue", "sky"}),
        ("concept", "generalizes", "dark-crimson", {"red", "crimson", "dark-crimson"}),
        ("concept", "in", "red, blue", {"red", "blue"}),
        ("concept", "not-in", "red,crimson,dark-crimson,pink", {"blue", "sky"}),
        ("warm", "=", "true", {"red"}),
        ("wave", "=", "450", {"blue"}),
        ("parent", "=", "blue", {"sky"}),
        ("child", "=", "crimson", {"red"}),
        ("warm", "exists", "true", {"red", "blue"}),
        ("warm", "exists", "false", {"crimson", "dark-crimson", "pink", "sky"}),
        ("code", "regex", ".*crimson", {"crimson", "dark-crimson"}),
        ("display", "=", "Red", {"red"}),
        ("code", "regex", "(", None),
        ("code", "contains", "r", None),
    ],
)
def test_filters_keep_what_they_say(property, op, value, codes):
    assert filtered(property, op, value) == codes


def test_filters_of_one_include_all_hold():
    filters = [{"property": "concept", "op": "is-a", "value": "red"}, {"property": "code", "op": "regex", "value": "p.*"}]
    assert expanded({"system": COLOURS, "filter": filters}) == {"pink"}


def test_includes_add_and_excludes_take_away():
    red = {"system": COLOURS, "filter": [{"property": "concept", "op": "is-a", "value": "red"}]}
    assert expanded({"system": COLOURS}, exclude=(red,)) == {"blue", "sky"}
    assert expanded({"system": COLOURS, "concept": [{"code": "blue"}]}, {"system": "urn:x", "concept": [{"code": "y"}]}) == {"blue", "y"}


def test_an_exclude_that_can_not_be_told_leaves_doubt():
    known = terminology_of(value_set("a", {"system": COLOURS}, exclude=({"valueSet": ["http://x.test/vs/nowhere"]},)))
    assert known.codes("http://x.test/vs/a") is None
    assert known.contains("http://x.test/vs/a", COLOURS, "red") is None


def test_imported_value_sets_meet():
    red = value_set("red", {"system": COLOURS, "filter": [{"property": "concept", "op": "is-a", "value": "red"}]})
    few = value_set("few", {"system": COLOURS, "concept": [{"code": "pink"}, {"code": "blue"}]})
    both = value_set("both", {"valueSet": [red["url"], few["url"]]})
    either = value_set("either", {"valueSet": [few["url"]]}, {"system": COLOURS, "concept": [{"code": "sky"}]})
    narrowed = value_set("narrowed", {"system": COLOURS, "valueSet": [few["url"]]})
    known = terminology_of(red, few, both, either, narrowed)
    assert {c for _, c in known.codes(both["url"]) or ()} == {"pink"}
    assert {c for _, c in known.codes(either["url"]) or ()} == {"pink", "blue", "sky"}
    assert {c for _, c in known.codes(narrowed["url"]) or ()} == {"pink", "blue"}


def test_value_sets_that_import_each_other_end():
    one = value_set("one", {"valueSet": ["http://x.test/vs/two"]}, {"system": COLOURS, "concept": [{"code": "red"}]})
    two = value_set("two", {"valueSet": ["http://x.test/vs/one"]})
    known = terminology_of(one, two)
    assert known.codes(one["url"]) is None
    assert known.contains(one["url"], COLOURS, "red") is True
    assert known.contains(one["url"], COLOURS, "blue") is None


def test_a_value_set_that_only_brings_its_expansion_is_used():
    brought = {
        "resourceType": "ValueSet",
        "url": "http://x.test/vs/b",
        "expansion": {
            "contains": [{"system": "urn:x", "code": "top", "abstract": True, "contains": [{"system": "urn:x", "code": "leaf"}]}]
        },
    }
    assert terminology_of(brought).codes(brought["url"]) == {("urn:x", "leaf")}


def test_a_system_where_case_does_not_matter_contains_a_code_spelt_otherwise():
    known = terminology_of(value_set("a", {"system": COLOURS}))
    assert known.contains("http://x.test/vs/a", COLOURS, "RED") is True
    assert known.contains("http://x.test/vs/a", COLOURS, "GREEN") is False


def test_subsumption_follows_nesting_and_properties():
    known = terminology_of()
    assert known.descendants(COLOURS, "red") == {"red", "crimson", "dark-crimson", "pink"}
    assert known.ancestors(COLOURS, "dark-crimson") == {"dark-crimson", "crimson", "red"}
    assert known.descendants(COLOURS, "blue") == {"blue", "sky"}
    assert known.ancestors(COLOURS, "sky") == {"sky", "blue"}
    assert known.descendants(COLOURS, "green") == frozenset()
    assert known.descendants("http://snomed.info/none", "1") is None
    assert known.descendants(GENDER, "male") is None


def test_subsumption_in_a_v3_code_system(terminology):
    assert "AMB" in (terminology.descendants(V3 + "ActCode", "_ActEncounterCode") or ())
    assert "_ActEncounterCode" in (terminology.ancestors(V3 + "ActCode", "AMB") or ())


def test_a_code_system_knows_every_name_of_a_code():
    system = terminology_of().code_system(COLOURS)
    assert system is not None
    assert system.displays["red"] == ("Red", "Rød")


def test_a_system_that_is_loaded_in_part_does_not_close_a_value_set():
    fragment = {"resourceType": "CodeSystem", "url": "urn:f", "content": "fragment", "concept": [{"code": "a"}]}
    known = terminology_of(fragment, value_set("f", {"system": "urn:f"}))
    assert known.contains("http://x.test/vs/f", "urn:f", "a") is True
    assert known.contains("http://x.test/vs/f", "urn:f", "b") is None
