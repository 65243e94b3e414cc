"""What is ahead: the next visit, booked at the one before, and the birth plan."""

from __future__ import annotations

from datetime import datetime

from hit_maternity.testbed.people.canonical import own_system
from hit_maternity.testbed.people.coding import coding, concept, sct
from hit_maternity.testbed.people.moments import at, written
from hit_maternity.testbed.people.record import VISIT_LENGTH, Record, Sitting
from hit_maternity.testbed.people.values import VISITS


def build(record: Record) -> None:
    """Writes an Appointment for each visit that was booked, and a CarePlan where she told her wishes."""
    booked = [(visit, s) for visit, s in record.visits() if s is not record.first and visit.kind != "admission"]
    for visit, sitting in booked:
        before = max((s for s in record.sittings if s.start < sitting.start), key=lambda s: s.start)
        _appointment(record, before, sitting.key, sitting.start, visit.by, VISITS[visit.kind][2], "fulfilled")
    ahead = record.story.next
    if ahead is not None:
        start = at(ahead.on, ahead.at)
        _appointment(record, record.last, "next", start, ahead.by, VISITS["routine"][2], "booked")
    for visit, sitting in record.visits():
        if visit.wishes:
            _plan(record, sitting, visit.wishes)


def _appointment(record: Record, sitting: Sitting, key: str, start: datetime, by: str, words: str, status: str) -> None:
    record.add(
        sitting,
        "Appointment",
        record.id("appointment", key),
        "Appointment",
        status=status,
        description=words,
        start=written(start),
        end=written(start + VISIT_LENGTH),
        created=written(sitting.end),
        participant=[
            {"actor": record.mother, "required": "required", "status": "accepted"},
            {"actor": record.staff.role(by), "required": "required", "status": "accepted"},
        ],
    )


def _plan(record: Record, sitting: Sitting, wishes: tuple[str, ...]) -> None:
    over = record.story.birth is not None
    record.add(
        sitting,
        "CarePlan",
        record.id("birth-plan"),
        "CarePlan-birth-plan",
        status="completed" if over else "active",
        intent="plan",
        category=[concept([coding(own_system("section"), "birth-plan", "Birth plan and extra support"), sct("736377005")], "Fødeplan")],
        title="Fødeplan",
        subject=record.mother,
        encounter=sitting.encounter,
        created=written(sitting.start),
        author=record.staff.role(sitting.by),
        careTeam=[{"reference": f"CareTeam/{record.id('team')}"}],
        addresses=[{"reference": f"Condition/{record.id('condition')}"}],
        activity=[{"detail": {"status": "completed" if over else "scheduled", "description": wish}} for wish in wishes],
    )
