"""Reads that come at the same time share one commit of what tells of them: nothing is shown before it, and each is refused by itself."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from hit_maternity.access.audit.keys import Keys
from hit_maternity.access.audit.verify import verify
from hit_maternity.fhir.ports import Hurried
from hit_maternity.fhir.rest import gathering
from hit_maternity.fhir.rest.asgi import FhirDoor, Opened
from hit_maternity.store import faults, sqlite
from hit_maternity.store.access_rows import AccessRows
from hit_maternity.store.reader import StoreReader
from hit_maternity.store.sqlite import SqliteSession

INGRID, VILDE = "normal-mother", "new-record-mother"
Call = tuple[str, dict[str, str]]


def call(url: str, **caller: Any) -> Call:
    """What is sent by a practitioner, as ``Desk`` does."""
    said = {
        "kind": "practitioner", "role": "LE", "hpr": "565000001", "client": "epj", "organisation": "310100005", "patient": None,
        "basis": None, "attest": None, "proof": None,
    }  # fmt: skip
    return url, {"x-caller": json.dumps({**said, **caller})}


@pytest.fixture
def at_once() -> Callable[..., list[httpx.Response]]:
    """``at_once(desk, *calls)``: the answers to reads that are all sent in one turn of the event loop."""

    def run(desk: Any, *calls: Call) -> list[httpx.Response]:
        async def main() -> list[httpx.Response]:
            opened = Opened(desk.server, "/fhir")
            door = FhirDoor(lambda path: (opened, path[5:]), observe=lambda told: None, threads=3)
            transport = httpx.ASGITransport(app=door, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="https://dhg.test") as client:
                try:
                    return list(await asyncio.gather(*(client.get(f"/fhir/{url}", headers=headers) for url, headers in calls)))
                finally:
                    door.close()

        return asyncio.run(main())

    return run


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commits that the database is asked for; each of those put in ``failing`` fails."""
    run, told = SqliteSession.run, list[str]()

    def noted(session: SqliteSession, statement: str, parameters: tuple[object, ...] = ()) -> int:
        if statement == "COMMIT":
            told.append(statement)
        return run(session, statement, parameters)

    monkeypatch.setattr(SqliteSession, "run", noted)
    return told


@contextmanager
def failing(count: int) -> Iterator[None]:
    """The next ``count`` commits fail."""
    run, left = SqliteSession.run, [count]

    def full(session: SqliteSession, statement: str, parameters: tuple[object, ...] = ()) -> int:
        if statement == "COMMIT" and left[0]:
            left[0] -= 1
            raise faults.full()
        return run(session, statement, parameters)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SqliteSession, "run", full)
        yield


def rule(answer: httpx.Response) -> str:
    return str(answer.json()["issue"][0]["details"]["coding"][0]["code"])


def used(desk: Any) -> list[str]:
    """The ids of the proofs that are used up."""
    with desk.store.database.reading() as session:
        return sorted(row[0] for row in session.rows("SELECT proof FROM seen_proof"))


def is_whole(desk: Any) -> bool:
    return verify(AccessRows(desk.store.database), Keys.of(b"s" * 32)).findings == []


READS = [call(f"Patient/{p}", proof=f"p{n}") for n, p in enumerate((INGRID, VILDE) * 3)]


def test_many_reads_are_one_commit_and_a_row_each(desk: Any, at_once: Any, commits: list[str]) -> None:
    answers = at_once(desk, *READS)
    assert [(a.status_code, a.json()["id"]) for a in answers] == [(200, p) for p in (INGRID, VILDE) * 3]
    assert len(commits) == 1
    assert [r.patient for r in desk.rows()] == [INGRID, VILDE] * 3
    assert used(desk) == [f"p{n}" for n in range(6)]
    assert is_whole(desk)


def test_of_a_proof_that_comes_twice_in_one_batch_only_one_is_shown(desk: Any, at_once: Any, commits: list[str]) -> None:
    calls = [READS[0], call(f"Patient/{INGRID}", proof="twice"), READS[1], call(f"Patient/{INGRID}", proof="twice"), READS[2]]
    answers = at_once(desk, *calls)
    assert [a.status_code for a in answers] == [200, 200, 200, 401, 200]
    assert rule(answers[3]) == "proof-replayed" and answers[3].headers["www-authenticate"].startswith("DPoP")
    assert "Fjelltind" not in answers[3].text
    assert [r.refused for r in desk.rows()] == [None, None, None, "proof-replayed", None]
    assert used(desk) == ["p0", "p1", "p2", "twice"]
    assert len(commits) == 1 and is_whole(desk)


def test_a_proof_that_was_used_before_fails_its_own_read_alone(desk: Any, at_once: Any) -> None:
    assert [a.status_code for a in at_once(desk, READS[0])] == [200]
    assert [a.status_code for a in at_once(desk, *READS[1:3], READS[0], READS[3])] == [200, 200, 401, 200]
    assert used(desk) == ["p0", "p1", "p2", "p3"] and is_whole(desk)


