"""Where a member of a body stands in a resource, and how it is written there: one slot for each shape of value.

A slot's ``get`` gives the JSON value or ``None``; ``put`` gives the elements to set, ``None`` for one to take away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.fhir.json import number
from hit_maternity.maternity.card.elements import amount, codes, component, items
from hit_maternity.maternity.card.moments import read_day
from hit_maternity.maternity.card.results import is_positive
from hit_maternity.maternity.card.systems import UCUM, code, coding

#: In the place of a date: it isn't known (FHIR: an element without a value).
UNKNOWN_DATE = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
#: Of an answer that isn't there: it wasn't asked for, as far as the national record tells.
NOT_ASKED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-asked"}]}
UNKNOWN = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]}


#: Of these another unit is another measure: HbA1c in per cent, glucose in mass.
_EXACTLY = frozenset(("mmol/mol", "mmol/L"))


class Slot(Protocol):
    """One member of a body in a resource."""

    def get(self, fact: Resource) -> Any:
        """The value; ``None`` where there is none."""

    def put(self, fact: Resource, value: Any) -> Resource:
        """The elements to set in ``fact``; of ``None`` those to take away."""


@dataclass(frozen=True, slots=True)
class Boolean:
    """``valueBoolean``. ``absent``: the reason to write where there is no value but something else in the resource."""

    absent: Resource | None = None

    def get(self, fact: Resource) -> bool | None:
        value = fact.get("valueBoolean")
        return value if isinstance(value, bool) else None

    def put(self, fact: Resource, value: Any) -> Resource:
        return {"valueBoolean": value, **({"dataAbsentReason": self.absent} if value is None and self.absent else {})}


@dataclass(frozen=True, slots=True)
class Integer:
    """``valueInteger``."""

    def get(self, fact: Resource) -> int | None:
        value = fact.get("valueInteger")
        return value if type(value) is int else None

    def put(self, fact: Resource, value: Any) -> Resource:
        return {"valueInteger": value}


@dataclass(frozen=True, slots=True)
class String:
    """``valueString``."""

    def get(self, fact: Resource) -> str | None:
        value = fact.get("valueString")
        return value if isinstance(value, str) else None

    def put(self, fact: Resource, value: Any) -> Resource:
        return {"valueString": value}


@dataclass(frozen=True, slots=True)
class Day:
    """A date element, ``valueDateTime`` or another. A date to the month or year only is none of the national record's."""

    element: str = "valueDateTime"

    def get(self, fact: Resource) -> str | None:
        value = fact.get(self.element)
        if not isinstance(value, str) or len(value) < 10:
            return None
        day = value if len(value) == 10 else read_day(value)
        return None if day is None else str(day)

    def put(self, fact: Resource, value: Any) -> Resource:
        return {self.element: value}


@dataclass(frozen=True, slots=True)
class Effective:
    """The day a fact is of. Where the member isn't there the date says that it isn't known, as every fact has one."""

    def get(self, fact: Resource) -> str | None:
        return Day("effectiveDateTime").get(fact)

    def put(self, fact: Resource, value: Any) -> Resource:
        return {"effectiveDateTime": value, "_effectiveDateTime": None if value else UNKNOWN_DATE}


@dataclass(frozen=True, slots=True)
class Quantity:
    """``valueQuantity`` in the UCUM ``unit``, the digits as they are spelt; ``whole``: the member is a whole number, halves go up.

    Of a value below a limit (``< 3``) the national record has the limit.
    """

    unit: str
    shown: str = ""
    whole: bool = False

    def get(self, fact: Resource) -> Any:
        quantity = fact.get("valueQuantity")
        found = amount(fact, self.unit, exactly=self.unit in _EXACTLY)
        if found is None or not isinstance(quantity, dict):
            return None
        if self.whole:
            return int(found.quantize(Decimal(1), ROUND_HALF_UP))
        if quantity.get("code") == self.unit:
            return quantity["value"]
        return number(format(found.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize(), "f"))

    def put(self, fact: Resource, value: Any) -> Resource:
        if value is None:
            return {"valueQuantity": None}
        return {"valueQuantity": {"value": value, "unit": self.shown or self.unit, "system": UCUM, "code": self.unit}}


@dataclass(frozen=True, slots=True)
class Sign:
    """A test's answer: true positive, false negative; an inconclusive one, and one in words that aren't coded, is null."""

    positive: Sequence[str] = ("volven-8340#T002", "sct#10828004")
    negative: Sequence[str] = ("volven-8340#T008", "sct#260385009")

    def get(self, fact: Resource) -> bool | None:
        return is_positive(fact)

    def put(self, fact: Resource, value: Any) -> Resource:
        if value is None:
            return {"valueCodeableConcept": None}
        named = self.positive if value else self.negative
        return {"valueCodeableConcept": {"coding": [coding(c) for c in named], "text": "Positiv" if value else "Negativ"}}


@dataclass(frozen=True, slots=True)
class Choice:
    """A word of a closed list, coded. ``codes``: documented word to its codes, the first of which is written first; ``also``: codes that
    read as a word and are not written; ``other``: other spelling (casefolded) to the documented word.

    Words are taken in any case. The spelling that was received is kept as the concept's text, which is the concept as entered.
    """

    words: Mapping[str, Sequence[str]]
    also: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, str] = field(default_factory=dict)
    element: str = "valueCodeableConcept"

    def documented(self, spelt: str) -> str | None:
        """The documented word that is meant; ``None`` for none of the list."""
        folded = spelt.casefold()
        return self.other.get(folded) or next((word for word in self.words if word.casefold() == folded), None)

    def get(self, fact: Resource) -> str | None:
        concept = fact.get(self.element)
        named = {code(short): word for word, shorts in self.words.items() for short in shorts}
        named |= {code(short): word for short, word in self.also.items()}
        word = next((named[c] for c in codes(concept) if c in named), None)
        text = concept.get("text") if isinstance(concept, dict) else None
        return text if word and isinstance(text, str) and self.documented(text) == word else word

    def put(self, fact: Resource, value: Any) -> Resource:
        if value is None:
            return {self.element: None}
        word = self.documented(value)
        shorts = self.words[word] if word else ()
        return {self.element: {"coding": [coding(c) for c in shorts], "text": value}}


@dataclass(frozen=True, slots=True)
class Component:
    """A slot in the component with the code ``code`` (the first of ``codes`` is looked for; all are written)."""

    slot: Slot
    codes: Sequence[str]
    text: str = ""

    def get(self, fact: Resource) -> Any:
        return self.slot.get(component(fact, code(self.codes[0])))

    def put(self, fact: Resource, value: Any) -> Resource:
        listed, wanted = items(fact, "component"), code(self.codes[0])
        there = next((c for c in listed if wanted in codes(c.get("code"))), None)
        if value is None:
            left = [c for c in listed if c is not there]
            return {"component": left or None}
        blank = {"code": {"coding": [coding(c) for c in self.codes], **({"text": self.text} if self.text else {})}}
        old = there or blank
        put = self.slot.put(old, value)
        kept = {k: v for k, v in old.items() if k not in put and k not in ("dataAbsentReason", "interpretation")}
        new = {**kept, **{k: v for k, v in put.items() if v is not None}}
        return {"component": [new if c is there else c for c in listed] if there else [*listed, new]}
