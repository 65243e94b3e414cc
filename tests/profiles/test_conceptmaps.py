"""The maps between code systems: every code exists, every relation is told with how sure it is, and nothing is left out silently."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

Resource = dict[str, Any]
BASE = "https://hit-maternity.example/fhir"


def maps(compiled: dict[str, Resource]) -> dict[str, Resource]:
    return {r["id"]: r for r in compiled.values() if r["resourceType"] == "ConceptMap"}


def relations(it: Resource) -> Iterator[tuple[str, str, str, Resource]]:
    """(source system, source code, target system, target) of every relation."""
    for group in it["group"]:
        for element in group["element"]:
            for target in element["target"]:
                yield group["source"], element["code"], group["target"], target


def own_codes(compiled: dict[str, Resource]) -> dict[str, set[str]]:
    return {r["url"]: {c["code"] for c in r["concept"]} for r in compiled.values() if r["resourceType"] == "CodeSystem" and "concept" in r}


def test_the_maps_are_these(compiled: dict[str, Resource]) -> None:
    assert set(maps(compiled)) == {
        "nlk-to-loinc",
        "volven-8340-to-sct",
        "volven-8340-urine-protein-to-sct",
        "habit-to-standard",
        "disease-history-to-sct",
        "survey-disease-to-disease-history",
        "term-basis-to-loinc",
    }


def test_every_code_of_a_map_exists_and_has_the_name_its_system_gives_it(card_tables: ModuleType, compiled: dict[str, Resource]) -> None:
    own = own_codes(compiled)
    for it in maps(compiled).values():
        for source, code, target, related in relations(it):
            assert code in own[source], (it["id"], code)
            if "code" in related:
                listed = card_tables.codes().find(target, related["code"])
                assert related["code"] in own.get(target, set()) or listed is not None, (it["id"], related["code"])
                assert listed is None or related["display"] == listed.display, (it["id"], related["code"])


def test_a_relation_to_a_code_of_others_says_how_sure_both_codes_are(card_tables: ModuleType, compiled: dict[str, Resource]) -> None:
    checked = 0
    for it in maps(compiled).values():
        for source, code, target, related in relations(it):
            for url, stated in ((source, code), (target, related.get("code"))):
                sure = card_tables.sureness(url, stated) if stated else ""
                assert sure in related.get("comment", ""), (it["id"], code)
                checked += bool(sure)
    assert checked > 40


def test_what_is_narrower_or_has_no_match_says_why(compiled: dict[str, Resource], card_tables: ModuleType) -> None:
    for it in maps(compiled).values():
        for source, code, target, related in relations(it):
            assert ("code" in related) is (related["equivalence"] != "unmatched")
            if related["equivalence"] in ("narrower", "unmatched"):
                sure = [card_tables.sureness(source, code)] + ([card_tables.sureness(target, related["code"])] if "code" in related else [])
                said = related["comment"]
                for sentence in sure:
                    said = said.replace(sentence, "")
                assert said.strip(), (it["id"], code)


@pytest.mark.parametrize(
    ("map", "system"),
    [
        ("nlk-to-loinc", "urn:oid:2.16.578.1.12.4.1.1.7280"),
        ("volven-8340-to-sct", "urn:oid:2.16.578.1.12.4.1.1.8340"),
        ("habit-to-standard", f"{BASE}/CodeSystem/habit-type"),
        ("survey-disease-to-disease-history", f"{BASE}/CodeSystem/survey-disease"),
        ("term-basis-to-loinc", f"{BASE}/CodeSystem/term-basis"),
    ],
)
def test_no_code_of_the_source_is_left_out(map: str, system: str, compiled: dict[str, Resource]) -> None:
    assert {code for source, code, _, _ in relations(maps(compiled)[map]) if source == system} == own_codes(compiled)[system]


def test_a_code_that_is_not_listed_stops_the_build(build: ModuleType, card_tables: ModuleType) -> None:
    target = {"code": "0-0", "equivalence": "equivalent"}
    unknown = {"group": [{"source": "http://loinc.org", "target": "http://loinc.org", "element": [{"code": "8665-2", "target": [target]}]}]}
    with pytest.raises(card_tables.TableError, match="0-0"):
        build._evidence(unknown)


def test_systems_whose_members_are_not_public_have_no_map_and_the_page_of_codes_says_so(
    compiled: dict[str, Resource], card_tables: ModuleType
) -> None:
    mapped = {url for it in maps(compiled).values() for group in it["group"] for url in (group["source"], group["target"])}
    for number in ("8534", "8536", "8537"):
        assert f"urn:oid:2.16.578.1.12.4.1.1.{number}" not in mapped
        assert any(number in it["what"] and "no ConceptMap" in it["now"] for it in card_tables.codes().open), number
