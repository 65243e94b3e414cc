"""The record through its life: its steps, what a closed one takes, its deletion."""

from __future__ import annotations

from typing import Any

import pytest

OURS = "https://hit-maternity.example/fhir"


@pytest.fixture
def there(api: Any, pieces: Any) -> Any:
    """A record under way."""
    assert api.all(*pieces.record()).status == 200
    return api


@pytest.fixture
def closed(there: Any, pieces: Any) -> Any:
    """A record that has ended by a loss, with a fundal height in it."""
    assert there.put(pieces.height()).status == 201
    assert there.put(pieces.ended("loss", "2026-04-01")).status == 200
    return there


def changed(resource: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**resource, **more}


# ------------------------------------------------------------ steps


STEPS = {
    "a record is begun": ("planned", "active", 200, []),
    "a record is ended without having begun": ("planned", "finished", 409, [("step-not-allowed", "EpisodeOfCare.status")]),
    "a prepared record is retracted": ("planned", "entered-in-error", 200, []),
    "a record goes back to being prepared": ("active", "planned", 409, [("step-not-allowed", "EpisodeOfCare.status")]),
    "a record is ended": ("active", "finished", 200, []),
    "a record is broken off": ("active", "cancelled", 200, []),
    "a record is retracted": ("active", "entered-in-error", 200, []),
    "an ended record is opened again": ("finished", "active", 409, [("step-not-allowed", "EpisodeOfCare.status")]),
    "an ended record is prepared again": ("finished", "planned", 409, [("step-not-allowed", "EpisodeOfCare.status")]),
    "an ended record is retracted": ("finished", "entered-in-error", 200, []),
    "an ended record is broken off": ("finished", "cancelled", 409, [("record-closed", "EpisodeOfCare.status")]),
    "a retracted record comes back": ("entered-in-error", "active", 409, [("step-not-allowed", "EpisodeOfCare.status")]),
    "a retracted record is ended": ("entered-in-error", "finished", 409, [("step-not-allowed", "EpisodeOfCare.status")]),
}


def episode(pieces: Any, status: str) -> dict[str, Any]:
    ended = {"reason": "moved", "end": "2026-04-01"} if status in ("finished", "cancelled") else {}
    made: dict[str, Any] = pieces.episode(status, **ended)
    return made


@pytest.mark.parametrize("case", STEPS)
def test_a_record_takes_the_steps_of_the_table_and_no_others(api: Any, pieces: Any, case: str) -> None:
    before, after, status, told = STEPS[case]
    assert api.put(pieces.mother()).status == 201
    assert api.put(episode(pieces, before)).status == 201
    answer = api.put(episode(pieces, after))
    assert (answer.status, answer.told()) == (status, told)
    assert api.version("EpisodeOfCare/episode") == (2 if status == 200 else 1)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ({}, [("end-reason-missing", "EpisodeOfCare.extension"), ("end-day-missing", "EpisodeOfCare.period.end")]),
        ({"reason": "loss"}, [("end-day-missing", "EpisodeOfCare.period.end")]),
        ({"reason": "moved"}, [("end-day-missing", "EpisodeOfCare.period.end")]),
        ({"end": "2026-04-01"}, [("end-reason-missing", "EpisodeOfCare.extension")]),
        ({"end": "2026-04-01", "reason": "error"}, [("end-reason-unknown", "EpisodeOfCare.extension")]),
        ({"end": "2026-04-01", "reason": "bored"}, [("end-reason-unknown", "EpisodeOfCare.extension")]),
    ],
)
@pytest.mark.parametrize("status", ["finished", "cancelled"])
def test_an_end_needs_its_reason_and_its_day(there: Any, pieces: Any, end: Any, told: Any, status: str) -> None:
    answer = there.put(pieces.episode(status, **end))
    assert (answer.status, answer.told()) == (422, told)
    new = there.put(pieces.episode(status, id="new", **end))
    assert (new.status, new.told()) == (422, told)


def test_an_end_before_the_birth_and_a_loss_after_one_are_refused(there: Any, pieces: Any) -> None:
    assert there.put(pieces.born()).status == 201
    early = there.put(pieces.ended("birth", "2026-10-08"))
    assert (early.status, early.told()) == (422, [("end-day-before-birth", "EpisodeOfCare.period.end")])
    loss = there.put(pieces.ended("loss"))
    assert (loss.status, loss.told()) == (422, [("loss-after-birth", "EpisodeOfCare.extension")])


def test_an_end_by_a_birth_that_is_not_written_is_told_and_taken(there: Any, pieces: Any) -> None:
    answer = there.put(pieces.ended("birth"))
    assert answer.status == 200
    assert ("birth-missing", "EpisodeOfCare.extension") in answer.told("warning")


def test_an_end_with_a_child_that_is_linked_to_no_fetus_is_told_and_taken(there: Any, pieces: Any) -> None:
    assert there.put(pieces.born()).status == 201
    answer = there.put(pieces.ended("birth"))
    assert answer.status == 200
    assert "newborn-missing" in answer.hints


