"""Parameters that say how a result is to be given, not what is to be found.

Source: https://hl7.org/fhir/R4/search.html#return.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from hit_maternity.fhir.search.faults import Fault, Refused, Unknown

_COUNT = re.compile(r"\d{1,9}\Z", re.ASCII)
_ELEMENT = re.compile(r"(?:[A-Z][A-Za-z]*\.)?([a-z][A-Za-z]*)\Z", re.ASCII)

#: Read elsewhere (content negotiation); neither criteria nor part of the self link's query here.
SKIPPED = frozenset({"_format", "_pretty"})

#: Parameters that public client libraries send and FHIR does not know, with what they mean: fhirpy counts with Aidbox's own.
ELSEWHERE = {"_totalMethod": ("_total", "accurate")}

#: Known to the specification, not done here.
UNSUPPORTED: dict[str, str] = {
    "_text": "searching the narrative is not supported; search by code or date instead.",
    "_content": "searching the whole content is not supported; search by code or date instead.",
    "_filter": "filter expressions are not supported; write them as single parameters, chains and _has.",
    "_query": "named queries are not supported.",
    "_containedType": "contained resources are not searched for by themselves.",
}

_SUMMARIES = ("true", "text", "data", "count", "false")
_TOTALS = ("none", "estimate", "accurate")


@dataclass(slots=True)
class Controls:
    """How the result is wanted, as far as it was said."""

    max_count: int
    count: int
    cursor: str | None = None
    total: str | None = None
    summary: str | None = None
    elements: tuple[str, ...] = ()
    seen: set[str] = field(default_factory=set)

    def take(self, name: str, value: str) -> str:
        """Notes control ``name``; gives the value as it took effect. Raises ``Refused``, or ``Unknown`` for what isn't done."""
        if name in UNSUPPORTED:
            raise Unknown(Fault("search-parameter-unsupported", UNSUPPORTED[name], "not-supported"))
        if name in self.seen:
            raise Refused(Fault("search-parameter-repeated", "may be given once only."))
        self.seen.add(name)
        return _READERS[name](self, value)


def _count(controls: Controls, value: str) -> str:
    if not _COUNT.match(value):
        raise Refused(Fault("search-value-count", "a page size is a whole number, 0 for the total alone."))
    controls.count = min(int(value), controls.max_count)
    return str(controls.count)


def _one_of(attribute: str, allowed: tuple[str, ...]) -> Callable[[Controls, str], str]:
    def read(controls: Controls, value: str) -> str:
        if value not in allowed:
            raise Refused(Fault(f"search-value-{attribute}", f"must be one of {', '.join(allowed)}."))
        setattr(controls, attribute, value)
        return value

    return read


def _elements(controls: Controls, value: str) -> str:
    found = [_ELEMENT.match(e.strip()) for e in value.split(",") if e.strip()]
    names = tuple(dict.fromkeys(f[1] for f in found if f))
    if not names or not all(found) or len(found) > 100:
        raise Refused(Fault("search-value-elements", "a comma-separated list of names of elements, such as identifier,active."))
    controls.elements = names
    return value


def _cursor(controls: Controls, value: str) -> str:
    if not value or len(value) > 4000:
        raise Refused(Fault("cursor-invalid", "this is not a link that the server gave out; begin again from the first page."))
    controls.cursor = value
    return value


def _contained(controls: Controls, value: str) -> str:
    if value not in ("false", "true", "both"):
        raise Refused(Fault("search-value-contained", "must be false, true or both."))
    if value != "false":
        raise Unknown(Fault("search-parameter-unsupported", "contained resources are not searched for by themselves.", "not-supported"))
    return value


_READERS: dict[str, Callable[[Controls, str], str]] = {
    "_count": _count,
    "_total": _one_of("total", _TOTALS),
    "_summary": _one_of("summary", _SUMMARIES),
    "_elements": _elements,
    "_cursor": _cursor,
    "_contained": _contained,
}

NAMES = frozenset(_READERS) | frozenset(UNSUPPORTED)
