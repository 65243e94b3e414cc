"""Every confirmed fact of the national contract (``contract.toml``) is tested, and the facts that a whole record shows at once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hit_maternity.dhg.models import LISTS, TYPES, schemas
from hit_maternity.simulators.helseid import attest
from hit_maternity.simulators.helseid.minting import ATTEST
from hit_maternity.simulators.helseid.register import packaged

from .conftest import UNDER_WAY, VILDE, Door

TESTS = Path(__file__).parents[1]
FACTS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "contract.toml").read_text(encoding="utf-8"))
THIRTEEN = {
    "antenatalAppointments", "clinicalTests", "currentPregnancy", "geneticDisorders", "lifestyleFactors", "medicalConditions", "medication",
    "mother", "pointsOfContact", "previousPregnancies", "rhesusDNegative", "symphysisFundalHeights", "vitalMeasurementsBeforePregnancy",
}  # fmt: skip
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@cache
def defined(file: str) -> frozenset[str]:
    path = TESTS / file
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE) if path.is_file() else ())


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_is_tested_or_says_why_it_is_no_rule_here(name: str):
    fact = FACTS[name]
    assert fact["mark"] in ("N", "C") and fact["text"]
    ways = {"tests", "fields", "elsewhere"} & set(fact)
    assert len(ways) == 1, "a fact has tests, or fields, or says why it has neither"
    for named in fact.get("tests", ()):
        file, _, test = named.partition("::")
        assert test in defined(file), f"tests/{file} has no {test}"


@pytest.mark.parametrize("name", [name for name, fact in FACTS.items() if "fields" in fact])
def test_the_members_of_a_body_are_those_that_are_known_and_no_other(name: str):
    fact = FACTS[name]
    assert set(schemas()[fact["model"]]["properties"]) == set(fact["fields"])


def test_a_record_has_metadata_and_the_fourteen_types(door: Door):
    for name, body in (("rhesusDNegative", {"prophylaxisAtWeek28": False}), ("birthStatus", {"birthStatus": [{"fosterId": 1}]})):
        made = door("POST", door.at(name, who=UNDER_WAY), body, patient=UNDER_WAY)
        assert made.status == 201, made.json
    record = door.record(UNDER_WAY)
    assert set(TYPES) == THIRTEEN | {"birthStatus"} and set(record) == {"metadata", *TYPES}
    told = record.pop("metadata")
    assert set(told) == {"recordId", "recordStatus", "version", "lastUpdated", "lastUpdatedBy", "recordLastUpdated"}
    assert UUID(told["recordId"]) and told["recordStatus"]["status"] == "ACTIVE"
    resources = [item for name, value in record.items() for item in (value if name in LISTS else [value])]
    for resource in resources:
        its = resource["metadata"]
        assert {"id", "version", "lastUpdated", "lastUpdatedBy", "enteredInError"} == set(its)
        assert its["version"] >= 1 and TIMESTAMP.fullmatch(its["lastUpdated"]) and its["enteredInError"] is False
    assert told["recordLastUpdated"] == max(r["metadata"]["lastUpdated"] for r in resources)
    assert all(isinstance(record[name], list) is (name in LISTS) for name in record)


def test_both_lists_have_items_that_are_changed_and_deleted(door: Door):
    bodies = {
        "antenatalAppointments": ({"appointmentDate": "2026-11-20", "edema": 1}, {"appointmentDate": "2026-11-20", "edema": 2}),
        "symphysisFundalHeights": ({"measurement": 24}, {"measurement": 25}),
    }
    assert set(bodies) == set(LISTS)
    for name, (first, second) in bodies.items():
        made = door("POST", door.at(name), first)
        item = made.json["metadata"]["id"]
        changed = door("PUT", door.at(name, item), {**second, "metadata": {"version": 1}})
        assert (changed.status, changed.json["metadata"]["id"], changed.json["metadata"]["version"]) == (200, item, 2)
        assert {k: v for k, v in changed.json.items() if k != "metadata"} == second
        gone = door("DELETE", door.at(name, item))
        assert gone.status == 200 and gone.json["metadata"]["enteredInError"] is True
        assert door("PUT", door.at(name, item), {**second, "metadata": {"version": 3}}).code == "DHG-0017"


def test_a_refusal_has_the_documented_body_and_header(door: Door):
    told = door("GET", "/record/00000000-0000-0000-0000-000000000000", headers={"nhn-event-id": "my-trace"})
    assert set(told.json) == {"errorCode", "errorMessage", "eventId"}
    assert told.json["errorCode"] == told.headers["nhn-error-code"] == "DHG-0015"
    assert told.json["eventId"] == "my-trace" and told.json["errorMessage"]


def test_who_changed_it_is_told_as_documented(door: Door):
    register = packaged()
    midwife, place = next(p for p in register.practitioners if any(a.profession == "JO" for a in p.approvals)), register.organisations[0]
    stated = attest.completed(attest.usual(midwife, place, "decision", role="JO"), midwife, register)
    facility = {"nhn-treatment-facility-name": "Nordre%20helsestasjon"}
    made = door("POST", door.at("geneticDisorders"), {"noneKnown": True}, token=door.token(**{ATTEST: stated}), headers=facility)
    by = made.json["metadata"]["lastUpdatedBy"]
    assert by["userType"] == "HEALTH_CARE_PROFESSIONAL" and by["hprRole"] == "JO"
    assert re.fullmatch(r"\d{9}", by["orgNr"]) and re.fullmatch(r"\d{1,9}", by["hprNr"])
    assert re.fullmatch(r"[^,]+, [^,]+", by["name"]) and by["treatmentFacilityName"] == "Nordre helsestasjon"
    assert by["orgName"] == place.name and set(by) == {"userType", "orgNr", "orgName", "hprNr", "hprRole", "name", "treatmentFacilityName"}


@pytest.mark.parametrize(("word", "code"), [("Neg", "T008"), ("Spor", "T052"), ("1+", "T048"), ("2+", "T049"), ("3+", "T050")])
def test_the_grades_of_protein_are_codes_of_volven_8340(door: Door, word: str, code: str):
    made = door("POST", door.at("antenatalAppointments"), {"appointmentDate": "2026-11-20", "proteinInUrineTestResult": word})
    found = door.fhir("GET", f"Observation?patient={VILDE}-mother&encounter=Encounter/{made.json['metadata']['id']}&code=NPU04206").json
    (observation,) = (entry["resource"] for entry in found["entry"] if entry["search"]["mode"] == "match")
    codings = observation["valueCodeableConcept"]["coding"]
    assert ("urn:oid:2.16.578.1.12.4.1.1.8340", code) in [(c["system"], c["code"]) for c in codings]