def test_an_end_with_a_linked_child_is_taken_without_a_word(there: Any, pieces: Any) -> None:
    assert there.all(pieces.born(), pieces.newborn()).status == 200
    answer = there.put(pieces.ended("birth"))
    assert (answer.status, [h for h in answer.hints if not h.startswith(("inv:", "code-system"))]) == (200, [])


def test_an_ended_record_is_retracted_and_nothing_else_of_it_changed(closed: Any, pieces: Any) -> None:
    other = closed.put(pieces.episode("entered-in-error", identifier=[{"system": f"{OURS}/NamingSystem/record-id", "value": "stolen"}]))
    assert (other.status, other.told()) == (409, [("record-closed", "EpisodeOfCare.status")])
    assert closed.put(changed(pieces.ended("loss", "2026-04-01"), status="entered-in-error")).status == 200


# ------------------------------------------------------------ a closed record


def writes(pieces: Any) -> dict[str, tuple[dict[str, Any], str]]:
    """Everything that may belong to a record, and the place at which a closed one refuses it."""
    woman, visit = {"reference": "Patient/mother"}, {"reference": "Encounter/visit"}
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare",
        "valueReference": {"reference": "EpisodeOfCare/episode"},
    }
    by_extension = changed(pieces.fact("new", {"text": "x"}, visit=None), extension=[extension])
    by_focus = changed(pieces.fact("new", {"text": "x"}, visit=None), focus=[{"reference": "Patient/fetus"}])
    words = {"text": "x"}
    return {
        "a visit": (pieces.visit(id="new"), "Encounter.episodeOfCare"),
        "a fact of a visit": (pieces.fact("new", words), "Observation.encounter"),
        "a fact by extension": (by_extension, "Observation.extension"),
        "a fact of its fetus": (by_focus, "Observation.encounter"),
        "a fetus": (pieces.fetus(1, "new"), "Patient.identifier"),
        "a correction": (pieces.height(33), "Observation.encounter"),
        "a correction of the record": (pieces.ended("moved", "2026-04-01"), "EpisodeOfCare.status"),
        "a fact moved out of it": (pieces.height(visit=None), "Observation.encounter"),
        "a visit moved out of it": (pieces.visit(episode="elsewhere"), "Encounter.episodeOfCare"),
        "a record that is no longer one": (pieces.episode("finished", type=[words], end="2026-04-01"), "EpisodeOfCare.status"),
        "a disease": (
            {"resourceType": "Condition", "id": "new", "code": words, "subject": woman, "encounter": visit},
            "Condition.encounter",
        ),
        "a delivery": (
            {"resourceType": "Procedure", "id": "new", "status": "completed", "subject": woman, "encounter": visit},
            "Procedure.encounter",
        ),
        "a medicine": (pieces.anti_d(), "MedicationAdministration.context"),
        "a medicine without a visit": (
            pieces.anti_d(context={"reference": "EpisodeOfCare/episode"}),
            "MedicationAdministration.context",
        ),
        "a team": ({"resourceType": "CareTeam", "id": "new", "subject": woman, "encounter": visit}, "CareTeam.encounter"),
        "a plan": (
            {"resourceType": "CarePlan", "id": "new", "status": "active", "intent": "plan", "subject": woman, "encounter": visit},
            "CarePlan.encounter",
        ),
    }


@pytest.mark.parametrize(
    "what",
    [
        "a visit",
        "a fact of a visit",
        "a fact by extension",
        "a fact of its fetus",
        "a fetus",
        "a correction",
        "a correction of the record",
        "a fact moved out of it",
        "a visit moved out of it",
        "a record that is no longer one",
        "a disease",
        "a delivery",
        "a medicine",
        "a medicine without a visit",
        "a team",
        "a plan",
    ],
)
def test_a_closed_record_takes_nothing_more(closed: Any, pieces: Any, what: str) -> None:
    resource, place = writes(pieces)[what]
    url = f"{resource['resourceType']}/{resource['id']}"
    before = closed.version(url)
    alone = closed.put(resource)
    assert (alone.status, alone.told()) == (409, [("record-closed", place)])
    together = closed.all(pieces.mother("someone"), resource)
    assert (together.status, together.rules) == (409, ["record-closed"])
    assert closed.version(url) == before
    assert closed.version("Patient/someone") == 0


@pytest.mark.parametrize("url", ["Observation/height", "Encounter/visit", "Patient/fetus"])
def test_nothing_of_a_closed_record_is_deleted(closed: Any, url: str) -> None:
    answer = closed("DELETE", url)
    assert (answer.status, answer.rules) == (409, ["record-closed"])
    assert closed.version(url) > 0


def test_nothing_of_a_closed_record_is_patched(closed: Any) -> None:
    patch = [{"op": "replace", "path": "/valueQuantity/value", "value": 34}]
    answer = closed("PATCH", "Observation/height", patch, content_type="application/json-patch+json")
    assert (answer.status, answer.rules) == (409, ["record-closed"])
    assert closed.version("Observation/height") == 1


