"""``=``, ``~``, the order of ``<``, and the keys that find equal items among many.

Source: http://hl7.org/fhirpath/N1/#equality and #comparison.
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hit_maternity.fhir.fhirpath import quantity, temporal
from hit_maternity.fhir.fhirpath.errors import execution
from hit_maternity.fhir.fhirpath.item import Item, system
from hit_maternity.fhir.fhirpath.quantity import QUANTITIES, Quantity
from hit_maternity.fhir.fhirpath.temporal import Temporal
from hit_maternity.fhir.json import LosslessFloat


def is_number(value: Any) -> bool:
    return type(value) is int or type(value) is Decimal


def _raw_key(value: Any) -> Hashable:
    """Equal for JSON values that are the same apart from the spelling of numbers."""
    kind = type(value)
    if kind is dict:
        return ("d", frozenset((k, _raw_key(v)) for k, v in value.items()))
    if kind is list:
        return ("l", tuple(map(_raw_key, value)))
    if kind is LosslessFloat:
        return ("n", value.as_decimal())
    if kind is float:
        return ("n", Decimal(repr(value)))
    return (_TAGS.get(kind, "x"), value)


def same_json(a: Any, b: Any) -> bool:
    """Whether two JSON values are the same apart from the spelling of numbers; told by the first difference."""
    kind = type(a)
    if kind is not type(b):
        return is_number(a := _number(a)) and is_number(b := _number(b)) and bool(a == b)
    if kind is dict:
        return a is b or (len(a) == len(b) and _same_members(a, b))
    if kind is list:
        return len(a) == len(b) and all(map(same_json, a, b))
    return bool(_number(a) == _number(b)) if kind is LosslessFloat else bool(a == b)


def _same_members(a: dict[str, Any], b: dict[str, Any]) -> bool:
    for name, value in a.items():
        other = b.get(name)
        if type(value) is str:
            if value != other:
                return False
        elif not (name in b and same_json(value, other)):
            return False
    return True


def _number(value: Any) -> Any:
    return value.as_decimal() if isinstance(value, LosslessFloat) else value


_TAGS = {str: "s", bool: "b", int: "n", Decimal: "n"}


def key(item: Item) -> Hashable:
    """Equal for two items exactly where ``=`` between them is true."""
    value = system(item)
    if isinstance(value, Temporal | Quantity):
        return value.key()
    if value is None:
        return ("c", _raw_key(item.companion))
    return _raw_key(value)


def equal(left: Item, right: Item) -> bool | None:
    """``=`` of two items; None where dates or durations leave it open, or a value is missing."""
    if left is right:
        return True
    if type(left.value) is dict and type(right.value) is dict:
        measured = left.type in QUANTITIES and right.type in QUANTITIES
        return _equal_measured(left.value, right.value) if measured else same_json(left.value, right.value)
    a, b = system(left), system(right)
    if a is None or b is None:
        return None
    kind = type(a)
    if kind is not type(b):
        return _equal_converted(a, b)
    if kind is Temporal:
        return _equal_moments(a, b)
    if kind is Quantity:
        return quantity.equal(a, b)
    return same_json(a, b)


def _equal_measured(a: dict[str, Any], b: dict[str, Any]) -> bool | None:
    """Two FHIR Quantities: as System.Quantity where both are, else by their content. One code needs no conversion."""
    code = a.get("code")
    if type(code) is str and code == b.get("code") and "comparator" not in a and "comparator" not in b:
        value, other = _number(a.get("value")), _number(b.get("value"))
        if is_number(value) and is_number(other):
            return bool(value == other)
    left, right = quantity.of_fhir(a), quantity.of_fhir(b)
    if left is None and right is None:
        return same_json(a, b)
    return False if left is None or right is None else quantity.equal(left, right)


def _equal_converted(a: Any, b: Any) -> bool | None:
    """Two values of different types: integers become decimals, numbers quantities."""
    if is_number(a) and is_number(b):
        return bool(a == b)
    if isinstance(a, Quantity) and is_number(b):
        return quantity.equal(a, Quantity(Decimal(b)))
    if isinstance(b, Quantity) and is_number(a):
        return quantity.equal(Quantity(Decimal(a)), b)
    return False


def _equal_moments(a: Temporal, b: Temporal) -> bool | None:
    if (a.kind == temporal.TIME) != (b.kind == temporal.TIME):
        return False
    order = temporal.compare(a, b)
    return None if order is None else order == 0


def equal_collections(left: list[Item], right: list[Item]) -> bool | None:
    """``=`` of two collections, in order; None where one is empty."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    verdict: bool | None = True
    for a, b in zip(left, right, strict=True):
        same = equal(a, b)
        if same is False:
            return False
        verdict = None if same is None else verdict
    return verdict


def compare(left: Item, right: Item) -> int | None:
    """-1, 0 or 1; None where it is open. Raises ``FhirPathError`` for types that have no order between them."""
    a, b = system(left), system(right)
    if a is None or b is None:
        return None
    if (is_number(a) and is_number(b)) or (type(a) is str and type(b) is str):
        return int(a > b) - int(a < b)
    if isinstance(a, Temporal) and isinstance(b, Temporal) and (a.kind == temporal.TIME) == (b.kind == temporal.TIME):
        return temporal.compare(a, b)
    if isinstance(a, Quantity) and is_number(b):
        b = Quantity(Decimal(b))
    elif isinstance(b, Quantity) and is_number(a):
        a = Quantity(Decimal(a))
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return quantity.compare(a, b)
    raise execution(f"{left.type} can't be compared with {right.type}")


def equivalent(left: Item, right: Item) -> bool:
    """``~`` of two items."""
    return left is right or _equivalent(system(left), system(right))


def _equivalent(a: Any, b: Any) -> bool:
    a, b = (v.as_decimal() if isinstance(v, LosslessFloat) else v for v in (a, b))
    if type(a) is str and type(b) is str:
        return " ".join(a.casefold().split()) == " ".join(b.casefold().split())
    if is_number(a) and is_number(b):
        return _equivalent_numbers(Decimal(a), Decimal(b))
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return quantity.equivalent(a, b)
    if isinstance(a, Temporal) and isinstance(b, Temporal):
        return _equal_moments(a, b) is True
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equivalent(v, b[k]) for k, v in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return matched(a, b, _equivalent)
    return type(a) is type(b) and bool(a == b)


def _equivalent_numbers(a: Decimal, b: Decimal) -> bool:
    """Equal when rounded to the digits of the less precise one, trailing zeros left out."""
    places = min(_places(a), _places(b))
    if max(a.adjusted(), b.adjusted()) > 1000 or places > 1000:
        return a == b
    step = Decimal(1).scaleb(-places)
    return (a / step).to_integral_value(ROUND_HALF_UP) == (b / step).to_integral_value(ROUND_HALF_UP)


def _places(value: Decimal) -> int:
    digits = value.as_tuple()
    exponent = int(digits.exponent)
    trailing = len(digits.digits) - len("".join(map(str, digits.digits)).rstrip("0"))
    return max(0, -(exponent + trailing)) if value else 0


def matched(left: list[Any], right: list[Any], same: Any) -> bool:
    """Whether each member of one has its own partner in the other, in any order."""
    if len(left) != len(right):
        return False
    rest = list(right)
    for a in left:
        at = next((i for i, b in enumerate(rest) if same(a, b)), None)
        if at is None:
            return False
        del rest[at]
    return True
