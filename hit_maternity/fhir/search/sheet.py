"""Where the rows of one resource are gathered."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from hit_maternity.fhir.search.model import (
    DateRow,
    IndexRows,
    NumberRow,
    QuantityRow,
    ReferenceRow,
    StringRow,
    TokenRow,
    UriRow,
)

#: Takes an element's JSON value, and writes rows with an item number.
Sink = Callable[[Any, "Sheet", int], None]

Row = TypeVar("Row")

#: What a literal reference names: type and id when local, "" and the text when elsewhere.
Literal = tuple[str, str]

_ABSOLUTE_TYPE = re.compile(r"^[a-z][a-z0-9+.-]*://.*/([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?$", re.ASCII)


@lru_cache(maxsize=64)
def local_reference(base: str) -> re.Pattern[str]:
    """Matches a relative reference, or an absolute one under ``base``: groups type, id, version."""
    prefix = f"(?:{re.escape(base.rstrip('/'))}/)?" if base else ""
    return re.compile(prefix + r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?\Z", re.ASCII)


class Sheet:
    """Rows by family while a resource is walked, with what sinks must know of the whole: the resource and our own base URL."""

    __slots__ = ("_local", "date", "items", "number", "quantity", "reference", "resource", "string", "token", "types", "uri")

    def __init__(self, resource: dict[str, Any], base: str, types: frozenset[str]) -> None:
        self.resource = resource
        self.types = types
        self.items = 0
        self._local = local_reference(base).match
        self.token: list[TokenRow] = []
        self.string: list[StringRow] = []
        self.date: list[DateRow] = []
        self.number: list[NumberRow] = []
        self.quantity: list[QuantityRow] = []
        self.reference: list[ReferenceRow] = []
        self.uri: list[UriRow] = []

    def literal(self, text: str) -> Literal | None:
        """What ``text`` refers to; None for a query or nothing at all. ``#id``, a contained resource, is no place that a query can name,
        but has a row, lest the element count as missing."""
        found = self._local(text)
        if found is not None and found[1] in self.types:
            return found[1], found[2]
        if not text or ("?" in text and "://" not in text):
            return None
        return "", text.partition("/_history/")[0]

    def target_type(self, reference: dict[str, Any]) -> str | None:
        """The resource type that a Reference names, told from its text, its ``type``, or the contained resource; None if it can't be."""
        text = reference.get("reference")
        if type(text) is str:
            found = self._local(text) or _ABSOLUTE_TYPE.match(text)
            if found is not None:
                return found[1]
            if text[:1] == "#":
                return self._contained_type(text[1:])
        stated = reference.get("type")
        return stated if type(stated) is str else None

    def _contained_type(self, id: str) -> str | None:
        contained = self.resource.get("contained")
        if not id:
            own = self.resource.get("resourceType")
            return own if type(own) is str else None
        for inner in contained if type(contained) is list else ():
            if type(inner) is dict and inner.get("id") == id:
                kind = inner.get("resourceType")
                return kind if type(kind) is str else None
        return None

    def rows(self) -> IndexRows:
        """All rows, without duplicates."""
        return IndexRows(
            _distinct(self.token), _distinct(self.string), _distinct(self.date), _distinct(self.number),
            _distinct(self.quantity), _distinct(self.reference), _distinct(self.uri),
        )  # fmt: skip


def _distinct(rows: list[Row]) -> list[Row]:
    if len(rows) < 2:
        return rows
    unique = dict.fromkeys(rows)
    return rows if len(unique) == len(rows) else list(unique)
