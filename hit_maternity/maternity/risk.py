"""Risk: which factors a woman brings with her, and what she is offered because of them (the table ``risk.toml``).

Three-valued: a factor holds, doesn't hold, or can't be told (``None``) because an answer is missing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hit_maternity.maternity.answers import all_of, any_of, opposite
from hit_maternity.maternity.facts import Background, Facts
from hit_maternity.maternity.tables import Basis, Row, TableError, Words, rows

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "over": operator.gt,
    "at_least": operator.ge,
    "equals": operator.eq,
    "is": operator.is_,
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One comparison of a background field (``compares`` with ``bound``), or several factors together (``all_of``)."""

    id: str
    field: str
    compares: str
    bound: Decimal | bool
    all_of: tuple[str, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered when any of the factors ``any_of`` holds, unless ``unless`` does."""

    id: str
    any_of: tuple[str, ...]
    unless: str | None
    words: Words
    basis: Basis


def age_in_years(birth: date, on: date) -> int:
    """Completed years from ``birth`` to ``on``."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _factor(row: Row) -> Factor:
    if "all" in row.values:
        return Factor(row.id, "", "all", True, row.texts("all"), row.words())
    named = row.text("field")
    if named not in {f.name for f in fields(Background)}:
        raise row.fault(f"the background has no field {named!r}")
    stated = [c for c in _COMPARISONS if c in row.values]
    if len(stated) != 1:
        raise row.fault(f"exactly one of {', '.join(_COMPARISONS)} must be there")
    bound: Decimal | bool = row.flag("is") if stated == ["is"] else row.number(stated[0])
    return Factor(row.id, named, stated[0], bound, (), row.words())


@cache
def factors() -> dict[str, Factor]:
    """All factors by id."""
    return {row.id: _factor(row) for row in rows("risk", "factor")}


@cache
def offers() -> dict[str, Offer]:
    """All offers by id. Raises ``TableError`` where one names an unknown factor."""
    listed = {}
    for row in rows("risk", "offer"):
        unless = row.text("unless") if "unless" in row.values else None
        offer = Offer(row.id, row.texts("any"), unless, row.words(), row.basis())
        if set(offer.any_of) - set(factors()) or (unless is not None and unless not in factors()):
            raise TableError(f"risk.toml, offer {offer.id!r} names an unknown factor")
        listed[row.id] = offer
    return listed


def holds(factor: str, background: Background) -> bool | None:
    """Whether a factor holds; ``None`` where it can't be told. Raises ``KeyError`` at an unknown factor."""
    rule = factors()[factor]
    if rule.compares == "all":
        return all_of(holds(f, background) for f in rule.all_of)
    value = getattr(background, rule.field)
    if value is None:
        return None
    return _COMPARISONS[rule.compares](value, rule.bound)


def offered(offer: str, background: Background) -> bool | None:
    """Whether an offer is to be made; ``None`` where it can't be told. Raises ``KeyError`` at an unknown offer."""
    rule = offers()[offer]
    wanted = any_of(holds(f, background) for f in rule.any_of)
    if rule.unless is None or wanted is False:
        return wanted
    hindered = holds(rule.unless, background)
    return False if hindered else wanted


def present(offer: str, background: Background) -> tuple[str, ...]:
    """The ids of the offer's factors that hold, in the table's order. Raises ``KeyError`` at an unknown offer."""
    return tuple(f for f in offers()[offer].any_of if holds(f, background))


def circumstances_of(facts: Facts) -> dict[str, bool | None]:
    """The circumstances on which the programme's tasks depend, as far as the facts tell them."""
    chain = facts.rhesus
    known = {offer: offered(offer, facts.background) for offer in ("glucose-load-offered", "hba1c-offered", "nipt-offered")}
    return known | {
        "rhd-negative": chain.mother_negative,
        "not-rhd-immunised": opposite(facts.immunised),
        "fetus-rhd-positive": chain.fetus_positive,
        "typing-wanted": chain.consent,
        "typing-declined": opposite(chain.consent),
    }
