"""Whose consent it is: from a national id to a standing, with and without a Patient."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.access.consent.standing import NUMBER_SYSTEMS, digest_of, national_ids
from hit_maternity.access.consent.withdrawal import Consents
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import Version
from hit_maternity.store import Store
from hit_maternity.store.decisions import deciding
from hit_maternity.store.people import People, Standing

PID, OTHER, OLD = "19820199890", "02899149826", "59820199890"
FNR, DNR, _ = NUMBER_SYSTEMS


def write_patient(
    consents: Consents, store: Store, records: ModuleType, clock: Any, id: str, *pids: str, version: int = 1, system: str = FNR
) -> None:
    """As the guard does it: the Patient and what is known of her in one transaction."""
    resource = {"resourceType": "Patient", "id": id, "identifier": [{"system": system if p != OLD else DNR, "value": p} for p in pids]}
    with deciding(store, clock) as under_way:
        if version > 1:
            under_way.writer.lock("Patient", id)
        under_way.writer.write(Version("Patient", id, version, clock.now(), "PUT", encode(resource)), records.index(resource))
        consents.written(under_way.session, resource, by_citizen=False)


def test_the_digest_depends_on_the_secret_and_tells_nothing(store: Store, consents: Consents):
    assert digest_of(b"a" * 32, PID) != digest_of(b"b" * 32, PID)
    assert digest_of(b"a" * 32, PID) == digest_of(b"a" * 32, f" {PID} ") and len(digest_of(b"a" * 32, PID)) == 32
    assert PID.encode() not in digest_of(b"a" * 32, PID)


def test_of_several_national_ids_the_identity_number_comes_first():
    systems = {"f": "urn:oid:2.16.578.1.12.4.1.4.1", "d": "urn:oid:2.16.578.1.12.4.1.4.2", "h": "urn:oid:2.16.578.1.12.4.1.4.3"}
    listed = [{"system": systems[k], "value": k} for k in "hdf"] + [
        {"system": "urn:x", "value": "x"},
        {"value": "y"},
        "z",
        {"system": systems["f"]},
    ]
    assert national_ids({"identifier": listed}) == ["f", "d", "h"]
    assert national_ids({}) == national_ids({"identifier": "text"}) == []


def test_of_whom_nothing_is_known_has_no_consent(consents: Consents):
    assert consents.standings.of_pid(PID).consent is None
    assert consents.standings.patients(PID) == []


def test_a_consent_given_before_there_is_a_patient_is_hers_from_her_creation(
    consents: Consents, store: Store, records: ModuleType, clock: Any
):
    told = consents.give(PID)
    assert told.given and told.changed and told.patient.startswith("~")
    assert consents.standings.of_pid(PID).consent is True
    write_patient(consents, store, records, clock, "kari", PID)
    assert consents.standings.of(["kari"])["kari"].consent is True
    assert consents.standings.of([told.patient])[told.patient].consent is None  # what stood for her is gone
    assert consents.standings.known(PID) == ["kari"]
    assert consents.standings.of_pid(OTHER).consent is None


def test_a_patient_without_a_national_id_has_no_standing_of_her_own(consents: Consents, store: Store, records: ModuleType, clock: Any):
    resource = {"resourceType": "Patient", "id": "fetus", "name": [{"text": "Foster"}]}
    with deciding(store, clock) as under_way:
        assert consents.standings.adopt(under_way.session, resource) is None


def test_a_second_patient_of_the_same_person_has_the_same_standing(consents: Consents, store: Store, records: ModuleType, clock: Any):
    consents.give(PID)
    for id in ("kari", "kari2"):
        write_patient(consents, store, records, clock, id, PID)
    standings = consents.standings.of(["kari", "kari2"])
    assert [s.consent for s in standings.values()] == [True, True]
    People(store.database).put("kari", Standing(False, digest=consents.standings.digest(PID)), clock.now())
    assert consents.standings.of_pid(PID).consent is False  # a no counts more


def test_writing_the_patient_again_leaves_her_standing_alone(consents: Consents, store: Store, records: ModuleType, clock: Any):
    write_patient(consents, store, records, clock, "kari", PID)
    consents.give(PID)
    write_patient(consents, store, records, clock, "kari", PID, version=2)
    assert consents.standings.of_pid(PID).consent is True


def test_who_gets_a_new_number_keeps_her_consent_where_the_old_one_is_told_too(
    consents: Consents, store: Store, records: ModuleType, clock: Any
):
    consents.give(OLD)
    write_patient(consents, store, records, clock, "kari", OLD)
    write_patient(consents, store, records, clock, "kari", OLD, PID, version=2)
    assert consents.standings.of(["kari"])["kari"].consent is True
    assert consents.standings.of_pid(PID).consent is True and consents.standings.of_pid(OLD).consent is True
    clock.later(minutes=1)
    consents.withdraw(OLD)
    assert consents.standings.of_pid(PID).consent is False


def test_a_patient_who_is_another_person_by_now_has_that_persons_consent(consents: Consents, store: Store, records: ModuleType, clock: Any):
    consents.give(PID)
    write_patient(consents, store, records, clock, "kari", PID)
    write_patient(consents, store, records, clock, "kari", OTHER, version=2)
    assert consents.standings.of(["kari"])["kari"].consent is None
    assert consents.standings.of_pid(OTHER).consent is None
    assert consents.standings.of_pid(PID).consent is True  # the one before has not lost hers


def test_whom_she_has_shut_out_stays_shut_out_of_each_of_her_patients(consents: Consents, store: Store, records: ModuleType, clock: Any):
    consents.give(PID)
    write_patient(consents, store, records, clock, "kari", PID)
    before = consents.standings.of(["kari"])["kari"]
    People(store.database).put("kari", replace(before, blocked=frozenset({"hpr"})), clock.now())
    write_patient(consents, store, records, clock, "kari2", PID)
    assert consents.standings.of(["kari2"])["kari2"].blocked == {"hpr"}


def test_a_phone_number_that_equals_a_national_id_is_nobodys_national_id(consents: Consents, store: Store, records: ModuleType):
    records.put(store, {"resourceType": "Patient", "id": "x", "telecom": [{"system": "phone", "value": PID}]})
    records.put(store, {"resourceType": "Patient", "id": "y", "identifier": [{"system": "urn:other", "value": PID}]})
    assert consents.standings.patients(PID) == []
    assert not consents.withdraw(PID).receipt.resources  # type: ignore[union-attr]  # a withdrawal that changes something has one


@pytest.mark.parametrize("there", [True, False])
def test_what_the_population_register_tells_is_kept_beside_the_consent(
    consents: Consents, store: Store, records: ModuleType, clock: Any, there: bool
):
    if there:
        write_patient(consents, store, records, clock, "kari", PID)
    consents.give(PID)
    consents.standings.told(PID, confidential=True)
    consents.standings.told(PID, deceased=True)
    found = consents.standings.of_pid(PID)
    assert (found.consent, found.confidential, found.deceased) == (True, True, True)
    consents.standings.told(PID, confidential=False)
    assert not consents.standings.of_pid(PID).confidential
