"""A database transaction under way as a store of its own, so that an interaction inside a FHIR transaction runs as it does alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from hit_maternity.fhir.ports import HistoryPage, HistoryQuery, OutboxMessage, SearchPage, Standing, Version, Writer
from hit_maternity.fhir.search.model import IndexRows, Query


class Ongoing:
    """``ResourceStore`` and ``Writer`` in one. What it gives out ends nothing: the transaction is its owner's."""

    inline = True

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._held: dict[tuple[str, str], Version | None] = {}
        self.get, self.get_version = writer.get, writer.get_version

    @property
    def transaction(self) -> Any:
        """What the writer stands on, for the guard."""
        return getattr(self._writer, "transaction", None)

    def reading(self) -> AbstractContextManager[Writer]:
        return nullcontext(self)

    def writing(self) -> AbstractContextManager[Writer]:
        return nullcontext(self)

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def hurried(self, seconds: float) -> AbstractContextManager[None]:
        return nullcontext()

    def hold(self, identities: Iterable[tuple[str, str]]) -> None:
        """Locks all of these, in this order: transactions that lock in the same order never wait for each other in a ring."""
        for identity in identities:
            self.lock(*identity)

    def lock(self, type: str, id: str) -> Version | None:
        identity = (type, id)
        if identity not in self._held:
            self._held[identity] = self._writer.lock(type, id)
        return self._held[identity]

    def write(self, version: Version, rows: IndexRows) -> None:
        self._held[version.type, version.id] = version
        self._writer.write(version, rows)

    def get_many(self, references: Iterable[tuple[str, str]]) -> list[Version]:
        return self._writer.get_many(references)

    def referring(self, targets: Iterable[tuple[str, str]], types: Collection[str] = ()) -> list[Version]:
        return self._writer.referring(targets, types)

    def standing(self, patients: Iterable[str]) -> Mapping[str, Standing]:
        return self._writer.standing(patients)

    def history(self, query: HistoryQuery) -> HistoryPage:
        return self._writer.history(query)

    def search(self, query: Query) -> SearchPage:
        return self._writer.search(query)

    def serialize(self, name: str) -> None:
        self._writer.serialize(name)

    def record(self, accesses: Sequence[Any], proofs: Sequence[Any] = ()) -> None:
        self._writer.record(accesses, proofs)

    def note(self, parts: Sequence[Any]) -> None:
        self._writer.note(parts)

    def publish(self, message: OutboxMessage) -> None:
        self._writer.publish(message)
