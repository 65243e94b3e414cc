"""What each primitive type may hold, in JSON.

Source: https://hl7.org/fhir/R4/datatypes.html#primitive. Beyond the regular expressions there: days the calendar has, base64
that decodes, 32 bits for integers. A test takes any JSON value and never raises.
"""

from __future__ import annotations

import binascii
import math
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hit_maternity.fhir.json import LosslessFloat

Test = Callable[[Any], bool]

STRING_LIMIT = 1_048_576
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]").search
_CODE = re.compile(r"[^\s\x00-\x1f\ud800-\udfff]+(?: [^\s\x00-\x1f\ud800-\udfff]+)*").fullmatch
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
_URI = re.compile(r"[^\s\x00-\x1f\ud800-\udfff]+").fullmatch
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+").fullmatch
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_ANY_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE).fullmatch
_YEAR = r"(?!0000)[0-9]{4}"
_DAY = rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_DATE = re.compile(rf"{_YEAR}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?").fullmatch
_DATE_TIME = re.compile(rf"{_DAY}T{_CLOCK}{_ZONE}").fullmatch
_TIME = re.compile(_CLOCK).fullmatch
_DECIMAL_DIGITS, _DECIMAL_EXPONENT = 1000, 999
_DECIMAL_TOP: int = 10**_DECIMAL_DIGITS
_BLANK = str.maketrans("", "", " \t\r\n")


def _in_calendar(text: str) -> bool:
    day = text[8:10]
    return day <= "28" or int(day) <= monthrange(int(text[:4]), int(text[5:7]))[1]


def is_string(value: Any) -> bool:
    return type(value) is str and value != "" and not value.isspace() and len(value) <= STRING_LIMIT and _CONTROL(value) is None


def is_xhtml(value: Any) -> bool:
    """Text that an XML parser can be asked about; ``narrative`` judges the rest."""
    return type(value) is str and value != "" and _CONTROL(value) is None


def is_code(value: Any) -> bool:
    return type(value) is str and _CODE(value) is not None


def is_id(value: Any) -> bool:
    return type(value) is str and _ID(value) is not None


def is_element_id(value: Any) -> bool:
    """The id of an element (not of a resource): any text without white space, https://hl7.org/fhir/R4/element.html#id."""
    return type(value) is str and len(value) <= STRING_LIMIT and _URI(value) is not None


def is_uri(value: Any) -> bool:
    if type(value) is not str or _URI(value) is None:
        return False
    if not value.startswith("urn:"):
        return True
    if value.startswith("urn:uuid:"):
        return _ANY_UUID(value) is not None
    return not value.startswith("urn:oid:") or _OID(value) is not None


def is_oid(value: Any) -> bool:
    return type(value) is str and _OID(value) is not None


def is_uuid(value: Any) -> bool:
    return type(value) is str and _UUID(value) is not None


def is_date(value: Any) -> bool:
    return type(value) is str and _DATE(value) is not None and _in_calendar(value)


def is_instant(value: Any) -> bool:
    return type(value) is str and _DATE_TIME(value) is not None and _in_calendar(value)


def is_date_time(value: Any) -> bool:
    return is_instant(value) or is_date(value)


def is_time(value: Any) -> bool:
    return type(value) is str and _TIME(value) is not None


def is_base64(value: Any) -> bool:
    if type(value) is not str or not value or not value.isascii():
        return False
    text = value.translate(_BLANK)
    try:
        return len(text) % 4 == 0 and len(binascii.a2b_base64(text, strict_mode=True)) > 0
    except binascii.Error:
        return False


def is_boolean(value: Any) -> bool:
    return value is True or value is False


def is_integer(value: Any) -> bool:
    return type(value) is int and -2147483648 <= value <= 2147483647


def is_unsigned(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 2147483647


def is_positive(value: Any) -> bool:
    return type(value) is int and 1 <= value <= 2147483647


def is_decimal(value: Any) -> bool:
    """Any JSON number of a size that can be reckoned with; FHIR itself sets no bounds."""
    if type(value) is int:
        return -_DECIMAL_TOP < value < _DECIMAL_TOP
    if isinstance(value, LosslessFloat):
        return _is_modest(str(value).lower())
    return isinstance(value, Decimal | float) and math.isfinite(value)


def _is_modest(spelt: str) -> bool:
    mantissa, _, exponent = spelt.partition("e")
    return len(mantissa) <= _DECIMAL_DIGITS and (not exponent or (len(exponent) < 7 and abs(int(exponent)) <= _DECIMAL_EXPONENT))


@dataclass(frozen=True, slots=True)
class Primitive:
    """``json``: the JSON type it is written as. ``test``: whether a value is one."""

    name: str
    json: str
    test: Test

    @property
    def rule(self) -> str:
        return f"primitive-{self.name}"


#: Ids are typed ``string`` in R4's snapshots; what they may hold is said elsewhere in the specification.
RESOURCE_ID = Primitive("id", "string", is_id)
ELEMENT_ID = Primitive("element-id", "string", is_element_id)

PRIMITIVES: Mapping[str, Primitive] = {
    p.name: p
    for p in (
        Primitive("boolean", "boolean", is_boolean),
        Primitive("integer", "number", is_integer),
        Primitive("unsignedInt", "number", is_unsigned),
        Primitive("positiveInt", "number", is_positive),
        Primitive("decimal", "number", is_decimal),
        Primitive("string", "string", is_string),
        Primitive("markdown", "string", is_string),
        Primitive("code", "string", is_code),
        Primitive("id", "string", is_id),
        Primitive("uri", "string", is_uri),
        Primitive("url", "string", is_uri),
        Primitive("canonical", "string", is_uri),
        Primitive("oid", "string", is_oid),
        Primitive("uuid", "string", is_uuid),
        Primitive("base64Binary", "string", is_base64),
        Primitive("date", "string", is_date),
        Primitive("dateTime", "string", is_date_time),
        Primitive("instant", "string", is_instant),
        Primitive("time", "string", is_time),
        Primitive("xhtml", "string", is_xhtml),
    )
}


def json_type(value: Any) -> str:
    """What JSON calls the type of ``value``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "number"
