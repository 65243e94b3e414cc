"""The formats a resource travels in, JSON and XML: bodies in, answers out.

Source: https://hl7.org/fhir/R4/http.html#mime-type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from hit_maternity.fhir import json, xml
from hit_maternity.fhir.definitions import Definitions

Kind = Literal["json", "xml"]

#: What an answer in each format says of itself.
MIME: dict[Kind, str] = {"json": "application/fhir+json;charset=utf-8", "xml": "application/fhir+xml;charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Format:
    """How an answer is written; ``mime`` is its Content-Type."""

    kind: Kind = "json"
    pretty: bool = False
    mime: str = MIME["json"]


#: Compact JSON: what is stored is what goes out.
PLAIN = Format()


def decode(body: bytes, kind: Kind, definitions: Definitions, limits: json.Limits = json.DEFAULT_LIMITS) -> Any:
    """The JSON value that a request's body spells. Raises ``FhirError`` 400 or 413 as the codec of ``kind`` does."""
    return xml.decode(body, definitions, limits) if kind == "xml" else json.decode(body, limits)


def encode(resource: dict[str, Any] | bytes, format: Format, definitions: Definitions) -> bytes:
    """``resource`` (a dict, or its stored JSON text, which compact JSON gives back untouched) in ``format``.

    Raises ``FhirError`` 406 ``xml-not-representable`` where XML can't carry it.
    """
    if format.kind == "xml":
        value = json.decode(resource, _STORED) if isinstance(resource, bytes) else resource
        return xml.encode(value, definitions, format.pretty)
    if isinstance(resource, bytes):
        return json.prettify(resource) if format.pretty else resource
    return json.encode(resource, format.pretty)


#: What we stored ourselves, or a page made of it, was checked when it came in.
_STORED = json.Limits(bytes=1 << 40, depth=190, items=1 << 40)
