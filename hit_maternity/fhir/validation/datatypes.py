"""Rules that the data types' definitions state in words only.

Source: https://hl7.org/fhir/R4/datatypes.html: #Attachment (size), #Identifier (system, and urn:ietf:rfc:3986), #Quantity (UCUM),
references.html#canonical.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hit_maternity.fhir.definitions import ElementInfo, TypeInfo
from hit_maternity.fhir.terminology.grammar import GRAMMARS
from hit_maternity.fhir.validation.checks import Addition, Check
from hit_maternity.fhir.validation.primitives import is_base64
from hit_maternity.fhir.validation.walk import Path, Walk, locate, short

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match
_URI_SYSTEM = "urn:ietf:rfc:3986"
_WHITE = " \t\r\n"


def _attachment(value: Any, path: Path, walk: Walk) -> None:
    """``size`` counts the bytes before base64."""
    data, size = value.get("data"), value.get("size")
    if type(size) is int and is_base64(data):
        text = data.translate({ord(c): None for c in _WHITE})
        if size != len(text) // 4 * 3 - text.count("=", -2):
            walk.note("attachment-size", f"{locate(path)}.size")


def _identifier(value: Any, path: Path, walk: Walk) -> None:
    system, text = value.get("system"), value.get("value")
    if type(system) is not str:
        return
    if not _ABSOLUTE(system):
        walk.note("identifier-system-absolute", f"{locate(path)}.system")
    elif system == _URI_SYSTEM and type(text) is str and not _ABSOLUTE(text):
        walk.note("identifier-value-uri", f"{locate(path)}.value")


def _quantity(value: Any, path: Path, walk: Walk) -> None:
    system, code = value.get("system"), value.get("code")
    if type(system) is str and type(code) is str and system in GRAMMARS and GRAMMARS[system](code) is False:
        walk.note("coding-code-unknown", f"{locate(path)}.code", code=short(code), system=system)


def _canonical(value: Any, path: Path, walk: Walk) -> None:
    if value[0] != "#" and not _ABSOLUTE(value):
        walk.fault("canonical-absolute", path)


_OF_TYPE: Mapping[str, Check] = {
    "Attachment": _attachment,
    "Identifier": _identifier,
    **dict.fromkeys(("Quantity", "Age", "Count", "Distance", "Duration"), _quantity),
}


class DataTypes(Addition):
    """Checks on values of single data types."""

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        return (_OF_TYPE[info.name],) if info.name in _OF_TYPE else ()

    def for_element(self, element: ElementInfo) -> Sequence[Check]:
        return (_canonical,) if element.type == "canonical" else ()
