"""Both clients against a running server, one that demands nonces of its own: what the contract says is what happens."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient
from hit_client_network import MIDWIFE, OTHER, UNDER_WAY, proof_of

from hit_maternity.client import (
    AsyncFhirClient,
    AsyncMaternityRecordClient,
    Deleted,
    FhirClient,
    FhirProblem,
    HelseId,
    InvalidBody,
    InvalidPatient,
    Key,
    MaternityRecordClient,
    NoConsent,
    NoSuchRecord,
    NotAuthorised,
    NotThere,
    Organisation,
    RoleNotAllowed,
    StaleVersion,
    UnknownCodeSystem,
    attest,
    organisation_name,
    timestamp,
    version_of,
)
from hit_maternity.client.local import CALLBACK, log_in, register_client

EPJ: dict[str, Any] = {"source_system": "EPJ 1.0", "role": "JO"}
VISIT = {"appointmentDate": date.today().isoformat(), "motherWeight": Decimal("72.40"), "bloodPressure": "118/76"}
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
HEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]},
    "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
    "subject": {"reference": "Patient/under-way-mother"},
    "effectiveDateTime": "2026-11-20T09:30:00+01:00",
    "valueQuantity": {"value": Decimal("168.50"), "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"},
}


@pytest.fixture(scope="module")
def tokens(strict: Any) -> Any:
    return strict.tokens()


@pytest.fixture
def epj(strict: Any, tokens: Any) -> MaternityRecordClient:
    return MaternityRecordClient(f"{strict.address}/api/maternity-record/v1", tokens, UNDER_WAY, **EPJ)


@pytest.fixture
def fhir(strict: Any, tokens: Any) -> FhirClient:
    return FhirClient(f"{strict.address}/fhir", tokens, UNDER_WAY, **EPJ)


@pytest.fixture
def record_id(epj: MaternityRecordClient) -> str:
    found: str = epj.status()["latestRecordId"]
    return found


# The national JSON API


def test_a_visit_is_written_corrected_and_deleted(epj: MaternityRecordClient, record_id: str):
    written = epj.create(record_id, "antenatalAppointments", VISIT)
    item = written["metadata"]["id"]
    assert str(written["motherWeight"]) == "72.40" and version_of(written) == 1
    corrected = epj.update_item(record_id, "antenatalAppointments", item, {**VISIT, "bloodPressure": "122/78"}, 1)
    assert (corrected["bloodPressure"], version_of(corrected)) == ("122/78", 2)
    with pytest.raises(StaleVersion):
        epj.update_item(record_id, "antenatalAppointments", item, VISIT, 1)
    with pytest.raises(StaleVersion):
        epj.delete_item(record_id, "antenatalAppointments", item, 1)
    assert epj.delete_item(record_id, "antenatalAppointments", item, 2)["metadata"]["enteredInError"] is True
    with pytest.raises(Deleted):
        epj.update_item(record_id, "antenatalAppointments", item, VISIT, 3)
    events = [it["event"] for it in epj.history_of(record_id)["history"] if it["id"] == item]
    assert events == ["CREATED", "UPDATED", "DELETED"]
    with pytest.raises(NotThere):
        epj.update_item(record_id, "antenatalAppointments", str(uuid4()), VISIT, 1)


def test_a_resource_is_updated_as_a_whole(epj: MaternityRecordClient, record_id: str):
    mother = epj.record(record_id)["mother"]
    version = version_of(mother)
    assert version is not None
    changed = epj.update(record_id, "mother", {**mother, "occupationAndIndustry": "Smed"}, version)
    assert changed["occupationAndIndustry"] == "Smed" and version_of(changed) == version + 1
    by = changed["metadata"]["lastUpdatedBy"]
    assert organisation_name(by) and timestamp(changed["metadata"]["lastUpdated"]).tzinfo is not None
    assert epj.history()["history"][0]["recordId"] == record_id


def test_refusals_have_their_classes(epj: MaternityRecordClient, strict: Any, record_id: str):
    with pytest.raises(InvalidBody) as fault:
        epj.create(record_id, "antenatalAppointments", {"bloodPressure": "high", "unknown": 1})
    assert {it["path"] for it in fault.value.details} == {"appointmentDate", "bloodPressure", "unknown"}
    with pytest.raises(NoSuchRecord):
        epj.record(str(uuid4()))
    with pytest.raises(UnknownCodeSystem):
        mother = epj.record(record_id)["mother"]
        epj.update(record_id, "mother", {**mother, "language": {"code": "nb", "codeSystem": "VOLVEN_1"}}, version_of(mother) or 0)
    stranger = epj.for_patient(OTHER, strict.tokens())
    assert stranger.status()["hasGivenConsent"] is False
    with pytest.raises(NoConsent):
        stranger.create_record()
    with pytest.raises(InvalidPatient):
        epj.for_patient("12847199996", strict.tokens()).status()
    bearer = MaternityRecordClient(f"{strict.address}/api/maternity-record/v1", strict.tokens(dpop=False), UNDER_WAY, **EPJ)
    with pytest.raises(NotAuthorised):
        bearer.status()
    secretary = MaternityRecordClient(
        f"{strict.address}/api/maternity-record/v1", strict.tokens(), UNDER_WAY, source_system="EPJ 1.0", role="HE"
    )
    with pytest.raises(RoleNotAllowed):
        secretary.record(record_id)


def test_the_api_demands_nonces_and_gets_them_with_one_call_more(strict: Any, tokens: Any):
    seen: list[httpx.Request] = []
    with httpx.Client(event_hooks={"request": [seen.append]}) as http:
        epj = MaternityRecordClient(f"{strict.address}/api/maternity-record/v1", tokens, UNDER_WAY, http=http, **EPJ)
        epj.status()
        epj.status()
    calls = [proof_of(it) for it in seen if it.url.path.endswith("/status")]
    assert [("nonce" in it) for it in calls] == [False, True, True]


def test_a_user_s_own_tokens_and_a_system_s_open_the_door(strict: Any):
    issuer, key = f"{strict.address}/sts", Key.generate()
    client_id = register_client(issuer, key, name="EPJ")
    where = Organisation("310140007", "310005118")
    base = f"{strict.address}/api/maternity-record/v1"
    with HelseId(issuer, client_id, key) as helseid:
        scope = "openid offline_access nhn:maternity-record/api nhn:maternity-record/tillitsrammeverk"
        login = helseid.login(scope, CALLBACK)
        session = helseid.session(login, log_in(login, "tiril-morgenrode"))
        assert session.identity["helseid://claims/identity/pid"] == MIDWIFE
        why = attest(legal_entity="310140007", point_of_care="310005118", authorization="JO")
        with MaternityRecordClient(base, session.source("nhn:maternity-record", organisation=where, attest=why), UNDER_WAY, **EPJ) as epj:
            assert epj.record(epj.status()["latestRecordId"])["mother"]
        system = helseid.system("nhn:maternity-record/api", organisation=where)
        with MaternityRecordClient(base, system, UNDER_WAY, source_system="EPJ 1.0") as poll:
            assert poll.status()["hasActiveMaternityRecord"] is True


def test_many_calls_at_once_share_one_token(strict: Any):
    async def all_of_them() -> set[bool]:
        async with AsyncMaternityRecordClient(f"{strict.address}/api/maternity-record/v1", strict.tokens(), UNDER_WAY, **EPJ) as epj:
            record_id = (await epj.status())["latestRecordId"]
            read = await asyncio.gather(*(epj.record(record_id) for _ in range(8)))
            return {it["metadata"]["recordId"] == record_id for it in read}

    assert asyncio.run(all_of_them()) == {True}


def test_the_first_generation_of_headers_is_spoken_too(start_demo: Any):
    former = start_demo(dhg_headers="hit")
    base = f"{former.address}/api/maternity-record/v1"
    bearer = {"generation": "hit", "access_basis": "SAMTYKKE", **EPJ}
    with MaternityRecordClient(base, former.tokens(dpop=False), UNDER_WAY, **bearer) as epj:
        record_id = epj.status()["latestRecordId"]
        written = epj.create(record_id, "symphysisFundalHeights", {"pregnancyWeek": 31, "measurement": 29})
        assert written["measurement"] == 29 and epj.record(record_id)["metadata"]["recordId"] == record_id
    with MaternityRecordClient(base, former.tokens(), UNDER_WAY, **EPJ) as today, pytest.raises(NotAuthorised):
        today.status()


# FHIR


def test_a_resource_is_made_read_changed_and_deleted(fhir: FhirClient):
    made = fhir.create(Observation.model_validate(HEIGHT))
    assert isinstance(made, Observation) and str(made.valueQuantity.value) == "168.50"
    made.valueQuantity.value = Decimal("169.10")
    changed = fhir.update(made)
    assert changed.meta.versionId == "2" and str(changed.valueQuantity.value) == "169.10"
    with pytest.raises(FhirProblem) as fault:
        fhir.update(made)
    assert fault.value.status in (409, 412) and fault.value.issues
    assert str(fhir.vread("Observation", made.id, "1").valueQuantity.value) == "168.50"
    patched = fhir.patch(Observation, made.id, [{"op": "replace", "path": "/valueQuantity/value", "value": 170}], "2")
    assert patched.meta.versionId == "3"
    assert [it.resource.meta.versionId for it in fhir.history(Observation, made.id).entry] == ["3", "2", "1"]
    fhir.delete("Observation", made.id)
    with pytest.raises(FhirProblem) as gone:
        fhir.read(Observation, made.id)
    assert gone.value.status == 410


def test_every_fault_comes_as_an_issue(fhir: FhirClient):
    broken = {**HEIGHT, "status": "done", "valueQuantity": {"value": "tall"}}
    with pytest.raises(FhirProblem) as fault:
        fhir.create(broken)
    assert len(fault.value.issues) >= 2 and fault.value.status in (400, 422)
    told = " ".join(str(it.get("expression")) for it in fault.value.issues)
    assert "Observation.status" in told and "Observation.value" in told and fault.value.has(fault.value.issues[0]["code"])


def test_a_national_id_is_sought_by_post_alone(strict: Any, tokens: Any):
    seen: list[httpx.Request] = []
    with httpx.Client(event_hooks={"request": [seen.append]}) as http:
        fhir = FhirClient(f"{strict.address}/fhir", tokens, UNDER_WAY, http=http, **EPJ)
        (woman,) = fhir.search(Patient, {"identifier": f"{FNR}|{UNDER_WAY}"})
        assert woman.id == "under-way-mother"
        list(fhir.search("EpisodeOfCare", {"patient": woman.id, "status": "active"}))
    assert [it.method for it in seen if "/fhir/" in it.url.path and "nonce" in proof_of(it)] == ["POST", "GET"]
    assert not [it for it in seen if UNDER_WAY in str(it.url)]
    with pytest.raises(ValueError):
        fhir.operation("Patient/$match", query={"identifier": UNDER_WAY})


def test_a_search_walks_all_pages(fhir: FhirClient, strict: Any, tokens: Any):
    asked = {"patient": "under-way-mother", "_count": "7", "_sort": "-date"}
    pages = list(fhir.pages("Observation", asked))
    found = [it.id for it in fhir.search(Observation, asked)]
    assert len(pages) > 3 and isinstance(pages[0], Bundle) and len(set(found)) == len(found) == sum(len(it.entry) for it in pages)

    async def walked() -> list[str]:
        async with AsyncFhirClient(f"{strict.address}/fhir", tokens, UNDER_WAY, typed=False, **EPJ) as epj:
            return [it["id"] async for it in epj.search("Observation", list(asked.items()))]

    assert asyncio.run(walked()) == found


def test_transactions_and_operations(fhir: FhirClient, strict: Any, tokens: Any):
    entry = {"resource": HEIGHT, "request": {"method": "POST", "url": "Observation"}}
    answer = fhir.transaction({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
    assert answer.entry[0].response.status.startswith("201")
    card = fhir.helsekort("under-way-pregnancy")
    assert {"EpisodeOfCare", "Observation"} <= {it.resource.get_resource_type() for it in card.entry}
    valued = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": HEIGHT}]}
    assert fhir.operation("Observation/$validate", valued).get_resource_type() == "OperationOutcome"

    async def same() -> Any:
        async with AsyncFhirClient(f"{strict.address}/fhir", tokens, UNDER_WAY, typed=False, **EPJ) as epj:
            made = await epj.create(HEIGHT)
            changed = await epj.update({**made, "status": "amended"})
            patched = await epj.patch("Observation", made["id"], [{"op": "replace", "path": "/status", "value": "final"}])
            assert (await epj.vread("Observation", made["id"], "1"))["status"] == "final" and changed["status"] == "amended"
            assert (await epj.history("Observation", made["id"]))["total"] == 3
            await epj.delete("Observation", made["id"], "3")
            assert (await epj.helsekort("under-way-pregnancy"))["entry"]
            assert [it["resourceType"] async for it in epj.pages("Observation", {"patient": "under-way-mother"})]
            await epj.transaction({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
            await epj.operation("EpisodeOfCare/under-way-pregnancy/$timeline")
            assert (await epj.read("Patient", "under-way-mother"))["id"] == "under-way-mother"
            return patched

    assert str(asyncio.run(same())["valueQuantity"]["value"]) == "168.50"
