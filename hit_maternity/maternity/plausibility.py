"""Plausibility of days: impossible dates and orders, each as a named fault that says how to mend it.

Nothing here raises; every function returns all the faults it finds. Errors are impossible, warnings are unlikely.
Limits: due date 259 to 301 days after the period, gestational age 0 to 308 days (inferred, our invariants).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hit_maternity.fhir.outcome import ERROR, WARNING, Issue
from hit_maternity.maternity.dating import NORWAY, Dating, DatingRules, Estimate, Method
from hit_maternity.maternity.gestation import MAX_DAYS


def _issue(rule: str, text: str, severity: str = ERROR) -> Issue:
    return Issue("business-rule", rule, text, severity=severity)


def estimate_faults(estimate: Estimate, today: date, rules: DatingRules = NORWAY) -> list[Issue]:
    """Faults of one estimate: ``term-before-basis``, ``term-out-of-range``, ``basis-in-future``, ``basis-outside-pregnancy``."""
    basis = estimate.basis
    if basis is None or estimate.method is Method.CORRECTED:
        return []
    faults = []
    if basis > today:
        faults.append(_issue("basis-in-future", "The day the due date rests on lies in the future. Correct the date."))
    span = (estimate.due_date - basis).days
    if span <= 0:
        faults.append(_issue("term-before-basis", "The due date is not after the day it rests on. Correct one of the two dates."))
    elif estimate.method is Method.LMP and not rules.shortest_term <= span <= rules.longest_term:
        words = f"A due date lies {rules.shortest_term} to {rules.longest_term} days after the last period. Correct one of the two dates."
        faults.append(_issue("term-out-of-range", words))
    elif span > rules.longest_term:
        words = "The day the due date rests on lies before the pregnancy it dates. Correct one of the two dates."
        faults.append(_issue("basis-outside-pregnancy", words))
    return faults


def dating_faults(estimates: Iterable[Estimate], today: date, rules: DatingRules = NORWAY) -> list[Issue]:
    """The faults of every estimate, then ``terms-disagree`` (a warning) where period and ultrasound are over 14 days apart."""
    given = tuple(estimates)
    faults = [fault for estimate in given for fault in estimate_faults(estimate, today, rules)]
    periods = [e.due_date for e in given if e.method is Method.LMP]
    scans = [e.due_date for e in given if e.method is Method.ULTRASOUND]
    if any(abs((a - b).days) > rules.disagreement for a in periods for b in scans):
        words = f"The due dates from the period and from ultrasound are more than {rules.disagreement} days apart. Check both dates."
        faults.append(_issue("terms-disagree", words, WARNING))
    return faults


def event_faults(day: date, today: date, dating: Dating | None = None, born: date | None = None) -> list[Issue]:
    """Faults of the day of something that happened in the pregnancy, a visit or a measurement:
    ``date-in-future``, ``date-before-pregnancy``, ``gestational-age-over-44-weeks``, ``visit-after-birth``."""
    faults = []
    if day > today:
        faults.append(_issue("date-in-future", "What has happened can't be dated in the future. Correct the date, or book an appointment."))
    if dating is not None and dating.days_on(day) < 0:
        faults.append(_issue("date-before-pregnancy", "The date lies before day 0 of the pregnancy. Correct the date or the due date."))
    if dating is not None and dating.days_on(day) > MAX_DAYS:
        words = "By the due date the pregnancy would be over 44 weeks old on this date. Correct the date or the due date."
        faults.append(_issue("gestational-age-over-44-weeks", words))
    if born is not None and day > born:
        words = "The date lies after the birth. Write it as a postnatal visit, or correct one of the two dates."
        faults.append(_issue("visit-after-birth", words))
    return faults


def birth_faults(born: date, today: date, dating: Dating | None = None) -> list[Issue]:
    """Faults of a day of birth: ``birth-in-future``, ``birth-before-pregnancy``, ``birth-over-44-weeks``,
    ``birth-before-22-weeks`` (a warning: before 22+0 it is a loss, not a birth)."""
    faults = []
    if born > today:
        faults.append(_issue("birth-in-future", "A birth can't be dated in the future. Correct the date."))
    if dating is None:
        return faults
    days = dating.days_on(born)
    if days < 0:
        faults.append(_issue("birth-before-pregnancy", "The birth lies before day 0 of the pregnancy. Correct the date or the due date."))
    elif days < 22 * 7:
        words = "Before 22 weeks this is a loss, not a birth. Check the date and the due date."
        faults.append(_issue("birth-before-22-weeks", words, WARNING))
    elif days > MAX_DAYS:
        faults.append(_issue("birth-over-44-weeks", "By the due date the birth came after 44 weeks. Correct the date or the due date."))
    return faults
