"""``+ - * / div mod &`` and the sign, on one item a side.

Source: http://hl7.org/fhirpath/N1/#math. Decimals are exact to 38 digits; what overflows is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Clamped, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from hit_maternity.fhir.fhirpath import temporal
from hit_maternity.fhir.fhirpath.code import MAX_TEXT
from hit_maternity.fhir.fhirpath.equality import is_number
from hit_maternity.fhir.fhirpath.errors import execution, limit
from hit_maternity.fhir.fhirpath.item import Item, computed, single, string, system, text
from hit_maternity.fhir.fhirpath.quantity import Quantity, product_unit, ratio_unit
from hit_maternity.fhir.fhirpath.temporal import Temporal

NUMBERS = Context(prec=38, Emax=9999, Emin=-9999, traps=[InvalidOperation, DivisionByZero, Overflow, Clamped])
INTEGERS = range(-(2**31), 2**31)

Binary = Callable[[list[Item], list[Item]], list[Item]]


def numeric(value: Any) -> list[Item]:
    """``value`` as a collection: empty where it is None or an integer outside 32 bits."""
    if value is None or (type(value) is int and value not in INTEGERS):
        return []
    return [computed(value)]


def _add(a: Any, b: Any) -> Any:
    if is_number(a) and is_number(b):
        return a + b if type(a) is int and type(b) is int else NUMBERS.add(Decimal(a), Decimal(b))
    if type(a) is str and type(b) is str:
        return joined(a, b)
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return _sum(a, b, 1)
    if isinstance(a, Temporal) and isinstance(b, Quantity):
        return _moved(a, b, 1)
    raise TypeError


def _subtract(a: Any, b: Any) -> Any:
    if is_number(a) and is_number(b):
        return a - b if type(a) is int and type(b) is int else NUMBERS.subtract(Decimal(a), Decimal(b))
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return _sum(a, b, -1)
    if isinstance(a, Temporal) and isinstance(b, Quantity):
        return _moved(a, b, -1)
    raise TypeError


def _sum(a: Quantity, b: Quantity, sign: int) -> Quantity | None:
    """In the unit of ``a`` where it is the same, else in base units; None for units of different kinds."""
    if a.code == b.code:
        return Quantity(_signed_sum(a.value, b.value, sign), a.unit)
    (value, unit), (other, other_unit) = a.canonical(), b.canonical()
    return Quantity(_signed_sum(value, other, sign), unit) if unit == other_unit else None


def _signed_sum(a: Decimal, b: Decimal, sign: int) -> Decimal:
    return NUMBERS.add(a, b) if sign > 0 else NUMBERS.subtract(a, b)


def _moved(moment: Temporal, duration: Quantity, sign: int) -> Temporal | None:
    unit = temporal.UNITS.get(duration.unit)
    if unit is None:
        raise execution(f"a date can't be moved by the unit '{duration.unit[:40]}'; use a calendar word such as 'day' or 'month'")
    return temporal.add(moment, duration.value * sign, unit)


def _multiply(a: Any, b: Any) -> Any:
    if is_number(a) and is_number(b):
        return a * b if type(a) is int and type(b) is int else NUMBERS.multiply(Decimal(a), Decimal(b))
    if isinstance(a, Quantity) or isinstance(b, Quantity):
        left, right = _as_quantity(a), _as_quantity(b)
        return Quantity(NUMBERS.multiply(left.value, right.value), _short(product_unit(left.code, right.code)))
    raise TypeError


def _divide(a: Any, b: Any) -> Any:
    if isinstance(a, Quantity) or isinstance(b, Quantity):
        left, right = _as_quantity(a), _as_quantity(b)
        return None if right.value == 0 else Quantity(NUMBERS.divide(left.value, right.value), _short(ratio_unit(left.code, right.code)))
    if not (is_number(a) and is_number(b)):
        raise TypeError
    return None if b == 0 else NUMBERS.divide(Decimal(a), Decimal(b))


def _short(unit: str) -> str:
    if len(unit) > 200:
        raise limit("a unit grows beyond 200 characters")
    return unit


def _as_quantity(value: Any) -> Quantity:
    if isinstance(value, Quantity):
        return value
    if is_number(value):
        return Quantity(Decimal(value))
    raise TypeError


def _div(a: Any, b: Any) -> Any:
    if not (is_number(a) and is_number(b)):
        raise TypeError
    return None if b == 0 else int(NUMBERS.divide_int(Decimal(a), Decimal(b)))


def _mod(a: Any, b: Any) -> Any:
    if not (is_number(a) and is_number(b)):
        raise TypeError
    if b == 0:
        return None
    rest = NUMBERS.remainder(Decimal(a), Decimal(b))
    return int(rest) if type(a) is int and type(b) is int else rest


def _operator(sign: str, compute: Callable[[Any, Any], Any]) -> Binary:
    def apply(left: list[Item], right: list[Item]) -> list[Item]:
        one, other = single(left, f"'{sign}'"), single(right, f"'{sign}'")
        if one is None or other is None:
            return []
        a, b = system(one), system(other)
        if a is None or b is None:
            return []
        try:
            return numeric(compute(a, b))
        except TypeError:
            raise execution(f"'{sign}' has no meaning between {one.type} and {other.type}") from None
        except ArithmeticError:
            return []

    return apply


def joined(a: str, b: str) -> str:
    if len(a) + len(b) > MAX_TEXT:
        raise limit(f"a string grows beyond {MAX_TEXT:,} characters")
    return a + b


def concatenate(left: list[Item], right: list[Item]) -> list[Item]:
    """``&``: an empty side counts as the empty string."""
    one, other = single(left, "'&'"), single(right, "'&'")
    return [string(joined((text(one) if one else None) or "", (text(other) if other else None) or ""))]


ARITHMETIC: dict[str, Binary] = {
    "+": _operator("+", _add),
    "-": _operator("-", _subtract),
    "*": _operator("*", _multiply),
    "/": _operator("/", _divide),
    "div": _operator("div", _div),
    "mod": _operator("mod", _mod),
    "&": concatenate,
}


def signed(items: list[Item], sign: str) -> list[Item]:
    """``+x`` and ``-x`` of a number or quantity."""
    one = single(items, f"'{sign}'")
    if one is None:
        return []
    value = system(one)
    if isinstance(value, Quantity):
        return [computed(Quantity(value.value if sign == "+" else value.value.copy_negate(), value.unit))]
    if value is None or not is_number(value):
        raise execution(f"'{sign}' is given {one.type} where a number is expected")
    if sign == "+":
        return [computed(value)]
    return [computed(value.copy_negate() if isinstance(value, Decimal) else -value)]
