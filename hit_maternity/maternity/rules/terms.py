"""Dating: due dates, the last period, and gestational ages that rest on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from hit_maternity.fhir.json import decimal, is_number
from hit_maternity.fhir.outcome import ERROR, FhirError, Issue
from hit_maternity.fhir.ucum import conversion
from hit_maternity.maternity.dating import Dating, Estimate, Method
from hit_maternity.maternity.gestation import MAX_DAYS
from hit_maternity.maternity.plausibility import birth_faults, estimate_faults, event_faults
from hit_maternity.maternity.rules.canonical import UCUM
from hit_maternity.maternity.rules.case import Case, fault, hint, placed
from hit_maternity.maternity.rules.kinds import kind_of
from hit_maternity.maternity.rules.reading import Resource, day, happened, listed, local_id, table
from hit_maternity.maternity.rules.records import PregnancyRecord
from hit_maternity.maternity.rules.registered import RETRACTED, Registered, Term, term_of

_VALUE = "Observation.value"
_DAY_SECONDS = Decimal(86_400)


def due_date_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of a due date: against what it rests on, the period, the other due dates, and what has happened by it."""
    term = term_of(new)
    if term.due is None:
        return
    try:
        dating = Dating(term.due, case.around.dating.term_length)
    except FhirError as refused:
        yield from placed(refused.issues, _VALUE)
        return
    for record in case.records:
        known = case.around.records.registered(record)
        yield from _basis_faults(case, new, term, known)
        if term.valid:
            yield from _only_valid(case, term, known)
            yield from _happened_faults(case, record, dating, known)


def _source(case: Case, new: Resource, kinds: Iterable[str]) -> Resource | None:
    """The Observation of one of ``kinds`` that a due date says it is derived from."""
    for reference in listed(new.get("derivedFrom")):
        id = local_id(reference, "Observation")
        found = None if id is None else case.around.view.now("Observation", id)
        kind = None if found is None else kind_of(found)
        if found is not None and kind is not None and kind.id in kinds and found.get("status") not in RETRACTED:
            return found
    return None


def _basis_faults(case: Case, new: Resource, term: Term, known: Registered) -> Iterator[Issue]:
    around = case.around
    if term.due is None or term.method is None or term.method is Method.CORRECTED:
        return
    period = _source(case, new, ("last-menstrual-period",))
    first = day(period.get("valueDateTime")) if period else known.periods[-1][1] if known.periods else None
    if term.method is Method.LMP:
        yield from placed(estimate_faults(Estimate(term.method, term.due, first), around.today, around.dating), _VALUE)
        return
    # The day of the fact is that of the examination as a rule, but nothing says so: what it contradicts is only a hint.
    estimate = Estimate(term.method, term.due, term.told)
    for issue in estimate_faults(estimate, around.today, around.dating):
        yield hint(issue.rule, issue.text, _VALUE)
    if first is not None:
        yield from _against_period(term.due, first, term.method, around.dating.term_length, around.dating.disagreement)


def _against_period(due: date, first: date, method: Method, length: int, most: int) -> Iterator[Issue]:
    """A due date found in another way, held against the period."""
    span = (due - first).days
    if span <= 0:
        words = "The due date is not after the first day of the last period. Correct one of the two dates."
        yield fault("term-before-basis", words, _VALUE)
    elif abs(span - length) > most:
        words = f"The due date and the one from the period are more than {most} days apart. Check both dates."
        yield hint("terms-disagree", words, _VALUE)


def _only_valid(case: Case, term: Term, known: Registered) -> Iterator[Issue]:
    others = [t for t in known.terms if t.valid and t.id != term.id]
    if others:
        words = "Another due date of this pregnancy is the valid one. Mark that one as no longer valid in the same transaction, or before."
        yield fault("valid-term-doubled", words, "Observation.extension", "conflict")


def _happened_faults(case: Case, record: PregnancyRecord, dating: Dating, known: Registered) -> Iterator[Issue]:
    """What has happened already and can't have, by a due date that becomes the valid one: visits and births not written just now."""
    around = case.around
    told: set[str] = set()
    for visit in around.records.visits(record):
        kind, on = kind_of(visit), day(table(visit.get("period")).get("start"))
        held = visit.get("status") not in RETRACTED | {"planned"}
        if around.view.changed("Encounter", str(visit.get("id"))) or on is None or not held:
            continue
        if kind is not None and kind.id in ("antenatal-visit", "birth-stay"):
            told.update(f.rule for f in event_faults(on, on, dating))
    for birth in known.births:
        if birth.on is not None and birth.alive is not None and not around.view.changed("Observation", birth.id):
            told.update(f.rule for f in birth_faults(birth.on, birth.on, dating) if f.severity == ERROR)
    for rule in sorted(told):
        words = "By this due date a visit or birth of the record lies before the pregnancy or after 44 weeks. Correct one of the dates."
        yield fault(rule, words, _VALUE)


def period_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Faults of the first day of the last period, against the due dates that are there."""
    first = day(new.get("valueDateTime"))
    if first is None:
        return
    around = case.around
    if around.lies_ahead(first):
        yield hint("basis-in-future", "The day of the last period lies in the future. Correct the date.", _VALUE)
    for record in case.records:
        for term in around.records.registered(record).terms:
            if term.due is None or around.view.changed("Observation", term.id):
                continue
            if term.method is Method.LMP:
                yield from placed(estimate_faults(Estimate(Method.LMP, term.due, first), first, around.dating), _VALUE)
            elif term.due <= first:
                words = "A due date of the record is not after this day. Correct one of the two dates."
                yield fault("term-before-basis", words, _VALUE)


def gestational_age_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """A gestational age that can't be, and one that no due date gives: the one it names, else any of the record, as another may have
    been the valid one on that day."""
    days, on = _days(new), happened(new)
    if days is None:
        return
    if not 0 <= days <= MAX_DAYS:
        rule = "gestational-age-over-44-weeks" if days > 0 else "gestational-age-range"
        yield fault(rule, "A gestational age lies between 0 and 308 days (44+0). Correct the value or its unit.", _VALUE)
        return
    if on is None:
        return
    source = _source(case, new, ("due-date",))
    if source is not None:
        dues = [term_of(source).due]
    else:
        dues = [t.due for record in case.records for t in case.around.records.registered(record).terms]
    length, tolerance = case.around.dating.term_length, case.around.tolerance
    apart = [abs(length - (due - on).days - days) for due in dues if due is not None]
    if apart and min(apart) > tolerance:
        words = f"The gestational age differs by more than {tolerance} days from what the due date gives on this day. Check both."
        yield hint("gestational-age-disagrees", words, _VALUE)


def _days(new: Resource) -> int | None:
    """The whole days of a Quantity of time in UCUM."""
    quantity = table(new.get("valueQuantity"))
    value, unit = quantity.get("value"), quantity.get("code")
    if not is_number(value) or not isinstance(unit, str) or quantity.get("system") != UCUM:
        return None
    found, seconds = conversion(unit), conversion("d")
    if found is None or seconds is None or found.unit != seconds.unit:
        return None
    amount = decimal(value)
    return int(found.apply(amount) / _DAY_SECONDS) if abs(amount) < 1_000_000 else None
