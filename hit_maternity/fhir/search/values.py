"""The values of search parameters, type by type: escapes, prefixes, precision.

Source: https://hl7.org/fhir/R4/search.html#ptypes, #prefix, #escaping.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from hit_maternity.fhir.search import moments
from hit_maternity.fhir.search.faults import Fault, Refused
from hit_maternity.fhir.search.fold import STRING_LENGTH, TOKEN_LENGTH, URI_LENGTH, bounded, fold
from hit_maternity.fhir.search.model import (
    CANONICAL,
    MAX_TIME,
    MIN_TIME,
    DateValue,
    NearPoint,
    NumberValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
)
from hit_maternity.fhir.search.quantities import UCUM, finite, on_sphere, unit_text
from hit_maternity.fhir.search.sheet import local_reference
from hit_maternity.fhir.ucum import Conversion, conversion

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z", re.ASCII)
_PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)\Z", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z", re.ASCII)

EARTH_RADIUS = 6_371_008.8  # metres, mean
NEAR_BY_DEFAULT = 10_000.0  # metres, where no distance is given


MAX_ALTERNATIVES, MAX_LENGTH = 1000, 2000

Read = TypeVar("Read")

_EMPTY = Fault("search-value-empty", "the value is empty; leave the parameter (or the comma) out, or use :missing.")
_NOT_A_DATE = Fault(
    "search-value-date",
    "a date is YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.sss]][Z|+hh:mm], after a prefix (eq ne gt lt ge le sa eb ap) or none.",
)
_NOT_A_NUMBER = Fault("search-value-number", "a number is such as 5, -5.40 or 5.4e-3, after a prefix (eq ne gt lt ge le sa eb ap) or none.")
_NOT_A_QUANTITY = Fault(
    "search-value-quantity",
    "a quantity is number, number|system|code or number||unit, such as 5.4|http://unitsofmeasure.org|mg, after a prefix or none.",
)
_NOT_A_PLACE = Fault(
    "search-value-near",
    "a place is latitude|longitude|distance|unit, such as 59.91|10.75|5|km: degrees north and east, then a length in UCUM.",
)


def split(text: str, mark: str) -> list[str]:
    """``text`` cut at each ``mark`` that no backslash escapes; the escapes stay."""
    if "\\" not in text:
        return text.split(mark)
    parts: list[str] = []
    current: list[str] = []
    escaped = False
    for letter in text:
        if letter == mark and not escaped:
            parts.append("".join(current))
            current = []
        else:
            current.append(letter)
        escaped = letter == "\\" and not escaped
    return [*parts, "".join(current)]


def unescape(text: str) -> str:
    r"""``text`` with ``\$ \, \| \\`` made plain. Raises ``Refused`` for a backslash before anything else."""
    if "\\" not in text:
        return text
    plain, escaped = [], False
    for letter in text:
        if escaped and letter not in "$,|\\":
            break
        if escaped or letter != "\\":
            plain.append(letter)
            escaped = False
        else:
            escaped = True
    else:
        if not escaped:
            return "".join(plain)
    raise Refused(
        Fault("search-value-escape", r"a backslash stands only before $ , | or another backslash; write \\ for the character itself.")
    )


def escape(text: str) -> str:
    r"""``text`` as part of a parameter's value: what would divide it comes after a backslash. The reverse of ``unescape``.
    https://hl7.org/fhir/R4/search.html#escaping"""
    return re.sub(r"([\\,$|])", r"\\\1", text)


def alternatives(text: str, read: Callable[[str], Read]) -> list[Read]:
    """Every comma-separated alternative read, each once; raises ``Refused`` with the faults of all of them."""
    parts = split(text, ",")
    if len(parts) > MAX_ALTERNATIVES or any(len(p) > MAX_LENGTH for p in parts):
        raise Refused(Fault("search-value-length", f"at most {MAX_ALTERNATIVES} alternatives of {MAX_LENGTH} characters.", "too-long"))
    found: list[Read] = []
    faults: list[Fault] = []
    for part in parts:
        try:
            if not part:
                raise Refused(_EMPTY)
            found.append(read(part))
        except Refused as refused:
            faults += refused.faults
    if faults:
        raise Refused(*dict.fromkeys(faults))
    return list(dict.fromkeys(found))


def _prefixed(text: str) -> tuple[str, str]:
    found = _PREFIXED.match(text)
    return (found[1] or "eq", found[2]) if found else ("eq", text)


def token(text: str) -> TokenValue:
    """``code``, ``system|code``, ``|code`` or ``system|``."""
    parts = [unescape(p) for p in split(text, "|")]
    if len(parts) > 2 or not any(parts):
        raise Refused(Fault("search-value-token", r"a token is code, system|code, |code or system|; a | within it is written \|."))
    system = bounded(parts[0], TOKEN_LENGTH) if len(parts) == 2 else None
    return TokenValue(system, bounded(parts[-1], TOKEN_LENGTH) or None)


