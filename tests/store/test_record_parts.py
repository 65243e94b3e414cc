"""Versions of the parts of records: written with a transaction or not at all, read by record, found with a woman's records."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Version
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.store import Store
from hit_maternity.store.part_versions import PartVersion
from hit_maternity.store.people import People, Standing
from hit_maternity.store.record_parts import RecordParts

R4 = Definitions.r4()
SEARCH = Search(R4, LoadedTerminology(R4))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DIGEST = b"d" * 32


def part(name: str, version: int, *, item: str = "", record: str = "e1", minutes: int = 0, event: str = "UPDATED") -> PartVersion:
    return PartVersion(record, name, item, version, NOW + timedelta(minutes=minutes), "p1", "{}", event)


def note(store: Store, *parts: PartVersion) -> None:
    with store.writing() as writer:
        writer.note(parts)


def test_the_newest_version_of_each_part_is_found_and_other_records_are_not(store: Store):
    note(store, part("", 1), part("mother", 1), part("mother", 2, minutes=1), part("symphysisFundalHeights", 1, item="o1"))
    note(store, part("mother", 7, record="e2", minutes=9))
    parts = RecordParts(store.database)
    with store.database.reading() as session:
        latest = parts.latest(session, "e1")
        assert {name: found.version for name, found in latest.items()} == {
            ("", ""): 1,
            ("mother", ""): 2,
            ("symphysisFundalHeights", "o1"): 1,
        }
        assert latest["mother", ""] == part("mother", 2, minutes=1)
        assert parts.versions(session, "e1")["mother", ""] == 2
        assert parts.changed(session, "e1") == NOW + timedelta(minutes=1)
        assert parts.changed(session, "e3") is None and parts.latest(session, "e3") == {}


def test_the_history_has_every_version_oldest_first(store: Store):
    written = [part("mother", n, minutes=n, event="CREATED" if n == 1 else "UPDATED") for n in range(1, 256)]
    note(store, *reversed(written))
    with store.database.reading() as session:
        assert RecordParts(store.database).history(session, "e1") == written


def test_a_version_that_is_there_already_undoes_the_whole_transaction(store: Store):
    note(store, part("mother", 1))
    with pytest.raises(FhirError) as told, store.writing() as writer:
        writer.write(Version("Basic", "b1", 1, NOW, "PUT", b"{}"), IndexRows())
        writer.note([part("medication", 1), part("mother", 1)])
    assert (told.value.status, told.value.issues[0].rule) == (409, "version-conflict")
    with store.database.reading() as session:
        assert RecordParts(store.database).versions(session, "e1") == {("mother", ""): 1}
    with store.reading() as reader:
        assert reader.get("Basic", "b1") is None


def test_what_is_noted_in_an_undone_transaction_is_not_there(store: Store):
    with pytest.raises(RuntimeError), store.writing() as writer:
        writer.note([part("mother", 1)])
        writer.flush()
        raise RuntimeError
    with store.database.reading() as session:
        assert RecordParts(store.database).versions(session, "e1") == {}


def test_a_person_is_found_by_digest_with_her_standing_and_her_episodes(store: Store):
    episode = {"resourceType": "EpisodeOfCare", "id": "e1", "status": "active", "patient": {"reference": "Patient/p1"}}
    visit = {
        "resourceType": "Encounter",
        "id": "v1",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/p1"},
    }
    People(store.database).put("p1", Standing(consent=True, digest=DIGEST), NOW)
    People(store.database).put("p2", Standing(consent=False, digest=b"e" * 32), NOW)
    with store.writing() as writer:
        for resource in ({"resourceType": "Patient", "id": "p1"}, {"resourceType": "Patient", "id": "p3"}, episode, visit):
            body, rows = json.dumps(resource).encode(), SEARCH.index(resource, "")
            writer.write(Version(resource["resourceType"], resource["id"], 1, NOW, "PUT", body), rows)
    parts = RecordParts(store.database)
    with store.database.reading() as session:
        (found,) = parts.of_person(session, DIGEST)
        assert (found.patient, found.standing.consent, [e.id for e in found.episodes]) == ("p1", True, ["e1"])
        assert json.loads(found.episodes[0].body) == episode
        assert parts.of_person(session, b"x" * 32) == []
        by_id = parts.of_patients(session, ["p1", "p3", "p9"])
        assert [(k.patient, k.standing.consent, len(k.episodes)) for k in by_id] == [("p1", True, 1), ("p3", None, 0)]
