"""Tests: haemoglobin, ferritin, glucose, blood group, infections; an answer in figures or in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hit_maternity.testbed.people.canonical import hl7
from hit_maternity.testbed.people.coding import coding, concept, of_hl7
from hit_maternity.testbed.people.kinds import KINDS, TESTS
from hit_maternity.testbed.people.moments import written
from hit_maternity.testbed.people.note import note
from hit_maternity.testbed.people.parts import Visit
from hit_maternity.testbed.people.record import Record, Resource, Sitting, quantity
from hit_maternity.testbed.people.story import StoryError
from hit_maternity.testbed.people.values import BLOOD_GROUPS, RHESUS, SIGNS, Value

#: Until the answers are there.
ANALYSIS = timedelta(hours=28)
NOT_DONE = {"dataAbsentReason": concept([coding(hl7("data-absent-reason"), "not-performed", "Not Performed")])}
_WORDS: Mapping[str, Mapping[str, Value]] = {"abo": BLOOD_GROUPS, "rhesus_d": RHESUS}
LOAD = ("glucose_fasting", "glucose_two_hours")


def build(record: Record) -> None:
    """Writes an Observation for each test; the two values of a glucose load are components of one."""
    for visit, sitting in record.visits():
        for key, answer in visit.answers.items():
            _answer(record, sitting, key, answer)
        for key, value in visit.lab.items():
            if key not in LOAD:
                record.measure(sitting, f"lab-{key}", TESTS[key], value, **_issued(sitting))
        _load(record, sitting, visit)
        if visit.lab_note:
            note(record, sitting, "lab", visit.lab_note)


def coded_sign(record: Record, sitting: Sitting, id: str, key: str, answer: str, **content: Any) -> Resource:
    """Writes a test whose answer is a word; ``key`` of ``TESTS``."""
    value = _WORDS.get(key, SIGNS).get(answer)
    if value is None:
        raise StoryError(f"{record.story.name}: {answer!r} is no answer of {key}")
    sign = {"positive": ("POS", "Positive"), "negative": ("NEG", "Negative")}.get(answer)
    marked = {"interpretation": [of_hl7("v3-ObservationInterpretation", *sign)]} if sign and key not in _WORDS else {}
    coded = concept(value.codings, value.text)
    return record.observe(sitting, id, TESTS[key], **_issued(sitting), valueCodeableConcept=coded, **marked, **content)


def _issued(sitting: Sitting) -> dict[str, str]:
    return {"issued": written(sitting.start + ANALYSIS)}


def _answer(record: Record, sitting: Sitting, key: str, answer: str) -> None:
    if answer == "not-performed":
        record.observe(sitting, f"lab-{key}", TESTS[key], **NOT_DONE)
    else:
        coded_sign(record, sitting, f"lab-{key}", key, answer)


def _load(record: Record, sitting: Sitting, visit: Visit) -> None:
    parts = []
    for key in LOAD:
        value = visit.lab.get(key)
        if value is not None:
            kind = TESTS[key]
            assert kind.unit is not None
            parts.append({"code": concept(kind.codings, kind.text), "valueQuantity": quantity(value, kind.unit)})
    if parts:
        record.observe(sitting, "glucose-load", KINDS["glucose-load"], **_issued(sitting), component=parts)
