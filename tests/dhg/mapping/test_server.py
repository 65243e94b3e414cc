"""What the mapping writes, put to a real server as the door puts it: it conforms, the rules between resources take it, and the card that
the server collects reads as it was written."""

from __future__ import annotations

import json as stdlib
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hit_maternity.clock import FixedClock
from hit_maternity.dhg.mapping import PARTS, Pregnancy, is_many
from hit_maternity.dhg.mapping.part import Body, Resource
from hit_maternity.fhir.json import encode, equal
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.maternity.card import collect
from hit_maternity.maternity.identity import synthetic_numbers
from hit_maternity.maternity.rules import MaternityRules
from hit_maternity.store import Store
from hit_maternity.store.spaces import sqlite_path
from hit_maternity.store.sqlite import SqliteDatabase
from tests.dhg.mapping.bodies import plausible
from tests.dhg.mapping.records import NOW, definitions, item, many, new_record, read, single, validator

BASE = "http://fhir.test/fhir"
PLAUSIBLE = plausible()
seldom = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


class Records:
    """New records on one server."""

    def __init__(self, store: Store) -> None:
        terminology = LoadedTerminology(definitions())
        search, clock = Search(definitions(), terminology), FixedClock(NOW)
        rules = MaternityRules(search, clock)
        self._store = store
        self._server = Server(definitions(), validator(), search, store, terminology, OpenGuard(), clock, rules=rules)
        self._keys = count(1)
        self._numbers = synthetic_numbers(date(1990, 5, 14))

    def new(self) -> str:
        """The id of a new record."""
        key = f"r{next(self._keys)}"
        woman, *others = new_record(key)
        woman["identifier"][0]["value"] = self._number()
        self.put([woman, *others])
        return f"{key}-record"

    def _number(self) -> str:
        try:
            return next(self._numbers)
        except StopIteration:
            self._numbers = synthetic_numbers(date(1991, 1 + next(self._keys) % 12, 1 + next(self._keys) % 28))
            return next(self._numbers)

    def pregnancy(self, episode: str) -> Pregnancy:
        """What the server has of it."""
        with self._store.reading() as session:
            return Pregnancy(collect(session, self._server, episode, BASE), NOW, BASE)

    def put(self, resources: list[Resource]) -> None:
        """One transaction; what it refuses is an error."""
        if not resources:
            return
        entries = [{"fullUrl": _url(r), "resource": r, "request": _put(r)} for r in resources]
        body = encode({"resourceType": "Bundle", "type": "transaction", "entry": entries})
        answer = handle(self._server, Request("POST", [], "", {"content-type": "application/fhir+json"}, body, BASE))
        told = [] if answer.status == 200 else stdlib.loads(answer.body)["issue"]
        assert [(i["details"], i.get("expression")) for i in told if i["severity"] == "error"] == []
        assert answer.status == 200


def _url(resource: Resource) -> str:
    return f"{BASE}/{resource['resourceType']}/{resource['id']}"


def _put(resource: Resource) -> Resource:
    return {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Records]:
    path = tmp_path_factory.mktemp("records") / "hit.db"
    path.write_bytes(migrated_file.read_bytes())
    store = Store(SqliteDatabase(sqlite_path(f"sqlite:///{path.as_posix()}")))
    yield Records(store)
    store.close()


@pytest.mark.parametrize("name", sorted(PLAUSIBLE))
@seldom
@given(data=st.data())
def test_the_server_takes_it_and_gives_it_back(name: str, data: st.DataObject, records: Records) -> None:
    episode = records.new()
    id: str | None = None
    for _ in range(2):
        body: Body = data.draw(PLAUSIBLE[name])
        here = records.pregnancy(episode)
        if is_many(PARTS[name]):
            id, changes = many(name).write(here, id, body)
        else:
            changes = single(name).write(here, body)
        records.put(changes)
        after = records.pregnancy(episode)
        read_again: Any = item(name, id, after) if id else read(name, after)
        assert equal(read_again, body), (read_again, body)
    if id:
        records.put(many(name).remove(records.pregnancy(episode), id))
        assert [i.entered_in_error for i in many(name).read(records.pregnancy(episode))] == [True]


@seldom
@given(data=st.data())
def test_a_whole_record_is_one_transaction(data: st.DataObject, records: Records) -> None:
    episode = records.new()
    start = here = records.pregnancy(episode)
    wanted: dict[str, Body] = {}
    for name in PARTS:
        if name == "birthStatus":  # a visit of a later day than the birth is refused, as it should be
            continue
        body = wanted[name] = data.draw(PLAUSIBLE[name])
        changes = many(name).write(here, None, body)[1] if is_many(PARTS[name]) else single(name).write(here, body)
        here = here.after(changes)
    before = {(r["resourceType"], r["id"]): r for r in start.card.resources}
    records.put([r for r in here.card.resources if not equal(r, before.get((r["resourceType"], r["id"])))])
    after = records.pregnancy(episode)
    for name, body in wanted.items():
        read_again: Any = many(name).read(after)[0].body if is_many(PARTS[name]) else read(name, after)
        assert equal(read_again, body), (name, read_again, body)
