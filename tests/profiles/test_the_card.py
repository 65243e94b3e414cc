"""The page that shows how the card is modelled: what it shows is what the examples hold."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir import json as fhir_json
from hit_maternity.maternity.dating import DatingRules

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "the-card.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"<!-- ([a-z-]+): (\w+/[a-z0-9-]+) -->\n```json\n(.*?)```", PAGE, re.DOTALL)


def resource(example: str, identity: str) -> dict[str, Any]:
    bundle = fhir_json.decode((ROOT / "profiles" / "examples" / f"{example}.json").read_bytes())
    (found,) = (e["resource"] for e in bundle["entry"] if f"{e['resource']['resourceType']}/{e['resource']['id']}" == identity)
    return dict(found)


def is_part(shown: Any, whole: Any) -> bool:
    """Whether everything ``shown`` is in ``whole``; of lists, items may be left out, never put in another order."""
    if isinstance(shown, dict):
        return isinstance(whole, dict) and all(key in whole and is_part(value, whole[key]) for key, value in shown.items())
    if isinstance(shown, list):
        rest = iter(whole)
        return isinstance(whole, list) and all(any(is_part(item, other) for other in rest) for item in shown)
    return fhir_json.encode(shown) == fhir_json.encode(whole)


def test_every_snippet_of_the_page_says_where_it_comes_from():
    assert len(SNIPPETS) == PAGE.count("```json") >= 8


@pytest.mark.parametrize(("example", "identity", "text"), SNIPPETS, ids=[identity for _, identity, _ in SNIPPETS])
def test_a_snippet_is_part_of_the_example(example: str, identity: str, text: str):
    assert is_part(fhir_json.decode(text.encode()), resource(example, identity))


def test_what_is_not_in_the_example_would_be_noticed():
    whole = resource("normal", "Observation/normal-heart-1-w24")
    assert not is_part({"valueQuantity": {"value": 149}}, whole)
    assert not is_part({"focus": [{"reference": "Patient/normal-fetus-2"}]}, whole)
    assert not is_part({"code": {"coding": [{"code": "249043002"}, {"code": "55283-6"}]}}, whole)


def test_the_sum_that_the_page_does_is_right():
    assert DatingRules().term_length == 283
    assert date(2026, 8, 11).toordinal() - 283 == date(2025, 11, 1).toordinal()
    assert (date(2026, 4, 20) - date(2025, 11, 1)).days == 170 == 24 * 7 + 2


def test_the_days_of_the_table_are_those_of_the_visits():
    bundle = fhir_json.decode((ROOT / "profiles" / "examples" / "normal.json").read_bytes())
    days = {e["resource"]["period"]["start"][:10] for e in bundle["entry"] if e["resource"]["resourceType"] == "Encounter"}
    assert {"2026-01-05", "2026-01-21", "2026-01-28", "2026-03-10", "2026-04-20", "2026-08-11", "2026-08-19", "2026-09-22"} <= days


def test_every_link_of_the_page_leads_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


def test_the_drawing_uses_no_name_that_is_not_declared():
    (drawing,) = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    declared = set(re.findall(r"^\s+(\w+)\[", drawing, re.MULTILINE))
    drawn = re.findall(r'^\s+(\w+) (?:-->|-\.->)\|(?:\w+|"[^"|]+")\| (\w+)$', drawing, re.MULTILINE)
    assert len(drawn) == drawing.count("|") // 2 == 13
    assert {name for pair in drawn for name in pair} == declared
