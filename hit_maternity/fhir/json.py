"""The exact JSON codec: ``1.10`` stays ``1.10``, a duplicate key or ``NaN`` is a fault.

Decimals arrive as ``jiter.LosslessFloat``, which keeps the digits as they were spelt but compares by identity and can't
be copied by ``copy.deepcopy``: use ``decimal``, ``equal`` and ``copy`` of this module. Integers arrive as ``int`` (but
``-0``, which an ``int`` can't spell, as ``LosslessFloat``). Source: https://hl7.org/fhir/R4/json.html.
"""

from __future__ import annotations

import json as _stdlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import jiter
import msgspec

from hit_maternity.fhir.outcome import FhirError, refuse

LosslessFloat = jiter.LosslessFloat


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest body, in bytes; the deepest nesting of arrays and objects (at most 199); the longest array, in items."""

    bytes: int = 16 * 1024 * 1024
    depth: int = 64
    items: int = 50_000


DEFAULT_LIMITS = Limits()

#: The largest power of ten a number may be written with; beyond it arithmetic costs memory, and no measurement needs it.
MAX_EXPONENT = 999

_BOM = b"\xef\xbb\xbf"
_AT = re.compile(r" at line (\d+) column (\d+)$")
_DUPLICATE = re.compile(r'Detected duplicate key "([A-Za-z_][A-Za-z0-9_]{0,63})"')
_PLAIN_WORDS = {
    "hex escape": "a \\u escape is incomplete, or half of a surrogate pair",
    "number out of range": "a number has more than 4,300 digits",
}
# Cheap signs, found in the bytes, that a value needs a closer look once it is parsed.
_MINUS_ZERO = re.compile(rb"-0(?:[\s,}\]]|\Z)")
_CONTAINERS = frozenset({dict, list})


def _raw(value: Any) -> msgspec.Raw:
    if isinstance(value, LosslessFloat):
        return msgspec.Raw(bytes(value))
    raise TypeError(f"{type(value).__name__} is not JSON")


_encoder = msgspec.json.Encoder(enc_hook=_raw, decimal_format="number")


def decode(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Any:
    """The value that ``body`` spells, numbers with their digits.

    Raises ``FhirError`` 413 ``body-too-large``; 400 ``json-malformed``, ``json-empty``, ``json-encoding``,
    ``json-duplicate-key``, ``json-depth``, ``json-array-length``, ``json-nul``, with line and column where known.
    """
    if len(body) > limits.bytes:
        raise refuse(413, "too-long", "body-too-large", f"The body is over the limit of {limits.bytes:,} bytes; send it in parts.")
    try:
        value = jiter.from_json(body, float_mode="lossless-float", catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError as fault:
        raise _syntax_fault(body, str(fault), limits) from None
    if body.count(b"[") + body.count(b"{") > limits.depth:
        check_depth(value, limits)
    if len(body) > limits.items:
        check_items(value, limits)
    if b"\\u0000" in body:
        _check_nul(value)
    if _MINUS_ZERO.search(body):
        value = _stdlib.loads(body, parse_float=number, parse_int=number)
    return value


def _syntax_fault(body: bytes, words: str, limits: Limits) -> FhirError:
    """Why jiter refused ``body``, in words that say how to mend it; of the body itself at most an element's name is told."""
    if not body.strip():
        return refuse(400, "invalid", "json-empty", "The body is empty; send a JSON document.")
    if body.startswith(_BOM):
        return refuse(400, "invalid", "json-encoding", "The body starts with a byte order mark; leave out the bytes EF BB BF.")
    try:
        body.decode()
    except UnicodeDecodeError as fault:
        line = body.count(b"\n", 0, fault.start) + 1
        text = f"The body is not UTF-8: byte {fault.start} (line {line}) is no part of a character; encode it as UTF-8."
        return refuse(400, "invalid", "json-encoding", text)
    found = _AT.search(words)
    place = f" at line {found[1]}, column {found[2]}" if found else ""
    if words.startswith("recursion limit"):
        return _too_deep(limits)
    if words.startswith("Detected duplicate key"):
        name = _DUPLICATE.match(words)
        key = f' "{name[1]}"' if name else ""
        return refuse(400, "invalid", "json-duplicate-key", f"The key{key} stands twice in one object{place}; keep one.")
    reason = words[: found.start()] if found else words
    reason = next((plain for sign, plain in _PLAIN_WORDS.items() if sign in reason), reason)
    return refuse(400, "invalid", "json-malformed", f"The body is not valid JSON: {reason}{place}.")


