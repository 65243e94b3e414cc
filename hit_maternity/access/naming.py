"""Whom a search is about, as far as it tells itself; and what one that names nobody may ask, so that neither what it finds nor that it
finds nothing tells of records that are closed to the caller.

Sources: helseid.md 7.1 ATT-4 and ATT-6 (an attest serves one patient, and without one only narrow lists): inferred for searches.
"""

from __future__ import annotations

from collections.abc import Iterable

from hit_maternity.access.policy import Policy
from hit_maternity.fhir.search.model import (
    Chain,
    Condition,
    Criterion,
    Has,
    Ids,
    InCompartment,
    InList,
    Query,
    ReferenceValue,
    TokenValue,
    TypeIs,
)


def named(query: Query) -> Iterable[str]:
    """The ids of the Patients that a search is about, by every criterion that can only be met in their records."""
    for criterion in query.criteria:
        if isinstance(criterion, InCompartment) and criterion.type == "Patient":
            yield criterion.id
        elif isinstance(criterion, Ids) and not criterion.negated and query.types == ("Patient",):
            yield from criterion.ids
        elif isinstance(criterion, Condition) and not criterion.negated and criterion.modifier is None and _is_patients(criterion):
            yield from (value.target_id for value in criterion.values if isinstance(value, ReferenceValue))


def _is_patients(condition: Condition) -> bool:
    """Whether a condition's values are Patients in whose record a match is."""
    codes = {p.code for p in condition.parameters}
    values = condition.values
    return (
        bool(values)
        and codes <= {"patient", "subject", "fetus-of"}
        and all(isinstance(v, ReferenceValue) and v.target_type in ("Patient", None) for v in values)
    )


def looks_around(query: Query, policy: Policy) -> bool:
    """Whether what a search finds, or that it finds nothing, would tell of records that it doesn't name."""
    if any(_reaches_records(c, policy) for c in query.criteria):
        return True
    if all(policy.kind_of(t) in ("knowledge", "directory") for t in query.types):
        return False
    counts = query.count == 0 or query.summary == "count"
    plain = all(isinstance(c, TypeIs) or _identifies(c) or query.types == ("Patient",) for c in query.criteria)
    return counts or not plain or not any(_identifies(c) for c in query.criteria)


def _reaches_records(criterion: Criterion, policy: Policy) -> bool:
    """Whether a criterion looks at other resources than those that are searched, in records."""
    if isinstance(criterion, Chain):
        return any(policy.kind_of(t) == "record" for t in criterion.target_types) or _reaches_records(criterion.condition, policy)
    if isinstance(criterion, Has):
        return policy.kind_of(criterion.source_type) == "record" or _reaches_records(criterion.condition, policy)
    return isinstance(criterion, InList)


def _identifies(criterion: Criterion) -> bool:
    """Whether a criterion fits one resource, or a few, that the caller knows already: by id or identifier."""
    if isinstance(criterion, Ids):
        return not criterion.negated
    return (
        isinstance(criterion, Condition)
        and {p.code for p in criterion.parameters} == {"identifier"}
        and not (criterion.negated or criterion.modifier)
        and bool(criterion.values)
        and all(isinstance(v, TokenValue) and v.code for v in criterion.values)
    )
