"""A FHIR server that knows the rules of the maternity record, and the pieces of a record to write to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from hit_maternity.clock import FixedClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import ResourceStore
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.maternity.rules import MaternityRules
from hit_maternity.store import Store
from hit_maternity.store.spaces import sqlite_path
from hit_maternity.store.sqlite import SqliteDatabase

BASE = "http://fhir.test/fhir"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Resource = dict[str, Any]


@dataclass(slots=True)
class Answer:
    """A response, its issues read from the OperationOutcome."""

    status: int
    headers: dict[str, str]
    json: Any

    def told(self, severity: str = "error") -> list[tuple[str, str | None]]:
        """Rule and expression of each issue of this severity."""
        issues = self.json.get("issue", []) if self.json else []
        return [(i["details"]["coding"][0]["code"], i.get("expression", [None])[0]) for i in issues if i["severity"] == severity]

    @property
    def rules(self) -> list[str]:
        return [rule for rule, _ in self.told()]

    @property
    def hints(self) -> list[str]:
        return [rule for rule, _ in self.told("warning")]


@dataclass(slots=True)
class Api:
    """``api("PUT", "Patient/1", {...})``; warnings are asked for."""

    server: Server
    headers: dict[str, str] = field(default_factory=lambda: {"prefer": "return=OperationOutcome", "content-type": "application/fhir+json"})

    def __call__(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        path, _, query = url.partition("?")
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        raw = b"" if body is None else encode(body)
        response = handle(self.server, Request(method, [p for p in path.split("/") if p], query, sent, raw, BASE))
        return Answer(response.status, response.headers, json.loads(response.body) if response.body else None)

    def put(self, resource: Resource) -> Answer:
        """Writes a resource under its own id."""
        return self("PUT", f"{resource['resourceType']}/{resource['id']}", resource)

    def all(self, *resources: Resource) -> Answer:
        """Writes resources as one transaction."""
        return self("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": [entry(r) for r in resources]})

    def version(self, url: str) -> int:
        """The version that is there now; 0 where nothing is."""
        answer = self("GET", url)
        return int(answer.json["meta"]["versionId"]) if answer.status == 200 else 0


def entry(resource: Resource) -> Resource:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": f"{BASE}/{url}", "resource": resource, "request": {"method": "PUT", "url": url}}


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


Opening = Callable[[ResourceStore], Api]


@pytest.fixture
def opened(definitions: Definitions, validator: Validator, search: Search, terminology: LoadedTerminology) -> Opening:
    """Makes the server of a store."""
    clock = FixedClock(NOW)
    rules = MaternityRules(search, clock)
    return lambda store: Api(Server(definitions, validator, search, store, terminology, OpenGuard(), clock, rules=rules))


@pytest.fixture
def api(opened: Opening, store: ResourceStore) -> Api:
    """A server with nothing in it, on each kind of database."""
    return opened(store)


@pytest.fixture
def sqlite_api(opened: Opening, sqlite_url: str) -> Iterator[Api]:
    """A server on SQLite alone, for what has nothing to do with the database."""
    store = Store(SqliteDatabase(sqlite_path(sqlite_url)))
    yield opened(store)
    store.close()


OURS = "https://hit-maternity.example/fhir"
LOINC, SCT, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
ITEM, KIND, FETAL = f"{OURS}/CodeSystem/card-item", f"{OURS}/CodeSystem/visit-kind", f"{OURS}/CodeSystem/fetal-status"
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"


def concept(system: str, *codes: str) -> Resource:
    return {"coding": [{"system": system, "code": code} for code in codes]}


def ref(type: str, id: str) -> Resource:
    return {"reference": f"{type}/{id}"}


class Pieces:
    """Resources of one pregnancy that is dated by ultrasound: day 0 is 1 January 2026, the due date 11 October 2026 (283 days).

    None claims a profile, unless asked to: the rules know what they are by their codes."""

    def mother(self, id: str = "mother", **more: Any) -> Resource:
        return {"resourceType": "Patient", "id": id, "name": [{"family": "Testesen"}], **more}

    def episode(self, status: str = "active", id: str = "episode", woman: str = "mother", **more: Any) -> Resource:
        period = {"start": "2026-02-20", **({"end": more.pop("end")} if "end" in more else {})}
        reason = more.pop("reason", None)
        url = f"{OURS}/StructureDefinition/end-reason"
        said = {"extension": [{"url": url, "valueCodeableConcept": concept(f"{OURS}/CodeSystem/end-reason", reason)}]} if reason else {}
        return {
            "resourceType": "EpisodeOfCare",
            "id": id,
            **said,
            "identifier": [{"system": f"{OURS}/NamingSystem/record-id", "value": f"record-{id}"}],
            "status": status,
            "type": [concept(SCT, "77386006")],
            "patient": ref("Patient", woman),
            "period": period,
            **more,
        }

    def ended(self, reason: str = "birth", end: str = "2026-11-10", **more: Any) -> Resource:
        return self.episode("finished", reason=reason, end=end, **more)

    def visit(self, on: str = "2026-03-01", id: str = "visit", kind: str = "routine", episode: str = "episode", **more: Any) -> Resource:
        return {
            "resourceType": "Encounter",
            "id": id,
            "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "type": [concept(KIND, kind)],
            "subject": ref("Patient", "mother"),
            "episodeOfCare": [ref("EpisodeOfCare", episode)],
            "period": {"start": on},
            **more,
        }

    def fact(self, id: str, code: Resource, on: str = "2026-03-01", visit: str | None = "visit", **value: Any) -> Resource:
        return {
            "resourceType": "Observation",
            "id": id,
            "status": "final",
            "code": code,
            "subject": ref("Patient", "mother"),
            **({"encounter": ref("Encounter", visit)} if visit else {}),
            "effectiveDateTime": on,
            **value,
        }

    def amount(self, value: float, unit: str) -> Resource:
        return {"value": value, "unit": unit, "system": UCUM, "code": unit}

    def height(self, value: float = 30, unit: str = "cm", **more: Any) -> Resource:
        return self.fact("height", concept(LOINC, "11881-0"), **{"valueQuantity": self.amount(value, unit), **more})

    def term(
        self, due: str = "2026-10-11", method: str = "ultrasound", valid: bool | None = True, id: str = "term", **more: Any
    ) -> Resource:
        parts = [{"url": "valid", "valueBoolean": valid}]
        said = {"extension": [{"url": f"{OURS}/StructureDefinition/valid-term", "extension": parts}]} if valid is not None else {}
        basis = concept(f"{OURS}/CodeSystem/term-basis", method)
        return self.fact(id, concept(LOINC, "11778-8"), **{"valueDateTime": due, "method": basis, **said, **more})

    def lmp(self, first: str = "2026-01-01", **more: Any) -> Resource:
        return self.fact("lmp", concept(LOINC, "8665-2"), valueDateTime=first, **more)

    def age(self, days: float, unit: str = "d", **more: Any) -> Resource:
        return self.fact("age", concept(LOINC, "18185-9"), **{"valueQuantity": self.amount(days, unit), **more})

    def count(self, number: int, id: str = "count", **more: Any) -> Resource:
        return self.fact(id, concept(SCT, "246435002"), valueInteger=number, **more)

    def fetus(self, number: int = 1, id: str = "fetus", woman: str = "mother", record: str = "record-episode") -> Resource:
        return {
            "resourceType": "Patient",
            "id": id,
            "extension": [
                {"url": f"{OURS}/StructureDefinition/fetus-number", "valuePositiveInt": number},
                {"url": f"{OURS}/StructureDefinition/fetus-of", "valueReference": ref("Patient", woman)},
            ],
            "identifier": [{"system": f"{OURS}/NamingSystem/fetus", "value": f"{record}:{number}"}],
        }

    def heart(self, *fetuses: str, **more: Any) -> Resource:
        focus = {"focus": [ref("Patient", f) for f in fetuses]} if fetuses else {}
        return self.fact("heart", concept(LOINC, "55283-6"), **{"valueQuantity": self.amount(140, "/min"), **focus, **more})

    def born(
        self, on: str = "2026-10-09T08:00:00+02:00", how: str = "live-born", fetus: str = "fetus", id: str = "birth", **more: Any
    ) -> Resource:
        focus = [ref("Patient", fetus)]
        return self.fact(id, concept(ITEM, "birth-status"), on, **{"focus": focus, "valueCodeableConcept": concept(FETAL, how), **more})

    def newborn(self, on: str = "2026-10-09", fetus: str | None = "fetus", **more: Any) -> Resource:
        link = {"link": [{"other": ref("Patient", fetus), "type": "replaces"}]} if fetus else {}
        profile = {"meta": {"profile": [f"{OURS}/StructureDefinition/no-domain-Maternity-Patient-newborn"]}}
        return {"resourceType": "Patient", "id": "newborn", **profile, "gender": "female", "birthDate": on, **link, **more}

    def rhesus(self, code: str, id: str = "rhd", fetus: str | None = None) -> Resource:
        if fetus:
            return self.fact(id, concept(ITEM, "fetal-rhesus-d"), focus=[ref("Patient", fetus)], valueCodeableConcept=concept(SCT, code))
        return self.fact(id, concept(LOINC, "10331-7"), valueCodeableConcept=concept(SCT, code))

    def anti_d(self, **more: Any) -> Resource:
        return {
            "resourceType": "MedicationAdministration",
            "id": "anti-d",
            "status": "completed",
            "medicationCodeableConcept": concept("http://www.whocc.no/atc", "J06BB01"),
            "subject": ref("Patient", "mother"),
            "context": ref("Encounter", "visit"),
            "effectiveDateTime": "2026-07-16",
            **more,
        }

    def history(self, code: str, number: int, id: str, system: str = LOINC) -> Resource:
        return self.fact(id, concept(system, code), valueInteger=number)

    def record(self) -> list[Resource]:
        """A record under way: woman, record, visit, due date, one fetus."""
        return [self.mother(), self.episode(), self.visit(), self.term(), self.count(1), self.fetus()]


@pytest.fixture
def pieces() -> Pieces:
    return Pieces()
