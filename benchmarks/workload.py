"""The work that is measured: blood-pressure Observations of about 1 kB, written one by one and in transactions, read, searched."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from client import Run, Target

LOINC = "http://loinc.org"
PATIENTS = 50
SCENARIOS = ("create", "read", "search", "transaction")


def patient(number: int) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "name": [{"family": f"Testesen{number}", "given": ["Kari"]}],
        "gender": "female",
        "birthDate": "1996-02-15",
    }


def observation(chance: random.Random, patient_id: str) -> dict[str, Any]:
    """A blood pressure of 2020 to 2025 as an EHR sends it."""

    def concept(code: str, display: str) -> dict[str, Any]:
        return {"coding": [{"system": LOINC, "code": code, "display": display}], "text": display}

    def pressure(value: int) -> dict[str, Any]:
        return {"value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}

    day = f"20{chance.randrange(20, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 28):02}"
    clock = f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"
    category = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs", "display": "Vital Signs"}
    return {
        "resourceType": "Observation",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid.UUID(int=chance.getrandbits(128))}"}],
        "status": "final",
        "category": [{"coding": [category]}],
        "code": concept("85354-9", "Blood pressure panel with all children optional"),
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": f"{day}T{clock}+01:00",
        "component": [
            {"code": concept("8480-6", "Systolic blood pressure"), "valueQuantity": pressure(chance.randrange(95, 170))},
            {"code": concept("8462-4", "Diastolic blood pressure"), "valueQuantity": pressure(chance.randrange(55, 110))},
        ],
    }


def transaction(chance: random.Random, patient_ids: list[str], size: int) -> dict[str, Any]:
    """A transaction Bundle that creates ``size`` Observations."""
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"urn:uuid:{uuid.UUID(int=chance.getrandbits(128))}",
                "resource": observation(chance, chance.choice(patient_ids)),
                "request": {"method": "POST", "url": "Observation"},
            }
            for _ in range(size)
        ],
    }


@dataclass(slots=True)
class Workload:
    """The scenarios against one server. ``root`` is the path that takes a transaction."""

    target: Target
    root: str = ""
    seed: int = 7
    patient_ids: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def prepare(self) -> None:
        """Creates the patients."""
        calls = [self.target.call("POST", "/Patient", patient(n)) for n in range(PATIENTS)]
        self.patient_ids = [_id(a.body) for a in asyncio.run(self.target.run(calls, 1)).answers]

    def calls(self, scenario: str, number: int) -> list[bytes]:
        call, chance = self.target.call, self.chance
        if scenario == "create":
            return [call("POST", "/Observation", observation(chance, chance.choice(self.patient_ids))) for _ in range(number)]
        if scenario == "read":
            return [call("GET", f"/Observation/{chance.choice(self.ids)}") for _ in range(number)]
        if scenario == "search":
            return [call("GET", self.search_path()) for _ in range(number // 2)]
        return [call("POST", self.root, transaction(chance, self.patient_ids, 50)) for _ in range(max(5, number // 150))]

    def search_path(self) -> str:
        code = quote(f"{LOINC}|85354-9", safe="")
        return f"/Observation?patient={self.chance.choice(self.patient_ids)}&code={code}&_sort=-date&_count=20"

    def run(self, scenario: str, number: int, connections: int) -> Run:
        """One run of a scenario; raises SystemExit where an answer is not 200 or 201."""
        run = asyncio.run(self.target.run(self.calls(scenario, number), connections))
        if scenario == "create":
            self.ids += [_id(a.body) for a in run.answers]
        if scenario == "search":
            _check_page(run)
        return run

    def fill(self, until: int, size: int = 200) -> None:
        """Writes Observations in transactions, until the server holds ``until`` of them; those made here count."""
        missing = until - len(self.ids)
        while missing > 0:
            batch = [self.target.call("POST", self.root, transaction(self.chance, self.patient_ids, min(size, missing)))]
            answer = asyncio.run(self.target.run(batch, 1)).answers[0]
            self.ids += [e["response"]["location"].split("/")[-3] for e in json.loads(answer.body)["entry"]]
            missing = until - len(self.ids)


def _id(body: bytes) -> str:
    return str(json.loads(body)["id"])


def _check_page(run: Run) -> None:
    """A fast answer that is wrong is no answer: one patient, falling dates."""
    entries = [e["resource"] for e in json.loads(run.answers[-1].body)["entry"]]
    dates = [e["effectiveDateTime"] for e in entries]
    if not entries or dates != sorted(dates, reverse=True) or len({e["subject"]["reference"] for e in entries}) != 1:
        raise SystemExit("the sorted search gave a wrong page")
