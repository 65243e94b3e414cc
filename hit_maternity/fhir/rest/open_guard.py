"""The guard that lets everything through: for tests, benchmarks and a first look, on loopback only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hit_maternity.fhir.ports import Intent, Reader, Version
from hit_maternity.fhir.search.model import Query


class OpenGuard:
    """Admits everyone, allows everything, leaves no trace."""

    def admit(self, headers: Mapping[str, str], method: str, url: str) -> None:
        return None

    def check(self, principal: Any, intent: Intent) -> Query | None:
        return intent.query

    def trace(self, session: Reader, principal: Any, intent: Intent, seen: Sequence[Version]) -> None:
        return None
