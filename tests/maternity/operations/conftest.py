"""A server with the profiles and every synthetic pregnancy, on 1 July 2026 unless the test says another day."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.clock import FixedClock
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.knowledge import Knowledge, knowledge
from hit_maternity.maternity.operations import MATERNITY_OPERATIONS
from hit_maternity.settings import Settings
from hit_maternity.store import Store
from hit_maternity.store.sqlite import SqliteDatabase
from hit_maternity.testbed.people import pregnancies

BASE = "http://fhir.test/fhir"
DAY = date(2026, 7, 1)
Resource = dict[str, Any]


@dataclass(slots=True)
class Told:
    """An answer."""

    status: int
    body: bytes
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        self.json = json.loads(self.body) if self.body else None

    @property
    def issues(self) -> list[tuple[str, str | None]]:
        """Rule and expression of each issue."""
        return [(i["details"]["coding"][0]["code"], i.get("expression", [None])[0]) for i in self.json["issue"]]

    @property
    def resources(self) -> list[Resource]:
        """Those of a Bundle's entries."""
        return [e["resource"] for e in self.json["entry"]]

    @property
    def computed(self) -> list[Resource]:
        """Those that were made for the answer."""
        return [r for r in self.resources if any(t["code"] == "computed" for t in r["meta"].get("tag", ()))]


@dataclass(slots=True)
class Desk:
    """``desk("GET", "EpisodeOfCare/normal-pregnancy/$helsekort")``; ``on``: the day it is."""

    server: Server

    def __call__(self, method: str, url: str, body: Any = None, on: date | None = None) -> Told:
        path, _, query = url.partition("?")
        server = self.server if on is None else replace(self.server, clock=FixedClock(datetime.combine(on, time(12), UTC)))
        headers = {"content-type": "application/fhir+json"}
        response = handle(server, Request(method, path.split("/") if path else [], query, headers, encode(body) if body else b"", BASE))
        return Told(response.status, response.body)

    def put(self, *resources: Resource) -> None:
        """Writes resources, one after another."""
        for resource in resources:
            told = self("PUT", f"{resource['resourceType']}/{resource['id']}", resource)
            assert told.status in (200, 201), [i for i in told.json["issue"] if i["severity"] == "error"]


@pytest.fixture(scope="session")
def known() -> Knowledge:
    return knowledge(Settings.from_environment())


def _served(known: Knowledge, path: Path) -> Server:
    clock = FixedClock(datetime.combine(DAY, time(12), UTC))
    store = Store(SqliteDatabase(path))
    return Server(
        known.definitions, known.validator, known.search, store, known.terminology, OpenGuard(), clock, operations=MATERNITY_OPERATIONS
    )


@pytest.fixture(scope="session")
def filled(known: Knowledge, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With all pregnancies in it; to be read only."""
    path = tmp_path_factory.mktemp("filled") / "hit.db"
    shutil.copyfile(migrated_file, path)
    desk = Desk(_served(known, path))
    for pregnancy in pregnancies():
        assert desk("POST", "", pregnancy.bundle()).status == 200
    yield desk


@pytest.fixture
def desk(known: Knowledge, migrated_file: Path, tmp_path: Path) -> Desk:
    """Empty, to be written to."""
    path = tmp_path / "hit.db"
    shutil.copyfile(migrated_file, path)
    return Desk(_served(known, path))


@pytest.fixture
def faults(known: Knowledge) -> Callable[[Resource], list[str]]:
    """Errors and warnings that validation finds in a resource."""

    def found(resource: Resource) -> list[str]:
        return [f"{i.rule} {i.expression}: {i.text}" for i in known.validator.validate(resource) if i.severity != "information"]

    return found
