"""Numbers, quantities and places as rows.

Source: https://hl7.org/fhir/R4/search.html#quantity, #number and #special.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from hit_maternity.fhir.definitions import ElementInfo
from hit_maternity.fhir.json import decimal, is_number
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.search.fold import TOKEN_LENGTH, bounded
from hit_maternity.fhir.search.model import CANONICAL, NumberRow, QuantityRow, SearchParameter
from hit_maternity.fhir.search.sheet import Sheet, Sink
from hit_maternity.fhir.search.tokens import Maker
from hit_maternity.fhir.ucum import Conversion, conversion

UCUM = "http://unitsofmeasure.org"
CURRENCY = "urn:iso:std:iso:4217"
#: Stands for an open end: databases differ in how they hold an infinity.
LARGEST = 1.7976931348623157e308
_FURTHEST = 1000  # power of ten, well beyond what a float holds

_new = tuple.__new__
_BRACKETS = str.maketrans("", "", "[]{}")


def finite(number: Decimal | float | int) -> float:
    """``number`` as a float, at most ``LARGEST`` either way."""
    try:
        value = float(number)
    except OverflowError:
        return LARGEST if number > 0 else -LARGEST
    if -LARGEST <= value <= LARGEST:
        return value
    return 0.0 if math.isnan(value) else math.copysign(LARGEST, value)


@lru_cache(maxsize=4096)
def unit_text(code: str) -> str:
    """A unit as it is compared where no conversion is meant: without brackets, so that ``mm[Hg]`` is found as ``mmHg``."""
    return bounded(code.translate(_BRACKETS), TOKEN_LENGTH)


def _decimal(value: Any) -> Decimal | None:
    """The number, drawn in to where arithmetic can't overflow; None where ``value`` is no JSON number."""
    if not is_number(value):
        return None
    try:
        number = decimal(value)
    except (FhirError, InvalidOperation, ValueError):
        return None
    if -_FURTHEST < number.adjusted() < _FURTHEST or not number:
        return number
    return Decimal(0) if number.adjusted() < 0 else Decimal(f"1e{_FURTHEST}").copy_sign(number)


_Bounds = tuple[Decimal | None, Decimal | None]  # None: open


def _bounds(number: Decimal, comparator: Any) -> _Bounds:
    if comparator in ("<", "<="):
        return None, number
    if comparator in (">", ">="):
        return number, None
    return number, number


def _floats(bounds: _Bounds, convert: Conversion | None = None) -> tuple[float, float]:
    low, high = bounds
    if low is high and low is not None:
        one = finite(low if convert is None else convert.apply(low))
        return one, one
    if convert is not None:
        low, high = (None if n is None else convert.apply(n) for n in bounds)
    return -LARGEST if low is None else finite(low), LARGEST if high is None else finite(high)


def _emit(keys: tuple[int, ...], bounds: _Bounds, unit: dict[str, Any], sheet: Sheet, item: int) -> None:
    """Rows as given by code and, where it reads otherwise, by unit; and one in base units if the unit is UCUM."""
    system, code, name = unit.get("system"), unit.get("code"), unit.get("unit")
    system = system if type(system) is str else ""
    given = unit_text(code) if type(code) is str else ""
    shown = unit_text(name) if type(name) is str else ""
    low, high = _floats(bounds)
    rows = sheet.quantity
    system = bounded(system, TOKEN_LENGTH)
    convert = conversion(code) if system == UCUM and type(code) is str else None
    for key in keys:
        rows.append(_new(QuantityRow, (key, item, system, given or shown, low, high)))
        if shown and given and shown != given:
            rows.append(_new(QuantityRow, (key, item, "", shown, low, high)))
    if convert is not None:
        low, high = _floats(bounds, convert)
        for key in keys:
            rows.append(_new(QuantityRow, (key, item, CANONICAL, convert.unit, low, high)))


def _quantity(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = tuple(p.key for p in parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        number = _decimal(value.get("value"))
        if number is not None:
            _emit(keys, _bounds(number, value.get("comparator")), value, sheet, item)

    return sink


def _range(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = tuple(p.key for p in parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        ends = [e if type(e) is dict else {} for e in (value.get("low"), value.get("high"))]
        low, high = (_decimal(e.get("value")) for e in ends)
        if low is not None or high is not None:
            _emit(keys, (low, high), ends[0] if low is not None else ends[1], sheet, item)

    return sink


def _money(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = tuple(p.key for p in parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        number = _decimal(value.get("value"))
        if number is not None:
            _emit(keys, (number, number), {"system": CURRENCY, "code": value.get("currency")}, sheet, item)

    return sink


def _sampled(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    """The range from the least to the greatest sample: ``origin + factor * sample``."""
    keys = tuple(p.key for p in parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        origin, data, factor = value.get("origin"), value.get("data"), _decimal(value.get("factor", 1))
        zero = _decimal(origin.get("value")) if type(origin) is dict else None
        if zero is None or factor is None or type(data) is not str:
            return
        samples = [finite(factor) * float(s) for s in data.split() if s[-1:].isdecimal() and _is_sample(s)]
        if samples:
            ends = Decimal(min(samples)) + zero, Decimal(max(samples)) + zero
            _emit(keys, ends, origin, sheet, item)

    return sink


def _is_sample(text: str) -> bool:
    return len(text) <= 40 and text.lstrip("+-").replace(".", "", 1).isdecimal() and text.isascii()


def _number(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = tuple(p.key for p in parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        number = _decimal(value)
        if number is not None:
            for key in keys:
                sheet.number.append(NumberRow(key, item, finite(number), finite(number)))

    return sink


def _number_range(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = tuple(p.key for p in parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        low, high = (_decimal(e.get("value")) if type(e) is dict else None for e in (value.get("low"), value.get("high")))
        if low is not None or high is not None:
            ends = _floats((low, high))
            for key in keys:
                sheet.number.append(NumberRow(key, item, *ends))

    return sink


def on_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    """The point of the unit sphere at degrees north and east."""
    north, east = math.radians(latitude), math.radians(longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def _position(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = [tuple(p.variant(axis) for axis in (":x", ":y", ":z")) for p in parameters]

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        north, east = _decimal(value.get("latitude")), _decimal(value.get("longitude"))
        if north is None or east is None or abs(north) > 90 or abs(east) > 360:
            return
        for axes in keys:
            for key, place in zip(axes, on_sphere(float(north), float(east)), strict=True):
                sheet.number.append(NumberRow(key, item, place, place))

    return sink


MAKERS: dict[tuple[str, str], Maker] = {
    **{("quantity", t): _quantity for t in ("Quantity", "Age", "Duration", "Distance", "Count", "SimpleQuantity", "MoneyQuantity")},
    ("quantity", "Range"): _range,
    ("quantity", "Money"): _money,
    ("quantity", "SampledData"): _sampled,
    **{("number", t): _number for t in ("integer", "decimal", "positiveInt", "unsignedInt")},
    ("number", "Range"): _number_range,
    ("special", "Location.position"): _position,
}
