"""Habits: smoking, snus, alcohol and other stimuli, before the pregnancy, at the first visit and in week 36."""

from __future__ import annotations

from typing import Any, get_args

from hit_maternity.testbed.people.canonical import extension, own_system
from hit_maternity.testbed.people.coding import coding, concept
from hit_maternity.testbed.people.kinds import FREQUENCIES, HABITS, SOCIAL, Kind
from hit_maternity.testbed.people.note import note
from hit_maternity.testbed.people.parts import Silence
from hit_maternity.testbed.people.record import Record, Sitting, absent
from hit_maternity.testbed.people.story import StoryError

TIMES = {"before": "Before the pregnancy", "during": "During the pregnancy", "first-visit": "At the first visit", "week-36": "In week 36"}
SILENT: tuple[Silence, ...] = get_args(Silence)


def at_time(code: str) -> dict[str, Any]:
    """The extension that says of which time an answer speaks (key of ``TIMES``)."""
    return extension("time-point", valueCodeableConcept=concept([coding(own_system("time-point"), code, TIMES[code])]))


def build(record: Record) -> None:
    """Writes an Observation for each habit at each time it was asked about."""
    told = record.story.background
    for key, answer in told.habits.items():
        _habit(record, record.first, key, "before", answer)
    for visit, sitting in record.visits():
        for key, answer in visit.habits.items():
            _habit(record, sitting, key, "first-visit" if visit.kind == "first" else "week-36", answer)
    if told.habit_note:
        note(record, record.first, "habits", told.habit_note)


def _habit(record: Record, sitting: Sitting, key: str, time: str, answer: str) -> None:
    """``answer``: a frequency, with a number a day after it where there is one, or why there is none."""
    code, display, words, standard = HABITS[key]
    kind = Kind("Observation-habit", SOCIAL, words, (coding(own_system("habit-type"), code, display), *standard))
    often, _, count = answer.partition(" ")
    silence = next((s for s in SILENT if s == often), None)
    value: dict[str, Any]
    if silence is not None:
        value = absent(silence)
    elif often in FREQUENCIES:
        frequency, name, norwegian = FREQUENCIES[often]
        value = {"valueCodeableConcept": concept([coding(own_system("habit-frequency"), frequency, name)], norwegian)}
    else:
        raise StoryError(f"{record.story.name}: {often!r} is no frequency")
    daily = concept([coding(own_system("card-item"), "daily-count", "Number a day")], "Antall per dag")
    parts = [{"code": daily, "valueInteger": int(count)}] if count else None
    record.observe(sitting, f"habit-{key}-{time}", kind, extension=[at_time(time)], component=parts, **value)
