"""FHIR <-> the national record's JSON: one file a resource type, each with its ``PART``; a pure mapping, without store and HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from hit_maternity.dhg.mapping import (
    antenatal_appointments,
    birth_status,
    clinical_tests,
    current_pregnancy,
    genetic_disorders,
    lifestyle_factors,
    medical_conditions,
    medication,
    mother,
    points_of_contact,
    previous_pregnancies,
    rhesus_d_negative,
    symphysis_fundal_heights,
    vital_measurements_before_pregnancy,
)
from hit_maternity.dhg.mapping.part import Body, Item, Many, Part, Resource, Single, is_many
from hit_maternity.dhg.mapping.pregnancy import Pregnancy

__all__ = [
    "LISTS",
    "PARTS",
    "RECORD_ITSELF",
    "SINGLES",
    "Body",
    "Item",
    "Many",
    "Part",
    "Pregnancy",
    "Resource",
    "Single",
    "is_many",
    "touched",
]

#: In the order of the wire; a part's file has its name in lower case with underscores.
_FILES = (
    antenatal_appointments, birth_status, clinical_tests, current_pregnancy, genetic_disorders, lifestyle_factors, medical_conditions,
    medication, mother, points_of_contact, previous_pregnancies, rhesus_d_negative, symphysis_fundal_heights,
    vital_measurements_before_pregnancy,
)  # fmt: skip
_PARTS: tuple[Part, ...] = tuple(file.PART for file in _FILES)
PARTS: Mapping[str, Part] = {part.name: part for part in _PARTS}
SINGLES: Mapping[str, Single] = {name: part for name, part in PARTS.items() if not is_many(part)}
LISTS: Mapping[str, Many] = {name: part for name, part in PARTS.items() if is_many(part)}

#: What ``touched`` says of the record's own EpisodeOfCare.
RECORD_ITSELF = ("", "")


def touched(resource: Resource) -> frozenset[tuple[str, str]]:
    """Part and item (``""`` for a part with one body) that a change of this resource may change, told from the resource alone.

    A fact of a visit names that visit's item also where the visit is none, such as the birth. A haemoglobin and anti-D that are told apart
    by their day move when a due date or the day of birth does: that is no change of theirs. A fetus keeps its number.
    """
    if resource["resourceType"] == "EpisodeOfCare":
        return frozenset((RECORD_ITSELF,))
    return frozenset((name, item) for name, part in PARTS.items() for item in part.touched(resource))
