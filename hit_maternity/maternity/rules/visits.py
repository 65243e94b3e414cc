"""Visits: whether their day lies in the pregnancy, before the birth or after it."""

from __future__ import annotations

from collections.abc import Iterator

from hit_maternity.fhir.outcome import Issue
from hit_maternity.maternity.lifecycle import State, write_faults
from hit_maternity.maternity.plausibility import event_faults
from hit_maternity.maternity.rules.case import Case, hint, placed
from hit_maternity.maternity.rules.kinds import kind_of
from hit_maternity.maternity.rules.reading import Resource, day, happened, table
from hit_maternity.maternity.rules.records import PregnancyRecord
from hit_maternity.maternity.rules.registered import Registered

_START = "Encounter.period.start"
_EFFECTIVE = "Observation.effective"


def visit_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of the day of a visit that was held."""
    on = day(table(new.get("period")).get("start"))
    if case.kind is None or on is None or new.get("status") == "planned":
        return
    around = case.around
    if around.lies_ahead(on):
        yield hint("date-in-future", "What has happened can't be dated in the future. Correct the date, or book it as planned.", _START)
    for record in case.records:
        known = around.records.registered(record)
        if case.kind.content == "postnatal":
            yield from _postnatal_faults(record, known, case, new)
        else:
            born = known.over if case.kind.content == "antenatal-visit" else None
            yield from placed(event_faults(on, on, known.dating, born), _START)


def _postnatal_faults(record: PregnancyRecord, known: Registered, case: Case, new: Resource) -> Iterator[Issue]:
    if known.first_birth is None and known.lost:
        return
    on = day(table(new.get("period")).get("start"))
    yield from placed(write_faults(record.in_words(State.ACTIVE, known.first_birth), "postnatal", on), _START)


def fact_day_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of the day of an Observation. Of the kinds that belong to a visit before the birth the day must be one of the pregnancy;
    on a day of its visit it is the visit that is judged."""
    on, around = happened(new), case.around
    if on is None:
        return
    if around.lies_ahead(on):
        yield hint("date-in-future", "What was found out can't be dated in the future. Correct the date.", _EFFECTIVE)
    if case.kind is None or case.kind.content != "antenatal-visit" or _on_its_visit(case, new):
        return
    for record in case.records:
        known = around.records.registered(record)
        yield from placed(event_faults(on, on, known.dating, known.over), _EFFECTIVE)


def _on_its_visit(case: Case, new: Resource) -> bool:
    visit = case.around.records.visit_of(new)
    kind = None if visit is None else kind_of(visit)
    if visit is None or kind is None or kind.id != "antenatal-visit":
        return False
    period, on = table(visit.get("period")), happened(new)
    start = day(period.get("start"))
    end = day(period.get("end")) or start
    return start is not None and end is not None and on is not None and start <= on <= end