def test_good_and_refused_reads_are_answered_as_if_each_came_alone(desk: Any, at_once: Any, commits: list[str]) -> None:
    desk.stands(VILDE, consent=False)
    calls = [
        call(f"Patient/{INGRID}", proof="a"),
        call(f"Patient/{VILDE}", proof="b"),
        (f"Patient/{INGRID}", {}),
        call("Patient/there-is-none", proof="c"),
        call(f"Observation?subject=Patient/{INGRID}&_count=2", proof="d"),
        call(f"Patient/{INGRID}", proof="e", role=None),
        call("Patient?name=Fjelltind", proof="f"),
        call(f"Observation?subject=Patient/{INGRID}&_sort=nonsense", proof="g"),
        ("metadata", {}),
    ]
    desk.rows()
    answers = at_once(desk, *calls)
    batch = desk.rows()
    alone = [at_once(desk, (url, {k: v.replace('"proof": "', '"proof": "again-') for k, v in head.items()}))[0] for url, head in calls]
    assert [a.status_code for a in answers] == [200, 403, 401, 404, 200, 403, 403, 400, 200]
    assert [a.status_code for a in answers] == [a.status_code for a in alone]
    assert [rule(a) for a in answers if a.status_code >= 400] == [rule(a) for a in alone if a.status_code >= 400]
    assert [(r.patient, r.refused, r.interaction) for r in batch] == [(r.patient, r.refused, r.interaction) for r in desk.rows()]
    assert not any(name in a.text for a in answers if a.status_code >= 400 for name in ("Ingrid", "Vilde", "Fjelltind"))
    assert is_whole(desk)


def test_where_no_commit_comes_to_stand_nobody_is_shown_anything(desk: Any, at_once: Any) -> None:
    desk.rows()
    with failing(100):
        answers = at_once(desk, *READS)
    assert [(a.status_code, rule(a)) for a in answers] == [(503, "audit-unavailable")] * 6
    assert not any(name in a.text for a in answers for name in ("Ingrid", "Vilde"))
    assert desk.rows() == [] and used(desk) == []
    assert [a.status_code for a in at_once(desk, *READS)] == [200] * 6, "the proofs were not used up"
    assert len(desk.rows()) == 6 and is_whole(desk)


def test_where_the_common_commit_fails_each_read_is_tried_alone(desk: Any, at_once: Any) -> None:
    desk.rows()
    with failing(1):
        answers = at_once(desk, *READS)
    assert [a.status_code for a in answers] == [200] * 6
    assert len(desk.rows()) == 6 and len(used(desk)) == 6 and is_whole(desk)


def test_what_is_shown_is_logged_also_where_the_disk_fills_in_the_middle(desk: Any, at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.rows()
    connect = sqlite.connect

    def narrow(*given: Any) -> sqlite3.Connection:
        connection = connect(*given)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 1}").fetchall()
        return connection

    desk.store.close()
    monkeypatch.setattr(sqlite, "connect", narrow)
    shown, refused = 0, 0
    for n in range(40):
        answers = at_once(desk, *[call(f"Patient/{INGRID}", proof=f"{n}-{m}") for m in range(16)])
        assert {a.status_code for a in answers} <= {200, 503}
        shown += sum(a.status_code == 200 for a in answers)
        refused += sum(a.status_code == 503 for a in answers)
        if refused:
            break
    assert shown and refused
    assert len(desk.rows()) == len(used(desk)) == shown
    desk.store.close()
    monkeypatch.setattr(sqlite, "connect", connect)
    assert [a.status_code for a in at_once(desk, *READS)] == [200] * 6
    assert is_whole(desk)


