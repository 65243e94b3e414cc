"""What an interaction gets and gives: ``Request``, ``Response`` and the ``Server`` that it works with.

Interactions are plain functions ``(server, request) -> Response``: no ASGI, no SQL, no threads. The door (``asgi``) decides
where they run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from hit_maternity.clock import Clock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.ports import Consequences, Guard, NoConsequences, NoRules, ResourceStore, Rules, Terminology

if TYPE_CHECKING:
    from hit_maternity.fhir.operations.model import Operation
    from hit_maternity.fhir.search import Search
    from hit_maternity.fhir.validation import Validator


@dataclass(slots=True)
class Request:
    """One call. ``path`` is relative to the FHIR base and split (``["Patient", "1"]``), percent-decoded; ``query`` is the raw
    query string without ``?``; header names are lower case; ``base`` is the public base URL without a slash at the end; ``target``: the
    path as it was received, relative to the base, where it was (percent-encoded, with every slash)."""

    method: str
    path: list[str]
    query: str
    headers: Mapping[str, str]
    body: bytes
    base: str
    principal: Any = None
    interaction: str = ""  # set by dispatch once it is known; for metrics and logs
    target: str | None = None

    @property
    def url(self) -> str:
        """The whole address, with its query."""
        path = "".join(f"/{part}" for part in self.path) if self.target is None else self.target
        return f"{self.base}{path}?{self.query}" if self.query else f"{self.base}{path}"


@dataclass(slots=True)
class Response:
    """``body`` is JSON text unless a ``content-type`` header says otherwise; header names are lower case."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Server:
    """Everything an interaction may use, for one space."""

    definitions: Definitions
    validator: Validator
    search: Search
    store: ResourceStore
    terminology: Terminology
    guard: Guard
    clock: Clock
    seal_key: bytes = field(default_factory=partial(token_bytes, 32), repr=False)  # for paging links; all workers share it
    rules: Rules = field(default_factory=NoRules)
    operations: tuple[Operation, ...] = ()  # those of the rooms above, beside FHIR's own
    consequences: Consequences = field(default_factory=NoConsequences)
    cors: bool = False  # whether pages of other origins may call
