"""EpisodeOfCare/[id]/$gestational-age: how far a pregnancy has come on a day, by the due date that holds.

The answer is an Observation that isn't kept: whole days, completed weeks and days over, the same written as ``28+3`` in its note, and
the due date it was reckoned by, contained, with what that rests on and why it holds.
Definition: profiles/input/fsh/operations/operations.fsh.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.answers import resource_answer
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import Resource
from hit_maternity.maternity.card.moments import today
from hit_maternity.maternity.card.people import born_on, ended_on
from hit_maternity.maternity.card.systems import EPISODE_EXTENSION, PROFILE, UCUM, coding, extension
from hit_maternity.maternity.card.term import Term, term_of
from hit_maternity.maternity.operations.computed import COMPUTED, about, card_of, concept, day_argument, narrative, spoken

_EXAM = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "exam"}]}]

_AGE = [coding("loinc#18185-9", "Gestational age"), coding("loinc#49052-4", "Gestational age in days")]


def due_date(card: Card, term: Term, base: str, id: str) -> Resource:
    """The due date that holds as an Observation with basis and reason, in the words of the three languages."""
    method, reason = term.valid.estimate.method, term.valid.reason
    codes = [coding("loinc#11778-8", "Delivery date Estimated")]
    if method == "lmp":
        codes.append(coding("loinc#11779-6", "Delivery date Estimated from last menstrual period"))
    elif method in ("oocyte-retrieval", "embryo-transfer"):
        codes.append(coding("loinc#11780-4", "Delivery date Estimated from ovulation date"))
    why = {"url": "reason", "valueCodeableConcept": {"coding": [coding(f"term-reason#{reason}")], **spoken("text", term.valid.words)}}
    return {
        "resourceType": "Observation",
        "id": id,
        "meta": {"profile": [f"{PROFILE}Observation-due-date"]},
        "extension": [
            {"url": extension("valid-term"), "extension": [{"url": "valid", "valueBoolean": True}, why]},
            {"url": EPISODE_EXTENSION, "valueReference": about(base, card.episode)},
        ],
        "status": "final",
        "category": _EXAM,
        "code": {"coding": codes, "text": "Termin"},
        "subject": about(base, card.mother),
        "effectiveDateTime": (term.source or {}).get("effectiveDateTime") or term.valid.dating.day_zero.isoformat(),
        "valueDateTime": term.valid.dating.due_date.isoformat(),
        "method": concept(coding(f"term-basis#{method.value}"), method.words),
    }


def age_observation(card: Card, term: Term, day: date, base: str, *, alone: bool = True) -> Resource:
    """The gestational age on ``day`` as an Observation; where it stands ``alone``, with its due date contained.

    Raises ``FhirError`` 422 (``gestational-age-range``) before 0+0 and after 44+0.
    """
    age = term.valid.dating.age_on(day)
    derived = [{"reference": "#term"}] if alone else []
    if term.source is not None:
        derived.append(about(base, term.source))
    made = {
        "resourceType": "Observation",
        "meta": {"profile": [f"{PROFILE}Observation-gestational-age"], "tag": [COMPUTED]},
        "text": narrative(f"Svangerskapslengde {age} den {day}. Termin {term.valid.dating.due_date}. {term.valid.words.nb}"),
        "contained": [due_date(card, term, base, "term")] if alone else [],
        "extension": [{"url": EPISODE_EXTENSION, "valueReference": about(base, card.episode)}],
        "status": "final",
        "category": _EXAM,
        "code": {"coding": _AGE, "text": "Svangerskapslengde"},
        "subject": about(base, card.mother),
        "effectiveDateTime": day.isoformat(),
        "valueQuantity": _days(age.days),
        "note": [{"text": str(age)}],
        "component": [
            {
                "code": {"coding": [coding("loinc#49051-6", "Gestational age in weeks")], "text": "Fullgåtte uker"},
                "valueQuantity": {"value": age.weeks, "unit": "uker", "system": UCUM, "code": "wk"},
            },
            {
                "code": {
                    "coding": [coding("card-item#days-after-full-week", "Days after the full week")],
                    "text": "Dager etter fullgått uke",
                },
                "valueQuantity": _days(age.days_over),
            },
        ],
        "derivedFrom": derived,
    }
    return {key: value for key, value in made.items() if value}


def _days(number: int) -> dict[str, Any]:
    return {"value": number, "unit": "dager", "system": UCUM, "code": "d"}


def gestational_age(call: Call) -> Response:
    """200 with the Observation for the day ``date``, today where it isn't given.

    Raises ``FhirError``: 400 for a date that is none; 404, 410; 422 ``gestational-age-undated`` without a due date,
    ``pregnancy-over`` for a day after the birth or loss, ``gestational-age-range`` before 0+0 and after 44+0.
    """
    day = day_argument(call, "date") or today(call.server.clock)
    card = card_of(call, Intent("$gestational-age", "EpisodeOfCare", call.id))
    term, over = term_of(card), born_on(card) or ended_on(card)
    if term is None:
        words = "No due date, last period or day of conception is registered: there is nothing to reckon by. Register one of them."
        raise refuse(422, "not-found", "gestational-age-undated", words)
    if over is not None and day > over:
        words = "The pregnancy was over on this day. Ask with the parameter date for a day up to then."
        raise refuse(422, "business-rule", "pregnancy-over", words, "Parameters.parameter('date')")
    return resource_answer(age_observation(card, term, day, call.request.base))


GESTATIONAL_AGE = Operation(
    "gestational-age", "https://hit-maternity.example/fhir/OperationDefinition/EpisodeOfCare-gestational-age",
    "how far the pregnancy has come on a day", frozenset(("instance",)), gestational_age,
    types=frozenset(("EpisodeOfCare",)), parameters=frozenset(("date",)),
)  # fmt: skip
