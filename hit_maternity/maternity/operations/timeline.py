"""EpisodeOfCare/[id]/$timeline: the course of a pregnancy, what happened, what is booked and what is due, oldest first.

The answer is a Parameters with an ``event`` for each: kind, date, gestational age, title in three languages, standing, reference.
Measurements are told by their visit. Definition: profiles/input/fsh/operations/operations.fsh.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.answers import resource_answer
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.maternity.card.events import KINDS, Event, events
from hit_maternity.maternity.card.facts import facts_of
from hit_maternity.maternity.card.moments import today
from hit_maternity.maternity.card.systems import UCUM
from hit_maternity.maternity.dating import Dating
from hit_maternity.maternity.gestation import MAX_DAYS
from hit_maternity.maternity.operations.computed import about, card_of, day_argument, spoken


def timeline(call: Call) -> Response:
    """200 with the Parameters; those of the days ``start`` to ``end``, both included, and of the ``kind``s that are asked for.

    Raises ``FhirError``: 400 with every wrong parameter (``value-start``, ``value-end``, ``value-kind``), 404, 410.
    """
    start, end, kinds = _asked(call)
    card = card_of(call, Intent("$timeline", "EpisodeOfCare", call.id))
    facts = facts_of(card, today(call.server.clock))
    over = facts.born or facts.ended
    told = [e for e in events(card, facts) if e.kind in kinds and (e.until or e.on) >= start and e.on <= end]
    parts = [_event(event, facts.dating, over, call.request.base) for event in told]
    return resource_answer({"resourceType": "Parameters", **({"parameter": parts} if parts else {})})


def _asked(call: Call) -> tuple[date, date, frozenset[str]]:
    faults: list[Issue] = []

    def day(name: str, default: date) -> date:
        try:
            return day_argument(call, name) or default
        except FhirError as fault:
            faults.extend(fault.issues)
            return default

    start, end = day("start", date.min), day("end", date.max)
    kinds = frozenset(k for value in call.arguments.all("kind") for k in str(value).split(",") if k)
    if kinds - set(KINDS):
        words = f"kind is one or more of {', '.join(KINDS)}."
        faults.append(Issue("value", "value-kind", words, "Parameters.parameter('kind')"))
    if faults:
        raise FhirError(400, faults)
    return start, end, kinds or frozenset(KINDS)


def _event(event: Event, dating: Dating | None, over: date | None, base: str) -> dict[str, Any]:
    days = None if dating is None or (over is not None and event.on > over) else dating.days_on(event.on)
    parts: list[dict[str, Any]] = [{"name": "kind", "valueCode": event.kind}, {"name": "date", "valueDate": event.on.isoformat()}]
    if event.until is not None:
        parts.append({"name": "until", "valueDate": event.until.isoformat()})
    if days is not None and 0 <= days <= MAX_DAYS:
        parts.append({"name": "gestationalAge", "valueQuantity": {"value": days, "unit": "dager", "system": UCUM, "code": "d"}})
        parts.append({"name": "weeks", "valueString": f"{days // 7}+{days % 7}"})
    parts.append({"name": "title", **spoken("valueString", event.title)})
    parts.append({"name": "status", "valueCode": event.status.value})
    if event.about is not None:
        parts.append({"name": "reference", "valueReference": about(base, event.about)})
    return {"name": "event", "part": parts}


TIMELINE = Operation(
    "timeline", "https://hit-maternity.example/fhir/OperationDefinition/EpisodeOfCare-timeline",
    "what happened and what is due, oldest first",
    frozenset(("instance",)), timeline, types=frozenset(("EpisodeOfCare",)), parameters=frozenset(("start", "end", "kind")),
)  # fmt: skip
