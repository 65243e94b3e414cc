"""Earlier pregnancies: the card's counts, and one panel for each pregnancy that is known."""

from __future__ import annotations

from typing import Any

from hit_maternity.testbed.people.canonical import own_system
from hit_maternity.testbed.people.coding import Coding, coding, concept, loinc, sct
from hit_maternity.testbed.people.kinds import KINDS
from hit_maternity.testbed.people.note import note
from hit_maternity.testbed.people.parts import Earlier, EarlierPregnancy
from hit_maternity.testbed.people.record import Record, Reference, answered, of, quantity
from hit_maternity.testbed.people.values import MODES, OUTCOMES

COUNTS = ("pregnancies", "live_births", "miscarriages", "stillbirths", "ectopic")


def build(record: Record) -> None:
    """Writes the counts, the panels, and the panel over them all."""
    earlier, sitting = record.story.earlier, record.first
    members = []
    for name in COUNTS:
        count = getattr(earlier, name)
        if count is not None:
            members.append(of(record.observe(sitting, name, KINDS[name], **answered(count))))
    members += _derived(record, earlier)
    for number, pregnancy in enumerate(earlier.pregnancy, 1):
        panel = record.observe(sitting, f"previous-{number}", KINDS["previous"], component=_components(pregnancy))
        members.append(of(panel))
    record.observe(sitting, "history", KINDS["history"], hasMember=members)
    if earlier.note:
        note(record, sitting, "earlier", earlier.note)


def _derived(record: Record, earlier: Earlier) -> list[Reference]:
    """Gravida and parity, where they follow from the counts (earlier births of twins aside)."""
    made = []
    if isinstance(earlier.pregnancies, int):
        made.append(of(record.observe(record.first, "gravida", KINDS["gravida"], valueInteger=earlier.pregnancies + 1)))
    if isinstance(earlier.live_births, int) and isinstance(earlier.stillbirths, int):
        births = earlier.live_births + earlier.stillbirths
        made.append(of(record.observe(record.first, "parity", KINDS["parity"], valueInteger=births)))
    return made


def _part(code: Coding, text: str, **value: Any) -> dict[str, Any]:
    return {"code": concept([code], text), **value}


def _item(code: str, display: str) -> Coding:
    return coding(own_system("card-item"), code, display)


def _components(it: EarlierPregnancy) -> list[dict[str, Any]]:
    outcome = OUTCOMES[it.outcome]
    parts = [
        _part(_item("pregnancy-ended", "Day the pregnancy ended"), "Dato", valueDateTime=it.ended),
        _part(loinc("63893-2"), "Utfall", valueCodeableConcept=concept(outcome.codings, outcome.text)),
    ]
    if it.week is not None:
        age = quantity(it.week * 7, "d", "dager")
        parts.append(_part(loinc("18185-9", "Gestational age"), "Svangerskapslengde", valueQuantity=age))
    if it.mode is not None:
        mode = MODES[it.mode]
        parts.append(_part(sct("236973005", "Delivery procedure"), "Forløsning", valueCodeableConcept=concept(mode.codings, mode.text)))
    if it.weight is not None:
        parts.append(_part(loinc("8339-4", "Birth weight Measured"), "Fødselsvekt", valueQuantity=quantity(it.weight, "g")))
    if it.note is not None:
        parts.append(_part(_item("pregnancy-course", "Course and complications"), "Forløp", valueString=it.note))
    return parts
