"""Erasure of a patient's record: nothing of it stays in any table, and, once it is finished, in no page of the database's files.

One transaction takes away every version of all that is hers, with its index and waiting messages, cuts her out of what is others', and
leaves a receipt. What follows can't be part of a transaction: a second look for what others had begun to write about her meanwhile, and
the rewriting of the files. It is noted with the receipt, so that it goes on after a crash (``finish``).
Source: the record's contract, "withdrawal: everything stored about her must be deleted".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from hit_maternity.clock import Clock
from hit_maternity.fhir.bundle import instant
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store.accesses import Access
from hit_maternity.store.belongings import Belongings, Found
from hit_maternity.store.decisions import deciding, forget, hold
from hit_maternity.store.moments import milliseconds
from hit_maternity.store.people import People, Standing
from hit_maternity.store.receipts import Note, Notes, Receipt
from hit_maternity.store.redaction import redacted
from hit_maternity.store.repository import Store
from hit_maternity.store.scrubbing import others_ended, running, scrub
from hit_maternity.store.session import Session, Transaction
from hit_maternity.store.writer import StoreWriter

_TRIES = 5
_PART = 200


Trace = Callable[[Receipt], Sequence[Access]]


class Erasure:
    """Erases from one space. ``index``: draws the index rows of a resource, for those of others that are rewritten; ``number_systems``: the
    identifier systems of national ids; ``base``: our own public address."""

    def __init__(
        self,
        store: Store,
        index: Callable[[dict[str, Any]], IndexRows],
        clock: Clock,
        *,
        number_systems: Iterable[str] = (),
        base: str = "",
    ) -> None:
        self._store = store
        self._index = index
        self._clock = clock
        self._systems = frozenset(number_systems)
        self._base = base
        self._database = store.database
        self._names = store.database.names
        self._people = People(store.database)
        self._notes = Notes(self._names.setting)

    # ------------------------------------------------------------ the transaction

    def erase(
        self,
        patient: str,
        also: Sequence[str] = (),
        stays: Standing | None = None,
        trace: Trace | None = None,
        numbers: Iterable[str] = (),
    ) -> Receipt:
        """Erases the record of ``patient``, with that of ``also`` (other Patients who are she) and what names her by ``numbers`` only, and
        sets her standing to ``stays`` (as a rule no consent), with the digest she is known by. The rows of the access log that ``trace``
        makes of the receipt are written in the same transaction.

        Raises ``FhirError``: 503 without a database, 409 ``transaction-conflict`` where others were in the way all the time; then
        nothing was erased. ``finish`` is to be called afterwards.
        """
        patients = [patient, *(other for other in also if other != patient)]
        receipt = self._patiently(lambda: self._erase(patients, stays, trace, frozenset(numbers)))
        assert receipt is not None
        return receipt

    def order(self, session: Session, patient: str) -> None:
        """Notes in a transaction under way that the record is to be erased; ``finish`` does it after the commit."""
        self._notes.put(session, patient, Note(milliseconds(self._clock.now()), False, False, [patient]))

    def _patiently(self, erase: Callable[[], Receipt | None]) -> Receipt | None:
        """Tries again where other transactions were in the way."""
        for _ in range(_TRIES - 1):
            try:
                return erase()
            except FhirError as fault:
                if not all(issue.code in ("transient", "conflict") for issue in fault.issues):
                    raise
        return erase()

    def _again(self, patients: Sequence[str]) -> Receipt | None:
        """Takes away what is there still; None where nothing was done, as she consents again."""
        return self._patiently(lambda: self._erase(patients, None, None, frozenset(), again=True))

    def _erase(
        self, patients: Sequence[str], stays: Standing | None, trace: Trace | None, numbers: frozenset[str], again: bool = False
    ) -> Receipt | None:
        patient = patients[0]
        with deciding(self._store, self._clock) as under_way:
            session, writer = under_way.session, under_way.writer
            self._prepare(session)
            standings = hold(self._database, session, list(patients))
            if again and standings[patient].consent:
                return None
            found, went = self._take_away(session, writer, patients, numbers)
            before = self._notes.of(session, patient)
            if before is not None and before.erased and (went.empty or not before.done):
                went = before.receipt(patient).plus(went)
            receipt = replace(went, finished=False)
            for other in found.patients[1:]:
                if other not in patients or (again and standings[other].consent is None):  # her fetuses and children
                    forget(self._database, session, other)
            if not again:
                for own in patients:
                    kept = replace(stays or Standing(consent=False), digest=standings[own].digest or (stays.digest if stays else None))
                    self._people.put_within(session, own, kept, self._clock.now())
            self._notes.put(session, patient, Note.of(receipt, found.patients))
            if trace:
                writer.record(trace(receipt))
        return receipt

    def _prepare(self, transaction: Transaction) -> None:
        """What is deleted is overwritten on its page; the look at every text may take its time."""
        if self._database.dialect.name == "sqlite":
            transaction.rows("PRAGMA secure_delete = ON")
        else:
            for setting in ("statement_timeout = 0", "enable_seqscan = on"):
                transaction.run(f"SET LOCAL {setting}")

    def _take_away(self, session: Session, writer: StoreWriter, patients: Sequence[str], numbers: frozenset[str]) -> tuple[Found, Receipt]:
        found = Belongings(self._database, session, self._systems, self._base).of(patients, numbers)
        keys = list(found.whole)
        # the resources first: that waits for whoever is changing one, so that what follows sees all that he wrote
        versions = self._delete(session, self._names.resource, keys)
        versions += self._delete(session, self._names.resource_version, keys)
        rows = sum(self._delete(session, table, keys) for table in (self._names.index_text, self._names.index_range, self._names.timeline))
        parts = f"DELETE FROM {self._names.record_part} WHERE patient {self._database.dialect.text_in}"
        rows += session.run(parts, (session.listed(found.patients),))
        statement = f"DELETE FROM {self._names.resource_version} WHERE key = ? AND version = ?"
        versions += sum(session.run(statement, loose) for loose in found.loose)
        changed = sum(self._rewrite(session, writer, found, key) for key in found.mixed)
        resources = dict(sorted(Counter(type for type, _ in found.whole.values()).items()))
        messages = self._forget_messages(session, found)
        return found, Receipt(patients[0], self._clock.now(), resources, versions, rows, changed, messages)

    def _delete(self, session: Session, table: str, keys: Sequence[int]) -> int:
        statement = f"DELETE FROM {table} WHERE key {self._database.dialect.number_in}"
        parts = [keys[at : at + _PART] for at in range(0, len(keys), _PART)]
        return sum(session.run(statement, (session.listed(part),)) for part in parts)

    def _rewrite(self, session: Session, writer: StoreWriter, found: Found, key: int) -> bool:
        """Makes a version without her of what is others', and cuts her out of all versions before it."""
        type, id = found.mixed[key]
        head = writer.lock(type, id)
        if head is None:
            return False
        kept = redacted(decode(head.body), found.hers) if head.body else None
        if kept is not None:
            now, number = self._clock.now(), head.version + 1
            kept["meta"] = {**kept.get("meta", {}), "versionId": str(number), "lastUpdated": instant(now)}
            writer.write(Version(type, id, number, now, "PUT", encode(kept)), self._index(kept))
            writer.flush()
        changed = kept is not None
        owner = session.row(f"SELECT r.patient FROM {self._names.resource} r WHERE r.key = ?", (key,))
        statement = f"SELECT v.version, v.body, v.patient FROM {self._names.resource_version} v WHERE v.key = ? AND v.body IS NOT NULL"
        update = f"UPDATE {self._names.resource_version} SET body = ?, patient = ? WHERE key = ? AND version = ?"
        for version, body, patient in session.rows(statement, (key,)):
            older = redacted(decode(bytes(body)), found.hers)
            if older is not None:
                whose = owner[0] if owner and patient in found.patients else patient
                changed = session.run(update, (encode(older), whose, key, version)) > 0 or changed
        return changed

    def _forget_messages(self, session: Session, found: Found) -> int:
        """Deletes what is still to be sent, or was given up, and tells of her."""
        rows = session.rows(f"SELECT key, idempotency, payload FROM {self._names.outbox} WHERE state <> 1")
        hers = [key for key, name, payload in rows if found.hers.within(f"{name} ".encode() + bytes(payload))]
        return self._delete(session, self._names.outbox, hers)

    # ------------------------------------------------------------ what follows

    def finish(self) -> list[Receipt]:
        """Goes on with every erasure that is not finished, and gives back those that are now. To be called after ``erase``, at the start,
        and from time to time: it never waits for others, who may be reading or writing still, but leaves the rest to the next call.

        The file of SQLite is written anew, which takes a second for some hundred megabytes: not to be called in the event loop's thread.
        """
        ready = {patient: note for patient in self.unfinished() if (note := self._ready(patient)) is not None}
        if not ready or not scrub(self._database):
            return []
        done = {patient: structs.replace(note, done=True, erased=True) for patient, note in ready.items()}
        return [done[patient].receipt(patient) for patient, note in ready.items() if self._swap(patient, note, done[patient])]

    def _ready(self, patient: str) -> Note | None:
        """The note of an erasure where nothing of hers is in the tables, and nobody is writing any more who began before it went. It names
        nobody but her then: what it is written over is taken off the disk with the rest."""
        note = self._note(patient)
        if not note.erased and self._again(note.patients):
            note = self._note(patient)
        if note.horizon is None:
            before, note = note, structs.replace(note, horizon=running(self._database))
            if note.horizon is not None and not self._swap(patient, before, note):
                return None
        if note.horizon is not None:
            # what is found now may have been written since: then it is looked at once more
            if not others_ended(self._database, note.horizon) or self._again(note.patients) not in (None, note.receipt(patient)):
                return None
            note = self._note(patient)
        alone = structs.replace(note, patients=[patient], horizon=None)
        return alone if self._swap(patient, note, alone) else None

    def _swap(self, patient: str, seen: Note, after: Note) -> bool:
        """Writes a note over the one that was ``seen``; False where there is another by now: she has withdrawn again."""
        with self._database.writing() as transaction:
            same = self._notes.of(transaction, patient) == seen
            if same:
                self._notes.put(transaction, patient, after)
            transaction.change([], last=True)
        return same

    def _note(self, patient: str) -> Note:
        with self._database.reading() as session:
            note = self._notes.of(session, patient)
        assert note is not None
        return note

    def receipt(self, patient: str) -> Receipt | None:
        """The receipt of the last erasure of this patient; None where there was none."""
        with self._database.reading() as session:
            note = self._notes.of(session, patient)
        return None if note is None or not note.erased else note.receipt(patient)

    def unfinished(self) -> list[str]:
        """The patients whose erasure is still going on."""
        with self._database.reading() as session:
            return self._notes.unfinished(session)