def of_type(text: str) -> TokenValue:
    """``system|code|value`` of an identifier's type, as its row has it: ``system`` and ``code|value``."""
    parts = [unescape(p) for p in split(text, "|")]
    if len(parts) != 3 or not all(parts):
        raise Refused(Fault("search-value-of-type", "with :of-type a value is system|code|value, all three of them."))
    return TokenValue(bounded(parts[0], TOKEN_LENGTH), bounded(f"{parts[1]}|{parts[2]}", TOKEN_LENGTH))


def string(text: str) -> StringValue:
    """The text to look for, folded and exact."""
    plain = unescape(text)
    folded = fold(plain)
    if not folded:
        raise Refused(_EMPTY)
    return StringValue(folded, plain[:STRING_LENGTH])


def date(text: str, now: datetime) -> DateValue:
    """A prefix and a date of any precision; ``ap`` is widened by a tenth of its distance from ``now``."""
    prefix, rest = _prefixed(unescape(text))
    # A + that came through a query string unescaped is a space.
    found = moments.period(rest.replace(" ", "+"))
    if found is None:
        raise Refused(_NOT_A_DATE)
    low, high = found
    if prefix == "ap":
        present = moments.milliseconds(now)
        margin = max(low - present, present - high, 0) // 10
        low, high = max(MIN_TIME, low - margin), min(MAX_TIME, high + margin)
    return DateValue(prefix, low, high)


def _half(number: Decimal) -> Decimal:
    """Half of the last digit's worth. ``1e2`` is taken as 95 .. 105, as the specification's example has it."""
    exponent = number.as_tuple().exponent
    last = exponent if isinstance(exponent, int) else 0
    if last > 0 and len(number.as_tuple().digits) == 1:
        last -= 1
    return Decimal(5).scaleb(last - 1)


def _number(text: str, convert: Conversion | None = None) -> NumberValue:
    prefix, rest = _prefixed(text)
    rest = rest.replace(" ", "+") if "e" in rest.lower() else rest
    if not _NUMBER.match(rest):
        raise Refused(_NOT_A_NUMBER)
    value = Decimal(rest)
    margin = max(_half(value), abs(value) / 10) if prefix == "ap" else _half(value)
    ends = [value, value - margin, value + margin]
    if convert is not None:
        ends = [convert.apply(e) for e in ends]
    return NumberValue(prefix, *(finite(e) for e in ends))


def number(text: str) -> NumberValue:
    """A prefix and a number with its implied precision; ``ap`` is a tenth either way."""
    return _number(unescape(text))


def quantity(text: str) -> QuantityValue:
    """``number``, ``number|system|code`` or ``number||unit``, with a prefix or none; UCUM becomes base units."""
    parts = [unescape(p) for p in split(text, "|")]
    if len(parts) not in (1, 3) or (len(parts) == 3 and not parts[2]):
        raise Refused(_NOT_A_QUANTITY)
    if len(parts) == 1:
        return QuantityValue(_number(parts[0]), None, None)
    amount, system, code = parts
    convert = conversion(code) if system == UCUM else None
    if convert is not None:
        return QuantityValue(_number(amount, convert), CANONICAL, convert.unit)
    return QuantityValue(_number(amount), bounded(system, TOKEN_LENGTH) or None, unit_text(code))


def uri(text: str) -> UriValue:
    """The URI as it is, but for escapes."""
    # A | parts a canonical from its version and is no separator here.
    return UriValue(bounded(unescape(text), URI_LENGTH))


def reference(text: str, base: str, types: frozenset[str], target: str | None, only: str | None) -> ReferenceValue:
    """``id``, ``Type/id`` or a URL. ``target``: the type that a modifier named; ``only``: the one type possible, if there is but one."""
    plain = unescape(text)
    local = local_reference(base).match(plain)
    if local is not None and local[1] in types:
        if target not in (None, local[1]):
            raise Refused(Fault("search-value-reference", f"the value names another type than the modifier :{target}."))
        return ReferenceValue(local[1], local[2])
    if ID.match(plain):
        return ReferenceValue(target or only, plain)
    if _SCHEME.match(plain):
        return ReferenceValue("", bounded(plain.partition("/_history/")[0], URI_LENGTH))
    raise Refused(Fault("search-value-reference", "a reference is id, Type/id with a resource type of R4, or an absolute URL."))


def near(text: str) -> NearPoint:
    """``latitude|longitude|distance|unit``; without a unit kilometres, without a distance 10 km."""
    parts = [unescape(p) for p in split(text, "|")]
    if not 2 <= len(parts) <= 4 or any(p and not _NUMBER.match(p) for p in parts[:3]) or not (parts[0] and parts[1]):
        raise Refused(_NOT_A_PLACE)
    latitude, longitude = float(parts[0]), float(parts[1])
    unit = conversion(parts[3]) if len(parts) == 4 and parts[3] else conversion("km")
    if abs(latitude) > 90 or abs(longitude) > 180 or unit is None or unit.unit != "m":
        raise Refused(_NOT_A_PLACE)
    metres = finite(unit.apply(Decimal(parts[2]))) if len(parts) > 2 and parts[2] else NEAR_BY_DEFAULT
    if metres < 0:
        raise Refused(_NOT_A_PLACE)
    angle = min(metres / EARTH_RADIUS, math.pi)
    return NearPoint(*on_sphere(latitude, longitude), 2 * math.sin(angle / 2))
