"""What the national record's door reads beside resources: the versions of the parts of records, and a woman's records by her number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hit_maternity.store.keys import bounded, type_key
from hit_maternity.store.moments import moment
from hit_maternity.store.part_versions import COLUMNS, PartVersion, part_version
from hit_maternity.store.people import STANDING, Standing, standing_of
from hit_maternity.store.session import Database, Row, Session

_WIDTH = len(STANDING.split(","))
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Episode:
    """The current version of an EpisodeOfCare of hers; ``body``: its JSON text."""

    id: str
    version: int
    updated: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """One id that a person is known under (of a Patient, or of none yet), her standing there, and the episodes of that Patient."""

    patient: str
    standing: Standing
    episodes: tuple[Episode, ...]


class RecordParts:
    """The parts of one space's records. Each read takes the session that it is to be read in."""

    def __init__(self, database: Database) -> None:
        self._names = database.names
        self._text_in = database.dialect.text_in

    # ------------------------------------------------------------ versions

    def latest(self, session: Session, record: str) -> dict[Name, PartVersion]:
        """The newest version of each part of a record, by part and item."""
        table = self._names.record_part
        statement = (
            f"SELECT {COLUMNS} FROM (SELECT part, item, max(version) AS version FROM {table} WHERE record = ? GROUP BY part, item) m"
            f" CROSS JOIN {table} p WHERE p.record = ? AND p.part = m.part AND p.item = m.item AND p.version = m.version"
        )
        found = map(part_version, session.rows(statement, (record, record)))
        return {(version.part, version.item): version for version in found}

    def versions(self, session: Session, record: str) -> dict[Name, int]:
        """The number of the newest version of each part of a record."""
        statement = f"SELECT part, item, max(version) FROM {self._names.record_part} WHERE record = ? GROUP BY part, item"
        return {(part, item): int(version) for part, item, version in session.rows(statement, (record,))}

    def history(self, session: Session, record: str) -> list[PartVersion]:
        """Every version of every part of a record, oldest first."""
        statement = f"SELECT {COLUMNS} FROM {self._names.record_part} p WHERE p.record = ?"
        found = map(part_version, session.rows(statement, (record,)))
        return sorted(found, key=lambda v: (v.at, v.part, v.item, v.version))

    def changed(self, session: Session, record: str) -> datetime | None:
        """When anything of a record was changed last."""
        row = session.row(f"SELECT max(at) FROM {self._names.record_part} WHERE record = ?", (record,))
        return None if row is None or row[0] is None else moment(row[0])

    # ------------------------------------------------------------ a woman's records

    def of_person(self, session: Session, digest: bytes) -> list[Known]:
        """The ids that the person with this digest of a national id is known under."""
        statement = f"{self._select(f'{self._names.person} p')} WHERE p.digest = ? ORDER BY p.patient, r.id"
        return _known(session.rows(statement, (type_key("EpisodeOfCare"), digest)))

    def of_patients(self, session: Session, patients: Sequence[str]) -> list[Known]:
        """The same of these ids of Patient; those of whom nothing but the Patient is known have no standing."""
        listed = session.listed([bounded(patient) for patient in patients])
        people = (
            f"(SELECT s.id AS patient, q.consent, q.confidential, q.deceased, q.consented, q.digest, q.blocked FROM {self._names.resource}"
        )
        people += f" s LEFT JOIN {self._names.person} q ON q.patient = s.id WHERE s.type = 'Patient' AND s.id {self._text_in}) p"
        statement = f"{self._select(people)} ORDER BY p.patient, r.id"
        return _known(session.rows(statement, (listed, type_key("EpisodeOfCare"))))

    def _select(self, people: str) -> str:
        names = self._names
        return (
            f"SELECT p.patient, {STANDING}, r.id, r.version, r.updated, r.body FROM {people}"
            f" LEFT JOIN {names.timeline} t ON t.patient = p.patient AND t.section = ? AND t.code = ''"
            f" LEFT JOIN {names.resource} r ON r.key = t.key AND r.type = 'EpisodeOfCare' AND r.body IS NOT NULL"
        )


def _known(rows: Iterable[Row]) -> list[Known]:
    people: dict[str, tuple[Standing, dict[str, Episode]]] = {}
    for row in rows:
        _, episodes = people.setdefault(row[0], (standing_of(row[1 : 1 + _WIDTH]), {}))
        id, version, updated, body = row[1 + _WIDTH :]
        if id is not None:
            episodes[id] = Episode(id, int(version), moment(updated), bytes(body))
    return [Known(patient, standing, tuple(episodes.values())) for patient, (standing, episodes) in people.items()]
