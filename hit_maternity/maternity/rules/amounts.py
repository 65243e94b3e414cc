"""Amounts: units that don't convert to the one of their kind, and counts that don't add up."""

from __future__ import annotations

from collections.abc import Iterator

from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.ucum import conversion
from hit_maternity.maternity.rules.canonical import UCUM
from hit_maternity.maternity.rules.case import Case, fault, hint
from hit_maternity.maternity.rules.kinds import kind_of
from hit_maternity.maternity.rules.reading import Resource, table
from hit_maternity.maternity.rules.registered import RETRACTED

COUNTS = ("previous-pregnancies", "gravida", "live-births", "miscarriages", "stillbirths", "ectopic")
_OUTCOMES = frozenset(COUNTS[2:])


def unit_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """``unit-not-convertible`` where a Quantity in UCUM can't be an amount of its kind, such as a fundal height in kg."""
    wanted = None if case.kind is None else case.kind.unit
    quantity = table(new.get("valueQuantity"))
    code = quantity.get("code")
    if wanted is None or quantity.get("system") != UCUM or not isinstance(code, str) or code == wanted:
        return
    found, right = conversion(code), conversion(wanted)
    if found is not None and right is not None and found.unit != right.unit:
        words = f"The unit doesn't convert to {wanted}. Correct the unit, or the code of what was measured."
        yield fault("unit-not-convertible", words, "Observation.value.code")


def count_faults(case: Case, new: Resource) -> Iterator[Issue]:
    """Hints where counts of earlier pregnancies don't add up; a count that isn't known is left out, never taken for none."""
    value = new.get("valueInteger")
    if not isinstance(value, int):
        return
    for record in case.records:
        counts: dict[str, int] = {}
        for resource in case.around.records.observations(record, COUNTS):
            kind, count = kind_of(resource), resource.get("valueInteger")
            if kind is not None and isinstance(count, int) and resource.get("status") not in RETRACTED:
                counts[kind.id] = count
        earlier, gravida = counts.get("previous-pregnancies"), counts.get("gravida")
        if earlier is None:
            continue
        if not case.is_kind("gravida") and sum(n for kind, n in counts.items() if kind in _OUTCOMES) > earlier:
            words = "The outcomes add up to more than the earlier pregnancies; with twins they may. Check the counts."
            yield hint("outcomes-beyond-pregnancies", words, "Observation.value")
        if case.is_kind("gravida", "previous-pregnancies") and gravida is not None and gravida <= earlier:
            words = "Gravida counts this pregnancy too, and so is more than the earlier ones. Check the counts."
            yield hint("gravida-disagrees", words, "Observation.value")
