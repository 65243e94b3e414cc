"""``toX`` and ``convertsToX``. Source: http://hl7.org/fhirpath/N1/#conversion."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hit_maternity.fhir.fhirpath import temporal
from hit_maternity.fhir.fhirpath.arithmetic import INTEGERS
from hit_maternity.fhir.fhirpath.code import Env
from hit_maternity.fhir.fhirpath.functions.registry import BOOLEAN_RESULT, Plain
from hit_maternity.fhir.fhirpath.item import BOOLEAN, DECIMAL, INTEGER, QUANTITY, STRING, Item, boolean, computed, single, system
from hit_maternity.fhir.fhirpath.quantity import Quantity
from hit_maternity.fhir.fhirpath.quantity import parse as parse_quantity
from hit_maternity.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal

_INTEGER = re.compile(r"[+-]?[0-9]{1,12}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,1000}(?:\.[0-9]{1,1000})?")
_TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "0.0"})


def _boolean(value: Any) -> Any:
    if type(value) is bool:
        return value
    if type(value) in (int, Decimal):
        return None if value not in (0, 1) else bool(value)
    if type(value) is str and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    return None


def _integer(value: Any) -> Any:
    if type(value) is bool:
        return int(value)
    if type(value) is str and _INTEGER.fullmatch(value):
        value = int(value)
    return value if type(value) is int and value in INTEGERS else None


def _decimal(value: Any) -> Any:
    if type(value) in (bool, int, Decimal):
        return Decimal(value)
    return Decimal(value) if type(value) is str and _DECIMAL.fullmatch(value) else None


def _quantity(value: Any) -> Any:
    if isinstance(value, Quantity):
        return value
    if type(value) in (bool, int, Decimal):
        return Quantity(Decimal(value))
    return parse_quantity(value) if type(value) is str else None


def _string(value: Any) -> Any:
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return f"{value:f}" if abs(value.adjusted()) < 1000 else str(value)
    if type(value) is int:
        return str(value) if abs(value) < 10**1000 else None
    return str(value) if isinstance(value, str | Temporal | Quantity) else None


def _date(value: Any) -> Any:
    if isinstance(value, Temporal) and value.kind != TIME:
        return Temporal(DATE, value.parts[:3])
    if type(value) is not str:
        return None
    return temporal.parse(value, DATE) or _date(temporal.parse(value, DATE_TIME))


def _date_time(value: Any) -> Any:
    if isinstance(value, Temporal) and value.kind != TIME:
        return Temporal(DATE_TIME, value.parts, value.fraction, value.offset)
    return temporal.parse(value, DATE_TIME) if type(value) is str else None


def _time(value: Any) -> Any:
    if isinstance(value, Temporal) and value.kind == TIME:
        return value
    return temporal.parse(value.removeprefix("T"), TIME) if type(value) is str else None


def _to(convert: Callable[[Any], Any], what: str) -> Callable[..., list[Item]]:
    def run(env: Env, focus: list[Item], unit: list[Item] | None = None) -> list[Item]:
        one = single(focus, what)
        value = None if one is None else convert(system(one))
        return [] if value is None or (unit and not _in_unit(value, unit)) else [computed(value)]

    return run


def _in_unit(value: Any, unit: list[Item]) -> bool:
    return isinstance(value, Quantity) and len(unit) == 1 and unit[0].value in (value.unit, value.code)


def _converts(convert: Callable[[Any], Any], what: str) -> Callable[..., list[Item]]:
    def run(env: Env, focus: list[Item], unit: list[Item] | None = None) -> list[Item]:
        one = single(focus, what)
        if one is None:
            return []
        value = convert(system(one))
        return [boolean(value is not None and (not unit or _in_unit(value, unit)))]

    return run


_CONVERSIONS: dict[str, tuple[Callable[[Any], Any], str, int]] = {
    "Boolean": (_boolean, BOOLEAN, 0),
    "Integer": (_integer, INTEGER, 0),
    "Decimal": (_decimal, DECIMAL, 0),
    "Quantity": (_quantity, QUANTITY, 1),
    "String": (_string, STRING, 0),
    "Date": (_date, DATE, 0),
    "DateTime": (_date_time, DATE_TIME, 0),
    "Time": (_time, TIME, 0),
}

PLAIN: dict[str, Plain] = {
    **{f"to{n}": Plain(_to(c, f"to{n}()"), 0, most, frozenset({t})) for n, (c, t, most) in _CONVERSIONS.items()},
    **{f"convertsTo{n}": Plain(_converts(c, f"convertsTo{n}()"), 0, most, BOOLEAN_RESULT) for n, (c, _, most) in _CONVERSIONS.items()},
}
