"""Patient/$everything and EpisodeOfCare/$everything over ``handle``."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(slots=True)
class Record:
    """Two women's records; ``hers`` is what belongs to the first."""

    patient: str
    episode: str
    encounter: str
    hers: set[str]
    practitioner: str
    other: str


def reference(to: str):
    return {"reference": to}


@pytest.fixture
def record(api) -> Record:
    def make(kind: str, **content) -> str:
        return f"{kind}/{api.create({'resourceType': kind, **content})}"

    def observation(subject: str, encounter: str | None, day: str) -> str:
        more = {"encounter": reference(encounter)} if encounter else {}
        return make(
            "Observation",
            status="final",
            code={"text": "w"},
            subject=reference(subject),
            effectiveDateTime=day,
            performer=[reference(who)],
            **more,
        )

    who = make("Practitioner", active=True)
    patient, other = make("Patient", active=True), make("Patient", active=True)
    condition = make("Condition", subject=reference(patient), code={"text": "pregnant"})
    episode = make(
        "EpisodeOfCare",
        status="active",
        patient=reference(patient),
        diagnosis=[{"condition": reference(condition)}],
        period={"start": "2026-01-01"},
    )
    encounters = [
        make(
            "Encounter",
            status="finished",
            **{"class": {"code": "AMB"}},
            subject=reference(patient),
            episodeOfCare=[reference(episode)],
            period={"start": d, "end": d},
        )
        for d in ("2026-01-10", "2026-02-10")
    ]
    weights = [observation(patient, e, d) for e, d in zip(encounters, ("2026-01-10", "2026-02-10"), strict=True)]
    outside = observation(patient, None, "2020-05-05")
    observation(other, None, "2026-01-10")
    hers = {patient, condition, episode, outside, *encounters, *weights}
    return Record(patient, episode, encounters[0], hers, who, other)


def walk(api, url: str) -> list[list[str]]:
    """The matches of each page."""
    pages = []
    while url:
        answer = api("GET", url)
        assert answer.status == 200, answer.json
        pages.append([f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in answer.entries if e["search"]["mode"] == "match"])
        url = answer.link("next")
    return pages


def test_a_patients_record_is_hers_alone_with_what_supports_it(api, record):
    answer = api("GET", f"{record.patient}/$everything")
    assert (answer.status, answer.interaction, answer.json["type"]) == (200, "$everything", "searchset")
    modes = {f"{e['resource']['resourceType']}/{e['resource']['id']}": e["search"]["mode"] for e in answer.entries}
    assert {i for i, mode in modes.items() if mode == "match"} == record.hers
    assert {i for i, mode in modes.items() if mode == "include"} == {record.practitioner}
    assert answer.found[0] == record.patient


@pytest.mark.parametrize("count", [1, 2, 3, 100])
def test_pages_lead_through_the_record_once(api, record, count):
    pages = walk(api, f"{record.patient}/$everything?_count={count}")
    found = [i for page in pages for i in page]
    assert sorted(found) == sorted(record.hers)
    assert found[0] == record.patient


def test_type_since_and_care_dates_narrow_the_record(api, record):
    found = {i.split("/")[0] for i in walk(api, f"{record.patient}/$everything?_type=Observation,Encounter")[0]}
    assert found == {"Observation", "Encounter"}
    by_care = {i for page in walk(api, f"{record.patient}/$everything?start=2026-02&end=2026-02&_count=2") for i in page}
    assert sum(i.startswith("Observation") for i in by_care) == 1 and sum(i.startswith("Encounter") for i in by_care) == 1
    assert record.patient in by_care, "what has no date of care stays"
    later = api("PUT", record.encounter, {**api("GET", record.encounter).json, "priority": {"text": "routine"}}).json["meta"]["lastUpdated"]
    assert walk(api, f"{record.patient}/$everything?_since={later}") == [[record.encounter]]


def test_a_post_with_parameters_is_the_same(api, record):
    body = {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueCode": "Encounter"}]}
    assert len(api("POST", f"{record.patient}/$everything", body).found) == 2


def test_an_episodes_part_is_what_hangs_on_it(api, record):
    answer = api("GET", f"{record.episode}/$everything")
    found = [f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in answer.entries if e["search"]["mode"] == "match"]
    outside = {i for i in record.hers if i.startswith("Observation")} - set(found)
    assert len(outside) == 1 and set(found) == record.hers - outside
    assert found[:2] == [record.episode, record.patient]
    assert answer.json["total"] == len(found)
    assert record.practitioner in answer.found


def test_pages_lead_through_an_episode_once(api, record):
    whole = walk(api, f"{record.episode}/$everything")[0]
    assert [i for page in walk(api, f"{record.episode}/$everything?_count=2") for i in page] == whole


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("_count=0", "value-count"),
        ("_count=x", "value-count"),
        ("start=soon", "value-start"),
        ("_since=x", "value-since"),
        ("_type=Fish", "value-type"),
        ("colour=red", "operation-parameter-unknown"),
    ],
)
def test_wrong_parameters_are_refused(api, record, query, rule):
    for what in (record.patient, record.episode):
        answer = api("GET", f"{what}/$everything?{query}")
        assert (answer.status, answer.rules) == (400, [rule])


def test_a_wrong_cursor_is_refused(api, record):
    for what in (record.patient, record.episode):
        assert api("GET", f"{what}/$everything?_cursor=nonsense").rules == ["cursor-invalid"]


def test_what_is_not_there_is_not_found(api, record):
    assert api("GET", "Patient/nobody/$everything").rules == ["resource-unknown"]
    assert api("GET", "EpisodeOfCare/nobody/$everything").rules == ["resource-unknown"]
    api("DELETE", record.patient)
    assert api("GET", f"{record.patient}/$everything").status == 410


def test_other_types_have_no_everything(api):
    assert api("GET", "Observation/1/$everything").rules == ["operation-not-here"]
