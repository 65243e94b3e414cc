"""Which rules look at which change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from hit_maternity.fhir.outcome import ERROR, Issue
from hit_maternity.maternity.rules.amounts import COUNTS, count_faults, unit_faults
from hit_maternity.maternity.rules.births import birth_status_faults, delivery_faults, newborn_faults
from hit_maternity.maternity.rules.case import Case
from hit_maternity.maternity.rules.closing import closing_faults, is_unchanged
from hit_maternity.maternity.rules.fetuses import count_of_fetuses_faults, fetus_faults, focus_faults
from hit_maternity.maternity.rules.kinds import claims_card
from hit_maternity.maternity.rules.reading import Resource
from hit_maternity.maternity.rules.registered import RETRACTED
from hit_maternity.maternity.rules.rhesus import fetal_type_hints, prophylaxis_hints
from hit_maternity.maternity.rules.steps import record_faults
from hit_maternity.maternity.rules.subjects import pregnancy_hints, subject_faults
from hit_maternity.maternity.rules.terms import due_date_faults, gestational_age_faults, period_faults
from hit_maternity.maternity.rules.visits import fact_day_faults, visit_faults

Rule = Callable[[Case, Resource], Iterable[Issue]]

#: Of every Observation of the card.
_FACTS: tuple[Rule, ...] = (pregnancy_hints, unit_faults, focus_faults, fact_day_faults)

#: Of the kinds that have rules of their own.
_KINDS: Mapping[str, tuple[Rule, ...]] = {
    "antenatal-visit": (visit_faults,),
    "birth-stay": (visit_faults,),
    "postnatal-visit": (visit_faults,),
    "last-menstrual-period": (period_faults,),
    "due-date": (due_date_faults,),
    "gestational-age": (gestational_age_faults,),
    "number-of-fetuses": (count_of_fetuses_faults,),
    "fetus": (fetus_faults,),
    "newborn": (newborn_faults,),
    "birth-status": (birth_status_faults,),
    "delivery": (delivery_faults,),
    "fetal-rhesus-d": (fetal_type_hints,),
    "anti-d": (prophylaxis_hints,),
    **dict.fromkeys(COUNTS, (count_faults,)),
}


def judged(case: Case) -> Iterator[Issue]:
    """The issues of one change. What may not be written at all is not looked at further."""
    if case.type == "EpisodeOfCare":
        faults = [*closing_faults(case), *record_faults(case)]
        yield from faults
        return
    faults = list(closing_faults(case))
    yield from faults
    new = case.new
    if new is None or any(f.severity == ERROR for f in faults) or new.get("status") in RETRACTED or is_unchanged(case.old, new):
        return
    yield from subject_faults(case, new)
    if case.type == "Observation" and (case.records or claims_card(new)):
        for rule in _FACTS:
            yield from rule(case, new)
    if case.kind is not None:
        for rule in _KINDS.get(case.kind.id, ()):
            yield from rule(case, new)
