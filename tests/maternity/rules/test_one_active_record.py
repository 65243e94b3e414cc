"""One open record a woman: alone, in transactions, and when many try at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
#: Synthetic (month + 80).
NUMBER = "01889099976"
CLASH = ("active-record-exists", "EpisodeOfCare.status")
WRITERS = 6


@pytest.mark.parametrize("first", ["planned", "active", "waitlist", "onhold"])
@pytest.mark.parametrize("second", ["planned", "active"])
def test_a_second_open_record_is_refused(api: Any, pieces: Any, first: str, second: str) -> None:
    assert api.all(pieces.mother(), pieces.episode(first)).status == 200
    answer = api.put(pieces.episode(second, id="second"))
    assert (answer.status, answer.told()) == (409, [CLASH])
    created = api("POST", "EpisodeOfCare", pieces.episode(second))
    assert (created.status, created.told()) == (409, [CLASH])
    assert api.version("EpisodeOfCare/second") == 0


def test_two_open_records_in_one_transaction_are_refused_at_both(api: Any, pieces: Any) -> None:
    answer = api.all(pieces.mother(), pieces.episode(), pieces.episode(id="second"))
    places = [("active-record-exists", f"Bundle.entry[{n}].resource.status") for n in (1, 2)]
    assert (answer.status, answer.told()) == (409, places)
    assert api.version("Patient/mother") == 0


def test_a_record_of_an_ended_pregnancy_stands_in_nobodys_way(api: Any, pieces: Any) -> None:
    assert api.all(pieces.mother(), pieces.ended("loss", "2026-04-01"), pieces.episode(id="second")).status == 200


def test_the_one_may_end_and_the_other_begin_in_one_transaction(api: Any, pieces: Any) -> None:
    assert api.all(pieces.mother(), pieces.episode()).status == 200
    assert api.all(pieces.ended("moved", "2026-04-01"), pieces.episode(id="second")).status == 200


def test_an_open_record_may_be_changed_while_it_is_the_only_one(api: Any, pieces: Any) -> None:
    assert api.all(pieces.mother(), pieces.episode("planned")).status == 200
    assert api.put(pieces.episode()).status == 200
    assert api.put(pieces.episode(careManager={"display": "A midwife"})).status == 200


def test_another_kind_of_episode_is_no_second_record(api: Any, pieces: Any) -> None:
    assert api.all(pieces.mother(), pieces.episode()).status == 200
    other = pieces.episode(id="other", type=[{"text": "Physiotherapy"}])
    assert api.put(other).status == 201
    turned = api.put(pieces.episode(id="other"))
    assert (turned.status, turned.told()) == (409, [CLASH])


def test_a_record_by_its_profile_alone_counts_too(api: Any, pieces: Any) -> None:
    assert api.all(pieces.mother(), pieces.episode()).status == 200
    profile = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-EpisodeOfCare-pregnancy|0.1.0"
    answer = api.put(pieces.episode(id="second", type=[{"text": "x"}], meta={"profile": [profile]}))
    assert answer.rules == ["active-record-exists"]


def test_two_patients_with_one_national_number_are_one_woman(api: Any, pieces: Any) -> None:
    known = {"identifier": [{"system": FNR, "value": NUMBER}]}
    assert api.all(pieces.mother(**known), pieces.mother("twice", **known), pieces.episode()).status == 200
    answer = api.put(pieces.episode(id="second", woman="twice"))
    assert (answer.status, answer.told()) == (409, [CLASH])
    assert NUMBER not in str(answer.json)


@dataclass(slots=True)
class Lingering:
    """The rules, but that each writer waits, once its write is judged, for all others to be judged too. Where they are judged one after
    another nobody comes, and the first that waited in vain opens the way for all."""

    rules: Any
    writers: int
    patience: float = 0.4
    barrier: Barrier = field(init=False)

    def __post_init__(self) -> None:
        self.barrier = Barrier(self.writers)

    def issues(self, writer: Any, changes: Any) -> Any:
        found = self.rules.issues(writer, changes)
        with suppress(BrokenBarrierError):
            self.barrier.wait(self.patience)
        return found


def lingering(api: Any, writers: int) -> Any:
    """The same server, whose writers linger before they commit."""
    return type(api)(replace(api.server, rules=Lingering(api.server.rules, writers)))


@pytest.fixture
def used(api: Any, pieces: Any) -> Any:
    """A server that has seen such resources before: the first of a kind waits for another first one in the index's own tables."""
    woman = {"subject": {"reference": "Patient/seen"}}
    seen = [pieces.episode(id="seen", woman="seen"), pieces.visit(id="seen", episode="seen", **woman)]
    assert api.all(pieces.mother("seen"), *seen, pieces.term(id="seen", visit="seen", **woman)).status == 200
    return api


