"""Height, weight and BMI before the pregnancy."""

from __future__ import annotations

from hit_maternity.maternity.measures import body_mass_index
from hit_maternity.testbed.people.kinds import KINDS
from hit_maternity.testbed.people.record import Record, of


def build(record: Record) -> None:
    """Writes the three Observations, the BMI derived from the two others."""
    before, sitting, found = record.story.before, record.first, []
    if before.height is not None:
        found.append(of(record.measure(sitting, "height", KINDS["height"], before.height)))
    if before.weight is not None:
        found.append(of(record.measure(sitting, "weight-before", KINDS["weight-before"], before.weight)))
    if before.height is not None and before.weight is not None:
        record.measure(sitting, "bmi", KINDS["bmi"], body_mass_index(before.height, before.weight), derivedFrom=found)
