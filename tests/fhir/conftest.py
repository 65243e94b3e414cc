"""A FHIR server without a door: requests go straight to ``handle``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.ports import ResourceStore
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator

BASE = "http://fhir.test/fhir"
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class TickingClock:
    """Each look at it is a second later than the one before."""

    moment: datetime = START

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass(slots=True)
class Answer:
    """A response, with its body parsed where it is JSON."""

    status: int
    headers: dict[str, str]
    body: bytes
    interaction: str
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        kind = self.headers.get("content-type", "application/fhir+json")
        self.json = json.loads(self.body) if self.body and "json" in kind else None

    @property
    def rules(self) -> list[str]:
        """The rule ids of an OperationOutcome's errors."""
        return [i["details"]["coding"][0]["code"] for i in self.json["issue"] if i["severity"] in ("error", "fatal")]

    @property
    def places(self) -> list[str | None]:
        """The expression of each of an OperationOutcome's errors."""
        return [i.get("expression", [None])[0] for i in self.json["issue"] if i["severity"] in ("error", "fatal")]

    @property
    def entries(self) -> list[Any]:
        return list(self.json.get("entry", []))

    @property
    def found(self) -> list[str]:
        """``Type/id`` of each entry's resource."""
        return [f"{e['resource']['resourceType']}/{e['resource'].get('id')}" for e in self.entries if "resource" in e]

    def link(self, relation: str) -> str | None:
        """The address of a Bundle's link, relative to the base."""
        return next((ln["url"].removeprefix(f"{BASE}/") for ln in self.json.get("link", []) if ln["relation"] == relation), None)


@dataclass(slots=True)
class Api:
    """``api("PUT", "Patient/1", {...}, if_match='W/"1"')``."""

    server: Server

    def __call__(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        path, _, query = url.partition("?")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent.setdefault("content-type", "application/fhir+json")
        request = Request(method, [p for p in path.split("/") if p], query, sent, body or b"", BASE)
        response = handle(self.server, request)
        return Answer(response.status, response.headers, response.body, request.interaction)

    def create(self, resource: dict[str, Any]) -> str:
        """Creates ``resource``; its id."""
        answer = self("POST", resource["resourceType"], resource)
        assert answer.status == 201, answer.json
        return str(answer.json["id"])

    def versions(self, url: str) -> int:
        """How many versions the history at ``url`` has."""
        answer = self("GET", f"{url}/_history")
        return len(answer.entries) if answer.status == 200 else 0


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of test data by others, named by HIT_TEST_DATA."""
    folder = Path(os.environ.get("HIT_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the test data of others are not here: {folder} (set HIT_TEST_DATA)")
    return folder


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return Definitions.r4()


@pytest.fixture(scope="session")
def terminology(definitions: Definitions) -> LoadedTerminology:
    return LoadedTerminology(definitions)


@pytest.fixture(scope="session")
def validator(definitions: Definitions, terminology: LoadedTerminology) -> Validator:
    return Validator(definitions, terminology)


@pytest.fixture(scope="session")
def search(definitions: Definitions, terminology: LoadedTerminology) -> Search:
    return Search(definitions, terminology)


@pytest.fixture
def server(definitions: Definitions, validator: Validator, search: Search, store: ResourceStore, terminology: LoadedTerminology) -> Server:
    return Server(definitions, validator, search, store, terminology, OpenGuard(), TickingClock())


@pytest.fixture
def api(server: Server) -> Api:
    return Api(server)


def patient(family: str = "Testesen", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": family}], **more}


@pytest.fixture
def kari(api: Api) -> Iterator[str]:
    """The id of a patient that is there."""
    yield api.create(patient("Testesen", identifier=[{"system": "urn:test", "value": "kari"}]))
