from __future__ import annotations

from string import Formatter

import pytest

from hit_maternity.fhir.validation.rules import JSON_TYPES, RULES
from hit_maternity.fhir.validation.rules_nb import JSON_TYPES as NORWEGIAN_JSON_TYPES
from hit_maternity.fhir.validation.rules_nb import NORWEGIAN


def fields(template: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_says_the_same_in_both_languages(rule):
    assert fields(NORWEGIAN[rule]) == fields(RULES[rule].text)


def test_no_words_are_without_a_rule():
    assert set(NORWEGIAN) == set(RULES)
    assert set(NORWEGIAN_JSON_TYPES) == set(JSON_TYPES)


def test_issue_codes_are_of_the_required_value_set(definitions, validator):
    for rule in RULES.values():
        issue = {"severity": rule.severity, "code": rule.code}
        assert [i.rule for i in validator.validate({"resourceType": "OperationOutcome", "issue": [issue]})] == ["inv:dom-6"]


def test_rule_ids_are_kebab_case():
    assert all(r.removeprefix("inv:").replace("-", "").isalnum() for r in RULES)
