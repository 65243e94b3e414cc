"""A line of the card's boxes for diseases: yes or no in an Observation of its own; which disease a yes means stands in FHIR only."""

from __future__ import annotations

from hit_maternity.dhg.mapping.facts import Fact, Observed, observed
from hit_maternity.dhg.mapping.values import Boolean


def line(name: str, text: str, code: str, *more: str) -> Observed:
    """The member ``name``, kept under ``code`` (of CodeSystem disease-history) and ``more`` codes beside it."""
    return observed(name, Boolean(), Fact("disease-history", "survey", (f"disease-history#{code}", *more), text))
