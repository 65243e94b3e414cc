"""Reads of one space: by id, by version, history, search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from hit_maternity.fhir.ports import HistoryPage, HistoryQuery, SearchPage, Standing, Version
from hit_maternity.fhir.search.model import Query
from hit_maternity.store.cursor import Seal
from hit_maternity.store.history import present_types, read_history
from hit_maternity.store.keys import bounded, is_plain, type_key
from hit_maternity.store.moments import moment
from hit_maternity.store.people import STANDING, People, standing_of
from hit_maternity.store.search import Searcher
from hit_maternity.store.session import Database, Row, Session
from hit_maternity.store.statements import VERSION, WIDTH


def as_version(row: Row) -> Version:
    """The version that a row of ``statements.VERSION`` holds."""
    _, type, id, version, updated, method, body, patient = row
    return Version(type, id, version, moment(updated), method, body, patient)


def as_head(row: Row) -> Version:
    """The version of a row of ``statements.VERSION`` with ``people.STANDING`` behind it."""
    _, type, id, version, updated, method, body, patient = row[:WIDTH]
    return Version(type, id, version, moment(updated), method, body, patient, standing_of(row[WIDTH:]) if patient is not None else None)


class StoreReader:
    """A ``ports.Reader`` on one session."""

    __slots__ = ("_database", "_seal", "_session")

    def __init__(self, database: Database, session: Session, seal: Seal) -> None:
        self._database = database
        self._session = session
        self._seal = seal

    def _head(self, type: str, id: str) -> Row | None:
        names = self._database.names
        statement = (
            f"SELECT {VERSION}, {STANDING} FROM {names.resource} r LEFT JOIN {names.person} p ON p.patient = r.patient"
            " WHERE r.type = ? AND r.id = ?"
        )
        return self._session.row(statement, (type, id)) if is_plain(type + id) else None

    def get(self, type: str, id: str) -> Version | None:
        row = self._head(type, id)
        return None if row is None else as_head(row)

    def get_many(self, references: Iterable[tuple[str, str]]) -> list[Version]:
        wanted: dict[str, dict[str, None]] = defaultdict(dict)
        for type, id in references:
            if is_plain(type + id):
                wanted[type][id] = None
        statement = (
            f"SELECT {VERSION} FROM {self._database.names.resource} r"
            f" WHERE r.type = ? AND r.id {self._database.dialect.text_in} AND r.body IS NOT NULL"
        )
        session = self._session
        return [as_version(row) for type, ids in wanted.items() for row in session.rows(statement, (type, session.listed(list(ids))))]

    def get_version(self, type: str, id: str, version: int) -> Version | None:
        head = self._head(type, id)
        if head is None or not 0 < version <= head[3]:
            return None
        if version == head[3]:
            return as_head(head)
        statement = f"SELECT {VERSION} FROM {self._database.names.resource_version} r WHERE r.key = ? AND r.version = ?"
        row = self._session.row(statement, (head[0], version))
        return None if row is None else as_version(row)

    def history(self, query: HistoryQuery) -> HistoryPage:
        return read_history(self._database, self._session, self._seal, query)

    def search(self, query: Query) -> SearchPage:
        return Searcher(self._database, self._session, self._seal).page(query)

    def standing(self, patients: Iterable[str]) -> Mapping[str, Standing]:
        asked = list(dict.fromkeys(patients))
        return People(self._database).within(self._session, asked) if asked else {}

    def referring(self, targets: Iterable[tuple[str, str]], types: Collection[str] = ()) -> list[Version]:
        wanted: dict[str, list[str]] = defaultdict(list)
        for type, id in dict.fromkeys(targets):
            if is_plain(type + id):
                wanted[type].append(bounded(id))
        session, names, dialect = self._session, self._database.names, self._database.dialect
        sections = session.listed([type_key(t) for t in types or present_types(self._database, session)]) if wanted else None
        # the keys first, so that each resource is read once however often it names a target
        statement = (
            f"SELECT {VERSION} FROM (SELECT DISTINCT x.key FROM {names.index_text} x WHERE x.section {dialect.number_in}"
            f" AND x.value {dialect.text_in} AND x.other = ?) f CROSS JOIN {names.resource} r WHERE r.key = f.key AND r.body IS NOT NULL"
        )
        found = (session.rows(statement, (sections, session.listed(ids), type_key(type))) for type, ids in wanted.items())
        return [as_version(row) for row in {row[0]: row for rows in found for row in rows}.values()]
