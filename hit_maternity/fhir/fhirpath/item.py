"""One member of a collection, and the value that FHIRPath sees in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hit_maternity.fhir.fhirpath import quantity, temporal
from hit_maternity.fhir.fhirpath.errors import execution
from hit_maternity.fhir.fhirpath.quantity import QUANTITIES, Quantity
from hit_maternity.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal
from hit_maternity.fhir.json import LosslessFloat

BOOLEAN, INTEGER, DECIMAL, STRING, QUANTITY = "System.Boolean", "System.Integer", "System.Decimal", "System.String", "System.Quantity"

_MOMENTS = {"date": DATE, "dateTime": DATE_TIME, "instant": DATE_TIME, "time": TIME}


class Item:
    """``value``: raw JSON (dict, str, bool, int, ``LosslessFloat``), or for what was computed also ``Decimal``, ``Quantity``,
    ``Temporal``; None for a primitive that has only extensions. ``type``: FHIR or System type name: ``Quantity``, ``code``,
    ``Observation.component``, ``System.Boolean``. ``companion``: the ``_x`` object of a primitive."""

    __slots__ = ("companion", "type", "value")

    def __init__(self, value: Any, type: str, companion: Any = None) -> None:
        self.value = value
        self.type = type
        self.companion = companion

    def __repr__(self) -> str:
        return f"Item({self.type})"


TRUE, FALSE = Item(True, BOOLEAN), Item(False, BOOLEAN)
#: ``$this`` where a function was called on the empty collection.
NOTHING = Item(None, "")


def string(value: str) -> Item:
    return Item(value, STRING)


def integer(value: int) -> Item:
    return Item(value, INTEGER)


def boolean(value: bool) -> Item:
    return TRUE if value else FALSE


def computed(value: Any) -> Item:
    """The Item of a Python value that FHIRPath computed."""
    return Item(value, system_type(value))


def system_type(value: Any) -> str:
    """``System.String`` for a str, and so on; ``Element`` for JSON of no known type."""
    if isinstance(value, Temporal):
        return value.kind
    return _SYSTEM.get(type(value), "Element")


_SYSTEM: dict[type, str] = {
    bool: BOOLEAN, int: INTEGER, str: STRING, Decimal: DECIMAL, LosslessFloat: DECIMAL, float: DECIMAL, Quantity: QUANTITY,
}  # fmt: skip


def system(item: Item) -> Any:
    """The value as FHIRPath's System types have it: bool, int, Decimal, str, Temporal, Quantity; a dict where there is none.

    FHIR's primitives and Quantity convert by themselves; what is not what its type says (``"x"`` for a date) stays as it is.
    """
    value = item.value
    kind = type(value)
    if kind is str:
        moment = _MOMENTS.get(item.type)
        return value if moment is None else temporal.parse(value, moment) or value
    if kind is LosslessFloat:
        try:
            return value.as_decimal()
        except ArithmeticError:
            raise execution("a number is too large") from None
    if kind is float:
        return Decimal(repr(value))
    if kind is dict and item.type in QUANTITIES:
        return quantity.of_fhir(value) or value
    return value


def text(item: Item) -> str | None:
    """The characters of a string-like item (dates too); None for one without a value. Raises ``FhirPathError`` for others."""
    value = item.value
    if type(value) is str or value is None:
        return value
    if isinstance(value, Temporal):
        return str(value)
    raise execution(f"a string is expected, not {item.type}")


def single(items: list[Item], what: str) -> Item | None:
    """The one member of ``items``, None of an empty collection. Raises ``FhirPathError`` where there are more."""
    if len(items) > 1:
        raise execution(f"{what} is given {len(items)} items where one is expected")
    return items[0] if items else None


def truth(items: list[Item]) -> bool | None:
    """A collection as a boolean: its one boolean; true for one item of another type; None for the empty collection.

    Source: http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections. Raises ``FhirPathError`` for several items.
    """
    if not items:
        return None
    if len(items) > 1:
        raise execution(f"one boolean is expected, not {len(items)} items")
    value = items[0].value
    if value is None:
        return None
    return value if type(value) is bool else True
