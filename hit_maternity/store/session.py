"""What the store asks of a database: sessions that run statements, and the few words in which the two dialects differ.

Statements are written with ``?`` for parameters; names of tables stand in them as ``Names`` spells them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

Row = tuple[Any, ...]
Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Names:
    """The tables as statements spell them: bare, or with the schema of the space."""

    resource: str
    resource_version: str
    role: str
    index_text: str
    index_range: str
    timeline: str
    outbox: str
    setting: str
    person: str
    audit: str
    seen_proof: str
    attest_use: str
    record_part: str

    @classmethod
    def within(cls, schema: str | None) -> Names:
        """The names, in ``schema`` where one is given."""
        before = '"' + schema.replace('"', '""') + '".' if schema else ""
        return cls(**{name: before + name for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where the SQL of the two databases differs."""

    name: str
    #: ``x {one_of}`` where x is a number of the list bound to it (see ``Session.listed``); the same for texts.
    number_in: str
    text_in: str
    #: Whether the text of the first operand holds that of the second.
    contains: str
    #: ``role {roles}``, with the query of the roles for ``{}``.
    roles: str
    #: Put at the end of a probe, so that it is asked of each row and not turned into a join.
    fence: str
    #: Put at the end of a query that takes a row nobody else is working on.
    skip_locked: str
    #: Put behind a table's name so that rows are found by key.
    text_by_key: str
    range_by_key: str


class Session(Protocol):
    """One connection, in use by one thread. Raises ``FhirError`` for faults of the database."""

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        ...

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row of a query."""
        ...

    def listed(self, values: Sequence[Any]) -> Any:
        """A list as one parameter, for ``Dialect.number_in`` and ``text_in``."""
        ...

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Runs a statement, tells the number of rows changed."""
        ...


class Transaction(Session, Protocol):
    """A session within a transaction."""

    def lock(self, *names: str) -> None:
        """Waits until no other transaction holds any of these names; holds them until the end."""
        ...

    def change(self, changes: Sequence[tuple[str, Rows]], last: bool) -> None:
        """Runs each named statement of ``Statements`` for all its rows, in order; commits at once where it is the ``last`` change."""
        ...


class Database(Protocol):
    """A database, or one schema of it: the data of one space."""

    names: Names
    dialect: Dialect
    inline: bool

    def reading(self) -> AbstractContextManager[Session]: ...

    def writing(self) -> AbstractContextManager[Transaction]: ...

    def write(self, changes: Sequence[tuple[str, Rows]]) -> None:
        """Makes ``changes`` in a transaction of their own, one message to the database. Where it is gathered with others (``together``),
        only the first row may be refused without harm to them: put there what may be."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Inside, the transactions of this thread may be committed together, at the end."""
        ...

    def hurried(self, seconds: float) -> AbstractContextManager[None]: ...

    def close(self) -> None: ...
