"""What is written: versions, metadata, both doors, the life of a record."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from itertools import islice
from typing import Any

import pytest

from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request
from hit_maternity.maternity.identity import synthetic_numbers

from .conftest import INGRID, UNDER_WAY, VILDE, Door

NUMBERS = list(islice(synthetic_numbers(date(1998, 7, 8)), 4))
SFH = {"pregnancyWeek": 24, "measurement": 22, "measurementDate": "2026-11-19"}


def consenting(door: Door, number: str) -> str:
    door.consents.give(number)
    return number


# ------------------------------------------------------------ a resource and its versions


def test_a_resource_is_created_changed_and_read_with_its_metadata(either: Door):
    made = either(
        "POST",
        either.at("geneticDisorders"),
        {"noneKnown": True, "note": None},
        headers={"nhn-treatment-facility-name": "Legesenteret%20Nord"},
    )
    assert made.status == 201
    metadata = made.json.pop("metadata")
    assert made.json == {"noneKnown": True}
    by = metadata.pop("lastUpdatedBy")
    assert by["userType"] == "HEALTH_CARE_PROFESSIONAL" and by["hprRole"] == "JO" and ", " in by["name"]
    assert by["treatmentFacilityName"] == "Legesenteret Nord" and len(by["orgNr"]) == 9 and by["hprNr"]
    assert metadata["version"] == 1 and metadata["enteredInError"] is False and metadata["lastUpdated"] == "2026-11-20T12:00:00.000000Z"
    told = either("PUT", either.at("geneticDisorders"), {"hipDysplasia": False, "metadata": {**metadata, "version": 1}})
    assert (told.status, told.json["metadata"]["version"], told.json["metadata"]["id"]) == (200, 2, metadata["id"])
    whole = either.record()
    assert whole["geneticDisorders"] == told.json and whole["metadata"]["version"] == 1
    assert either("PUT", either.at("geneticDisorders"), {"metadata": {"version": 2}}).json.keys() == {"metadata"}
    assert "geneticDisorders" not in either.record()
    again = either("POST", either.at("geneticDisorders"), {"other": True})
    assert (again.status, again.json["metadata"]["version"]) == (201, 4)


def test_the_same_sent_again_is_a_version_too(door: Door):
    before = door.record()["mother"]
    assert before["countryOfBirth"]["display"] == "Norge"
    for version in (1, 2, 3):
        told = door("PUT", door.at("mother"), {**before, "metadata": {"version": version}})
        assert (told.status, told.json["metadata"]["version"]) == (200, version + 1)
    assert {k: v for k, v in told.json.items() if k != "metadata"} == {k: v for k, v in before.items() if k != "metadata"}


def test_items_have_ids_and_versions_of_their_own(door: Door):
    first, second = (door("POST", door.at("symphysisFundalHeights"), {**SFH, "measurement": n}).json for n in (22, 23))
    assert first["metadata"]["id"] != second["metadata"]["id"]
    path = door.at("symphysisFundalHeights", first["metadata"]["id"])
    assert door("PUT", path, {**SFH, "measurement": 21, "metadata": {"version": 1}}).json["metadata"]["version"] == 2
    there = {item["metadata"]["id"]: item for item in door.record()["symphysisFundalHeights"]}
    assert there[second["metadata"]["id"]] == second and there[first["metadata"]["id"]]["measurement"] == 21


def test_a_deleted_item_stays_marked_unless_that_is_set_otherwise(doors: Any, loaded_url: str):
    door = doors(loaded_url)
    item = door("POST", door.at("antenatalAppointments"), {"appointmentDate": "2026-11-19", "note": "alt vel"}).json["metadata"]["id"]
    told = door("DELETE", door.at("antenatalAppointments", item))
    assert (told.status, told.json["note"]) == (200, "alt vel")
    (marked,) = [a for a in door.record()["antenatalAppointments"] if a["metadata"]["id"] == item]
    assert marked == told.json and marked["metadata"]["enteredInError"] is True
    door.close()
    other = doors(loaded_url, dhg_show_deleted=False)
    assert item not in [a["metadata"]["id"] for a in other.record()["antenatalAppointments"]]


def test_version_255_is_the_last(door: Door):
    for version in range(1, 255):
        told = door("PUT", door.at("medication"), {"drugAllergy": bool(version % 2), "metadata": {"version": version}})
        assert told.status == 200, told.json
    before = door.everything()
    told = door("PUT", door.at("medication"), {"drugAllergy": True, "metadata": {"version": 255}})
    assert (told.code, door.everything()) == ("DHG-0008", before)
    assert door.record()["medication"]["metadata"]["version"] == 255


# ------------------------------------------------------------ both doors


def test_what_is_written_here_stands_at_the_fhir_door_with_who_wrote_it(door: Door):
    made = door("POST", door.at("symphysisFundalHeights"), SFH).json
    there = door.fhir("GET", f"Observation/{made['metadata']['id']}")
    assert (there.status, there.json["valueQuantity"]["value"], there.json["status"]) == (200, 22, "final")
    inside = door.house.inside("default")
    assert inside is not None
    found = handle(inside, Request("GET", ["Provenance"], f"target=Observation/{made['metadata']['id']}", {}, b"", "http://x/fhir"))
    (written,) = [entry["resource"] for entry in json.loads(found.body)["entry"]]
    (agent,) = written["agent"]
    assert (
        agent["role"][0]["coding"][0]["code"] == "JO" and agent["who"]["identifier"]["value"] == made["metadata"]["lastUpdatedBy"]["hprNr"]
    )
    door("DELETE", door.at("symphysisFundalHeights", made["metadata"]["id"]))
    assert door.fhir("GET", f"Observation/{made['metadata']['id']}").json["status"] == "entered-in-error"


def test_a_change_at_the_fhir_door_is_a_new_version_here_and_makes_the_old_one_stale(either: Door):
    made = either("POST", either.at("symphysisFundalHeights"), SFH).json
    id = made["metadata"]["id"]
    fact = either.fhir("GET", f"Observation/{id}").json
    fact["valueQuantity"]["value"] = 23
    assert either.fhir("PUT", f"Observation/{id}", fact).status == 200
    (item,) = [i for i in either.record()["symphysisFundalHeights"] if i["metadata"]["id"] == id]
    assert (item["measurement"], item["metadata"]["version"]) == (23, 2)
    assert either("PUT", either.at("symphysisFundalHeights", id), {**SFH, "metadata": {"version": 1}}).code == "DHG-0008"
    assert either("PUT", either.at("symphysisFundalHeights", id), {**SFH, "metadata": {"version": 2}}).json["metadata"]["version"] == 3


def test_a_change_of_her_patient_is_a_version_of_mother_in_her_open_record(door: Door):
    patient = door.fhir("GET", f"Patient/{VILDE}-mother").json
    patient["address"][0]["city"] = "ANDEBY"
    assert door.fhir("PUT", f"Patient/{VILDE}-mother", patient).status == 200
    mother = door.record()["mother"]
    assert (mother["postName"], mother["metadata"]["version"]) == ("ANDEBY", 2)


def test_what_the_rules_of_the_record_forbid_is_forbidden_here(door: Door):
    before = door.everything()
    told = door("POST", door.at("symphysisFundalHeights"), {**SFH, "measurementDate": "2025-01-01"})
    assert told.code == "DHG-0012" and told.rules and door.everything() == before


def test_a_record_of_which_no_version_was_noted_is_version_1_and_goes_on_from_there(door: Door):
    names = door.store.database.names
    with door.store.database.writing() as session:
        session.run(f"DELETE FROM {names.record_part}")
        session.change([], last=True)
    before = door.record()
    assert before["medication"]["metadata"]["version"] == 1 and before["metadata"]["version"] == 1
    assert before["medication"]["metadata"]["lastUpdatedBy"]["userType"] == "HEALTH_CARE_PROFESSIONAL"
    told = door("PUT", door.at("medication"), {"drugAllergy": True, "metadata": {"version": 1}})
    assert told.json["metadata"]["version"] == 2
    after = door.record()
    assert after["mother"] == before["mother"] and after["medication"]["metadata"]["version"] == 2
    history = door("GET", f"/history/{door.records[VILDE]}").json["history"]
    assert [h["version"] for h in history if h["resourceType"] == "medication"] == [1, 2]
    assert door("POST", door.at("geneticDisorders"), {"noneKnown": True}).json["metadata"]["version"] == 1


# ------------------------------------------------------------ a record's life


def test_a_record_is_created_for_a_woman_nobody_knew(either: Door):
    number = consenting(either, NUMBERS[0])
    made = either("POST", "/record", None, patient=number)
    assert made.status == 201 and made.json["metadata"]["recordStatus"] == {"status": "ACTIVE"} and list(made.json) == ["metadata"]
    record = made.json["metadata"]["recordId"]
    mother = either("POST", f"/record/{record}/mother", {"name": "Kari Testperson"}, patient=number)
    assert (mother.status, mother.json["metadata"]["version"]) == (201, 1), mother.json
    whole = either("GET", f"/record/{record}", patient=number).json
    assert whole["mother"]["name"] == "Kari Testperson"
    assert either("GET", "/status", patient=number).json["latestRecordId"] == record
    assert either("GET", "/history", patient=number).json["history"][0]["recordId"] == record


def test_a_record_is_created_with_all_that_is_sent(door: Door):
    number = consenting(door, NUMBERS[1])
    whole = {
        "mother": {"name": "Kari Testperson", "address": "Storgata 1"},
        "currentPregnancy": {"numberOfFetuses": 1, "dateLastPeriod": "2026-08-01"},
        "antenatalAppointments": [{"appointmentDate": "2026-11-19", "bloodPressure": "118/76"}, {"appointmentDate": "2026-11-20"}],
    }
    made = door("POST", "/record", whole, patient=number)
    assert made.status == 201, made.json
    read = door("GET", f"/record/{made.json['metadata']['recordId']}", patient=number).json
    assert read == made.json
    assert read["currentPregnancy"]["metadata"]["version"] == 1 and [a["metadata"]["version"] for a in read["antenatalAppointments"]] == [
        1,
        1,
    ]


def test_faults_of_a_whole_record_come_at_once_with_their_places_and_nothing_is_made(door: Door):
    number = consenting(door, NUMBERS[1])
    before = door.everything()
    sent = {"mother": {"postNumber": 1}, "antenatalAppointments": [{"appointmentDate": "2026-11-19"}, {}], "surprise": 1, "medication": []}
    told = door("POST", "/record", sent, patient=number)
    assert told.code == "DHG-0012"
    assert {where for where, _ in told.rules} >= {"mother.postNumber", "antenatalAppointments[1].appointmentDate", "$", "medication"}
    assert door.everything() == before


def test_a_woman_with_an_ended_record_begins_another(door: Door):
    made = door("POST", "/record", {"mother": {"name": "Ingrid Fjelltind"}}, patient=INGRID)
    assert made.status == 201, made.json
    listed = door("GET", "/history", patient=INGRID).json["history"]
    assert [r["recordStatus"]["status"] for r in listed] == ["TERMINATED", "ACTIVE"]
    assert listed[0]["recordStatus"]["liveBirth"] is True and "deliveryDate" in listed[0]["recordStatus"]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({}, {"status": "TERMINATED", "terminationDate": "2026-11-19T23:00:00.000000Z"}),
        (
            {"terminationDate": "2026-11-20T08:00:00Z"},
            {"status": "TERMINATED", "terminationDate": "2026-11-20T08:00:00.000000Z"},
        ),
        (
            {"deliveryDate": "2026-11-18T04:12:00+01:00", "liveBirth": True, "terminationDate": "2026-11-19"},
            {
                "status": "TERMINATED",
                "terminationDate": "2026-11-18T23:00:00.000000Z",
                "deliveryDate": "2026-11-18T03:12:00.000000Z",
                "liveBirth": True,
            },
        ),
    ],
)
def test_a_record_is_ended(door: Door, told: dict[str, Any], kept: dict[str, Any]):
    body = {"recordStatus": {"status": "TERMINATED", **told}, "metadata": {"version": 1}}
    answer = door("POST", door.at("updateStatus", who=UNDER_WAY), body, patient=UNDER_WAY)
    assert answer.status == 200, answer.json
    assert answer.json["metadata"]["recordStatus"] == kept and answer.json["metadata"]["version"] == 2
    read = door.record(UNDER_WAY)["metadata"]
    assert read["recordStatus"] == kept and read["version"] == 2
    assert door("GET", "/status", patient=UNDER_WAY).json["hasActiveMaternityRecord"] is False
    assert door("POST", door.at("updateStatus", who=UNDER_WAY), body, patient=UNDER_WAY).code == "DHG-0015"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "status"),
        ({"status": "ACTIVE"}, "status"),
        ({"recordStatus": {"status": "FINISHED"}}, "recordStatus.status"),
        ({"recordStatus": "TERMINATED"}, "recordStatus"),
        ({"status": "TERMINATED", "deliveryDate": "yesterday"}, "deliveryDate"),
        ({"status": "TERMINATED", "liveBirth": "yes", "deliveryDate": "2026-11-18"}, "liveBirth"),
        ({"status": "TERMINATED", "liveBirth": True}, "deliveryDate"),
        ({"status": "TERMINATED", "reason": "x"}, "$"),
        ({"status": "TERMINATED", "terminationDate": "2020-01-01"}, "recordStatus.terminationDate"),
    ],
)
def test_an_end_that_can_not_be(door: Door, body: dict[str, Any], path: str):
    before = door.everything()
    told = door("POST", door.at("updateStatus"), {**body, "metadata": {"version": 1}})
    assert told.code == "DHG-0012" and path in {where for where, _ in told.rules} and door.everything() == before


def test_the_history_of_a_record_has_every_change(door: Door):
    door("POST", door.at("symphysisFundalHeights"), SFH)
    item = door("POST", door.at("symphysisFundalHeights"), SFH).json["metadata"]["id"]
    door("PUT", door.at("symphysisFundalHeights", item), {**SFH, "measurement": 25, "metadata": {"version": 1}})
    door("DELETE", door.at("symphysisFundalHeights", item))
    told = door("GET", f"/history/{door.records[VILDE]}").json
    assert told["recordId"] == door.records[VILDE]
    assert [(h["version"], h["event"]) for h in told["history"] if h["id"] == item] == [(1, "CREATED"), (2, "UPDATED"), (3, "DELETED")]
    assert {h["resourceType"] for h in told["history"]} >= {"record", "mother", "symphysisFundalHeights"}
    assert door.pids[VILDE] not in json.dumps(told)


# ------------------------------------------------------------ at the same time


def test_of_fifty_who_create_a_record_one_does(either: Door):
    number = consenting(either, NUMBERS[2])

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(either.call("POST", "/record", {}, patient=number) for _ in range(50)))

    answers = asyncio.run(all_of_them())
    assert sorted(a.status for a in answers) == [201] + [409] * 49
    assert {a.code for a in answers if a.status == 409} == {"DHG-0009"}
    assert len(either("GET", "/history", patient=number).json["history"]) == 1


def test_of_sixteen_who_create_a_resource_one_does(either: Door):
    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(either.call("POST", either.at("geneticDisorders"), {"noneKnown": True}) for _ in range(16)))

    answers = asyncio.run(all_of_them())
    assert sorted(a.status for a in answers) == [201] + [409] * 15
    assert {a.code for a in answers if a.status == 409} == {"DHG-0009"}


def test_sixteen_writers_of_one_part_leave_every_write_in_the_history(either: Door):
    async def writer(number: int) -> list[int]:
        made, version = [], 1
        for _ in range(12):
            body = {"drugAllergy": bool(number % 2), "note": f"writer {number}", "metadata": {"version": version}}
            told = await either.call("PUT", either.at("medication"), body)
            if told.status == 200:
                made.append(told.json["metadata"]["version"])
                version = made[-1]
            else:
                assert told.code == "DHG-0008", told.json
                read = await either.call("GET", either.at())
                version = read.json["medication"]["metadata"]["version"]
        return made

    async def all_of_them() -> list[list[int]]:
        return await asyncio.gather(*(writer(n) for n in range(16)))

    acknowledged = sorted(version for made in asyncio.run(all_of_them()) for version in made)
    history = either("GET", f"/history/{either.records[VILDE]}").json["history"]
    versions = [h["version"] for h in history if h["resourceType"] == "medication"]
    assert versions == list(range(1, len(versions) + 1))
    assert acknowledged == versions[1:] and len(acknowledged) >= 12


def test_writers_of_different_parts_do_not_keep_each_other_from_writing(either: Door):
    bodies = {"medication": {"drugAllergy": True}, "medicalConditions": {"diabetes": False}, "mother": {"name": "Vilde Ny"}}

    async def all_of_them() -> list[Any]:
        calls = [either.call("PUT", either.at(part), {**body, "metadata": {"version": 1}}) for part, body in bodies.items()]
        visits = [
            either.call(
                "POST",
                either.at("antenatalAppointments"),
                {"appointmentDate": f"2026-11-{n:02}", "fetusesVitalSigns": [{"fosterId": 1, "fetalHeartRate": 140}]},
            )
            for n in range(10, 16)
        ]
        return await asyncio.gather(*calls, *visits)

    answers = asyncio.run(all_of_them())
    assert [a.status for a in answers] == [200] * 3 + [201] * 6, [a.json for a in answers]
    signs = [a["fetusesVitalSigns"] for a in either.record()["antenatalAppointments"] if "fetusesVitalSigns" in a]
    assert len([s for s in signs if s[0]["fosterId"] == 1]) >= 6


def test_a_record_that_was_ended_meanwhile_takes_no_more(either: Door):
    async def both() -> list[Any]:
        end = either.call("POST", either.at("updateStatus"), {"status": "TERMINATED", "metadata": {"version": 1}})
        writes = [either.call("POST", either.at("symphysisFundalHeights"), SFH) for _ in range(8)]
        return await asyncio.gather(end, *writes)

    ended, *writes = asyncio.run(both())
    assert ended.status == 200
    assert {w.code for w in writes} <= {None, "DHG-0015"}
    there = either.record().get("symphysisFundalHeights", [])
    assert len(there) == sum(w.status == 201 for w in writes)
