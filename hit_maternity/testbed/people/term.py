"""Dating: last period, assisted conception, and every due date with which of them is valid and why."""

from __future__ import annotations

from typing import Any

from hit_maternity.maternity.dating import ASSISTED, Estimate, Method
from hit_maternity.testbed.people.canonical import BASE, own_system
from hit_maternity.testbed.people.coding import coding, concept
from hit_maternity.testbed.people.kinds import KINDS
from hit_maternity.testbed.people.record import Record, Reference, Sitting, answered, ref

#: Method to key of the kind, code of term-basis and its name, Norwegian words.
METHODS = {
    Method.LMP: ("due-lmp", "Last menstrual period", "Siste menstruasjon"),
    Method.ULTRASOUND: ("due-ultrasound", "Ultrasound", "Ultralyd"),
    Method.EMBRYO_TRANSFER: ("due-ivf", "Assisted conception, embryo transfer", "Assistert befruktning, innsetting av embryo"),
    Method.CORRECTED: ("due-corrected", "Corrected by a health professional", "Korrigert av helsepersonell"),
}
#: Why a term is valid: name in term-reason.
REASONS = {
    "corrected": "Corrected by a health professional",
    "assisted-conception": "Assisted conception",
    "ultrasound-routine": "Routine ultrasound",
    "ultrasound-other": "Other ultrasound",
    "ultrasound-undated": "Ultrasound without a day",
    "lmp": "Last menstrual period",
}


def build(record: Record) -> None:
    """Writes the Observations of the dating, each at the visit at which it became known."""
    dating = record.story.dating
    if dating.lmp is not None:
        record.observe(record.first, "lmp", KINDS["lmp"], valueDateTime=dating.lmp.isoformat())
    elif dating.lmp_missing is not None:
        record.observe(record.first, "lmp", KINDS["lmp"], **answered(dating.lmp_missing))
    _assisted(record)
    for estimate in record.estimates:
        _due_date(record, estimate)


def _assisted(record: Record) -> None:
    dating = record.story.dating
    if dating.assisted is None:
        return
    parts: list[dict[str, Any]] = []
    if dating.transfer is not None:
        item = own_system("card-item")
        day = concept([coding(item, "assisted-conception-date", "Day of assisted conception")], "Dato for assistert befruktning")
        way = concept([coding(item, "assisted-conception-method", "Way of assisted conception")], "Måte for assistert befruktning")
        age = concept([coding(item, "embryo-age", "Age of the embryo at transfer")], "Embryoets alder ved innsetting")
        parts = [
            {"code": day, "valueDateTime": dating.transfer.isoformat()},
            {"code": way, "valueCodeableConcept": _basis(Method.EMBRYO_TRANSFER)},
            {"code": age, "valueInteger": dating.embryo_age},
        ]
    record.observe(record.first, "assisted", KINDS["assisted"], component=parts or None, **answered(dating.assisted))


def _basis(method: Method) -> dict[str, Any]:
    _, display, words = METHODS[method]
    return concept([coding(own_system("term-basis"), method.value, display)], words)


def sitting_of(record: Record, estimate: Estimate) -> Sitting:
    """The sitting at which an estimate entered the record."""
    return next(s for s in record.sittings if s.start.date() == estimate.recorded)


def due_date_id(record: Record, estimate: Estimate) -> Reference:
    """A reference to the Observation of an estimate."""
    return ref("Observation", record.id(METHODS[estimate.method][0], sitting_of(record, estimate).key))


def _derived(record: Record, estimate: Estimate) -> list[Reference] | None:
    if estimate.method is Method.LMP:
        return [ref("Observation", record.id("lmp", record.first.key))]
    return [ref("Observation", record.id("assisted", record.first.key))] if estimate.method in ASSISTED else None


def _due_date(record: Record, estimate: Estimate) -> None:
    valid = record.terms[-1].term
    is_valid = valid.estimate == estimate
    parts: list[dict[str, Any]] = [{"url": "valid", "valueBoolean": is_valid}]
    if is_valid:
        reason = concept([coding(own_system("term-reason"), valid.reason, REASONS[valid.reason])], valid.words.nb)
        parts.append({"url": "reason", "valueCodeableConcept": reason})
    kind = KINDS[METHODS[estimate.method][0]]
    sitting = sitting_of(record, estimate)
    record.observe(
        sitting,
        METHODS[estimate.method][0],
        kind,
        extension=[{"url": f"{BASE}/StructureDefinition/valid-term", "extension": parts}],
        valueDateTime=estimate.due_date.isoformat(),
        method=_basis(estimate.method),
        derivedFrom=_derived(record, estimate),
    )
