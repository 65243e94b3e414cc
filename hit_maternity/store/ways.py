"""The ways to a page of matches, each a statement or two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hit_maternity.fhir.search.model import Criterion, LastUpdated, Query, Sort
from hit_maternity.store.criteria import Criteria
from hit_maternity.store.order import Order, Position
from hit_maternity.store.pieces import Place
from hit_maternity.store.rows import string_section
from hit_maternity.store.session import Row, Session
from hit_maternity.store.sql import Sql, Stream, all_of, joined, negated
from hit_maternity.store.statements import VERSION, WIDTH
from hit_maternity.store.terms import RANGE, TEXT

Found = tuple[Position, Row]


class Entry(NamedTuple):
    """Streams to enter by and what is left to probe. ``few``: they are known to give few keys."""

    streams: list[Stream]
    rest: list[Criterion]
    few: bool


class Part(NamedTuple):
    """Which part of the matches is wanted: up to ``limit``, after a position."""

    after: Position | None
    limit: int


class Ways:
    """Finds resources of ``types``."""

    def __init__(self, criteria: Criteria, session: Session, types: tuple[str, ...]) -> None:
        self._criteria = criteria
        self._session = session
        self._types = types
        self._resource = criteria.pieces.names.resource

    def _probes(self, criteria: Sequence[Criterion], key: str, row: str | None) -> list[Sql]:
        return [self._criteria.probe(c, Place(key, row, self._types)) for c in criteria]

    def _living(self) -> Sql:
        marks = ", ".join("?" * len(self._types))
        return Sql(f"r.body IS NOT NULL AND r.type IN ({marks})", self._types)

    def _resources(self, keys: Sql, columns: str = "") -> list[Row]:
        """The versions behind ``keys``, with further columns of it, in no order: one that was asked for might be had by another index."""
        statement = f"SELECT {VERSION}{columns} FROM (" + keys.text + f") AS k CROSS JOIN {self._resource} r WHERE r.key = k.key"
        return self._session.rows(statement, keys.values)

    # ------------------------------------------------------------ newest first

    def newest(self, streams: Sequence[Stream], rest: Sequence[Criterion], part: Part) -> list[Found]:
        """The streams merged by key, each read no further than the page needs."""
        branches = [self._branch(stream, rest, part.after) for stream in streams]
        if not branches:
            return []
        order = Sql(" ORDER BY key DESC LIMIT ?", (part.limit,))
        if len(branches) == 1:
            keys = branches[0] + order
        else:
            keys = joined([Sql("SELECT key FROM (") + b + order + f") AS b{i}" for i, b in enumerate(branches)], " UNION ") + order
        rows = self._resources(keys)
        rows.sort(key=_key, reverse=True)
        return [((row[0],), row) for row in rows]

    def _branch(self, stream: Stream, rest: Sequence[Criterion], after: Position | None) -> Sql:
        row = stream.key.removesuffix(".key") if stream.tables.text.startswith(f"{self._resource} ") else None
        where = [stream.where, *self._probes(rest, stream.key, row)]
        if after is not None:
            where.append(Sql(f"{stream.key} < ?", (after[0],)))
        # an index row may be there several times for one resource, its own row is not
        return stream._replace(where=all_of(where)).select(f"{stream.key} AS key", distinct=row is None)

    def everything(self) -> list[Stream]:
        """All living resources, newest first, a stream a type."""
        return [
            Stream(Sql(f"{self._resource} r{i}"), Sql(f"r{i}.type = ? AND r{i}.body IS NOT NULL", (t,)), f"r{i}.key", True)
            for i, t in enumerate(self._types)
        ]

    # ------------------------------------------------------------ collected and sorted

    def collect(self, entry: Entry, order: Order, part: Part) -> list[Found]:
        """Every key of the entry, probed, then sorted."""
        if not entry.streams:
            return []
        source = Sql("(") + _keys(entry.streams) + f") AS k CROSS JOIN {self._resource} r"
        where = [Sql("r.key = k.key"), self._living(), *self._probes(entry.rest, "r.key", "r")]
        return self._ordered(source, where, order, part)

    def _ordered(self, source: Sql, where: Sequence[Sql], order: Order, part: Part) -> list[Found]:
        """Matches of ``source`` with their sort values worked out for each, sorted by the database."""
        names = [f"v{i}" for i in range(len(order.sorts))]
        columns = [f"k.{name}" for name in names]
        values = [v + f" AS {name}" for v, name in zip(order.values(self._criteria, "r.key", "r"), names, strict=True)]
        keys = Sql("SELECT * FROM (SELECT ") + joined([Sql("r.key AS key"), *values], ", ") + " FROM " + source + " WHERE " + all_of(where)
        # fenced off, so that the order is not sought in another index, with all that is in it
        keys += f"{self._criteria.pieces.dialect.fence}) AS k"
        beyond = order.after(columns, "k.key", part.after)
        if beyond is not None:
            keys = keys + " WHERE " + beyond
        keys += Sql(order.clause(columns, "k.key") + " LIMIT ?", (part.limit,))
        rows = self._resources(keys, "".join(f", {c}" for c in columns))
        order.arrange(rows, first=WIDTH)
        return [((*row[WIDTH:], row[0]), row[:WIDTH]) for row in rows]

    # ------------------------------------------------------------ sorted, many

    def sorted(self, query: Query, order: Order, part: Part) -> list[Found]:
        """By the index that has the order; where there is none, by sorting everything that fits."""
        (sort, *more) = query.sort
        if not more and len(self._types) == 1:
            if sort.parameters is None:
                return self._by_column(query.criteria, sort, part)
            if sort.parameters[0].type in ("date", "number", "string"):
                return self._by_index(query.criteria, sort, part)
        where = [self._living(), *self._probes(query.criteria, "r.key", "r")]
        return self._ordered(Sql(f"{self._resource} r"), where, order, part)

    def _by_column(self, criteria: Sequence[Criterion], sort: Sort, part: Part) -> list[Found]:
        """``_id`` and ``_lastUpdated`` stand in the resource's own row."""
        column = "r.id" if sort.code == "_id" else "r.updated"
        where = [Sql("r.type = ? AND r.body IS NOT NULL", self._types), *self._probes(criteria, "r.key", "r")]
        if sort.code == "_lastUpdated":
            where += [self._criteria.updated(c, "r") for c in criteria if isinstance(c, LastUpdated)]
        condition = all_of(where + _beyond(column, "r.key", sort, part.after))
        order = f"{column}{_direction(sort)}"
        if sort.code != "_id":  # which is unique
            order += f", r.key{_direction(sort)}"
        statement = f"SELECT {VERSION}, {column} FROM {self._resource} r WHERE {condition.text} ORDER BY {order} LIMIT ?"
        return [((row[WIDTH], row[0]), row[:WIDTH]) for row in self._session.rows(statement, (*condition.values, part.limit))]

    def _by_index(self, criteria: Sequence[Criterion], sort: Sort, part: Part) -> list[Found]:
        """First what has a value, along the index; then what has none."""
        after, limit = part
        found: list[Found] = []
        if after is None or after[0] is not None:
            found = self._along(criteria, sort, part)
            after = None
        if len(found) < limit:
            found += self._without(criteria, sort, Part(after, limit - len(found)))
        return found

    def _along(self, criteria: Sequence[Criterion], sort: Sort, part: Part) -> list[Found]:
        pieces, parameters = self._criteria.pieces, sort.parameters or ()
        keys = tuple(dict.fromkeys(p.key for p in parameters))
        by_text = parameters[0].type == "string"
        table, column = (TEXT, "value") if by_text else (RANGE, "low")
        better = Sql(f"b.key = d.key AND b.{column} {'>' if sort.descending else '<'} d.{column}")
        where = [
            pieces.one_of("d.section", (string_section(self._types[0]),) if by_text else keys),
            pieces.serves("d", keys),
            # of several values the one that comes first counts
            negated(pieces.exists(pieces.by_key(table, "b"), better, pieces.serves("b", keys))),
            *self._probes(criteria, "d.key", None),
            *_beyond(f"d.{column}", "d.key", sort, part.after),
        ]
        found = Sql(f"SELECT DISTINCT d.{column} AS value, d.key AS key FROM ") + pieces.table(table, "d") + " WHERE " + all_of(where)
        found += Sql(f" ORDER BY value{_direction(sort)}, key{_direction(sort)} LIMIT ?", (part.limit,))
        rows = self._resources(found, ", k.value")
        rows.sort(key=lambda row: (row[WIDTH], row[0]), reverse=sort.descending)
        return [((row[WIDTH], row[0]), row[:WIDTH]) for row in rows]

    def _without(self, criteria: Sequence[Criterion], sort: Sort, part: Part) -> list[Found]:
        (value,) = Order.of((sort,)).values(self._criteria, "r.key", "r")
        where = [self._living(), *self._probes(criteria, "r.key", "r"), value + " IS NULL"]
        if part.after is not None:
            where.append(Sql(f"r.key {'<' if sort.descending else '>'} ?", (part.after[1],)))
        condition = all_of(where)
        statement = f"SELECT {VERSION} FROM {self._resource} r WHERE {condition.text} ORDER BY r.key{_direction(sort)} LIMIT ?"
        return [((None, row[0]), row) for row in self._session.rows(statement, (*condition.values, part.limit))]

    # ------------------------------------------------------------ totals

    def count(self, criteria: Sequence[Criterion], entry: Entry | None) -> int:
        """How many there are in all."""
        if entry is not None and not entry.streams:
            return 0
        if entry is None:
            counted = Sql(f"SELECT count(*) FROM {self._resource} r WHERE ")
            counted += all_of([self._living(), *self._probes(criteria, "r.key", "r")])
        else:
            counted = Sql("SELECT count(*) FROM (") + _keys(entry.streams) + ") AS k WHERE "
            counted += all_of(self._probes(entry.rest, "k.key", None))
        row = self._session.row(counted.text, counted.values)
        return int(row[0]) if row else 0


def _keys(streams: Sequence[Stream]) -> Sql:
    """Every key of the streams once."""
    if len(streams) == 1:
        return streams[0].select(f"{streams[0].key} AS key", distinct=True)
    return joined([s.select(f"{s.key} AS key") for s in streams], " UNION ")


def _beyond(column: str, key: str, sort: Sort, after: Position | None) -> list[Sql]:
    if after is None:
        return []
    sign = "<" if sort.descending else ">"
    return [Sql(f"{column} {sign}= ? AND ({column} {sign} ? OR {key} {sign} ?)", (after[0], after[0], after[1]))]


def _direction(sort: Sort) -> str:
    return " DESC" if sort.descending else ""


def _key(row: Row) -> int:
    key: int = row[0]
    return key
