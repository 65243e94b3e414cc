"""Two pregnancies of one woman in one record: what is on which card."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.search import Search

Resource = dict[str, Any]
PROFILE = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"
RECORD = "https://hit-maternity.example/fhir/NamingSystem/record-id"
FETUS = "https://hit-maternity.example/fhir/NamingSystem/fetus"
WOMAN = {"reference": "Patient/w"}


def episode(id: str, start: str, end: str | None = None, **more: Any) -> Resource:
    period = {"start": start, **({"end": end} if end else {})}
    return {"resourceType": "EpisodeOfCare", "id": id, "status": "finished" if end else "active", "patient": WOMAN, "period": period,
            "identifier": [{"system": RECORD, "value": f"record-{id}"}], **more}  # fmt: skip


def visit(id: str, of: str | None, day: str) -> Resource:
    owner = {"episodeOfCare": [{"reference": f"EpisodeOfCare/{of}"}]} if of else {}
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": WOMAN,
        "period": {"start": day},
        **owner,
    }


def fact(id: str, day: str | None = None, code: str = "44966-0", **more: Any) -> Resource:
    when = {"effectiveDateTime": day} if day else {}
    return {"resourceType": "Observation", "id": id, "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "subject": WOMAN, **when, **more}  # fmt: skip


def fetus(id: str, record: str) -> Resource:
    of = {"url": "https://hit-maternity.example/fhir/StructureDefinition/fetus-of", "valueReference": WOMAN}
    return {"resourceType": "Patient", "id": id, "extension": [of], "identifier": [{"system": FETUS, "value": f"{record}:1"}]}


def on(target: str) -> Resource:
    return {"encounter": {"reference": f"Encounter/{target}"}}


def hers(type: str, id: str, **more: Any) -> Resource:
    """A resource other than an Observation, with the woman as patient or subject."""
    whose = "subject" if type in ("Condition",) else "patient"
    return {"resourceType": type, "id": id, whose: WOMAN, **more}


def named(code: str) -> Resource:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{code.partition('#')[0]}", "code": code.partition("#")[2]}]}


OLD, NEW = "old", "new"
BOTH = {OLD, NEW}
TEXT = {"text": "x"}
TO_NEW = {"url": "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare", "valueReference": {"reference": "EpisodeOfCare/new"}}
LINK = {"other": {"reference": "Patient/f-old"}, "type": "replaces"}
PROBLEM = [named("condition-category#problem-list-item")]
CONSENT = {"status": "active", "scope": TEXT, "category": [TEXT], "policyRule": TEXT, "dateTime": "2022-06-01"}

#: Each resource of the woman's record and the cards it is to be on.
RECORD_OF_HERS: list[tuple[Resource, set[str]]] = [
    (visit("v-old", OLD, "2022-03-01"), {OLD}),
    (visit("v-new", NEW, "2026-03-01"), {NEW}),
    (visit("cold", None, "2026-03-05"), set()),
    (fetus("f-old", "record-old"), {OLD}),
    (fetus("f-new", "record-new"), {NEW}),
    ({"resourceType": "Patient", "id": "child", "gender": "female", "link": [LINK]}, {OLD}),
    (fact("by-visit-old", "2022-03-01", **on("v-old")), {OLD}),
    (fact("by-visit-new", "2022-03-01", **on("v-new")), {NEW}),
    (fact("of-the-cold", "2026-03-05", **on("cold")), set()),
    (fact("by-extension", "2022-05-05", extension=[TO_NEW]), {NEW}),
    (fact("by-fetus", "2026-05-05", code="55283-6", focus=[{"reference": "Patient/f-old"}]), {OLD}),
    (fact("by-day-old", "2022-05-05"), {OLD}),
    (fact("by-day-new", "2026-05-05"), {NEW}),
    (fact("by-day-before-new", "2026-02-01"), {NEW}),
    (fact("long-ago", "2012-01-01"), set()),
    (fact("long-ago-but-hers", "2012-01-01", code="11977-6"), BOTH),
    (fact("without-a-day"), BOTH),
    ({**fact("of-the-child", "2022-09-09", code="8339-4"), "subject": {"reference": "Patient/child"}}, {OLD}),
    (hers("AllergyIntolerance", "a", code=TEXT, clinicalStatus=named("allergyintolerance-clinical#active"), **on("v-old")), BOTH),
    (hers("FamilyMemberHistory", "h", status="completed", relationship=TEXT), BOTH),
    (hers("RelatedPerson", "r"), BOTH),
    (hers("Condition", "asthma", category=PROBLEM, code=TEXT, **on("v-old")), BOTH),
    (hers("Condition", "arisen", code=TEXT, recordedDate="2026-04-01", **on("v-old")), {OLD}),
    (hers("Condition", "named", code=TEXT, recordedDate="2022-04-01"), {NEW}),
    (hers("Consent", "typing-old", meta={"profile": [PROFILE + "Consent-unknown-here"]}, **CONSENT), {OLD}),
    (
        {
            "resourceType": "Provenance",
            "id": "p-old",
            "target": [{"reference": "Observation/by-day-old"}],
            "recorded": "2026-01-01T00:00:00Z",
            "agent": [{"who": {"reference": "PractitionerRole/role"}}],
        },
        {OLD},
    ),
    (
        {
            "resourceType": "PractitionerRole",
            "id": "role",
            "practitioner": {"reference": "Practitioner/one"},
            "organization": {"reference": "Organization/place"},
        },
        {OLD},
    ),
    ({"resourceType": "Practitioner", "id": "one", "name": [{"family": "En"}]}, {OLD}),
    ({"resourceType": "Organization", "id": "place", "name": "Sted"}, {OLD}),
    ({"resourceType": "Patient", "id": "somebody-else"}, set()),
    ({**fact("of-somebody-else", "2026-05-05"), "subject": {"reference": "Patient/somebody-else"}}, set()),
]


@pytest.fixture
def record(desk: Any) -> Any:
    """The desk with the woman's record in it."""
    diagnosis = [{"condition": {"reference": "Condition/named"}}]
    desk.put({"resourceType": "Patient", "id": "w"}, episode(OLD, "2022-02-20", "2022-11-01"))
    desk.put(episode(NEW, "2026-02-20", diagnosis=diagnosis))
    desk.put(*(resource for resource, _ in RECORD_OF_HERS))
    return desk


def on_card(desk: Any, id: str) -> set[str]:
    told = desk("GET", f"EpisodeOfCare/{id}/$helsekort")
    assert told.status == 200, told.json
    return {f"{r['resourceType']}/{r['id']}" for r in told.resources if r not in told.computed}


@pytest.mark.parametrize("card", [OLD, NEW])
def test_each_card_holds_its_own_pregnancy_and_what_is_hers_for_life(record: Any, card: str) -> None:
    expected = {f"{r['resourceType']}/{r['id']}" for r, cards in RECORD_OF_HERS if card in cards}
    assert on_card(record, card) == expected | {f"EpisodeOfCare/{card}", "Patient/w"}


def test_a_woman_with_one_pregnancy_has_nothing_of_another_womans(record: Any) -> None:
    record.put({**episode("other", "2026-02-01"), "patient": {"reference": "Patient/somebody-else"}})
    assert on_card(record, "other") == {"EpisodeOfCare/other", "Patient/somebody-else", "Observation/of-somebody-else"}


def test_the_same_is_found_where_the_cards_own_search_parameters_are_not_loaded(record: Any) -> None:
    plain = Definitions.r4()
    before = on_card(record, OLD)
    record.server = replace(record.server, search=Search(plain, record.server.terminology))
    assert on_card(record, OLD) == before
