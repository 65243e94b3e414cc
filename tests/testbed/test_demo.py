"""The demo's data: open records are open today, seeding twice writes nothing, and the visit of today goes in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.clock import FixedClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import ResourceStore
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.store import Store
from hit_maternity.store.people import UNKNOWN, People, Standing
from hit_maternity.testbed.demo import UNDER_WAY, consented, seed, visit
from hit_maternity.testbed.invitation import examples
from hit_maternity.testbed.people import pregnancies

COMPILED = Path(__file__).resolve().parents[2] / "profiles" / "compiled"
BASE = "http://127.0.0.1:8080/fhir"
TODAY = date(2027, 3, 3)
Call = Callable[..., Response]


class Compiled:
    """The project's own definitions as a source of definitions."""

    def __init__(self) -> None:
        self._listed = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(COMPILED.glob("*.json"))]

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        return next((r for r in self.entries(kind) if r.get("url") == url), None)

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [r for r in self._listed if r["resourceType"] == kind]

    def search_parameters(self) -> list[dict[str, Any]]:
        return []


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return Definitions([Artefact(ARTEFACT), Compiled()])


@pytest.fixture
def server(store: ResourceStore, definitions: Definitions) -> Server:
    terminology = LoadedTerminology(definitions)
    clock = FixedClock(datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC))
    return Server(
        definitions, Validator(definitions, terminology), Search(definitions, terminology, clock), store, terminology, OpenGuard(), clock
    )


@pytest.fixture
def call(server: Server) -> Call:
    headers = {"content-type": "application/fhir+json", "accept": "application/fhir+json"}

    def send(verb: str, path: str, query: str = "", body: Any = None) -> Response:
        parts = [part for part in path.split("/") if part]
        return handle(server, Request(verb, parts, query, headers, b"" if body is None else encode(body), BASE))

    return send


def test_all_go_in_each_is_told_of_and_again_nothing_is_written(server: Server, call: Call):
    told: list[str] = []
    assert seed(server, BASE, TODAY, told.append) == []
    assert told == [p.name for p in pregnancies()]
    assert decode(call("GET", "EpisodeOfCare", "status=active&_summary=count").body)["total"] == 2
    assert seed(server, BASE, TODAY, told.append) == []
    assert told == [p.name for p in pregnancies()]
    assert decode(call("GET", f"Patient/{UNDER_WAY}-mother").body)["meta"]["versionId"] == "1"


def test_the_women_have_consented_and_what_is_known_already_stays(server: Server, store: Store):
    seed(server, BASE, TODAY, lambda name: None)
    people, now = People(store.database), datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    people.put("twins-mother", Standing(consent=False), now)
    consented(store, b"secret", now)
    mothers = [f"{it.name}-mother" for it in pregnancies()]
    known = people.get(mothers)
    assert known.pop("twins-mother") == Standing(consent=False)
    assert all(it.consent and it.consented == now and it.digest and not it.deceased for it in known.values())
    assert len({it.digest for it in known.values()}) == len(mothers) - 1
    assert people.get(["twins-fetus-1"]) == {"twins-fetus-1": UNKNOWN}


class NoTwins(OpenGuard):
    """Refuses a transaction with a second fetus."""

    def check(self, principal: Any, intent: Any) -> None:
        if intent.resource and any(entry["resource"]["id"] == "twins-fetus-2" for entry in intent.resource.get("entry", ())):
            raise refuse(409, "conflict", "no-twins", "There is no room for two.")


def test_what_is_refused_is_told_by_name_and_reason_and_the_others_go_in(server: Server, call: Call):
    told: list[str] = []
    assert seed(replace(server, guard=NoTwins()), BASE, TODAY, told.append) == ["twins was refused (409): There is no room for two."]
    assert len(told) == len(pregnancies())
    assert call("GET", "Patient/twins-mother").status == 404
    assert call("GET", "Patient/normal-mother").status == 200


def test_a_visit_of_today_goes_in_once_and_again(server: Server, call: Call):
    seed(server, BASE, TODAY, lambda name: None)
    for statuses in ({"201"}, {"200"}):
        answer = call("POST", "", body=visit(TODAY))
        assert answer.status == 200, answer.body
        assert {entry["response"]["status"][:3] for entry in decode(answer.body)["entry"]} == statuses
    newest = decode(call("GET", "Observation", f"patient={UNDER_WAY}-mother&code=29463-7&_sort=-date&_count=1").body)
    assert encode(newest["entry"][0]["resource"]["valueQuantity"]["value"]) == b"72.40"
    assert newest["entry"][0]["resource"]["effectiveDateTime"][:10] == TODAY.isoformat()


def test_the_visit_says_who_wrote_all_of_it():
    written = [entry["resource"] for entry in visit(TODAY)["entry"]]
    (provenance,) = (r for r in written if r["resourceType"] == "Provenance")
    others = {f"{r['resourceType']}/{r['id']}" for r in written if r is not provenance}
    assert {target["reference"] for target in provenance["target"]} == others
    assert {r["resourceType"] for r in written} == {"Encounter", "Observation", "Provenance"}


def test_the_faulty_example_has_many_faults_and_they_are_told_together(call: Call):
    answer = call("POST", "Observation/$validate", body=decode((examples() / "faulty.json").read_bytes()))
    errors = [issue for issue in decode(answer.body)["issue"] if issue["severity"] == "error"]
    assert answer.status == 200
    assert len(errors) >= 6
    assert {place for e in errors for place in e.get("expression", ())} >= {"Observation.status", "Observation.subject"}


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2026, 11, 27), date(2027, 7, 5), date(2028, 2, 29), date(2031, 1, 1)])
def test_what_is_under_way_is_under_way_today_and_nothing_done_lies_ahead(today: date):
    for pregnancy in pregnancies(today):
        story = pregnancy.story
        days = [v.on for v in story.visit] + ([story.birth.discharged.date()] if story.birth else [])
        assert max(days) <= today
        if story.ending is None:
            assert story.next is not None and story.next.on > today
            assert (today - max(days)).days < 30
            assert story.dating.lmp is not None and 0 < (today - story.dating.lmp).days < 283


@pytest.mark.parametrize("today", [date(2026, 12, 18), date(2028, 2, 29)])
def test_a_moved_pregnancy_is_as_valid_as_it_was(today: date, definitions: Definitions):
    validator = Validator(definitions, LoadedTerminology(definitions))
    for pregnancy in pregnancies(today):
        if pregnancy.name in ("under-way", "twins", "ivf"):
            assert [i.text for i in validator.validate(pregnancy.bundle()) if i.severity != "information"] == []


def test_moving_keeps_weekdays_people_and_what_lay_before_the_pregnancy():
    there = {p.name: p for p in pregnancies()}
    for moved in pregnancies(date(2027, 9, 1)):
        before, after = there[moved.name].story, moved.story
        assert (before.mother, before.coparent, before.earlier) == (after.mother, after.coparent, after.earlier)
        assert [v.on.weekday() for v in before.visit] == [v.on.weekday() for v in after.visit]
        assert {a.on - b.on for a, b in zip(after.visit, before.visit, strict=True)} == {date(2027, 8, 27) - date(2026, 11, 20)}


def test_the_day_of_the_stories_moves_nothing_and_one_day_gives_one_bundle():
    for plain, today in zip(pregnancies(), pregnancies(date(2026, 11, 26)), strict=True):
        assert encode(plain.bundle()) == encode(today.bundle())
    assert encode(visit(TODAY)) == encode(visit(TODAY))
