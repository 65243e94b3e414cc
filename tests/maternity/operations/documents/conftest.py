"""A server with the documents' operations, the project's profiles, and every synthetic pregnancy in it."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.clock import FixedClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import ResourceStore
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.maternity.operations.document import DOCUMENT
from hit_maternity.maternity.operations.summary import SUMMARY
from hit_maternity.store import Store
from hit_maternity.store.sqlite import SqliteDatabase
from hit_maternity.testbed.people import Pregnancy, pregnancies

ROOT = Path(__file__).resolve().parents[4]
BASE = "http://fhir.test/fhir"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Resource = dict[str, Any]


@dataclass(slots=True)
class Answer:
    """A response, with its body parsed where it is JSON."""

    status: int
    headers: dict[str, str]
    body: bytes
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        kind = self.headers.get("content-type", "application/fhir+json")
        self.json = json.loads(self.body) if self.body and "json" in kind else None

    @property
    def rules(self) -> list[str]:
        """The rule ids of an OperationOutcome's errors."""
        return [i["details"]["coding"][0]["code"] for i in self.json["issue"] if i["severity"] in ("error", "fatal")]

    @property
    def composition(self) -> Resource:
        first: Resource = self.json["entry"][0]["resource"]
        assert first["resourceType"] == "Composition"
        return first

    @property
    def resources(self) -> dict[str, Resource]:
        """The entries by ``Type/id``."""
        return {f"{e['resource']['resourceType']}/{e['resource']['id']}": e["resource"] for e in self.json["entry"]}

    def section(self, code: str) -> Resource:
        """The section with this code; raises where it isn't there once."""
        (found,) = (s for s in self.composition["section"] if any(c["code"] == code for c in s["code"]["coding"]))
        return found

    def has_section(self, code: str) -> bool:
        return any(c["code"] == code for s in self.composition["section"] for c in s["code"]["coding"])

    def shown(self, code: str) -> list[Resource]:
        """The resources that a section's entries name, found by their fullUrl."""
        base = self.composition_url.rpartition("/Composition/")[0]
        by_url = {e["fullUrl"]: e["resource"] for e in self.json["entry"]}
        listed = [e["reference"] for e in self.section(code).get("entry", ())]
        return [by_url[r if ":" in r else f"{base}/{r}"] for r in listed]

    @property
    def composition_url(self) -> str:
        return str(self.json["entry"][0]["fullUrl"])


@dataclass(slots=True)
class Api:
    """``api("GET", "Patient/1/$summary")``."""

    server: Server

    def __call__(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        path, _, query = url.removeprefix(f"{BASE}/").partition("?")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("content-type", "application/fhir+json")
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        response = handle(self.server, Request(method, [p for p in path.split("/") if p], query, sent, content, BASE))
        return Answer(response.status, response.headers, response.body)

    def load(self, pregnancy: Pregnancy) -> None:
        answer = self("POST", "", encode(pregnancy.bundle()))
        assert answer.status == 200, answer.json

    def put(self, *resources: Resource) -> None:
        for resource in resources:
            answer = self("PUT", f"{resource['resourceType']}/{resource['id']}", resource)
            assert answer.status in (200, 201), answer.rules


class Beside:
    """Definitions that stand beside those of R4."""

    def __init__(self, resources: list[Resource]) -> None:
        self._resources = {(r["resourceType"], r.get("url", "")): r for r in resources}

    def find(self, kind: str, url: str) -> Resource | None:
        return self._resources.get((kind, url))

    def entries(self, kind: str) -> list[Resource]:
        return [r for (k, _), r in self._resources.items() if k == kind]

    def search_parameters(self) -> list[Resource]:
        return []


@pytest.fixture(scope="session")
def making() -> Callable[[ResourceStore], Server]:
    """A server over a store, with FHIR's definitions and the project's profiles."""
    compiled = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "profiles" / "compiled").glob("*.json"))]
    definitions = Definitions([Artefact(ARTEFACT), Beside([r for r in compiled if "resourceType" in r])])
    terminology = LoadedTerminology(definitions)
    validator, search = Validator(definitions, terminology), Search(definitions, terminology)

    def make(store: ResourceStore) -> Server:
        server = Server(definitions, validator, search, store, terminology, OpenGuard(), FixedClock(NOW), b"k" * 32)
        return replace(server, operations=(DOCUMENT, SUMMARY))

    return make


@pytest.fixture(scope="session")
def told() -> dict[str, Pregnancy]:
    """Every pregnancy by its name."""
    return {p.name: p for p in pregnancies()}


