"""The standing of patients: consent, confidential address, death. What is known of them beside their resources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.session import Database, Row, Session


@dataclass(frozen=True, slots=True)
class Standing:
    """``consent``: None where she was never asked. ``digest``: of her national id, keyed by the server's secret. ``blocked``: whom she has
    shut out, as ``hpr:`` and ``org:`` with their numbers."""

    consent: bool | None = None
    confidential: bool = False
    deceased: bool = False
    consented: datetime | None = None
    digest: bytes | None = None
    blocked: frozenset[str] = frozenset()


#: Of whom nothing is known: no consent.
UNKNOWN = Standing()
#: What a ``Standing`` is made of: from ``person p``, after the id of the patient.
STANDING = "p.consent, p.confidential, p.deceased, p.consented, p.digest, p.blocked"


class People:
    """The patients of one space."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, patients: Iterable[str]) -> dict[str, Standing]:
        """The standing of each of these ids of Patient; ``UNKNOWN`` where nothing is known."""
        asked = list(dict.fromkeys(patients))
        if not asked:
            return {}
        with self._database.reading() as session:
            return self.within(session, asked)

    def within(self, session: Session, patients: list[str]) -> dict[str, Standing]:
        """``get`` on a session that is open already: a transaction sees what it wrote itself."""
        statement = f"SELECT p.patient, {STANDING} FROM {self._database.names.person} p WHERE p.patient {self._database.dialect.text_in}"
        known = {row[0]: standing_of(row[1:]) for row in session.rows(statement, (session.listed(patients),))}
        return {patient: known.get(patient, UNKNOWN) for patient in patients}

    def with_digest(self, digest: bytes) -> list[str]:
        """The ids of the Patients with this digest of a national id."""
        statement = f"SELECT p.patient FROM {self._database.names.person} p WHERE p.digest = ? ORDER BY p.patient"
        with self._database.reading() as session:
            return [row[0] for row in session.rows(statement, (digest,))]

    def put(self, patient: str, standing: Standing, now: datetime) -> None:
        """Sets the standing of a patient, in a transaction of its own."""
        with self._database.writing() as transaction:
            self.put_within(transaction, patient, standing, now)
            transaction.change([], last=True)

    def put_within(self, session: Session, patient: str, standing: Standing, now: datetime) -> None:
        """``put`` as part of a transaction."""
        statement = (
            f"INSERT INTO {self._database.names.person} (patient, digest, consent, consented, confidential, deceased, blocked, updated)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (patient) DO UPDATE SET digest = excluded.digest, consent = excluded.consent,"
            " consented = excluded.consented, confidential = excluded.confidential, deceased = excluded.deceased,"
            " blocked = excluded.blocked, updated = excluded.updated"
        )
        consent = None if standing.consent is None else int(standing.consent)
        consented = None if standing.consented is None else milliseconds(standing.consented)
        states = (consent, consented, int(standing.confidential), int(standing.deceased))
        blocked = " ".join(sorted(standing.blocked)) or None
        session.run(statement, (patient, standing.digest, *states, blocked, milliseconds(now)))


def standing_of(row: Row) -> Standing:
    """The standing in the columns ``STANDING``."""
    consent, confidential, deceased, consented, digest, blocked = row
    if confidential is None:  # no row was joined
        return UNKNOWN
    return Standing(
        None if consent is None else bool(consent),
        bool(confidential),
        bool(deceased),
        None if consented is None else moment(consented),
        None if digest is None else bytes(digest),
        frozenset(blocked.split()) if blocked else frozenset(),
    )