def test_closing_and_writing_in_one_transaction_is_judged_by_the_state_before(there: Any, pieces: Any) -> None:
    assert there.all(pieces.ended("loss", "2026-04-01"), pieces.height()).status == 200
    reopened = there.all(pieces.episode(), pieces.height(33))
    assert reopened.status == 409
    assert set(reopened.rules) == {"step-not-allowed", "record-closed"}


def test_the_same_again_is_no_change(closed: Any, pieces: Any) -> None:
    assert closed.put(pieces.height()).status == 200
    assert closed.all(pieces.mother(), pieces.ended("loss", "2026-04-01"), pieces.visit(), pieces.fetus(), pieces.height()).status == 200


def test_labels_of_a_closed_record_may_change(closed: Any, pieces: Any) -> None:
    labelled = changed(pieces.height(), meta={"tag": [{"system": "urn:test", "code": "seen"}]})
    assert closed.put(labelled).status == 200


def test_a_fact_of_a_closed_record_is_marked_as_entered_in_error(closed: Any, pieces: Any) -> None:
    smuggled = closed.put(pieces.height(33, status="entered-in-error"))
    assert (smuggled.status, smuggled.rules) == (409, ["record-closed"])
    noted = closed.put(pieces.height(status="entered-in-error", note=[{"text": "another woman's"}]))
    assert noted.status == 200


def test_a_fact_of_a_retracted_record_stays_as_it_is(there: Any, pieces: Any) -> None:
    assert there.put(pieces.height()).status == 201
    assert there.put(pieces.episode("entered-in-error")).status == 200
    answer = there.put(pieces.height(status="entered-in-error"))
    assert (answer.status, answer.rules) == (409, ["record-closed"])


def test_a_newborn_and_its_mother_live_on_when_the_record_has_ended(there: Any, pieces: Any) -> None:
    assert there.all(pieces.born(), pieces.newborn(), pieces.ended()).status == 200
    assert there.put(pieces.newborn(name=[{"family": "Testesen"}])).status == 200
    assert there.put(pieces.mother(active=True)).status == 200


def test_who_wrote_is_told_of_a_closed_record_too(closed: Any) -> None:
    who = {
        "resourceType": "Provenance",
        "id": "who",
        "target": [{"reference": "Observation/height"}],
        "recorded": "2026-11-01T10:00:00Z",
        "agent": [{"who": {"display": "A midwife"}}],
    }
    assert closed.put(who).status == 201


def test_a_finished_pregnancy_is_brought_in_as_a_whole(api: Any, pieces: Any) -> None:
    whole = [r for r in pieces.record() if r["resourceType"] != "EpisodeOfCare"]
    assert api.all(*whole, pieces.born(), pieces.newborn(), pieces.ended()).status == 200
    answer = api.put(pieces.height())
    assert (answer.status, answer.rules) == (409, ["record-closed"])


def test_a_prepared_record_takes_background_and_booked_visits_only(api: Any, pieces: Any) -> None:
    assert api.all(pieces.mother(), pieces.episode("planned"), pieces.visit(status="planned")).status == 200
    assert api.put(pieces.history("11996-6", 1, "gravida")).status == 201
    held = api.put(pieces.visit(id="held"))
    assert (held.status, held.told()) == (409, [("record-not-active", "Encounter.episodeOfCare")])
    measured = api.put(pieces.height())
    assert (measured.status, measured.told()) == (409, [("record-not-active", "Observation.encounter")])
    assert api.all(pieces.episode(), pieces.visit(), pieces.height()).status == 200


def test_another_episode_of_care_knows_none_of_this(api: Any, pieces: Any) -> None:
    other = {"type": [{"text": "Physiotherapy"}]}
    assert api.put(pieces.mother()).status == 201
    assert api.put(pieces.episode("finished", **other)).status == 201
    assert api.put(pieces.visit(kind="routine")).status == 201
    assert api.put(pieces.episode("active", **other)).status == 200
    assert api("DELETE", "EpisodeOfCare/episode").status in (200, 204)


# ------------------------------------------------------------ deletion


def test_a_record_with_content_is_not_deleted(there: Any) -> None:
    answer = there("DELETE", "EpisodeOfCare/episode")
    assert (answer.status, answer.rules) == (409, ["record-has-content"])
    assert there.version("EpisodeOfCare/episode") == 1


def test_an_empty_record_is_deleted_and_another_may_be_opened(api: Any, pieces: Any) -> None:
    assert api.all(pieces.mother(), pieces.episode()).status == 200
    assert api("DELETE", "EpisodeOfCare/episode").status == 200
    assert api.put(pieces.episode(id="next")).status == 201


def test_a_record_is_deleted_together_with_its_content(there: Any, pieces: Any) -> None:
    urls = ["EpisodeOfCare/episode", "Encounter/visit", "Patient/fetus", "Observation/term", "Observation/count"]
    entries = [{"request": {"method": "DELETE", "url": url}} for url in urls]
    assert there("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": entries}).status == 200
    assert there.version("EpisodeOfCare/episode") == 0