def at_once(jobs: list[Any]) -> list[Any]:
    """What each of ``jobs`` gives, all begun together."""
    barrier = Barrier(len(jobs))

    def run(job: Any) -> Any:
        barrier.wait(30)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [f.result(60) for f in [pool.submit(run, job) for job in jobs]]


@pytest.mark.parametrize("way", ["PUT", "POST", "transaction"])
def test_of_many_that_open_a_record_at_once_exactly_one_wins(used: Any, pieces: Any, way: str) -> None:
    assert used.put(pieces.mother()).status == 201

    many = lingering(used, WRITERS)

    def write(n: int) -> Any:
        record = pieces.episode(id=f"record-{n}")
        if way == "PUT":
            return many.put(record)
        if way == "POST":
            return many("POST", "EpisodeOfCare", record)
        return many.all(pieces.visit(id=f"visit-{n}", episode=f"record-{n}"), record)

    answers = at_once([lambda n=n: write(n) for n in range(WRITERS)])
    won = [a for a in answers if a.status in (200, 201)]
    lost = [a for a in answers if a.status == 409 and a.rules == ["active-record-exists"]]
    assert (len(won), len(lost)) == (1, WRITERS - 1), [(a.status, a.rules) for a in answers]
    assert used("GET", "EpisodeOfCare?patient=Patient/mother&_total=accurate").json["total"] == 1
    assert used("GET", "Encounter?patient=Patient/mother&_total=accurate").json["total"] == (1 if way == "transaction" else 0)


def test_two_patients_with_one_number_that_open_a_record_at_once_are_one_woman(used: Any, pieces: Any) -> None:
    known = {"identifier": [{"system": FNR, "value": NUMBER}]}
    assert used.all(*(pieces.mother(f"mother-{n}", **known) for n in range(4))).status == 200
    many = lingering(used, 4)
    answers = at_once([lambda n=n: many.put(pieces.episode(id=f"record-{n}", woman=f"mother-{n}")) for n in range(4)])
    assert sorted(a.status for a in answers) == [201, 409, 409, 409]


def test_transactions_that_open_records_of_two_women_in_either_order_never_wait_in_a_ring(used: Any, pieces: Any) -> None:
    assert used.all(pieces.mother("anna"), pieces.mother("berit")).status == 200

    many = lingering(used, WRITERS)

    def write(n: int) -> Any:
        women = ("anna", "berit") if n % 2 else ("berit", "anna")
        return many.all(*(pieces.episode(id=f"{woman}-{n}", woman=woman) for woman in women))

    answers = at_once([lambda n=n: write(n) for n in range(WRITERS)])
    assert sorted(a.status for a in answers) == [200] + [409] * (WRITERS - 1), [(a.status, a.rules) for a in answers]
    assert all(set(a.rules) == {"active-record-exists"} for a in answers if a.status == 409)


def test_of_two_valid_due_dates_written_at_once_one_wins(used: Any, pieces: Any) -> None:
    assert used.all(pieces.mother(), pieces.episode(), pieces.visit()).status == 200
    many = lingering(used, 4)
    answers = at_once([lambda n=n: many.put(pieces.term(id=f"term-{n}")) for n in range(4)])
    assert sorted(a.status for a in answers) == [201, 409, 409, 409]