def test_a_slow_read_is_made_elsewhere_and_keeps_nobody_waiting(desk: Any, at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    search, tries = StoreReader.search, list[int]()

    def slow_at_first(self: StoreReader, query: Any) -> Any:
        tries.append(threading.get_ident())
        if len(tries) == 1:
            raise Hurried
        return search(self, query)

    monkeypatch.setattr(StoreReader, "search", slow_at_first)
    desk.rows()
    answers = at_once(desk, READS[0], call(f"Observation?subject=Patient/{INGRID}&_count=2", proof="slow"), READS[1])
    assert [a.status_code for a in answers] == [200, 200, 200]
    assert tries[0] == threading.get_ident() != tries[1]
    assert sorted(r.interaction for r in desk.rows()) == ["read", "read", "search-type"]
    assert used(desk) == ["p0", "p1", "slow"] and is_whole(desk)


def test_what_there_was_no_time_for_comes_next(desk: Any, at_once: Any, commits: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "PATIENCE", -1.0)
    assert [a.status_code for a in at_once(desk, *READS)] == [200] * 6
    assert len(commits) >= 6, "each is committed before the next is begun"
    assert len(used(desk)) == 6 and is_whole(desk)


def test_reads_that_can_not_be_begun_wait_elsewhere(desk: Any, at_once: Any) -> None:
    """Somebody in another thread is writing for long: who asks for nothing of a record is answered meanwhile."""
    desk.rows()
    begun, may_end = threading.Event(), threading.Event()

    def writes() -> None:
        with desk.store.database.writing():
            begun.set()
            may_end.wait(20)

    thread = threading.Thread(target=writes)
    thread.start()
    begun.wait(20)

    async def main() -> list[httpx.Response]:
        opened = Opened(desk.server, "/fhir")
        door = FhirDoor(lambda path: (opened, path[5:]), observe=lambda told: None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=door), base_url="https://dhg.test") as client:
            reads = [asyncio.create_task(client.get(f"/fhir/{url}", headers=headers)) for url, headers in READS]
            told = await client.get("/fhir/metadata")
            assert told.status_code == 200 and not any(read.done() for read in reads)
            may_end.set()
            answers = list(await asyncio.gather(*reads))
            door.close()
            return answers

    assert [a.status_code for a in asyncio.run(main())] == [200] * 6
    thread.join()
    assert len(desk.rows()) == 6 and is_whole(desk)


def test_a_caller_that_goes_away_takes_nothing_with_it(desk: Any) -> None:
    async def main() -> list[httpx.Response]:
        opened = Opened(desk.server, "/fhir")
        door = FhirDoor(lambda path: (opened, path[5:]), observe=lambda told: None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=door), base_url="https://dhg.test") as client:
            reads = [asyncio.create_task(client.get(f"/fhir/{url}", headers=headers)) for url, headers in READS[:3]]
            while not opened.reads.waiting:
                await asyncio.sleep(0)
            reads[0].cancel()
            found = list(await asyncio.gather(*reads[1:]))
            door.close()
            return found

    assert [a.status_code for a in asyncio.run(main())] == [200, 200]


def test_each_is_answered_on_both_databases(either: Any, at_once: Any) -> None:
    tag = "pg" if not either.store.inline else "lite"
    calls = [call(f"Patient/{INGRID}", proof=f"{tag}-{n}") for n in (0, 1, 1, 2)]
    answers = at_once(either, *calls)
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 401]
    assert sorted(str(r.refused) for r in either.rows()) == ["None", "None", "None", "proof-replayed"]


def attest(decision: str) -> dict[str, Any]:
    """A claim that keeps every rule."""
    oid = "urn:oid:2.16.578.1.12.4.1"
    place = {"system": f"{oid}.4.101", "authority": "https://www.brreg.no"}
    return {
        "practitioner": {
            "identifier": {"id": "12847199995", "system": f"{oid}.4.1", "authority": "https://www.skatteetaten.no"},
            "hpr_nr": {"id": "565000001", "system": f"{oid}.4.4", "authority": "https://www.helsedirektoratet.no/"},
            "authorization": {"code": "LE", "system": f"{oid}.1.9060", "assigner": "https://www.helsedirektoratet.no/"},
            "legal_entity": {"id": "310100005", **place},
            "point_of_care": {"id": "310200018", **place},
        },
        "care_relationship": {
            "healthcare_service": {"code": "S01", "system": f"{oid}.1.8655", "assigner": "https://www.volven.no/"},
            "purpose_of_use": {"code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448"},
            "decision_ref": {"id": decision, "user_selected": False},
        },
        "patients": [],
    }


def test_a_first_use_of_an_attest_that_did_not_come_to_stand_binds_nobody(desk: Any, opened: Any, at_once: Any) -> None:
    hers = [call(f"Patient/{INGRID}", proof=f"a{n}", attest=attest("d")) for n in range(3)]
    another = [call(f"Patient/{VILDE}", proof=f"b{n}", attest=attest("d")) for n in range(3)]
    with failing(100):
        assert {a.status_code for a in at_once(desk, *hers)} <= {503, 507}
    assert [a.status_code for a in at_once(desk, *another)] == [200] * 3
    for each in (desk, opened(desk.store)):
        assert [(a.status_code, rule(a)) for a in at_once(each, *hers)] == [(403, "att-4-decision-ref")] * 3


def test_of_two_patients_in_one_batch_an_attest_serves_the_first(desk: Any, at_once: Any) -> None:
    answers = at_once(desk, *[call(f"Patient/{p}", proof=f"a{n}", attest=attest("d")) for n, p in enumerate((INGRID, VILDE, INGRID))])
    assert [a.status_code for a in answers] == [200, 403, 200]
    assert rule(answers[1]) == "att-4-decision-ref"
