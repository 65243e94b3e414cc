"""``medication``: how often, drug allergy, and folate, which is a MedicationStatement of each time. Source: public client.

The values of ``medicationFrequency`` are not public, so it is kept in words. Single medicines stand in FHIR only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.dhg.mapping.diseases import line
from hit_maternity.dhg.mapping.facts import RECORD, Fact, Place, Table, note, observed
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, retracted
from hit_maternity.maternity.card.elements import code_of, codes, extension, items
from hit_maternity.maternity.card.systems import code, coding, system
from hit_maternity.maternity.card.systems import extension as own

_FOLATE = (code("atc#B03BB01"), code("sct#792807003"))
#: Whether she takes or took it, by status; intended and unknown ones tell neither.
_TAKEN = {"active": True, "completed": True, "stopped": True, "on-hold": True, "not-taken": False}


@dataclass(frozen=True, slots=True)
class Folate:
    """``name``: the member; ``when``: the time it speaks of (a code of time-point); ``taken``: the status of a yes."""

    name: str
    when: str
    taken: str

    @property
    def names(self) -> Iterable[str]:
        return (self.name,)

    def fits(self, resource: Resource) -> bool:
        if resource["resourceType"] != "MedicationStatement":
            return False
        named = codes(resource.get("medicationCodeableConcept"))
        return any(c in _FOLATE for c in named) and code_of(extension(resource, own("time-point")), system("time-point")) == self.when

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        there = pregnancy.found("MedicationStatement", self.fits)
        told = _TAKEN.get(str(there[-1].get("status"))) if there else None
        return {} if told is None else {self.name: told}

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        given = wanted.get(self.name)
        if self.read(pregnancy).get(self.name) is given:
            return []
        there = pregnancy.found("MedicationStatement", self.fits)
        if given is None:
            return self._withdrawn(there)
        status = self.taken if given else "not-taken"
        if there:
            return [changed(there[-1], status=status, statusReason=None)]
        return [self._new(pregnancy, status)]

    def _withdrawn(self, there: list[Resource]) -> list[Resource]:
        """From the newest on, entered in error, until one that tells neither shows."""
        gone: list[Resource] = []
        for statement in reversed(there):
            if str(statement.get("status")) not in _TAKEN:
                break
            gone.append(retracted(statement))
        return gone

    def _new(self, pregnancy: Pregnancy, status: str) -> Resource:
        return pregnancy.new(
            "MedicationStatement",
            "MedicationStatement",
            extension=[{"url": own("time-point"), "valueCodeableConcept": {"coding": [coding(f"time-point#{self.when}")]}}],
            status=status,
            medicationCodeableConcept={"coding": [coding("atc#B03BB01")], "text": "Folat"},
            subject=pregnancy.mother,
            context=pregnancy.episode,
            dateAsserted=pregnancy.moment,
        )


@dataclass(frozen=True, slots=True)
class Words:
    """Text in ``valueString``; of a concept its words, else its code."""

    def get(self, fact: Resource) -> str | None:
        value, concept = fact.get("valueString"), fact.get("valueCodeableConcept")
        if isinstance(value, str) or not isinstance(concept, dict):
            return value if isinstance(value, str) else None
        named = [concept.get("text"), *(c.get(key) for c in items(concept, "coding") for key in ("display", "code"))]
        return next((text for text in named if isinstance(text, str)), None)

    def put(self, fact: Resource, value: Any) -> Resource:
        return {"valueString": value, "valueCodeableConcept": None}


PART = Table(
    "medication",
    (
        observed(
            "medicationFrequency",
            Words(),
            Fact("medication-frequency", "survey", ("card-item#medication-frequency",), "Hvor ofte hun bruker legemidler"),
        ),
        line("drugAllergy", "Legemiddelallergi", "drug-allergy", "sct#416098002"),
        Folate("folate.takenBefore", "before", "completed"),
        Folate("folate.takenDuring", "during", "active"),
        note("medicines", text="Merknad til legemidler"),
    ),
)
