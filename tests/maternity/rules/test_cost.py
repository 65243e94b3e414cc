"""What the rules ask of the database: nothing for what is not of the card, and little for what is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from hit_maternity.fhir.ports import Change


@dataclass(slots=True)
class Counting:
    """A writer that counts what it is asked for."""

    writer: Any
    reads: int = 0
    searches: int = 0
    turns: int = 0

    def get(self, type: str, id: str) -> Any:
        self.reads += 1
        return self.writer.get(type, id)

    def search(self, query: Any) -> Any:
        self.searches += 1
        return self.writer.search(query)

    def serialize(self, name: str) -> None:
        self.turns += 1


@pytest.fixture
def counted(sqlite_api: Any, pieces: Any) -> Iterator[Counting]:
    assert sqlite_api.all(*pieces.record(), {"resourceType": "Encounter", "id": "plain", **PLAIN}).status == 200
    with sqlite_api.server.store.writing() as writer:
        yield Counting(writer)


PLAIN = {"status": "finished", "class": {"code": "AMB"}}
FACT = {"resourceType": "Observation", "id": "new", "status": "final", "code": {"text": "x"}, "subject": {"reference": "Patient/mother"}}
FREE: list[dict[str, Any]] = [
    {"resourceType": "Practitioner", "id": "new"},
    {"resourceType": "Organization", "id": "new"},
    {"resourceType": "Patient", "id": "new", "extension": [{"url": "http://example.org/x", "valueString": "y"}]},
    {"resourceType": "EpisodeOfCare", "id": "new", "status": "active", "type": [{"text": "x"}], "patient": {"reference": "Patient/mother"}},
    FACT,
]


@pytest.mark.parametrize("resource", FREE, ids=lambda r: r["resourceType"])
def test_what_is_not_of_the_card_asks_nothing(sqlite_api: Any, counted: Counting, resource: dict[str, Any]) -> None:
    assert sqlite_api.server.rules.issues(counted, [Change(resource["resourceType"], "new", resource, None)]) == []
    assert (counted.reads, counted.searches, counted.turns) == (0, 0, 0)


def test_a_fact_of_a_visit_of_no_record_asks_for_the_visit(sqlite_api: Any, counted: Counting) -> None:
    fact = {**FACT, "encounter": {"reference": "Encounter/plain"}}
    assert sqlite_api.server.rules.issues(counted, [Change("Observation", "new", fact, None)]) == []
    assert (counted.reads, counted.searches, counted.turns) == (1, 0, 0)


def test_a_fact_of_a_visit_asks_for_the_visit_and_its_record(sqlite_api: Any, pieces: Any, counted: Counting) -> None:
    assert sqlite_api.server.rules.issues(counted, [Change("Observation", "height", pieces.height(), None)]) == []
    assert (counted.reads, counted.searches, counted.turns) == (2, 0, 0)


def test_a_fact_about_a_fetus_asks_for_the_fetus_too(sqlite_api: Any, pieces: Any, counted: Counting) -> None:
    assert sqlite_api.server.rules.issues(counted, [Change("Observation", "heart", pieces.heart("fetus"), None)]) == []
    assert (counted.reads, counted.searches, counted.turns) == (3, 0, 0)


def test_a_visit_asks_for_what_is_registered_once(sqlite_api: Any, pieces: Any, counted: Counting) -> None:
    changes = [Change("Encounter", id, pieces.visit(id=id), None) for id in ("one", "two", "three")]
    assert sqlite_api.server.rules.issues(counted, changes) == []
    assert (counted.searches, counted.turns) == (1, 1)
