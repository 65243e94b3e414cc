"""The present moment, precision and boundaries. Source: http://hl7.org/fhirpath/N1/#utility-functions and #boundary-functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from hit_maternity.fhir.fhirpath import quantity, temporal
from hit_maternity.fhir.fhirpath.code import Env
from hit_maternity.fhir.fhirpath.errors import execution
from hit_maternity.fhir.fhirpath.functions.registry import BOOLEAN_RESULT, INTEGER_RESULT, Plain
from hit_maternity.fhir.fhirpath.item import Item, boolean, computed, integer, single, system
from hit_maternity.fhir.fhirpath.quantity import Quantity
from hit_maternity.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal

_MAX_PLACES = 31
_EXACT = Context(prec=80)


def _moment(kind: str) -> Callable[[Env, list[Item]], list[Item]]:
    return lambda env, focus: [computed(temporal.of_datetime(env.now(), kind))]


def _boundary(high: bool) -> Callable[..., list[Item]]:
    what = "highBoundary()" if high else "lowBoundary()"

    def run(env: Env, focus: list[Item], precision: list[Item] | None = None) -> list[Item]:
        one = single(focus, what)
        digits = _digits(precision, what)
        if one is None or (precision is not None and digits is None):
            return []
        found = _bound(system(one), digits, high)
        return [] if found is None else [computed(found)]

    return run


def _digits(precision: list[Item] | None, what: str) -> int | None:
    one = single(precision, what) if precision else None
    if one is not None and type(one.value) is not int:
        raise execution(f"{what} takes a precision in whole digits")
    return None if one is None else one.value


def _bound(value: Any, digits: int | None, high: bool) -> Any:
    if isinstance(value, Temporal):
        return temporal.boundary(value, digits, high)
    if isinstance(value, Quantity):
        bound = _decimal_bound(value.value, digits, high)
        return None if bound is None else replace(value, value=bound)
    if type(value) in (int, Decimal):
        return _decimal_bound(Decimal(value), digits, high)
    return None


def _decimal_bound(value: Decimal, places: int | None, high: bool) -> Decimal | None:
    """The furthest number that rounds to ``value``, itself cut outwards to ``places`` decimals."""
    places = 8 if places is None else places
    exponent = int(value.as_tuple().exponent)
    if not 0 <= places <= _MAX_PLACES or not -_MAX_PLACES <= exponent <= 0 or value.adjusted() > 27:
        return None
    half = Decimal(5).scaleb(exponent - 1)
    edge = _EXACT.add(value, half) if high else _EXACT.subtract(value, half)
    return edge.quantize(Decimal(1).scaleb(-places), ROUND_CEILING if high else ROUND_FLOOR, _EXACT)


def _precision(env: Env, focus: list[Item]) -> list[Item]:
    one = single(focus, "precision()")
    value = None if one is None else system(one)
    if isinstance(value, Temporal):
        return [integer(value.digits)]
    if isinstance(value, int | Decimal) and type(value) is not bool:
        return [integer(max(0, -int(Decimal(value).as_tuple().exponent)))]
    return []


def _comparable(env: Env, focus: list[Item], other: list[Item]) -> list[Item]:
    one, two = single(focus, "comparable()"), single(other, "comparable()")
    if one is None or two is None:
        return []
    a, b = system(one), system(two)
    return [boolean(isinstance(a, Quantity) and isinstance(b, Quantity) and quantity.comparable(a, b))]


PLAIN: dict[str, Plain] = {
    "now": Plain(_moment(DATE_TIME), types=frozenset({DATE_TIME}), pure=False),
    "today": Plain(_moment(DATE), types=frozenset({DATE}), pure=False),
    "timeOfDay": Plain(_moment(TIME), types=frozenset({TIME}), pure=False),
    "lowBoundary": Plain(_boundary(False), 0, 1),
    "highBoundary": Plain(_boundary(True), 0, 1),
    "precision": Plain(_precision, types=INTEGER_RESULT),
    "comparable": Plain(_comparable, 1, 1, BOOLEAN_RESULT),
}
