"""History: the current and the superseded versions of one resource, a type or all, newest first.

Versions of one resource come by their numbers; those of several by the moment they were made, then by resource.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from hit_maternity.fhir.ports import HistoryPage, HistoryQuery, Version
from hit_maternity.store.cursor import Seal, cursor_invalid
from hit_maternity.store.keys import is_plain
from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.session import Database, Names, Row, Session
from hit_maternity.store.sql import Sql, all_of, joined
from hit_maternity.store.statements import VERSION, WIDTH

#: Up to how many versions a type's or the system's history is counted.
_COUNTED = 1000
_ORDER = " ORDER BY place DESC, key DESC, version DESC LIMIT ?"


class _Source(NamedTuple):
    """One run of an index of ``resource`` (``old`` 0) or ``resource_version`` (1); ``place`` is what it is sorted by first."""

    table: str
    old: int
    place: str
    where: Sql


def read_history(database: Database, session: Session, seal: Seal, query: HistoryQuery) -> HistoryPage:
    """A page of the history. ``total`` is exact for an instance; elsewhere it is told where it is at most 1,000.

    Raises ``FhirError`` 400 ``cursor-invalid``.
    """
    signature = repr(("history", replace(query, count=0, cursor=None))).encode()
    after = seal.open(query.cursor, signature) if query.cursor else None
    if after is not None and not (isinstance(after, list) and len(after) == 3):
        raise cursor_invalid()
    sources = _sources(database, session, query)
    if not sources:
        return HistoryPage([], 0, None)
    found = _walk(database.names, session, sources, after, query.count + 1)
    page = found[: query.count]
    cursor = seal.close([page[-1][WIDTH], page[-1][0], page[-1][3]], signature) if len(found) > len(page) and page else None
    versions = [Version(r[1], r[2], r[3], moment(r[4]), r[5], r[6], r[7]) for r in page]
    return HistoryPage(versions, _total(session, sources, query.id is not None), cursor)


def _sources(database: Database, session: Session, query: HistoryQuery) -> list[_Source]:
    names = database.names
    tables = ((names.resource, 0), (names.resource_version, 1))
    narrowed = _narrowed(names, query)
    if query.id is None:
        types = [query.type] if query.type is not None else present_types(database, session)
        return [
            _Source(table, old, "r.updated", all_of([Sql("r.type = ?", (type,)), *narrowed])) for table, old in tables for type in types
        ]
    if not is_plain(f"{query.type}{query.id}"):
        return []
    head = session.row(f"SELECT r.key FROM {names.resource} r WHERE r.type = ? AND r.id = ?", (query.type, query.id))
    if head is None:
        return []
    return [_Source(table, old, "r.version", all_of([Sql("r.key = ?", (head[0],)), *narrowed])) for table, old in tables]


def _narrowed(names: Names, query: HistoryQuery) -> list[Sql]:
    conditions = []
    if query.since is not None:
        conditions.append(Sql("r.updated >= ?", (milliseconds(query.since),)))
    if query.at is not None:
        begin, end = (milliseconds(m) for m in query.at)
        # current at some moment of the period: made before its end, and not superseded before it began
        later = " UNION ALL ".join(
            f"SELECT n.updated FROM {table} n WHERE n.key = r.key AND n.version = r.version + 1"
            for table in (names.resource, names.resource_version)
        )
        conditions.append(Sql("r.updated < ?", (end,)))
        conditions.append(Sql(f"NOT EXISTS (SELECT 1 FROM ({later}) AS s WHERE s.updated <= ?)", (begin,)))
    return conditions


def _walk(names: Names, session: Session, sources: list[_Source], after: list[int] | None, limit: int) -> list[Row]:
    """The first versions of all sources together, as ``statements.VERSION`` tells them, with their place behind."""
    branches = []
    for number, source in enumerate(sources):
        where = source.where
        if after is not None:
            beyond = f"{source.place} <= ? AND ({source.place} < ? OR r.key < ? OR (r.key = ? AND r.version < ?))"
            where = all_of([where, Sql(beyond, (after[0], after[0], after[1], after[1], after[2]))])
        columns = f"{source.place} AS place, r.key AS key, r.version AS version, {source.old} AS old"
        read = Sql(f"SELECT * FROM (SELECT {columns} FROM {source.table} r")
        branches.append(read + " WHERE " + where + Sql(f"{_ORDER}) AS b{number}", (limit,)))
    first = joined(branches, " UNION ALL ") + Sql(_ORDER, (limit,))
    versions = [
        f"SELECT {VERSION}, h.place FROM h CROSS JOIN {table} r WHERE h.old = {old} AND r.key = h.key AND r.version = h.version"
        for table, old in ((names.resource, 0), (names.resource_version, 1))
    ]
    statement = "WITH h AS (" + first.text + ") " + " UNION ALL ".join(versions)
    rows = session.rows(statement, first.values)
    rows.sort(key=lambda r: (r[WIDTH], r[0], r[3]), reverse=True)
    return rows


def _total(session: Session, sources: list[_Source], all: bool) -> int | None:
    """How many versions there are in all; beyond ``_COUNTED`` None, unless ``all`` are to be counted."""
    most = None if all else _COUNTED
    every = joined([Sql(f"SELECT 1 FROM {s.table} r WHERE ") + s.where for s in sources], " UNION ALL ")
    limited = every + Sql(" LIMIT ?", (most + 1,)) if most is not None else every
    row = session.row(f"SELECT count(*) FROM ({limited.text}) AS counted", limited.values)
    counted = int(row[0]) if row else 0
    return None if most is not None and counted > most else counted


def present_types(database: Database, session: Session) -> list[str]:
    """The resource types there are, also those with deletions only: a step of the index each."""
    resource = database.names.resource
    statement = (
        f"WITH RECURSIVE present(type) AS (SELECT min(type) FROM {resource} UNION ALL"
        f" SELECT (SELECT min(r.type) FROM {resource} r WHERE r.type > p.type) FROM present p WHERE p.type IS NOT NULL)"
        " SELECT type FROM present WHERE type IS NOT NULL"
    )
    return [row[0] for row in session.rows(statement)]
