"""What was read, on its way out: the guard says what of it may be shown, and leaves the trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hit_maternity.fhir.ports import Guard, Intent, Version, Writer
from hit_maternity.fhir.rest.answers import not_found
from hit_maternity.fhir.rest.exchange import Request, Server


def revealed(server: Server, request: Request, intent: Intent, *groups: Sequence[Version]) -> list[list[Version]]:
    """Each group without what is hidden. To be called when the reading has ended, and before anything is shown."""
    shown: Iterator[Version | None] = iter(server.guard.reveal(request.principal, intent, [v for group in groups for v in group]))
    return [[version for _ in group if (version := next(shown)) is not None] for group in groups]


def revealed_one(server: Server, request: Request, intent: Intent, version: Version) -> Version:
    """The one version that was read. Raises ``FhirError`` 404 where it is hidden."""
    ((*shown,),) = revealed(server, request, intent, (version,))
    if not shown:
        raise not_found(version.type)
    return shown[0]


def hidden(version: Version) -> Version:
    """``version`` without its text: that it is there, and no more."""
    return replace(version, body=b"")


class GuardWithin:
    """A guard inside a FHIR transaction: what its entries read is traced in that transaction."""

    def __init__(self, guard: Guard, writer: Writer) -> None:
        self._guard = guard
        self._writer = writer
        self.check, self.approach, self.trace, self.refused = guard.check, guard.approach, guard.trace, guard.refused

    def admit(self, headers: Mapping[str, str], method: str, url: str) -> Any:
        return self._guard.admit(headers, method, url)

    def reveal(self, principal: Any, intent: Intent, seen: Sequence[Version], writer: Writer | None = None) -> Sequence[Version | None]:
        return self._guard.reveal(principal, intent, seen, self._writer)
