"""What deserves attention, as DetectedIssues: the rule, how grave it is, the facts it rests on, and where the rule comes from.

Severity: none for information, low for watch, moderate for act, high for urgent.
https://hl7.org/fhir/R4/detectedissue.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hit_maternity.maternity.attention import Grade, Judgement, attention
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource
from hit_maternity.maternity.card.moments import day_of
from hit_maternity.maternity.card.people import fetuses
from hit_maternity.maternity.card.systems import coding
from hit_maternity.maternity.conditions import Finding
from hit_maternity.maternity.facts import Facts
from hit_maternity.maternity.operations.computed import COMPUTED, about, concept, narrative, spoken

_SEVERITY: Mapping[Grade, str] = {Grade.WATCH: "low", Grade.ACT: "moderate", Grade.URGENT: "high"}
#: The kinds of Observation that a figure of a finding was read from.
_EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "systolic": ("bloodpressure",),
    "diastolic": ("bloodpressure",),
    "systolic_rise": ("bloodpressure",),
    "haemoglobin": ("haemoglobin",),
    "fall": ("haemoglobin",),
    "ferritin": ("ferritin",),
    "hba1c": ("hba1c",),
    "fasting": ("glucose-tolerance", "glucose-fasting"),
    "two_hours": ("glucose-tolerance", "glucose-two-hours"),
    "fundal_height": ("fundal-height",),
    "heart_rate": ("fetal-heart-rate",),
    "gain": ("bodyweight",),
}


def findings(card: Card, facts: Facts, base: str) -> list[Resource]:
    """One DetectedIssue for each rule that applies and isn't outranked, gravest first."""
    return [_issue(card, judgement, facts.today, base) for judgement in attention(facts)]


def _issue(card: Card, judgement: Judgement, today: date, base: str) -> Resource:
    rule = judgement.rule
    numbered = {number: identity for identity, number in fetuses(card).items()}
    about_fetuses = [f"{base}/{'/'.join(numbered[f.fetus])}" for f in judgement.findings if f.fetus in numbered]
    evidence = {id(r): r for finding in judgement.findings for r in _evidence(card, finding)}
    made: dict[str, Any] = {
        "resourceType": "DetectedIssue",
        "meta": {"tag": [COMPUTED]},
        "text": narrative(f"{rule.grade.words.nb}: {rule.words.nb}"),
        "status": "final",
        "code": concept(coding(f"attention#{rule.id}"), rule.words),
        "patient": about(base, card.mother),
        "identifiedDateTime": today.isoformat(),
        "implicated": [{"reference": reference} for reference in dict.fromkeys(about_fetuses)],
        "evidence": [{"detail": [about(base, r) for r in evidence.values()]}] if evidence else [],
        **spoken("detail", rule.words),
        "severity": _SEVERITY.get(rule.grade),
        "reference": rule.basis.source.url,
    }
    return {key: value for key, value in made.items() if value}


def _evidence(card: Card, finding: Finding) -> list[Resource]:
    """The Observations of the finding's day that its figures were read from."""
    kinds = {kind for name, _ in finding.figures for kind in _EVIDENCE.get(name, ())}
    return [r for r in card.kind(*sorted(kinds)) if finding.on is not None and day_of(r) == finding.on]
