"""Whose consent it is: from a national id to what is known of the person, with or without a Patient.

The national id is held nowhere but in the Patient; here stands a digest of it, keyed by the server's secret.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hit_maternity.clock import Clock
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import Condition, Query, TokenValue
from hit_maternity.store import Store
from hit_maternity.store.decisions import adopt, held, known_as, pending, strictest
from hit_maternity.store.people import People, Standing
from hit_maternity.store.reader import StoreReader
from hit_maternity.store.session import Session

#: National identity number, D-number and common help number, as Norwegian profiles name them.
NUMBER_SYSTEMS = ("urn:oid:2.16.578.1.12.4.1.4.1", "urn:oid:2.16.578.1.12.4.1.4.2", "urn:oid:2.16.578.1.12.4.1.4.3")
_LABEL = b"hit-maternity national id "


def digest_of(secret: bytes, pid: str) -> bytes:
    """32 bytes that stand for a national id; without the server's ``secret`` nobody can try numbers until one fits."""
    return hmac.digest(secret, _LABEL + pid.strip().encode(), "sha256")


def pending_id(digest: bytes) -> str:
    """What stands for the id of a Patient who has none yet."""
    return pending(digest)


def national_ids(patient: dict[str, Any]) -> list[str]:
    """The national ids of a Patient, best first: identity number, D-number, help number."""
    listed = patient.get("identifier")
    found = [i for i in listed if type(i) is dict] if type(listed) is list else []
    return [i["value"] for system in NUMBER_SYSTEMS for i in found if i.get("system") == system and type(i.get("value")) is str]


class Standings:
    """The standing of the persons of one space. ``secret``: the server's own key."""

    def __init__(self, store: Store, search: Search, secret: bytes, clock: Clock) -> None:
        self._store = store
        self._search = search
        self._secret = secret
        self._clock = clock
        self._people = People(store.database)

    def digest(self, pid: str) -> bytes:
        """The digest of a national id."""
        return digest_of(self._secret, pid)

    def of(self, patients: Iterable[str]) -> dict[str, Standing]:
        """The standing of each of these ids of Patient; consent None where nothing is known."""
        return self._people.get(patients)

    def of_pid(self, pid: str) -> Standing:
        """The standing of the person with this national id; where she is known under several ids, the strictest."""
        digest = self.digest(pid)
        return strictest(list(self._people.get(self.known(pid)).values()), digest)

    def patients(self, pid: str) -> list[str]:
        """The ids of the Patients with this national id, as the record's own index of identifiers has them."""
        with self._store.reading() as reader:
            return self.patients_within(reader, pid)

    def patients_within(self, reader: StoreReader, pid: str) -> list[str]:
        """``patients`` on a reading or a transaction under way."""
        identifier = self._search.parameters("Patient")["identifier"]
        wanted = Condition((identifier,), None, tuple(TokenValue(system, pid) for system in NUMBER_SYSTEMS))
        return sorted(v.id for v in reader.search(Query(("Patient",), (wanted,), count=100)).matches)

    def known(self, pid: str) -> list[str]:
        """All ids that the person is known under: of Patients, first those that are there, and of none yet."""
        with self._store.database.reading() as session:
            known = known_as(self._store.database, session, self.digest(pid))
        return list(dict.fromkeys([*self.patients(pid), *known]))

    def held(self, session: Session, patients: Iterable[str]) -> dict[str, Standing]:
        """The standing of patients about whom a transaction writes (``session``: the transaction's); until it ends, no erasure begins."""
        return held(self._store.database, session, list(dict.fromkeys(patients)))

    def adopt(self, session: Session, patient: dict[str, Any]) -> Standing | None:
        """To be called in the transaction that writes a Patient: what is known of the person by her national id becomes the Patient's. Her
        standing then; None for a Patient without a national id, such as a fetus."""
        numbers = national_ids(patient)
        if not numbers:
            return None
        return adopt(self._store.database, session, str(patient["id"]), [self.digest(number) for number in numbers], self._clock.now())

    def told(self, pid: str, *, confidential: bool | None = None, deceased: bool | None = None) -> None:
        """Takes down what the population register tells: a confidential address, a death. None: not told."""
        digest, now = self.digest(pid), self._clock.now()
        for patient in self.known(pid) or [pending_id(digest)]:
            before = self._people.get([patient])[patient]
            after = replace(before, digest=before.digest or digest)
            if confidential is not None:
                after = replace(after, confidential=confidential)
            if deceased is not None:
                after = replace(after, deceased=deceased)
            self._people.put(patient, after, now)
