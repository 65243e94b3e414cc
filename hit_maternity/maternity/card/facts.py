"""From the card to the plain facts that the rules of attention judge."""

from __future__ import annotations

from datetime import date

from hit_maternity.maternity.card.background import background, weight_before
from hit_maternity.maternity.card.chain import rhesus
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.people import born_on, ended_on, number_of_fetuses
from hit_maternity.maternity.card.results import glucose_loads, measured, screenings
from hit_maternity.maternity.card.term import term_of
from hit_maternity.maternity.card.visits import attendances, consultations
from hit_maternity.maternity.dating import NORWAY, DatingRules
from hit_maternity.maternity.facts import Facts


def facts_of(card: Card, today: date, rules: DatingRules = NORWAY) -> Facts:
    """The facts of one pregnancy as they stand on ``today``. Raises nothing: what can't be understood isn't known."""
    term, fetuses = term_of(card, rules), number_of_fetuses(card, today)
    born, ended = born_on(card), ended_on(card)
    due = term.valid.dating.due_date if term else None
    return Facts(
        today=today,
        dating=term.valid.dating if term else None,
        born=born,
        ended=ended,
        fetuses=fetuses,
        consultations=consultations(card),
        attendances=attendances(card),
        haemoglobin=measured(card.kind("haemoglobin"), "g/dL"),
        ferritin=measured(card.kind("ferritin"), "ug/L"),
        hba1c=measured(card.kind("hba1c"), "mmol/mol"),
        glucose=glucose_loads(card),
        screenings=screenings(card),
        fundal_heights=measured(card.kind("fundal-height"), "cm"),
        rhesus=rhesus(card, today, fetuses, born),
        background=background(card, today, fetuses=fetuses, due=due, over=born or ended),
        weight_before=weight_before(card, today),
    )
