"""Query strings: their pairs, and the few parameters that reads know."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote_plus

from hit_maternity.fhir.outcome import refuse

Pairs = list[tuple[str, str]]

#: The most parameters a query may have.
MOST = 500
#: Parameters of the answer's form, which every interaction takes.
FORM = frozenset(("_format", "_pretty"))

_plain = re.compile(r"[A-Za-z0-9_.~/:,\-]*").fullmatch


class Shape(NamedTuple):
    """What of a resource is wanted: a ``_summary`` mode other than false, or the names of ``_elements``."""

    summary: str | None
    elements: tuple[str, ...]


def pairs_of(query: str) -> Pairs:
    """Names and values of a query string or form, decoded, in order. Raises ``FhirError`` 400 ``query-malformed``."""
    if not query:
        return []
    if not query.isascii():
        # A client that did not percent-encode: its bytes arrive one a character.
        query = query.encode("latin-1", "replace").decode("utf-8", "replace")
    if "\0" in query or "%00" in query:
        raise refuse(400, "value", "query-malformed", "The query holds a NUL character. Take it out.")
    if query.count("&") >= MOST:
        raise refuse(400, "too-costly", "query-too-long", f"The query has more than {MOST} parameters.")
    pairs = [part.partition("=") for part in query.split("&") if part]
    if "%" in query or "+" in query:
        return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]
    return [(name, value) for name, _, value in pairs]


def query_of(pairs: Pairs) -> str:
    """The pairs as a query string."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


def _quoted(text: str) -> str:
    return text if _plain(text) else quote(text, safe="/:,", errors="replace")


def shape_of(query: str) -> Shape | None:
    """``_summary`` and ``_elements`` of a read. Raises ``FhirError`` 400 for a mode that does not exist."""
    if "_summary" not in query and "_elements" not in query:
        return None
    summary: str | None = None
    elements: tuple[str, ...] = ()
    for name, value in pairs_of(query):
        if name == "_summary" and value:
            if value not in ("true", "text", "data", "count", "false"):
                raise refuse(400, "value", "search-value-summary", "_summary must be true, text, data, count or false.")
            summary = None if value == "false" else value
        elif name == "_elements" and value:
            elements = tuple(e.strip() for e in value.split(",") if e.strip())
    if summary == "count":
        raise refuse(400, "value", "search-value-summary", "_summary=count is for searches: a read has nothing to count.")
    return Shape(summary, elements) if summary or elements else None
