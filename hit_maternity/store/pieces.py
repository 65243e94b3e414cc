"""What probes and streams are made of: tables under aliases, lists of numbers, roles, probes of a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from hit_maternity.fhir.search.model import SearchParameter
from hit_maternity.store.session import Database, Session
from hit_maternity.store.sql import Sql, Stream, all_of
from hit_maternity.store.terms import TEXT


@dataclass(frozen=True, slots=True)
class Place:
    """Where a probe stands: the SQL of a resource's key, the alias of its row where it is at hand, and the types it may have."""

    key: str
    row: str | None
    types: tuple[str, ...]

    def owned(self, parameters: Sequence[SearchParameter]) -> list[SearchParameter]:
        """Those of the parameters that resources of these types have."""
        return [p for p in parameters if p.resource_type in self.types]


class Pieces:
    """Makes pieces of one statement; aliases are numbered, so that none is used twice."""

    def __init__(self, database: Database, session: Session) -> None:
        self.names = database.names
        self.dialect = database.dialect
        self.listed: Callable[[Sequence[Any]], Any] = session.listed
        self._numbers = count(1)

    def alias(self) -> str:
        """A new alias."""
        return f"x{next(self._numbers)}"

    def table(self, table: str, alias: str) -> Sql:
        """The index table under ``alias``, to be entered by section and value."""
        return Sql(f"{self.names.index_text if table == TEXT else self.names.index_range} {alias}")

    def by_key(self, table: str, alias: str) -> Sql:
        """The index table under ``alias``, to be entered by key."""
        return self.table(table, alias) + (self.dialect.text_by_key if table == TEXT else self.dialect.range_by_key)

    def resource(self, alias: str) -> Sql:
        """The table of current versions under ``alias``."""
        return Sql(f"{self.names.resource} {alias}")

    def one_of(self, column: str, numbers: Sequence[int]) -> Sql:
        """``column`` is one of the numbers."""
        if len(numbers) == 1:
            return Sql(f"{column} = ?", (numbers[0],))
        if len(numbers) <= 4:
            return Sql(f"{column} IN ({', '.join('?' * len(numbers))})", tuple(numbers))
        return Sql(f"{column} {self.dialect.number_in}", (self.listed(list(numbers)),))

    def serves(self, alias: str, parameters: Sequence[int]) -> Sql:
        """The index row ``alias`` serves one of the parameters."""
        role = self.alias()
        roles = Sql(f"SELECT {role}.role FROM {self.names.role} {role} WHERE ") + self.one_of(
            f"{role}.parameter", tuple(dict.fromkeys(parameters))
        )
        return Sql(f"{alias}.role {self.dialect.roles.format(roles.text)}", roles.values)

    def exists(self, tables: Sql, *conditions: Sql) -> Sql:
        """There is a row in ``tables`` for which all conditions hold."""
        return Sql("EXISTS (SELECT 1 FROM ") + tables + " WHERE " + all_of(conditions) + f"{self.dialect.fence})"

    def of_resource(self, place: Place, condition: Callable[[str], Sql]) -> Sql:
        """``condition`` of the resource's own row."""
        if place.row:
            return condition(place.row)
        row = self.alias()
        return self.exists(self.resource(row), Sql(f"{row}.key = {place.key}"), condition(row))

    def resources(self, type: str, condition: Callable[[str], Sql]) -> Stream:
        """Living resources of a type for which ``condition`` holds."""
        row = self.alias()
        where = [Sql(f"{row}.type = ?", (type,)), condition(row), Sql(f"{row}.body IS NOT NULL")]
        return Stream(self.resource(row), all_of(where), f"{row}.key", False)


def across(*tables: Sql) -> Sql:
    """The tables, joined in this order."""
    text = " CROSS JOIN ".join(t.text for t in tables)
    return Sql(text, tuple(v for t in tables for v in t.values))


def is_row(link: str, row: str, target: str, type_number: int) -> Sql:
    """``row`` is the living resource of type ``target`` that the reference row ``link`` names."""
    return Sql(f"{link}.other = ? AND {row}.type = ? AND {row}.id = {link}.value AND {row}.body IS NOT NULL", (type_number, target))