@pytest.fixture(scope="session")
def everybody(
    making: Callable[[ResourceStore], Server], told: dict[str, Pregnancy], migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """A server with all of them in it; only to be read."""
    path = tmp_path_factory.mktemp("everybody") / "hit.db"
    shutil.copyfile(migrated_file, path)
    store = Store(SqliteDatabase(path))
    api = Api(making(store))
    for pregnancy in told.values():
        api.load(pregnancy)
    yield api
    store.close()


@pytest.fixture
def api(making: Callable[[ResourceStore], Server], sqlite_url: str) -> Iterator[Api]:
    """An empty server of the test's own."""
    store = Store(SqliteDatabase(Path(sqlite_url.removeprefix("sqlite:///"))))
    yield Api(making(store))
    store.close()


@pytest.fixture(params=[p.name for p in pregnancies()])
def name(request: pytest.FixtureRequest) -> str:
    """The name of each pregnancy in turn."""
    return str(request.param)


@pytest.fixture
def faults(everybody: Api) -> Callable[[Resource], list[str]]:
    """Errors and warnings of a resource by FHIR and by the profiles it claims; what is only told for information isn't one."""

    def check(resource: Resource) -> list[str]:
        issues = everybody.server.validator.validate(resource)
        return [f"{i.severity} {i.rule} {i.expression}" for i in issues if i.severity != "information"]

    return check


@pytest.fixture(scope="session")
def norwegian() -> Validator:
    """FHIR R4 and the packages of HL7 Norway."""
    folder = Path(os.environ.get("HIT_TEST_DATA", ROOT.parent / "shared" / "data")) / "packages"
    if not folder.is_dir():
        pytest.skip("the Norwegian packages are absent: set HIT_TEST_DATA to the folder of example data")
    found = []
    for package in sorted(folder.glob("*.tgz")):
        with tarfile.open(package) as archive:
            for member in archive.getmembers():
                content = archive.extractfile(member) if member.name.endswith(".json") else None
                if content is not None:
                    found.append(json.load(content))
    definitions = Definitions([Artefact(ARTEFACT), Beside([r for r in found if "resourceType" in r])])
    return Validator(definitions, LoadedTerminology(definitions))


@pytest.fixture
def minimal() -> list[Resource]:
    """A record with as little in it as FHIR allows, and with values that the card knows nothing of."""
    mother, episode = {"reference": "Patient/m"}, {"reference": "EpisodeOfCare/e"}
    observed = {"resourceType": "Observation", "status": "final", "subject": mother, "encounter": {"reference": "Encounter/v"}}
    quantity = {"value": 3, "system": "http://unitsofmeasure.org", "code": "mg/L"}
    return [
        {"resourceType": "Patient", "id": "m"},
        {"resourceType": "EpisodeOfCare", "id": "e", "status": "active", "patient": mother},
        {"resourceType": "Encounter", "id": "v", "status": "finished", "class": {"code": "AMB"}, "subject": mother,
         "episodeOfCare": [episode]},
        {**observed, "id": "o1", "code": {"text": "<b>R&D</b>"}, "valueRange": {"low": quantity}},
        {**observed, "id": "o2", "code": {"coding": [{"code": "x"}]}, "valueRatio": {"numerator": quantity, "denominator": quantity}},
        {**observed, "id": "o3", "code": {"text": "p"}, "valuePeriod": {"start": "2026"}, "effectivePeriod": {"end": "2026-02"}},
        {**observed, "id": "o4", "code": {"text": "c"}, "component": [{"code": {"text": "part"}, "dataAbsentReason": {"text": "lost"}}]},
        {**observed, "id": "o5", "code": {"text": "t"}, "valueTime": "10:30:00", "status": "preliminary"},
        {**observed, "id": "o6", "code": {"text": "s"}, "valueSampledData": {"origin": quantity, "period": 10, "dimensions": 1}},
        {**observed, "id": "o7", "code": {"coding": [{"system": "http://loinc.org", "code": "11881-0"}]}, "valueString": "as expected"},
        {"resourceType": "DiagnosticReport", "id": "d", "status": "final", "code": {"text": "Report"}, "subject": mother,
         "encounter": {"reference": "Encounter/v"}},
        {"resourceType": "MedicationStatement", "id": "s", "status": "active", "subject": mother, "context": {"reference": "Encounter/v"},
         "medicationReference": {"reference": "Medication/med"}},
        {"resourceType": "Medication", "id": "med", "code": {"text": "Drops"}},
    ]  # fmt: skip
