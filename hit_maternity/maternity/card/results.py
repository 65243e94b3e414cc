"""What the tests of the card came to: figures in the card's units, and answers that are positive or negative."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource, amount, codes, component, stands
from hit_maternity.maternity.card.moments import day_of
from hit_maternity.maternity.card.systems import Code, code
from hit_maternity.maternity.facts import GlucoseLoad, Measured, Screening

#: Tests whose answer the rules look at; the names are those of ``facts.Screening``.
SCREENINGS = ("antibodies", "hepatitis-b", "hepatitis-c", "hiv", "syphilis", "group-b-streptococci")
#: Whether an answer is positive; ``None``: inconclusive.
_SIGNS: Mapping[str, bool | None] = {
    "volven-8340#T002": True, "sct#10828004": True, "sct#52101004": True, "sct#165816005": True, "sct#165806002": True,
    "sct#165747007": True, "loinc#LA22747-2": True, "interpretation#POS": True,
    "volven-8340#T008": False, "sct#260385009": False, "sct#2667000": False, "sct#165815009": False,
    "sct#165746003": False, "loinc#LA22748-0": False, "interpretation#NEG": False, "sct#419984006": None,
}  # fmt: skip
#: Figures of a percentage and of a fraction of moles mean different things: HbA1c is taken in its own unit only.
_EXACTLY = frozenset(("mmol/mol", "mmol/L"))


@cache
def _signs() -> Mapping[Code, bool | None]:
    return {code(short): sign for short, sign in _SIGNS.items()}


def is_positive(observation: Resource) -> bool | None:
    """Whether the answer of a test is positive, by its value, else by its interpretation; ``None`` where neither tells."""
    signs = _signs()
    for concepts in ([observation.get("valueCodeableConcept")], observation.get("interpretation", [])):
        told = {signs[c] for concept in concepts for c in codes(concept) if c in signs}
        if len(told) == 1:
            return told.pop()
    return None


def measured(observations: Iterable[Resource], unit: str) -> tuple[Measured, ...]:
    """The figures of these Observations in ``unit`` (UCUM), those without a day or a figure left out."""
    exactly = unit in _EXACTLY
    found = ((day_of(r), amount(r, unit, exactly=exactly)) for r in observations if stands(r))
    return tuple(Measured(day, value) for day, value in found if day is not None and value is not None)


def glucose_loads(card: Card) -> tuple[GlucoseLoad, ...]:
    """Glucose loads in mmol/L: one Observation with both values, or one for each value, of one day."""
    loads: list[GlucoseLoad] = []
    single: dict[date, dict[str, Decimal]] = {}
    for kind, found in card.kinds("glucose-tolerance", "glucose-fasting", "glucose-two-hours"):
        day = day_of(found)
        if day is None or not stands(found):
            continue
        if kind == "glucose-tolerance":
            fasting, later = component(found, code("loinc#14771-0")), component(found, code("loinc#14996-3"))
            loads.append(GlucoseLoad(day, amount(fasting, "mmol/L", exactly=True), amount(later, "mmol/L", exactly=True)))
        elif (value := amount(found, "mmol/L", exactly=True)) is not None:
            single.setdefault(day, {})[kind] = value
    apart = [GlucoseLoad(day, v.get("glucose-fasting"), v.get("glucose-two-hours")) for day, v in single.items()]
    return tuple(load for load in (*loads, *apart) if load.fasting is not None or load.two_hours is not None)


def screenings(card: Card) -> tuple[Screening, ...]:
    """The answers to the tests of ``SCREENINGS`` that are positive or negative."""
    found = ((day_of(r), test, is_positive(r)) for test, r in card.kinds(*SCREENINGS) if stands(r))
    return tuple(Screening(day, test, positive) for day, test, positive in found if day is not None and positive is not None)
