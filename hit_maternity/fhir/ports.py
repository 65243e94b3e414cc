"""What ``fhir`` asks of the world: a store, a guard, terminology. ``store`` and ``access`` provide them, ``app`` plugs them in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.search.model import IndexRows, Query


class Standing(Protocol):
    """What is known of a patient beside her resources. ``consent``: None where she was never asked; ``blocked``: whom she has shut out."""

    @property
    def consent(self) -> bool | None: ...

    @property
    def confidential(self) -> bool: ...

    @property
    def deceased(self) -> bool: ...

    @property
    def blocked(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a resource as it is stored. ``body`` is the exact JSON text, None for a deletion; ``patient``: the id of the Patient
    whose it is, where its own references tell; ``standing``: of that patient, where the version was read by its id."""

    type: str
    id: str
    version: int
    updated: datetime  # UTC, whole milliseconds
    method: str  # the HTTP verb that made it: POST PUT PATCH DELETE
    body: bytes | None
    patient: str | None = field(default=None, compare=False)
    standing: Standing | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """``matches`` in order, ``included`` beside them (no duplicates of matches), ``total`` where it was asked for or costs
    nothing, ``next``: an opaque cursor (no patient data in it), None on the last page. ``cut``: more was to be included than
    a page takes, and has been left out."""

    matches: Sequence[Version]
    included: Sequence[Version]
    total: int | None
    next: str | None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Versions, newest first; ``total`` counts all that fit the query; ``next`` as in ``SearchPage``."""

    versions: Sequence[Version]
    total: int | None
    next: str | None


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """``type`` and ``id`` None: system history. ``since``: made at or after. ``at``: the versions current at some moment of
    the half-open period ``at[0] <= t < at[1]``."""

    type: str | None = None
    id: str | None = None
    since: datetime | None = None
    at: tuple[datetime, datetime] | None = None
    count: int = 100
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message that leaves with the transaction: ``topic``, an idempotent ``key``, and a payload for the consumer."""

    topic: str
    key: str
    payload: bytes


class Reader(Protocol):
    """A view of one space's data."""

    def get(self, type: str, id: str) -> Version | None:
        """The current version, also where it is a deletion; None where the id was never used."""
        ...

    def get_many(self, references: Iterable[tuple[str, str]]) -> list[Version]:
        """Current, not deleted versions of ``(type, id)`` pairs, in no order."""
        ...

    def get_version(self, type: str, id: str, version: int) -> Version | None: ...

    def history(self, query: HistoryQuery) -> HistoryPage: ...

    def search(self, query: Query) -> SearchPage:
        """Raises ``FhirError`` 400 ``cursor-invalid`` for a cursor that this store did not make."""
        ...

    def standing(self, patients: Iterable[str]) -> Mapping[str, Standing]:
        """The standing of each of these ids of Patient."""
        ...

    def referring(self, targets: Iterable[tuple[str, str]], types: Collection[str] = ()) -> list[Version]:
        """Current, not deleted versions that name one of the ``(type, id)`` pairs by any search parameter, each once and in no order;
        only those of ``types``, where some are given."""
        ...


class Writer(Reader, Protocol):
    """A transaction: all its writes become visible together when the ``with`` block ends, none if it raises."""

    def lock(self, type: str, id: str) -> Version | None:
        """``get``, and nobody else changes this id until the transaction ends (also where the id is still unused)."""
        ...

    def serialize(self, name: str) -> None:
        """Transactions that pass the same ``name`` run one after another (conditional create and update)."""
        ...

    def write(self, version: Version, rows: IndexRows) -> None:
        """Makes ``version`` the current one. The caller has ``lock``ed the id and counted the version up from what it saw,
        or made the id itself. Raises ``FhirError`` 409 ``version-conflict`` where another writer was first all the same."""
        ...

    def record(self, accesses: Sequence[Any], proofs: Sequence[Any] = ()) -> None:
        """Puts rows of the access log, and proofs of possession that are used up, into the transaction; both as the store knows them."""
        ...

    def note(self, parts: Sequence[Any]) -> None:
        """Puts what a ``Consequences`` keeps beside the resources into the transaction, as the store knows it."""
        ...

    def publish(self, message: OutboxMessage) -> None:
        """Puts ``message`` into the outbox; a dispatcher delivers it at least once after the commit."""
        ...


class Hurried(BaseException):
    """A read inside ``ResourceStore.hurried`` took longer than allowed and was given up: control flow, like a cancellation,
    so that no handler of faults takes it for one."""


