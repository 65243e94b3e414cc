"""Functions of numbers. Source: http://hl7.org/fhirpath/N1/#math. What has no result among the reals is empty."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from hit_maternity.fhir.fhirpath.arithmetic import ARITHMETIC, NUMBERS, numeric
from hit_maternity.fhir.fhirpath.code import Env
from hit_maternity.fhir.fhirpath.equality import compare, is_number
from hit_maternity.fhir.fhirpath.errors import execution
from hit_maternity.fhir.fhirpath.functions.registry import Plain
from hit_maternity.fhir.fhirpath.item import Item, computed, single, system
from hit_maternity.fhir.fhirpath.quantity import Quantity


def _function(name: str, compute: Callable[..., Any]) -> Callable[..., list[Item]]:
    def run(env: Env, focus: list[Item], *arguments: list[Item]) -> list[Item]:
        numbers: list[Any] = []
        for items in (focus, *arguments):
            one = single(items, f"{name}()")
            value = None if one is None else system(one)
            if one is None or value is None:
                return []
            if not is_number(value) and not (name == "abs" and isinstance(value, Quantity)):
                raise execution(f"{name}() is given {one.type} where a number is expected")
            numbers.append(value)
        try:
            return numeric(compute(*numbers))
        except ArithmeticError:
            return []

    return run


def _abs(value: Any) -> Any:
    if isinstance(value, Quantity):
        return Quantity(value.value.copy_abs(), value.unit)
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


def _whole(rounding: str) -> Callable[[Any], int]:
    return lambda value: _to_whole(Decimal(value), rounding)


def _to_whole(value: Decimal, rounding: str) -> int:
    if value.adjusted() > 30:
        raise OverflowError
    return int(value.to_integral_value(rounding))


def _round(value: Any, places: Any = 0) -> Any:
    if type(places) is not int or places < 0:
        raise execution("round() takes a number of decimals from 0 up")
    if type(value) is int or places > 30:
        return value
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, NUMBERS)


def _ln(value: Any) -> Decimal | None:
    return NUMBERS.ln(Decimal(value)) if value > 0 else None


def _log(value: Any, base: Any) -> Decimal | None:
    if value <= 0 or base <= 0 or base == 1:
        return None
    return _tidy(NUMBERS.divide(NUMBERS.ln(Decimal(value)), NUMBERS.ln(Decimal(base))))


def _tidy(value: Decimal) -> Decimal:
    """Without the last digits, in which a quotient of logarithms errs."""
    rounded = value.quantize(Decimal(1).scaleb(-28), ROUND_HALF_UP, NUMBERS) if value.adjusted() < 9 else value
    return rounded.normalize() if rounded else Decimal(0)


def _power(value: Any, exponent: Any) -> Any:
    result = NUMBERS.power(Decimal(value), Decimal(exponent))
    whole = type(value) is int and type(exponent) is int and exponent >= 0
    return _to_whole(result, ROUND_DOWN) if whole else result


def _sqrt(value: Any) -> Decimal | None:
    return None if value < 0 else NUMBERS.sqrt(Decimal(value))


def _sum(env: Env, focus: list[Item]) -> list[Item]:
    total = focus[:1]
    for item in focus[1:]:
        total = ARITHMETIC["+"](total, [item])
    env.spend(len(focus))
    return [computed(value) for item in total if (value := system(item)) is not None]


def _average(env: Env, focus: list[Item]) -> list[Item]:
    return ARITHMETIC["/"](_sum(env, focus), [computed(len(focus))])


def _extreme(sign: int) -> Callable[[Env, list[Item]], list[Item]]:
    """The least (-1) or greatest (1) member; empty where the order isn't known."""

    def run(env: Env, focus: list[Item]) -> list[Item]:
        env.spend(len(focus))
        best = focus[:1]
        for item in focus[1:]:
            order = compare(item, best[0])
            if order is None:
                return []
            best = [item] if order == sign else best
        return best

    return run


_COMPUTED: dict[str, tuple[Callable[..., Any], int, int]] = {
    "abs": (_abs, 0, 0),
    "ceiling": (_whole(ROUND_CEILING), 0, 0),
    "floor": (_whole(ROUND_FLOOR), 0, 0),
    "truncate": (_whole(ROUND_DOWN), 0, 0),
    "round": (_round, 0, 1),
    "exp": (lambda value: NUMBERS.exp(Decimal(value)), 0, 0),
    "ln": (_ln, 0, 0),
    "log": (_log, 1, 1),
    "power": (_power, 1, 1),
    "sqrt": (_sqrt, 0, 0),
}

PLAIN: dict[str, Plain] = {
    **{name: Plain(_function(name, compute), least, most) for name, (compute, least, most) in _COMPUTED.items()},
    "sum": Plain(_sum),
    "avg": Plain(_average),
    "min": Plain(_extreme(-1), types="same"),
    "max": Plain(_extreme(1), types="same"),
}
