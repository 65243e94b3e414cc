"""``CodeAndSystem`` in FHIR: a Coding whose system is the OID of the Volven number, with the spelling that was received kept beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hit_maternity.dhg.mapping.part import Body, Resource
from hit_maternity.dhg.models.systems import canonical, uri_of
from hit_maternity.maternity.card.elements import extension, items
from hit_maternity.maternity.card.systems import BASE, code, coding
from hit_maternity.maternity.card.systems import extension as own

VOLVEN = "urn:oid:2.16.578.1.12.4.1.1."
RECEIVED = own("received")
#: Stands beside a national code that can't be translated.
AS_RECEIVED = "as-received"


def received(text: str) -> Resource:
    """The extension that keeps how something was spelt."""
    return {"url": RECEIVED, "valueString": text}


def to_coding(value: Body) -> Resource:
    """A ``CodeAndSystem`` as a Coding."""
    made: Resource = {}
    system = value.get("codeSystem")
    if system is not None:
        address = uri_of(system)
        if canonical(address) != system:
            made["extension"] = [received(system)]
        made["system"] = address
    made["code"] = value["code"]
    if "display" in value:
        made["display"] = value["display"]
    return made


def from_coding(there: Resource) -> Body:
    """A Coding as ``CodeAndSystem``, in the spelling it was received in."""
    value: Body = {"code": there["code"]}
    if isinstance(there.get("display"), str):
        value["display"] = there["display"]
    if isinstance(there.get("system"), str):
        spelt = extension(there, RECEIVED)
        value["codeSystem"] = spelt if isinstance(spelt, str) and uri_of(spelt) == there["system"] else canonical(there["system"])
    return value


def read_concept(concept: object, national: Sequence[int] = ()) -> Body | None:
    """The ``CodeAndSystem`` of a CodeableConcept: of its codings that of a ``national`` (Volven) system, else the first."""
    if not isinstance(concept, dict):
        return None
    listed = [c for c in items(concept, "coding") if isinstance(c.get("code"), str) and not _stands_beside(c)]
    wanted = [f"{VOLVEN}{number}" for number in national]
    chosen = next((c for c in listed if c.get("system") in wanted), listed[0] if listed else None)
    return None if chosen is None else from_coding(chosen)


def _stands_beside(there: Resource) -> bool:
    return there["code"] == AS_RECEIVED and str(there.get("system", "")).startswith(BASE)


@dataclass(frozen=True, slots=True)
class Coded:
    """A slot for a ``CodeAndSystem`` in a CodeableConcept. A code that is changed replaces all codings: they would say otherwise.

    ``known``: the codes that the profile takes; beside any other stands ``beside``, which is never read back.
    """

    national: Sequence[int] = ()
    known: Sequence[str] = ()
    beside: str = f"card-item#{AS_RECEIVED}"
    element: str = "valueCodeableConcept"

    def get(self, fact: Resource) -> Any:
        return read_concept(fact.get(self.element), self.national)

    def put(self, fact: Resource, value: Any) -> Resource:
        if value is None:
            return {self.element: None}
        coded = to_coding(value)
        known = (coded.get("system"), coded["code"]) in {code(short) for short in self.known}
        return {self.element: {"coding": [coded] if known else [coding(self.beside), coded]}}
