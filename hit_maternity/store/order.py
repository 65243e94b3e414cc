"""In which order a search gives its matches, and how to go on after one of them.

Without ``_sort``: newest first, by creation. Otherwise by the sort values, those without a value last, and then by creation, in the
direction of the last sort key. A position is the sort values of a match and its key; it changes only when the match itself does, so
a page begins where the last one ended whatever is written in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from hit_maternity.fhir.search.model import CANONICAL, Sort
from hit_maternity.store.criteria import Criteria
from hit_maternity.store.keys import digest
from hit_maternity.store.session import Row
from hit_maternity.store.sql import Sql, all_of, any_of
from hit_maternity.store.terms import RANGE, TEXT

_RANGED = frozenset({"date", "number", "quantity"})
Position = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Order:
    """``directions``: of each sort value, then of the key; True is descending."""

    sorts: tuple[Sort, ...]
    directions: tuple[bool, ...]

    @classmethod
    def of(cls, sorts: tuple[Sort, ...]) -> Order:
        """The order that a query asks for."""
        return cls(sorts, (*(s.descending for s in sorts), sorts[-1].descending if sorts else True))

    def values(self, criteria: Criteria, key: str, row: str) -> list[Sql]:
        """The SQL of each sort value of the resource at ``row``."""
        return [_value(s, criteria, key, row) for s in self.sorts]

    def clause(self, columns: Sequence[str], key: str) -> str:
        """``ORDER BY`` over columns that hold the sort values."""
        parts = [f"{c} IS NULL, {c}{_direction(d)}" for c, d in zip(columns, self.directions, strict=False)]
        return " ORDER BY " + ", ".join([*parts, f"{key}{_direction(self.directions[-1])}"])

    def arrange(self, rows: list[Row], first: int) -> None:
        """Sorts rows as ``clause`` does; their sort values stand from column ``first`` on, the key in column 0."""
        rows.sort(key=_key, reverse=self.directions[-1])
        for number in reversed(range(len(self.sorts))):
            column = first + number
            valued = [row for row in rows if row[column] is not None]
            valued.sort(key=itemgetter(column), reverse=self.directions[number])
            rows[:] = valued + [row for row in rows if row[column] is None]

    def after(self, columns: Sequence[str], key: str, position: Position | None) -> Sql | None:
        """What comes after ``position``: in the first value that differs, or else in the key."""
        if position is None:
            return None
        alternatives: list[Sql] = []
        same: list[Sql] = []
        for column, value, descending in zip([*columns, key], position, self.directions, strict=True):
            if value is not None:
                beyond = Sql(f"{column} {'<' if descending else '>'} ?", (value,))
                alternatives.append(all_of([*same, beyond if column == key else Sql("(") + beyond + f" OR {column} IS NULL)"]))
                same.append(Sql(f"{column} = ?", (value,)))
            else:
                same.append(Sql(f"{column} IS NULL"))
        return any_of(alternatives)


def _key(row: Row) -> int:
    key: int = row[0]
    return key


def _direction(descending: bool) -> str:
    return " DESC" if descending else ""


def _value(sort: Sort, criteria: Criteria, key: str, row: str) -> Sql:
    """Ascending the least of several values counts, descending the greatest; a quantity counts in base units where it has them."""
    if sort.parameters is None:
        return Sql(f"{row}.{'id' if sort.code == '_id' else 'updated'}")
    choose = "max" if sort.descending else "min"
    parameters = tuple(dict.fromkeys(p.key for p in sort.parameters))
    kind = sort.parameters[0].type
    table, column = (RANGE, "low") if kind in _RANGED else (TEXT, "value")

    def chosen(condition: str, *values: Any) -> Sql:
        head = f"(SELECT {choose}(s.{column}) FROM {criteria.pieces.by_key(table, 's').text} WHERE s.key = {key} AND {condition}"
        return Sql(head, values) + criteria.pieces.serves("s", parameters) + ")"

    if kind != "quantity":
        return chosen("")
    canonical = digest(CANONICAL)
    return Sql("coalesce(") + chosen("s.system = ? AND ", canonical) + ", " + chosen("s.system <> ? AND ", canonical) + ")"
