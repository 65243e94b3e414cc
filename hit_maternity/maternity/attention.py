"""Attention: what in a pregnancy's record deserves a look, by the rules of the table ``attention.toml``.

Rules inform; they never block a write, and they don't diagnose: each says what was found and what its source advises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import cache

from hit_maternity.maternity import followup, laboratory, rhesus, signs
from hit_maternity.maternity.conditions import Condition, Finding, Parameters
from hit_maternity.maternity.facts import Facts
from hit_maternity.maternity.tables import Basis, Row, TableError, Words, rows, words_of

_OWN_KEYS = frozenset({"id", "condition", "grade", "outranks", "source", "evidence", "note", "nb", "nn", "en"})


class Grade(IntEnum):
    """How much attention, rising. ``urgent`` is for the same day."""

    INFORMATION = 0
    WATCH = 1
    ACT = 2
    URGENT = 3

    @property
    def id(self) -> str:
        """The grade's name in the tables: information, watch, act or urgent."""
        return self.name.lower()

    @property
    def words(self) -> Words:
        """The grade in three languages."""
        return words_of("attention", "grade")[self.id]


class Verdict(StrEnum):
    """Whether a rule applies; ``unknown`` where a fact it needs is missing."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``outranks``: ids of milder rules that are not shown where this one applies."""

    id: str
    grade: Grade
    condition: Condition
    parameters: Parameters
    outranks: frozenset[str]
    words: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of the facts; ``findings`` is empty unless it is present."""

    rule: Rule
    verdict: Verdict
    findings: tuple[Finding, ...]


def conditions() -> Mapping[str, Condition]:
    """All conditions by the name the table uses."""
    return {**signs.CONDITIONS, **laboratory.CONDITIONS, **rhesus.CONDITIONS, **followup.CONDITIONS}


def _parameters(row: Row, condition: Condition) -> Parameters:
    given = set(row.values) - _OWN_KEYS
    wanted = condition.numbers | condition.ages | condition.texts
    if given != wanted:
        raise row.fault(f"the condition takes exactly these parameters: {', '.join(sorted(wanted)) or 'none'}")
    numbers: dict[str, Decimal] = {name: row.number(name) for name in condition.numbers}
    ages = {name: str(row.age(name)) for name in condition.ages}
    return Parameters({**numbers, **ages, **{name: row.text(name) for name in condition.texts}})


def _rule(row: Row) -> Rule:
    named, grade = row.text("condition"), row.text("grade").upper()
    if named not in conditions():
        raise row.fault(f"there is no condition {named!r}")
    if grade not in Grade.__members__:
        raise row.fault(f"there is no grade {grade.lower()!r}")
    condition = conditions()[named]
    outranks = frozenset(row.texts("outranks"))
    return Rule(row.id, Grade[grade], condition, _parameters(row, condition), outranks, row.words(), row.basis())


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by id, in the table's order. Raises ``TableError`` where the table doesn't fit the conditions."""
    listed = {row.id: _rule(row) for row in rows("attention", "rule")}
    for rule in listed.values():
        if rule.outranks - set(listed):
            raise TableError(f"attention.toml, rule {rule.id!r} outranks an unknown rule")
    return listed


def judge(rule: str, facts: Facts) -> Judgement:
    """What one rule says. Raises ``KeyError`` at an unknown rule."""
    chosen = rules()[rule]
    found = chosen.condition.judge(facts, chosen.parameters)
    if found is None:
        return Judgement(chosen, Verdict.UNKNOWN, ())
    return Judgement(chosen, Verdict.PRESENT if found else Verdict.ABSENT, found)


def judge_all(facts: Facts) -> tuple[Judgement, ...]:
    """What every rule says, in the table's order."""
    return tuple(judge(rule, facts) for rule in rules())


def attention(facts: Facts) -> tuple[Judgement, ...]:
    """What deserves attention: the rules that apply and aren't outranked, gravest first, then in the table's order."""
    present = [j for j in judge_all(facts) if j.verdict is Verdict.PRESENT]
    outranked = {milder for j in present for milder in j.rule.outranks}
    return tuple(sorted((j for j in present if j.rule.id not in outranked), key=lambda j: -j.rule.grade))
