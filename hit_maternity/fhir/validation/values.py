"""What a profile asks of a value itself: fixed, pattern, minValue, maxValue, maxLength.

Source: https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_ and those after it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.fhirpath.temporal import DATE_TIME, TIME, parse
from hit_maternity.fhir.terminology.grammar import UCUM
from hit_maternity.fhir.ucum import canonical
from hit_maternity.fhir.validation.discriminators import NodeCheck
from hit_maternity.fhir.validation.nodes import Item, matches, same
from hit_maternity.fhir.validation.snapshot import Node
from hit_maternity.fhir.validation.walk import Walk


def _outside(value: Any, limit: Any, is_least: bool) -> bool:
    """Whether ``value`` is surely below the least, or above the most, that is allowed. What doesn't compare (other units, a date of
    so little precision that it may lie on either side) is not outside."""
    if isinstance(value, str) and isinstance(limit, str):
        return _apart(value, limit) if is_least else _apart(limit, value)
    pair = _quantities(value, limit) if isinstance(value, dict) and isinstance(limit, dict) else _numbers(value, limit)
    return pair is not None and (pair[0] < pair[1] if is_least else pair[0] > pair[1])


def _numbers(value: Any, limit: Any) -> tuple[Decimal, Decimal] | None:
    if isinstance(limit, float):
        limit = Decimal(str(limit))
    mine, other = json.decimal(value) if json.is_number(value) else None, json.decimal(limit) if json.is_number(limit) else None
    return (mine, other) if mine is not None and other is not None else None


def _apart(one: str, other: str) -> bool:
    """Whether the date, time or moment ``one`` surely lies before ``other``."""
    for kind in (DATE_TIME, TIME):
        first, second = parse(one, kind), parse(other, kind)
        if first is not None and second is not None:
            local = first.offset is None or second.offset is None
            begin, end = first.interval(local)
            start, _ = second.interval(local)
            return end <= start if begin < end else end < start
    return False


def _quantities(value: dict[str, Any], limit: dict[str, Any]) -> tuple[Decimal, Decimal] | None:
    """The two amounts in one unit; None where they have none in common."""
    amounts = _numbers(value.get("value"), limit.get("value"))
    if amounts is None or value.get("system") != limit.get("system"):
        return None
    if value.get("code") == limit.get("code"):
        return amounts
    if value.get("system") != UCUM or not (isinstance(value.get("code"), str) and isinstance(limit.get("code"), str)):
        return None
    mine, other = canonical(amounts[0], value["code"]), canonical(amounts[1], limit["code"])
    return (mine[0], other[0]) if mine and other and mine[1] == other[1] else None


def value_checks(node: Node, profile: str) -> list[NodeCheck]:
    """The checks of an element's own value; ``profile``: the canonical of the profile that is told."""
    checks: list[NodeCheck] = []
    for prefix, agrees, rule in (("fixed", same, "profile-fixed"), ("pattern", matches, "profile-pattern")):
        wanted = node.value(prefix)
        if wanted is not None:
            checks.append(_valued(wanted, agrees, rule, profile))
    for prefix, word in (("minValue", "at least"), ("maxValue", "at most")):
        limit = node.value(prefix)
        if limit is not None:
            checks.append(_bound(limit, prefix == "minValue", word, profile))
    longest = node.element.get("maxLength")
    if isinstance(longest, int):
        checks.append(_length(longest, profile))
    return checks


def _bound(limit: Any, is_least: bool, word: str, profile: str) -> NodeCheck:
    number = limit.get("value") if isinstance(limit, dict) else limit

    def check(item: Item, walk: Walk) -> None:
        if _outside(item.value, limit, is_least):
            walk.fault("profile-range", item.path, profile=profile, limit=f"{word} {number}")

    return check


def _length(longest: int, profile: str) -> NodeCheck:
    def check(item: Item, walk: Walk) -> None:
        if isinstance(item.value, str) and len(item.value) > longest:
            walk.fault("profile-length", item.path, profile=profile, max=longest)

    return check


def _valued(wanted: Any, agrees: Callable[[Any, Any], bool], rule: str, profile: str) -> NodeCheck:
    told = f" It must be {wanted}." if isinstance(wanted, str | bool | int) and len(str(wanted)) <= 100 else ""

    def check(item: Item, walk: Walk) -> None:
        if item.value is None or not agrees(item.value, wanted):
            walk.fault(rule, item.path, profile=profile, hint=told)

    return check
