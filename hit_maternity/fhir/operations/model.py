"""What an operation is, and what a call of one carries.

Source: https://hl7.org/fhir/R4/operations.html.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir.rest.exchange import Request, Response, Server


@dataclass(frozen=True, slots=True)
class Arguments:
    """The parameters of a call: for each name its values in order, texts from a query, JSON values from a Parameters resource.
    A complex value or a resource is a dict."""

    values: Mapping[str, tuple[Any, ...]]

    def all(self, name: str) -> tuple[Any, ...]:
        return self.values.get(name, ())

    def text(self, name: str) -> str | None:
        """The one simple value of ``name`` as text, None where it is absent or empty."""
        found = next(iter(self.values.get(name, ())), None)
        return None if found is None or isinstance(found, dict) or found == "" else str(found)

    def resource(self, name: str) -> Any:
        """The one value of ``name``, as it is; None where it is absent."""
        return next(iter(self.values.get(name, ())), None)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation on what ``type``, ``id`` and ``version`` name (each None where the path has none)."""

    server: Server
    request: Request
    type: str | None
    id: str | None
    version: str | None
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Operation:
    """``summary``: what it gives, in a few words. ``levels``: system, type, instance, version. ``types``: the resource types that
    have it, empty for all. ``parameters``: the names it takes; ``body`` is the one that a body other than a Parameters resource stands
    for. ``safe``: changes nothing, so GET may call it."""

    name: str
    definition: str
    summary: str
    levels: frozenset[str]
    run: Callable[[Call], Response]
    types: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    body: str | None = None
    safe: bool = True

    def fits(self, level: str, type: str | None) -> bool:
        """Whether it can be called at ``level`` on ``type``."""
        return level in self.levels and (not self.types or type in self.types)
