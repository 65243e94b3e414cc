"""Public FHIR client libraries work unchanged: fhirclient (SMART), fhirpy, and the typed models of fhir.resources."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import httpx
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.observation import Observation as TypedObservation
from fhirclient.client import FHIRClient
from fhirclient.models.fhirdate import FHIRDate
from fhirclient.models.humanname import HumanName
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

WEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"display": "a woman"},
    "effectiveDateTime": "2026-11-20T09:30:00+01:00",
    "valueQuantity": {"value": 63.1, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}


@pytest.fixture
def smart(server: str) -> FHIRClient:
    return FHIRClient(settings={"app_id": "test", "api_base": f"{server}/fhir"})


def test_fhirclient_prepares_itself_from_the_capability_statement(smart: FHIRClient):
    assert smart.prepare()
    assert smart.ready


def test_fhirclient_creates_reads_updates_searches_and_deletes(smart: FHIRClient):
    smart.prepare()
    patient = Patient()
    patient.name = [HumanName({"family": "Solregn", "given": ["Amalie"]})]
    patient.birthDate = FHIRDate("1998-04-17")
    made = patient.create(smart.server)
    assert made["resourceType"] == "Patient"
    read = Patient.read(made["id"], smart.server)
    assert read.name[0].family == "Solregn"
    read.active = True
    read.update(smart.server)
    assert Patient.read(made["id"], smart.server).active is True
    found = Patient.where({"family": "solregn", "birthdate": "1998-04-17"}).perform_resources_iter(smart.server)
    assert [p.id for p in found] == [made["id"]]
    Patient.read(made["id"], smart.server).delete()
    assert list(Patient.where({"family": "solregn"}).perform_resources_iter(smart.server)) == []


def test_fhirclient_walks_all_pages(smart: FHIRClient):
    smart.prepare()
    for _ in range(7):
        Observation({**WEIGHT, "identifier": [{"system": "urn:test", "value": "walk"}]}).create(smart.server)
    found = list(Observation.where({"identifier": "urn:test|walk", "_count": "3"}).perform_resources_iter(smart.server))
    assert len({o.id for o in found}) == len(found) == 7


def test_fhirpy_saves_searches_and_gets_the_first(server: str):
    client = SyncFHIRClient(f"{server}/fhir")
    patient = client.resource("Patient", name=[{"family": "Lyngmose"}], active=True)
    patient.save()
    assert patient["meta"]["versionId"] == "1"
    patient["active"] = False
    patient.save()
    assert client.reference("Patient", patient["id"]).to_resource()["meta"]["versionId"] == "2"
    patients = client.resources("Patient")
    assert patients.search(name="lyngmose").first()["id"] == patient["id"]
    patient.delete()
    with pytest.raises(ResourceNotFound):
        patients.search(_id=patient["id"]).get()


def test_fhirpy_updates_what_a_search_finds(server: str):
    client = SyncFHIRClient(f"{server}/fhir")
    once = client.resources("Patient").search(identifier="urn:test|once")
    identifier = [{"system": "urn:test", "value": "once"}]
    first, made = once.update(client.resource("Patient", identifier=identifier))
    again, made_again = once.update(client.resource("Patient", identifier=identifier, active=True))
    assert (made, made_again) == (True, False)
    assert first["id"] == again["id"]
    assert once.first()["active"] is True


def test_fhirpy_fetches_all_pages_and_includes(server: str):
    async def walk() -> tuple[int, int]:
        client = AsyncFHIRClient(f"{server}/fhir")
        patient = client.resource("Patient", name=[{"family": "Havblikk"}])
        await patient.save()
        for _ in range(5):
            await client.resource("Observation", **{**WEIGHT, "subject": patient.to_reference()}).save()
        observations = client.resources("Observation").search(patient=patient["id"]).limit(2)
        together = await observations.include("Observation", "subject").fetch_raw()
        return len(await observations.fetch_all()), sum(e["resource"]["resourceType"] == "Patient" for e in together["entry"])

    assert asyncio.run(walk()) == (5, 1)


def test_fhirpy_counts(server: str):
    client = SyncFHIRClient(f"{server}/fhir")
    client.resource("Patient", name=[{"family": "Frostskodde"}]).save()
    assert client.resources("Patient").search(name="frostskodde").count() == 1


def test_fhirpy_gets_the_outcome_of_a_refusal(server: str):
    client = SyncFHIRClient(f"{server}/fhir")
    with pytest.raises(OperationOutcome) as refused:
        client.resource("Observation", status="finished", code={"text": "x"}).save()
    assert "status" in str(refused.value)


def test_the_typed_models_read_what_the_server_answers(server: str):
    headers = {"Content-Type": "application/fhir+json"}
    made = httpx.post(f"{server}/fhir/Observation", content=TypedObservation.model_validate(WEIGHT).model_dump_json(), headers=headers)
    assert made.status_code == 201
    read = TypedObservation.model_validate_json(made.content)
    assert read.valueQuantity.value == Decimal("63.1")
    found = Bundle.model_validate_json(httpx.get(f"{server}/fhir/Observation?_id={read.id}").content)
    assert found.entry[0].resource.id == read.id
    history = Bundle.model_validate_json(httpx.get(f"{server}/fhir/Observation/{read.id}/_history").content)
    assert history.type == "history"
    statement = CapabilityStatement.model_validate_json(httpx.get(f"{server}/fhir/metadata").content)
    assert statement.fhirVersion == "4.0.1"
