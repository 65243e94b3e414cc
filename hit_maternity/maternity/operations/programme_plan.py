"""The recommended programme as it stands, as one CarePlan: each visit and task with its window, its standing, and the visit that it was.

Standing is ``detail.statusReason`` (CodeSystem programme-status); ``detail.status`` is ``unknown`` where it can't be told whether a task
applies to her. https://hl7.org/fhir/R4/careplan.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.done import done_tasks
from hit_maternity.maternity.card.elements import Resource
from hit_maternity.maternity.card.moments import day_of
from hit_maternity.maternity.card.people import end_reason
from hit_maternity.maternity.card.systems import coding
from hit_maternity.maternity.card.visits import HELD
from hit_maternity.maternity.facts import Facts
from hit_maternity.maternity.operations.computed import COMPUTED, about, concept, narrative, spoken
from hit_maternity.maternity.risk import circumstances_of
from hit_maternity.maternity.tables import Words
from hit_maternity.maternity.visits import PlannedTask, PlannedVisit, Status, due, tasks

STANDING: Mapping[Status, Words] = {
    Status.DONE: Words("Gjort", "Gjort", "Done"),
    Status.COMING: Words("Kommer", "Kjem", "Coming"),
    Status.DUE: Words("Nå", "No", "Due"),
    Status.OVERDUE: Words("Forsinket", "Forseinka", "Overdue"),
    Status.MISSED: Words("Ikke gjort", "Ikkje gjort", "Missed"),
    Status.NOT_NEEDED: Words("Ikke lenger aktuelt", "Ikkje lenger aktuelt", "No longer needed"),
}
_STATUS = {Status.DONE: "completed", Status.NOT_NEEDED: "cancelled"}
_TITLE = Words("Svangerskapsprogrammet", "Svangerskapsprogrammet", "Programme of antenatal care")


def planned_visits(facts: Facts) -> tuple[PlannedVisit, ...]:
    """The programme's visits as they stand; none without a dating."""
    return () if facts.dating is None else due(facts.dating, facts.attendances, facts.today, born=facts.born, ended=facts.ended)


def planned_tasks(card: Card, facts: Facts) -> tuple[PlannedTask, ...]:
    """The programme's tasks that apply or may apply, as they stand; none without a dating."""
    if facts.dating is None:
        return ()
    known = circumstances_of(facts)
    return tasks(facts.dating, done_tasks(card, facts), facts.today, known, born=facts.born, ended=facts.ended)


def programme_plan(card: Card, facts: Facts, base: str) -> Resource | None:
    """The CarePlan; ``None`` without a dating, and for a woman who is followed up elsewhere."""
    if facts.dating is None or end_reason(card) not in (None, "birth", "loss"):
        return None
    visits, chores = planned_visits(facts), planned_tasks(card, facts)
    pressing = [v.visit.words.nb for v in visits if v.status in (Status.DUE, Status.OVERDUE)]
    pressing += [t.task.words.nb for t in chores if t.applies and t.status in (Status.DUE, Status.OVERDUE)]
    return {
        "resourceType": "CarePlan",
        "meta": {"tag": [COMPUTED]},
        "text": narrative(_TITLE.nb, *(pressing or ["Ingenting gjenstår nå."])),
        "status": "active" if facts.pregnant else "completed",
        "intent": "proposal",
        **spoken("title", _TITLE),
        "subject": about(base, card.mother),
        "period": {"start": facts.dating.day_zero.isoformat()},
        "created": facts.today.isoformat(),
        "activity": [*(_visit(card, v, base) for v in visits), *(_task(t) for t in chores)],
    }


@cache
def _code(id: str, words: Words) -> dict[str, Any]:
    return concept(coding(f"programme#{id}"), words)


@cache
def _standing(status: Status) -> dict[str, Any]:
    return concept(coding(f"programme-status#{status.value}"), STANDING[status])


def _window(opens: date | None, closes: date | None) -> dict[str, Any]:
    days = {name: day.isoformat() for name, day in (("start", opens), ("end", closes)) if day is not None}
    return {"scheduledPeriod": days} if days else {}


def _visit(card: Card, planned: PlannedVisit, base: str) -> dict[str, Any]:
    held = [e for e in card.of("Encounter") if planned.attended and day_of(e) == planned.attended and e.get("status") in HELD]
    detail = {
        "kind": "Appointment",
        "code": _code(planned.visit.id, planned.visit.words),
        "status": _STATUS.get(planned.status, "not-started"),
        "statusReason": _standing(planned.status),
        **_window(planned.opens, planned.closes),
    }
    return {"outcomeReference": [about(base, e) for e in held], "detail": detail} if held else {"detail": detail}


def _task(planned: PlannedTask) -> dict[str, Any]:
    status = "unknown" if planned.applies is None and planned.status is not Status.DONE else _STATUS.get(planned.status, "not-started")
    return {
        "detail": {
            "kind": "Task",
            "code": _code(planned.task.id, planned.task.words),
            "status": status,
            "statusReason": _standing(planned.status),
            **_window(planned.opens, planned.closes),
        }
    }
