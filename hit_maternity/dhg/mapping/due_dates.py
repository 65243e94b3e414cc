"""Due dates: by the last period, by ultrasound, corrected; each an Observation with its method, and one of them the valid one.

The national record doesn't say which holds. Where the record says so and a new due date stands above that one by the rules of dating, or
the valid one is taken back, the mark goes to the one that holds by them. A due date by assisted conception is shown as the ``dueDate``
where there is none by the period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hit_maternity.dhg.mapping.facts import RECORD, Fact, Observed, Place
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy
from hit_maternity.dhg.mapping.values import Day
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.card.elements import code_of as coded_in
from hit_maternity.maternity.card.elements import items
from hit_maternity.maternity.card.systems import coding, system
from hit_maternity.maternity.card.systems import extension as own
from hit_maternity.maternity.card.term import estimates, is_marked_valid
from hit_maternity.maternity.dating import valid_term

_VALID = own("valid-term")
#: Member to the methods it is of (the last is looked for first), the words and the codes of a new one.
_MEMBERS: Mapping[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "dueDate": (("oocyte-retrieval", "embryo-transfer", "lmp"), "Termin etter siste menstruasjon", ("loinc#11778-8", "loinc#11779-6")),
    "dueDateBasedOnUltrasound": (("ultrasound",), "Termin etter ultralyd", ("loinc#11778-8",)),
    "dueDateCorrectedDate": (("corrected",), "Korrigert termin", ("loinc#11778-8",)),
}


def _method(due: Resource) -> str | None:
    """What a due date rests on; by its code where the method isn't told."""
    named = coded_in(due.get("method"), system("term-basis"))
    by_period = any(c.get("code") == "11779-6" for c in items(due.get("code") or {}, "coding"))
    return named or ("lmp" if by_period else None)


@dataclass(frozen=True, slots=True)
class _Due(Observed):
    """The due dates of one member, those of the method that counts first last."""

    methods: tuple[str, ...] = ()

    def there(self, pregnancy: Pregnancy, place: Place) -> list[Resource]:
        """Those that stand, the one that is shown last."""
        found = [r for r in self.fact.there(pregnancy, place) if _method(r) in self.methods]
        return sorted(found, key=lambda r: self.methods.index(str(_method(r))))


def _field(name: str) -> _Due:
    methods, text, codes = _MEMBERS[name]
    more = {"method": {"coding": [coding(f"term-basis#{methods[-1]}")]}}
    return _Due(Fact("due-date", "exam", codes, text, "due-date", more=more), {name: Day()}, methods)


@dataclass(frozen=True, slots=True)
class DueDates:
    """The three members."""

    names: Iterable[str] = tuple(_MEMBERS)

    def fits(self, resource: Resource) -> bool:
        return _field("dueDate").fact.fits(resource)

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for field in map(_field, _MEMBERS):
            there = field.there(pregnancy, place)
            told |= field.told(there[-1] if there else None)
        return told

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        put: list[Resource] = []
        for name, field in ((name, _field(name)) for name in _MEMBERS):
            there = field.there(pregnancy, place)
            given = {} if wanted.get(name) is None else {name: wanted[name]}
            if field.told(there[-1] if there else None) == given:
                continue
            put += [field.put(pregnancy, there[-1] if there else None, given, place)] if given else field.withdrawn(there)
        return _marked(pregnancy, put) if put else []


def _marked(pregnancy: Pregnancy, put: Sequence[Resource]) -> list[Resource]:
    """``put`` with the mark of the valid due date where it belongs after it; as it is where the record bears no mark."""
    before = [r for r in pregnancy.facts("due-date") if is_marked_valid(r)]
    changes = {r["id"]: r for r in put}
    if not before:
        return list(put)
    after = pregnancy.after(put)
    try:
        listed = estimates(after.card)
        chosen = valid_term([made for made, _ in listed])
    except FhirError:  # a date at the ends of the calendar dates nothing
        return list(put)
    marked = [r for _, r in listed if is_marked_valid(r)]
    fresh = changes.keys() - {r["id"] for r in pregnancy.card.of("Observation")}
    holder = None if chosen is None else next(r for made, r in listed if made is chosen.estimate)
    if chosen is None or holder is None or is_marked_valid(holder) or (marked and holder["id"] not in fresh):
        return list(put)
    for other in marked:
        changes[other["id"]] = _with_mark(other, [{"url": "valid", "valueBoolean": False}])
    reason = {"coding": [coding(f"term-reason#{chosen.reason}")]}
    changes[holder["id"]] = _with_mark(holder, [{"url": "valid", "valueBoolean": True}, {"url": "reason", "valueCodeableConcept": reason}])
    return list(changes.values())


def _with_mark(due: Resource, parts: list[Resource]) -> Resource:
    others = [e for e in items(due, "extension") if e.get("url") != _VALID]
    return {**{k: v for k, v in due.items() if k != "text"}, "extension": [*others, {"url": _VALID, "extension": parts}]}
