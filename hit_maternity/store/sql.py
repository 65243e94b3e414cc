"""Pieces of SQL with their values, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Sql(NamedTuple):
    """A piece of a statement; ``values`` fill its ``?`` in order."""

    text: str
    values: tuple[Any, ...] = ()

    def __add__(self, other: object) -> Sql:
        return (
            Sql(self.text + other.text, self.values + other.values) if isinstance(other, Sql) else Sql(self.text + str(other), self.values)
        )


FALSE = Sql("1 = 0")
TRUE = Sql("1 = 1")


def joined(pieces: Sequence[Sql], between: str) -> Sql:
    """The pieces with ``between`` between them."""
    return Sql(between.join(p.text for p in pieces), tuple(v for p in pieces for v in p.values))


def all_of(pieces: Iterable[Sql]) -> Sql:
    """A condition that holds where all do."""
    listed = list(pieces)
    return joined(listed, " AND ") if listed else TRUE


def any_of(pieces: Iterable[Sql]) -> Sql:
    """A condition that holds where one does."""
    listed = list(pieces)
    if not listed:
        return FALSE
    return listed[0] if len(listed) == 1 else Sql("(") + joined(listed, " OR ") + ")"


def negated(piece: Sql) -> Sql:
    """A condition that holds where ``piece`` doesn't."""
    return Sql("NOT (") + piece + ")"


class Stream(NamedTuple):
    """Keys of resources: ``FROM tables WHERE where``, the key in ``key``. ``ordered``: they come by key for nothing.
    ``bound``: a query of at least as many rows, where they are counted more cheaply by it."""

    tables: Sql
    where: Sql
    key: str
    ordered: bool
    bound: Sql | None = None

    def select(self, what: str, distinct: bool = False) -> Sql:
        """``what`` of every row."""
        return Sql(f"SELECT {'DISTINCT ' if distinct else ''}{what} FROM ") + self.tables + " WHERE " + self.where


def above_prefix(prefix: str) -> str | None:
    """The least text greater than all that begin with ``prefix``, by code point; None where there is none."""
    while prefix:
        last = ord(prefix[-1]) + 1
        if last <= 0x10FFFF:
            return prefix[:-1] + chr(0xE000 if 0xD800 <= last < 0xE000 else last)
        prefix = prefix[:-1]
    return None