class ResourceStore(Protocol):
    """The data of one space. ``inline``: short writes may run in the event loop's own thread, as there is only one writer at a time
    (an embedded database)."""

    @property
    def inline(self) -> bool: ...

    def hurried(self, seconds: float) -> AbstractContextManager[None]:
        """Inside, a read of this thread that takes longer raises ``Hurried``."""
        ...

    def reading(self) -> AbstractContextManager[Reader]: ...

    def writing(self) -> AbstractContextManager[Writer]: ...

    def together(self) -> AbstractContextManager[None]:
        """Inside, transactions of this thread (``writing``) may be committed together when the ``with`` block ends: only then is any
        of them acknowledged. One that raises is undone alone; what is read outside them (``reading``) may not see them yet."""
        ...


class Terminology(Protocol):
    """Codes and value sets over what is loaded."""

    def codes(self, value_set: str) -> frozenset[tuple[str, str]] | None:
        """``(system, code)`` of the value set's expansion; None where it can't be enumerated here."""
        ...

    def contains(self, value_set: str, system: str | None, code: str) -> bool | None:
        """Whether the code is in the value set (``system`` None: a plain ``code`` element); None where that can't be told."""
        ...

    def descendants(self, system: str, code: str) -> frozenset[str] | None:
        """``code`` and all it subsumes; None where the system is unknown or has no hierarchy here."""
        ...

    def ancestors(self, system: str, code: str) -> frozenset[str] | None:
        """``code`` and all that subsumes it; None as above."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """One write of the transaction under way. ``resource``: as it is stored now, None for a deletion; ``before``: the version that it
    follows, None where the id was unused."""

    type: str
    id: str
    resource: dict[str, Any] | None
    before: Version | None


class Rules(Protocol):
    """What must hold between resources, such as one active record a woman: what no validation of one resource can tell."""

    def issues(self, writer: Writer, changes: Sequence[Change]) -> list[tuple[int, Issue]]:
        """Every fault and warning, each with the place of its change in ``changes``. Called after the writes and before the commit:
        ``writer`` sees them, and an error undoes the whole transaction."""
        ...


class NoRules:
    """``Rules`` of a server that has none."""

    def issues(self, writer: Writer, changes: Sequence[Change]) -> list[tuple[int, Issue]]:
        return []


class Consequences(Protocol):
    """What follows from the changes of a transaction: kept beside the resources, and in the same transaction."""

    def follow(self, server: Any, writer: Writer, request: Any, changes: Sequence[Change]) -> None:
        """Called once, after the rules between resources and before the commit. ``server`` and ``request``: those of ``rest.exchange``
        under which the changes were made. Raises ``FhirError``: then the whole transaction is undone."""
        ...


class NoConsequences:
    """``Consequences`` of a server that has none."""

    def follow(self, server: Any, writer: Writer, request: Any, changes: Sequence[Change]) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Intent:
    """What a request wants: the interaction's FHIR code (``read``, ``search-type``, ``create``, ``$validate``, ...) and of what."""

    interaction: str
    type: str | None = None
    id: str | None = None
    query: Query | None = None
    resource: dict[str, Any] | None = None


class Guard(Protocol):
    """Who may do what, and the trace of it. ``principal`` is the guard's own object; ``fhir`` only carries it."""

    def admit(self, headers: Mapping[str, str], method: str, url: str) -> Any:
        """The principal behind the request's headers (names in lower case, one that was sent twice joined by a comma). ``url``: as it was
        received, with its query. Raises ``FhirError`` 401."""
        ...

    def check(self, principal: Any, intent: Intent) -> Query | None:
        """Allows ``intent`` or raises ``FhirError`` 403. For a search gives back the query, narrowed to what may be seen."""
        ...

    def reveal(self, principal: Any, intent: Intent, seen: Sequence[Version], writer: Writer | None = None) -> Sequence[Version | None]:
        """For each version that was read, in order, what may be shown of it: None where it is hidden. Writes the audit rows first, in
        ``writer``'s transaction where the read is part of one, else by itself: so it is called when the reading has ended. Raises
        ``FhirError`` 403 where nothing may be shown, 503 where no trace can be left."""
        ...

    def approach(self, writer: Writer, principal: Any, intent: Intent, there: Sequence[Version]) -> None:
        """Allows a change to what is there, in the transaction of the change and before anything of it is told: that a version is another,
        that a patch does not fit. Also what a conditional interaction found, and that it found nothing. Raises ``FhirError`` 403."""
        ...

    def trace(self, writer: Writer, principal: Any, intent: Intent, seen: Sequence[Version]) -> None:
        """Allows a write, now that it is known whose record it is in, and writes the audit rows into its transaction; before the rules
        between resources are asked. Raises ``FhirError`` 403, 503: then nothing is written."""
        ...

    def refused(self, principal: Any, request: Any, refusal: FhirError) -> FhirError | None:
        """Takes note that a request was refused with 401 or 403; gives what is to be told instead, such as the same with a challenge.
        ``principal`` is None where nobody was admitted. Never raises but ``Hurried``."""
        ...