def _too_deep(limits: Limits) -> FhirError:
    return refuse(400, "too-costly", "json-depth", f"Arrays and objects are nested deeper than {limits.depth}; send a flatter document.")


def check_depth(value: Any, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raises ``FhirError`` 400 ``json-depth`` where ``value`` is nested too deep."""
    level: list[Any] = [value]
    for _ in range(limits.depth):
        level = [v for c in level if type(c) in _CONTAINERS for v in (c.values() if type(c) is dict else c)]
        if not level:
            return
    if any(type(c) in _CONTAINERS for c in level):
        raise _too_deep(limits)


def check_items(value: Any, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raises ``FhirError`` 400 ``json-array-length`` where an array in ``value`` is too long."""
    level: list[Any] = [value]
    while level:
        if any(len(c) > limits.items for c in level if type(c) is list):
            text = f"An array has more than {limits.items:,} items; send it in parts."
            raise refuse(400, "too-costly", "json-array-length", text)
        level = [v for c in level if type(c) in _CONTAINERS for v in (c.values() if type(c) is dict else c)]


def leaves(value: Any) -> Iterator[Any]:
    """Every key and every value that is neither array nor object, in no useful order."""
    stack = [value]
    while stack:
        top = stack.pop()
        if isinstance(top, dict):
            yield from top
            stack.extend(top.values())
        elif isinstance(top, list):
            stack.extend(top)
        else:
            yield top


def _check_nul(value: Any) -> None:
    if any(isinstance(leaf, str) and "\0" in leaf for leaf in leaves(value)):
        raise refuse(400, "invalid", "json-nul", "A string holds the character U+0000, which FHIR does not allow; leave it out.")


def encode(value: Any, pretty: bool = False) -> bytes:
    """``value`` as UTF-8 JSON, each number as it was spelt; compact, or with ``pretty`` indented by two spaces."""
    body = _encoder.encode(value)
    return prettify(body) if pretty else body


def prettify(body: bytes) -> bytes:
    """The valid JSON text ``body`` with line breaks and an indent of two spaces; numbers and strings stay as they are."""
    return msgspec.json.format(body, indent=2)


def decimal(value: Any) -> Decimal:
    """The exact number of a JSON number (``int`` or ``LosslessFloat``).

    Raises ``FhirError`` 400 ``number-range`` where its power of ten is beyond ``MAX_EXPONENT``.
    """
    if not isinstance(value, LosslessFloat):
        return Decimal(value)
    try:
        exact = value.as_decimal()
    except ArithmeticError:
        exact = None
    if exact is None or (abs(exact.adjusted()) > MAX_EXPONENT and b"e" in bytes(value).lower()):
        text = f"A number is written with an exponent beyond {MAX_EXPONENT}; write it in a unit that needs none."
        raise refuse(400, "value", "number-range", text)
    return exact


def is_number(value: Any) -> bool:
    """Whether ``value`` is a JSON number (a boolean is not)."""
    return type(value) is int or isinstance(value, LosslessFloat | Decimal)


def number(text: str) -> Any:
    """The JSON number spelt ``text``: an ``int`` where it is one that spells itself so, else a ``LosslessFloat``."""
    spelt = text == "-0" or len(text) > 4300 or any(c in text for c in ".eE")
    return LosslessFloat(text.encode()) if spelt else int(text)


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
