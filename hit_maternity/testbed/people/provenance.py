"""Provenance: for each sitting who wrote, in which role, for which organisation and where; with everything that was written."""

from __future__ import annotations

from hit_maternity.testbed.people.canonical import extension, volven
from hit_maternity.testbed.people.coding import coding, concept, of_hl7
from hit_maternity.testbed.people.moments import written
from hit_maternity.testbed.people.record import Record, of, ref
from hit_maternity.testbed.people.staff import CATEGORIES


def build(record: Record) -> None:
    """Writes one Provenance for each sitting. To be called last."""
    for sitting in record.sittings:
        targets = [of(resource) for its, resource in record.listed if its is sitting]
        person, place = record.staff.people[sitting.by], record.staff.place_of(sitting.by)
        record.add(
            sitting,
            "Provenance",
            record.id("provenance", sitting.key),
            "Provenance",
            extension=[extension("treatment-place", valueString=place.place)],
            target=targets,
            occurredDateTime=written(sitting.start),
            recorded=written(sitting.end),
            activity=of_hl7("v3-DataOperation", "CREATE", "create"),
            agent=[
                {
                    "type": of_hl7("provenance-participant-type", "author", "Author"),
                    "role": [concept([coding(volven(9060), person.category, CATEGORIES[person.category])])],
                    "who": record.staff.role(sitting.by),
                    "onBehalfOf": ref("Organization", place.id),
                }
            ],
        )
