"""``_include`` and ``_revinclude``: resources that come with the matches.

Source: https://hl7.org/fhir/R4/search.html#include.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hit_maternity.fhir.search.model import Include, parameter_key
from hit_maternity.store.history import present_types
from hit_maternity.store.keys import type_key
from hit_maternity.store.pieces import Pieces
from hit_maternity.store.session import Database, Row, Session
from hit_maternity.store.statements import VERSION
from hit_maternity.store.terms import TEXT

MOST_INCLUDED, DEEPEST = 1000, 10


class Included(NamedTuple):
    """``cut``: there was more than ``MOST_INCLUDED`` or deeper than ``DEEPEST``, and it was left out."""

    rows: list[Row]
    cut: bool


def include(database: Database, session: Session, matches: Sequence[Row], includes: Sequence[Include]) -> Included:
    """What the includes bring to the matches, each once and none that is a match. ``:iterate`` includes start from what came before too."""
    return _Including(database, session, matches).run(includes)


class _Including:
    def __init__(self, database: Database, session: Session, matches: Sequence[Row]) -> None:
        self._database = database
        self._session = session
        self._pieces = Pieces(database, session)
        self._matches = list(matches)
        self._seen = {row[0] for row in matches}
        self._found: list[Row] = []
        self._types = {type_key(t): t for t in present_types(database, session)}

    def run(self, includes: Sequence[Include]) -> Included:
        fresh = self._matches
        for depth in range(DEEPEST + 1):
            wanted = includes if depth == 0 else [i for i in includes if i.iterate]
            if not wanted or not fresh:
                return Included(self._found, False)
            if depth == DEEPEST:
                return Included(self._found, True)
            came: list[Row] = []
            for one in wanted:
                rows = self._naming(one, fresh) if one.reverse else self._named(one, fresh)
                for row in sorted(rows, key=_key):
                    if row[0] in self._seen:
                        continue
                    if len(self._seen) - len(self._matches) >= MOST_INCLUDED:
                        return Included(self._found, True)
                    self._seen.add(row[0])
                    self._found.append(row)
                    came.append(row)
            fresh = came
        return Included(self._found, False)

    def _named(self, one: Include, sources: Sequence[Row]) -> list[Row]:
        """What ``sources`` name."""
        keys = [row[0] for row in sources if row[1] == one.source_type]
        if not keys or not one.parameters:
            return []
        by_type: dict[str, list[str]] = {}
        urls: list[str] = []
        for value, other in self._links(one, keys):
            target = self._types.get(other)
            if other == 0:
                urls.append(value.partition("|")[0])
            elif target and (one.target_types is None or target in one.target_types):
                by_type.setdefault(target, []).append(value)
        statement = (
            f"SELECT {VERSION} FROM {self._database.names.resource} r"
            f" WHERE r.type = ? AND r.id {self._database.dialect.text_in} AND r.body IS NOT NULL LIMIT ?"
        )
        listed, rows = self._session.listed, self._session.rows
        found = [row for t, ids in by_type.items() for row in rows(statement, (t, listed(ids), MOST_INCLUDED + 1))]
        return found + (self._by_url(one, urls) if urls else [])

    def _links(self, one: Include, keys: list[int]) -> list[Row]:
        serves = self._pieces.serves("d", [p.key for p in one.parameters])
        statement = (
            f"SELECT DISTINCT d.value, d.other FROM {self._pieces.by_key(TEXT, 'd').text}"
            f" WHERE d.key {self._database.dialect.number_in} AND {serves.text} LIMIT ?"
        )
        return self._session.rows(statement, (self._session.listed(keys), *serves.values, MOST_INCLUDED * 4))

    def _by_url(self, one: Include, urls: list[str]) -> list[Row]:
        """Canonical resources that are named by their ``url``."""
        targets = {t for p in one.parameters for t in p.targets} if one.target_types is None else set(one.target_types)
        rows: list[Row] = []
        for target in sorted(targets & set(self._types.values())):
            serves = self._pieces.serves("d", [parameter_key(target, "url")])
            statement = (
                f"SELECT {VERSION} FROM {self._database.names.index_text} d CROSS JOIN {self._database.names.resource} r"
                f" WHERE d.section = ? AND d.value {self._database.dialect.text_in} AND {serves.text}"
                " AND r.key = d.key LIMIT ?"
            )
            rows += self._session.rows(statement, (type_key(target), self._session.listed(urls), *serves.values, MOST_INCLUDED + 1))
        return rows

    def _naming(self, one: Include, targets: Sequence[Row]) -> list[Row]:
        """What names ``targets``."""
        by_type: dict[str, list[str]] = {}
        for row in targets:
            if one.target_types is None or row[1] in one.target_types:
                by_type.setdefault(row[1], []).append(row[2])
        if not one.parameters:
            return []
        serves = self._pieces.serves("d", [p.key for p in one.parameters])
        statement = (
            f"SELECT {VERSION} FROM (SELECT DISTINCT d.key FROM {self._database.names.index_text} d"
            f" WHERE d.section = ? AND d.value {self._database.dialect.text_in} AND d.other = ? AND {serves.text} LIMIT ?) AS k"
            f" CROSS JOIN {self._database.names.resource} r WHERE r.key = k.key"
        )
        source, limit = type_key(one.source_type), MOST_INCLUDED + len(self._seen) + 1
        listed, rows = self._session.listed, self._session.rows
        return [row for t, ids in by_type.items() for row in rows(statement, (source, listed(ids), type_key(t), *serves.values, limit))]


def _key(row: Row) -> int:
    key: int = row[0]
    return key
