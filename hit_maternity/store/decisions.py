"""A transaction that writes resources and the standing of persons together, and persons known by a digest only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from hit_maternity.clock import Clock
from hit_maternity.store.keys import KeyMaker
from hit_maternity.store.people import People, Standing
from hit_maternity.store.repository import Store
from hit_maternity.store.rows import Roles
from hit_maternity.store.session import Database, Session, Transaction
from hit_maternity.store.writer import StoreWriter

#: Begins what stands for the id of a Patient who has none yet: no id of a resource has it.
PENDING = "~"


@dataclass(frozen=True, slots=True)
class Deciding:
    """``writer`` for resources, ``session`` for standing: both are one transaction."""

    writer: StoreWriter
    session: Transaction


@contextmanager
def deciding(store: Store, clock: Clock) -> Iterator[Deciding]:
    """Commits at the end of the block, undoes everything where it raises."""
    seal = store.seal  # its key is made in a transaction of its own
    with store.database.writing() as transaction:
        writer = StoreWriter(store.database, transaction, seal, KeyMaker(), Roles(), clock)
        yield Deciding(writer, transaction)
        writer.commit()


def hold(database: Database, session: Session, patients: list[str], way: str = "UPDATE") -> dict[str, Standing]:
    """The standing of these patients, waiting for every transaction that holds it (``held``), and keeping others from it until the end."""
    person = database.names.person
    if database.dialect.name == "postgresql":
        locked = f"SELECT p.patient FROM {person} p WHERE p.patient = ANY(?::text[]) ORDER BY p.patient FOR {way}"
        session.rows(locked, (session.listed(patients),))
    return People(database).within(session, patients)


def held(database: Database, session: Session, patients: list[str]) -> dict[str, Standing]:
    """The standing of patients about whom a transaction writes: an erasure waits until it has ended, and a transaction that comes after
    an erasure sees what is left. Several that write do not wait for each other."""
    return hold(database, session, patients, "SHARE")


def known_as(database: Database, session: Session, digest: bytes) -> list[str]:
    """Under which ids somebody with this digest is known: of Patients, there or gone, or pending."""
    statement = f"SELECT p.patient FROM {database.names.person} p WHERE p.digest = ? ORDER BY p.patient"
    return [row[0] for row in session.rows(statement, (digest,))]


def forget(database: Database, session: Session, patient: str) -> None:
    """Removes what is known of a patient."""
    session.run(f"DELETE FROM {database.names.person} WHERE patient = ?", (patient,))


def pending(digest: bytes) -> str:
    """What stands for the id of a Patient who has none yet."""
    return PENDING + digest[:16].hex()


def adopt(database: Database, session: Session, patient: str, digests: list[bytes], now: datetime) -> Standing:
    """What is known of a person becomes the standing of her Patient: the consent she gave before there was one. ``digests``: of her
    national ids, the best first. Where she is known under several ids the strictest counts. The ids of Patients who were erased stay
    known: her access log is kept under them.

    A Patient whose national ids are none of those before is another person by now; what the one before decided stays known by her digest.
    """
    known = dict.fromkeys(other for digest in digests for other in known_as(database, session, digest))
    standings = hold(database, session, [*known, *([] if patient in known else [patient])])
    before = standings[patient]
    if before.digest == digests[0]:
        return before
    people = People(database)
    if before.digest is None:
        known[patient] = None
    elif before.digest not in digests and before.consent is not None:
        people.put_within(session, pending(before.digest), before, now)
    standing = strictest([standings[other] for other in known], digests[0])
    people.put_within(session, patient, standing, now)
    for other in known:
        if other.startswith(PENDING):
            forget(database, session, other)
    return standing


def strictest(standings: list[Standing], digest: bytes | None) -> Standing:
    """One standing of several for the same person: a no before a yes, and what hides her before what does not."""
    decided = [s for s in standings if s.consent is not None]
    last = min(decided, key=_yes_last) if decided else Standing()
    confidential, deceased = any(s.confidential for s in standings), any(s.deceased for s in standings)
    blocked = frozenset[str]().union(*(s.blocked for s in standings))
    return Standing(last.consent, confidential, deceased, last.consented, digest, blocked)


def _yes_last(standing: Standing) -> tuple[bool, float]:
    return bool(standing.consent), -(standing.consented.timestamp() if standing.consented else 0.0)
