"""The exact JSON codec: ``1.10`` stays ``1.10``, a duplicate key or ``NaN`` is a fault.

Decimals arrive as ``jiter.LosslessFloat``, which keeps the digits as they were spelt but compares by identity and can't
be copied by ``copy.deepcopy``: use ``decimal``, ``equal`` and ``copy`` of this module. Integers arrive as ``int``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jiter
import msgspec

from hit_maternity.fhir.outcome import refuse

LosslessFloat = jiter.LosslessFloat


def _raw(value: Any) -> msgspec.Raw:
    if isinstance(value, LosslessFloat):
        return msgspec.Raw(bytes(value))
    raise TypeError(f"{type(value).__name__} is not JSON")


_encoder = msgspec.json.Encoder(enc_hook=_raw, decimal_format="number")


def decode(body: bytes) -> Any:
    """The value that ``body`` spells. Raises ``FhirError`` 400 ``json-malformed`` with line and column."""
    try:
        return jiter.from_json(body, float_mode="lossless-float", catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError as fault:
        raise refuse(400, "invalid", "json-malformed", f"The body is not valid JSON: {fault}.") from None


def encode(value: Any) -> bytes:
    """``value`` as compact UTF-8 JSON, each number as it was spelt."""
    return _encoder.encode(value)


def decimal(value: Any) -> Decimal:
    """The exact number of a JSON number (``int`` or ``LosslessFloat``)."""
    return value.as_decimal() if isinstance(value, LosslessFloat) else Decimal(value)


def is_number(value: Any) -> bool:
    """Whether ``value`` is a JSON number (a boolean is not)."""
    return type(value) is int or isinstance(value, LosslessFloat | Decimal)


def number(text: str) -> Any:
    """The JSON number spelt ``text``: an ``int`` where it is one, else a ``LosslessFloat``."""
    return LosslessFloat(text.encode()) if any(c in text for c in ".eE") else int(text)


def equal(left: Any, right: Any) -> bool:
    """Whether two JSON values are the same, numbers by their spelling."""
    if isinstance(left, dict):
        return isinstance(right, dict) and left.keys() == right.keys() and all(equal(v, right[k]) for k, v in left.items())
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, LosslessFloat) or isinstance(right, LosslessFloat):
        return is_number(left) and is_number(right) and str(left) == str(right)
    return type(left) is type(right) and bool(left == right)


def copy(value: Any) -> Any:
    """A deep copy of a JSON value."""
    if isinstance(value, dict):
        return {k: copy(v) for k, v in value.items()}
    if isinstance(value, list):
        return [copy(v) for v in value]
    return value
