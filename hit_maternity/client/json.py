"""JSON with exact decimals: ``72.40`` is read as ``Decimal("72.40")`` and written as ``72.40``."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def decode(raw: bytes | str) -> Any:
    """The value of a JSON text; numbers with a point or an exponent are ``Decimal``. Raises ``ValueError``."""
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_refused)
    except RecursionError:
        raise ValueError("The JSON is nested too deep.") from None


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is no JSON.")


def encode(value: Any) -> bytes:
    """The JSON text of dicts, lists, texts, ints, ``Decimal``, floats, booleans and None. Raises ``ValueError``, ``TypeError``."""
    return "".join(_parts(value)).encode()


def _parts(value: Any) -> list[str]:
    made: list[str] = []
    _write(value, made, 0)
    return made


def _write(value: Any, made: list[str], depth: int) -> None:
    if depth > 200:
        raise ValueError("The value is nested too deep, or in itself.")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("A number of JSON is finite.")
        made.append(str(value))
    elif isinstance(value, dict):
        made.append("{")
        for at, (name, member) in enumerate(value.items()):
            if not isinstance(name, str):
                raise TypeError("Names of JSON members are texts.")
            made.append(f"{',' if at else ''}{json.dumps(name, ensure_ascii=False)}:")
            _write(member, made, depth + 1)
        made.append("}")
    elif isinstance(value, list | tuple):
        made.append("[")
        for at, member in enumerate(value):
            made.append("," if at else "")
            _write(member, made, depth + 1)
        made.append("]")
    else:
        made.append(json.dumps(value, ensure_ascii=False, allow_nan=False))
