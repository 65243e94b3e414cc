"""The guard that lets everything through: for tests, benchmarks and a first look, on loopback only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Intent, Version, Writer
from hit_maternity.fhir.search.model import Query


class OpenGuard:
    """Admits everyone, allows everything, leaves no trace."""

    def admit(self, headers: Mapping[str, str], method: str, url: str) -> None:
        return None

    def check(self, principal: Any, intent: Intent) -> Query | None:
        return intent.query

    def reveal(self, principal: Any, intent: Intent, seen: Sequence[Version], writer: Writer | None = None) -> Sequence[Version | None]:
        return seen

    def approach(self, writer: Writer, principal: Any, intent: Intent, there: Sequence[Version]) -> None:
        return None

    def trace(self, writer: Writer, principal: Any, intent: Intent, seen: Sequence[Version]) -> None:
        return None

    def refused(self, principal: Any, request: Any, refusal: FhirError) -> None:
        return None
