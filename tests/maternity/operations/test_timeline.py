"""EpisodeOfCare/$timeline: what happened, what is booked and what is due, oldest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hit_maternity.testbed.people import pregnancies

NAMES = [p.name for p in pregnancies()]


def timeline(desk: Any, name: str, query: str = "", on: date | None = None) -> list[dict[str, Any]]:
    """Each event as name to value of its parts."""
    told = desk("GET", f"EpisodeOfCare/{name}-pregnancy/$timeline{query}", on=on)
    assert told.status == 200, told.json

    def value(part: dict[str, Any]) -> Any:
        return next(v for k, v in part.items() if k.startswith("value"))

    return [{part["name"]: value(part) for part in event["part"]} for event in told.json.get("parameter", ())]


@pytest.mark.parametrize("name", NAMES)
def test_events_come_oldest_first_and_the_answer_is_valid(filled: Any, faults: Callable[[Any], list[str]], name: str) -> None:
    days = [event["date"] for event in timeline(filled, name)]
    assert days == sorted(days)
    assert faults(filled("GET", f"EpisodeOfCare/{name}-pregnancy/$timeline").json) == []


def test_every_visit_is_told_with_its_gestational_age_and_reference(filled: Any) -> None:
    story = next(p.story for p in pregnancies() if p.name == "twins")
    visits = [e for e in timeline(filled, "twins", on=date(2026, 12, 1)) if e["kind"] == "visit"]
    assert sorted(e["date"] for e in visits) == sorted([*(v.on.isoformat() for v in story.visit), "2026-07-10"])
    first = visits[0]
    assert (first["date"], first["weeks"], first["gestationalAge"]["value"], first["status"]) == ("2025-12-17", "8+1", 57, "done")
    assert first["title"] == "Første konsultasjon"
    assert first["reference"]["reference"] == "http://fhir.test/fhir/Encounter/twins-visit-w08"


def test_the_birth_of_each_child_and_the_end_of_the_record_are_told(filled: Any) -> None:
    told = timeline(filled, "twins", on=date(2026, 12, 1))
    assert [(e["date"], e["title"]) for e in told if e["kind"] == "birth"] == [("2026-07-10", "Levende født")] * 2
    assert [e["title"] for e in told if e["kind"] == "record"] == ["Helsekortet ble opprettet", "Helsekortet ble avsluttet"]
    after = [e for e in told if e["date"] > "2026-07-10"]
    assert after
    assert all("gestationalAge" not in e for e in after)


def test_a_loss_is_told_and_nothing_is_due_after_it(filled: Any) -> None:
    told = timeline(filled, "loss", on=date(2026, 12, 1))
    assert [e["date"] for e in told if e["kind"] == "loss"] == ["2026-09-23"]
    assert {e["status"] for e in told if e["kind"] == "programme"} <= {"missed"}


def test_what_is_overdue_due_and_coming_stands_in_its_place(filled: Any) -> None:
    told = timeline(filled, "under-way", on=date(2026, 12, 20))
    ahead = {e["title"]: e for e in told if e["kind"] == "programme"}
    assert ahead["Konsultasjon i uke 36"]["status"] == "coming"
    assert ahead["Konsultasjon i uke 32"]["status"] in ("overdue", "missed")
    assert ahead["Konsultasjon i uke 36"]["until"] > ahead["Konsultasjon i uke 36"]["date"]
    assert [(e["date"], e["status"]) for e in told if e["title"] == "Termin"] == [("2027-01-30", "coming")]


def test_start_end_and_kind_choose(filled: Any) -> None:
    told = timeline(filled, "normal", "?start=2026-03-01&end=2026-05-31&kind=visit")
    assert told
    assert all("2026-03-01" <= e["date"] <= "2026-05-31" and e["kind"] == "visit" for e in told)
    everything = timeline(filled, "normal", "?kind=visit,birth&kind=record")
    assert {e["kind"] for e in everything} == {"visit", "birth", "record"}
    assert timeline(filled, "normal", "?end=1999-01-01") == []


@pytest.mark.parametrize(
    ("query", "rules"),
    [
        ("start=2026-02-30", ["value-start"]),
        ("start=2026&end=i+morgen", ["value-start", "value-end"]),
        ("kind=fest&end=2026-1-1", ["value-end", "value-kind"]),
        ("from=2026-01-01", ["operation-parameter-unknown"]),
    ],
)
def test_wrong_parameters_are_refused_all_at_once(filled: Any, query: str, rules: list[str]) -> None:
    told = filled("GET", f"EpisodeOfCare/normal-pregnancy/$timeline?{query}")
    assert (told.status, [rule for rule, _ in told.issues]) == (400, rules)
