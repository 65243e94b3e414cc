"""Consent given and withdrawn by the operator, for the synthetic women of a testbed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from hit_maternity.access.consent.standing import national_ids
from hit_maternity.app import House
from hit_maternity.fhir.json import decode
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search.model import Query
from hit_maternity.settings import Settings
from hit_maternity.store.people import People
from hit_maternity.store.receipts import Receipt
from hit_maternity.store.repository import Store


def give_consent(settings: Settings, space: str, patients: Sequence[str] | None) -> int:
    """Takes down that ``patients``, or all of whom nothing is known, have consented; how many. Raises ``FhirError`` 404 for a space or a
    Patient that is not there."""
    with closing(House(settings)) as house:
        store = _store(house, space)
        people, now = People(store.database), house.clock.now()
        found = [_patient(store, id) for id in patients] if patients is not None else _all(store)
        known = people.get(v.id for v in found)
        fresh = [v for v in found if patients is not None or known[v.id].consent is None]
        for version in fresh:
            numbers = national_ids(decode(version.body or b"{}"))
            digest = house.consents(store, space).standings.digest(numbers[0]) if numbers else None
            standing = known[version.id]
            people.put(version.id, replace(standing, consent=True, consented=now, digest=standing.digest or digest), now)
        return len(fresh)


def withdraw_consent(settings: Settings, space: str, patient: str) -> Receipt:
    """Erases everything about ``patient``; the receipt. Raises ``FhirError`` 404, 422 for one without a national id."""
    with closing(House(settings)) as house:
        store = _store(house, space)
        numbers = national_ids(decode(_patient(store, patient).body or b"{}"))
        if not numbers:
            text = "This Patient has no national id, by which consent is kept. Delete the resources instead."
            raise refuse(422, "required", "consent-number", text)
        consents = house.consents(store, space)
        receipt = consents.withdraw(numbers[0]).receipt
        consents.finish()
        return receipt or Receipt(patient, house.clock.now())


def _store(house: House, space: str) -> Store:
    store = house.spaces.open(space)
    if store is None:
        raise refuse(404, "not-found", "space-unknown", f"There is no space {space}.")
    return store


def _patient(store: Store, id: str) -> Version:
    with store.reading() as session:
        version = session.get("Patient", id)
    if version is None or version.body is None:
        raise refuse(404, "not-found", "patient-unknown", "One of these Patients is not in the record. Check the ids.")
    return version


def _all(store: Store) -> list[Version]:
    """Every Patient that stands for herself: no fetus, which is in its mother's record."""
    found: list[Version] = []
    cursor: str | None = None
    while True:
        with store.reading() as session:
            page = session.search(Query(("Patient",), count=500, cursor=cursor))
        found += [v for v in page.matches if v.patient in (None, v.id)]
        if page.next is None:
            return found
        cursor = page.next
