"""EpisodeOfCare/$helsekort: everything of one pregnancy, in the card's order, with what is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hit_maternity.maternity.card import main_sections, section_of
from hit_maternity.testbed.people import pregnancies

BASE = "http://fhir.test/fhir"
NAMES = [p.name for p in pregnancies()]
Resource = dict[str, Any]


def helsekort(desk: Any, name: str, on: date | None = None) -> Any:
    told = desk("GET", f"EpisodeOfCare/{name}-pregnancy/$helsekort", on=on)
    assert told.status == 200, told.json
    return told


@pytest.mark.parametrize("name", NAMES)
def test_the_card_holds_everything_of_its_pregnancy_and_nothing_else(filled: Any, name: str) -> None:
    pregnancy = next(p for p in pregnancies() if p.name == name)
    told = helsekort(filled, name)
    stored = [f"{r['resourceType']}/{r['id']}" for r in told.resources if r not in told.computed]
    assert sorted(stored) == sorted(f"{r['resourceType']}/{r['id']}" for r in pregnancy.resources())


def test_resources_stand_in_it_byte_for_byte_as_they_are_stored(filled: Any) -> None:
    told = helsekort(filled, "twins")
    for resource in told.resources[:2] + [r for r in told.resources if r["resourceType"] == "Observation" and "id" in r]:
        assert filled("GET", f"{resource['resourceType']}/{resource['id']}").body in told.body


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("on", [date(2026, 2, 1), date(2026, 7, 1), date(2026, 12, 1)])
def test_it_validates_with_no_error_and_no_warning(filled: Any, faults: Callable[[Resource], list[str]], name: str, on: date) -> None:
    told = helsekort(filled, name, on)
    assert told.json["type"] == "collection"
    assert [f for made in told.computed for f in faults(made)] == []
    if on == date(2026, 7, 1):
        assert faults(told.json) == []


def test_the_record_and_the_woman_come_first_then_what_is_computed_then_the_ten_sections_in_order(filled: Any) -> None:
    told = helsekort(filled, "under-way")
    assert [r["resourceType"] for r in told.resources[:2]] == ["EpisodeOfCare", "Patient"]
    lists = [r for r in told.resources if r["resourceType"] == "List"]
    assert [r["code"]["coding"][0]["code"] for r in lists] == [s.code for s in main_sections()]
    where: list[str] = []
    for resource in told.resources:
        section = section_of(resource)
        if resource["resourceType"] == "List":
            where.append(resource["code"]["coding"][0]["code"])
        elif resource not in told.computed and section is not None and resource not in told.resources[:2]:
            assert section.main == where[-1]
    assert told.resources[-1]["resourceType"] == "Provenance"


def test_each_list_names_what_stands_in_its_section_and_every_resource_once(filled: Any) -> None:
    told = helsekort(filled, "normal")
    urls = {e["fullUrl"]: e["resource"] for e in told.json["entry"]}
    assert len(urls) == len(told.json["entry"])
    named = Counter(i["item"]["reference"] for r in told.computed if r["resourceType"] == "List" for i in r.get("entry", ()))
    expected = {url for url, r in urls.items() if r not in told.computed and r["resourceType"] != "Provenance"}
    assert named == Counter(expected)


def test_an_empty_section_says_so(filled: Any) -> None:
    empty = [r for r in helsekort(filled, "new-record").computed if r["resourceType"] == "List" and "entry" not in r]
    assert "fundal-height" in [r["code"]["coding"][0]["code"] for r in empty]
    assert all(r["emptyReason"]["coding"][0]["code"] == "notstarted" for r in empty)


def test_the_gestational_age_today_is_told_while_she_is_pregnant(filled: Any) -> None:
    def ages(name: str, on: date) -> list[int]:
        made = helsekort(filled, name, on).computed
        return [r["valueQuantity"]["value"] for r in made if r["resourceType"] == "Observation" and "valueQuantity" in r]

    assert ages("under-way", date(2026, 11, 22)) == [214]  # due on 30 January 2027, day 283
    assert ages("normal", date(2026, 8, 12)) == [284]
    assert ages("normal", date(2026, 8, 13)) == []  # born
    assert ages("under-way", date(2028, 1, 1)) == []  # beyond 44+0


def test_what_deserves_attention_is_told_in_three_languages_with_what_it_rests_on(filled: Any) -> None:
    issues = [r for r in helsekort(filled, "gestational-diabetes").computed if r["resourceType"] == "DetectedIssue"]
    found = {r["code"]["coding"][0]["code"]: r for r in issues}
    issue = found["gestational-diabetes"]
    assert issue["severity"] in ("moderate", "high")
    assert issue["detail"] == issue["code"]["text"]
    languages = [e["extension"][0]["valueCode"] for e in issue["_detail"]["extension"]]
    assert languages == ["nn", "en"]
    assert issue["reference"].startswith("https://")
    (evidence,) = issue["evidence"][0]["detail"]
    source = filled("GET", evidence["reference"].removeprefix(f"{BASE}/")).json
    assert source["code"]["coding"][0]["code"] == "113076002"


def test_the_programme_tells_what_is_done_by_which_visit_what_is_due_and_what_is_coming(filled: Any) -> None:
    (plan,) = (r for r in helsekort(filled, "under-way", date(2026, 11, 22)).computed if r["resourceType"] == "CarePlan")
    standing = {a["detail"]["code"]["coding"][0]["code"]: a["detail"]["statusReason"]["coding"][0]["code"] for a in plan["activity"]}
    assert standing["first"] == standing["routine-ultrasound"] == standing["haemoglobin-first"] == "done"
    assert standing["postnatal"] == standing["week-36"] == "coming"
    done = next(a for a in plan["activity"] if a["detail"]["code"]["coding"][0]["code"] == "first")
    assert done["outcomeReference"][0]["reference"].startswith(f"{BASE}/Encounter/under-way-")
    assert done["detail"]["status"] == "completed"


def test_a_due_date_that_nobody_has_written_is_reckoned_and_marked_as_computed(desk: Any) -> None:
    story = next(p for p in pregnancies() if p.name == "new-record")
    resources = [r for r in story.resources() if not r["id"].startswith("new-record-due") and r["resourceType"] != "Provenance"]
    resources = [{**r, "derivedFrom": None} if "derivedFrom" in r else r for r in resources]
    desk.put(*({k: v for k, v in r.items() if v is not None} for r in sorted(resources, key=lambda r: r["resourceType"] != "Patient")))
    due = [r for r in helsekort(desk, "new-record").computed if "valueDateTime" in r]
    assert [r["valueDateTime"] for r in due] == ["2027-06-24"]
    assert due[0]["extension"][0]["extension"][0] == {"url": "valid", "valueBoolean": True}


@pytest.mark.parametrize(
    ("url", "status", "rule"),
    [
        ("EpisodeOfCare/nobody/$helsekort", 404, "resource-unknown"),
        ("EpisodeOfCare/normal-pregnancy/$helsekort?section=visits", 400, "operation-parameter-unknown"),
    ],
)
def test_what_cannot_be_answered_is_refused(filled: Any, url: str, status: int, rule: str) -> None:
    told = filled("GET", url)
    assert (told.status, [r for r, _ in told.issues]) == (status, [rule])


def test_a_deleted_record_is_gone(desk: Any) -> None:
    desk.put({"resourceType": "Patient", "id": "p"}, episode("e", "p"))
    assert desk("DELETE", "EpisodeOfCare/e").status == 204
    assert desk("GET", "EpisodeOfCare/e/$helsekort").status == 410


def test_a_record_whose_woman_is_not_there_has_no_card(desk: Any) -> None:
    desk.put(episode("e", "nobody"))
    told = desk("GET", "EpisodeOfCare/e/$helsekort")
    assert (told.status, told.issues) == (422, [("card-without-woman", "EpisodeOfCare.patient")])


def episode(id: str, patient: str, **more: Any) -> Resource:
    return {"resourceType": "EpisodeOfCare", "id": id, "status": "active", "patient": {"reference": f"Patient/{patient}"}, **more}


def test_a_record_with_nothing_in_it_has_an_empty_card(desk: Any, faults: Callable[[Resource], list[str]]) -> None:
    desk.put({"resourceType": "Patient", "id": "p"}, episode("e", "p"))
    told = desk("GET", "EpisodeOfCare/e/$helsekort")
    assert told.status == 200
    assert [r["resourceType"] for r in told.resources if r not in told.computed] == ["EpisodeOfCare", "Patient"]
    assert [f for made in told.computed for f in faults(made)] == []
