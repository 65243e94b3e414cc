"""EpisodeOfCare/$gestational-age: days, weeks and days, and the due date it was reckoned by with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

RULES = "EpisodeOfCare/{}-pregnancy/$gestational-age{}"


@pytest.mark.parametrize(
    ("name", "day", "days", "weeks", "reason", "method"),
    [
        ("normal", "2026-08-11", 283, "40+3", "ultrasound-routine", "ultrasound"),  # the due date itself
        ("normal", "2025-11-01", 0, "0+0", "ultrasound-routine", "ultrasound"),
        ("ivf", "2026-06-06", 276, "39+3", "assisted-conception", "embryo-transfer"),
        ("transferred-term", "2026-05-13", 283, "40+3", "corrected", "corrected"),
        ("new-record", "2026-11-20", 67, "9+4", "lmp", "lmp"),
    ],
)
def test_the_age_is_counted_from_283_days_before_the_due_date(
    filled: Any, faults: Callable[[Any], list[str]], name: str, day: str, days: int, weeks: str, reason: str, method: str
) -> None:
    told = filled("GET", RULES.format(name, f"?date={day}"))
    assert told.status == 200, told.json
    age = told.json
    assert (age["valueQuantity"]["value"], age["note"][0]["text"], age["effectiveDateTime"]) == (days, weeks, day)
    assert [c["valueQuantity"]["value"] for c in age["component"]] == [days // 7, days % 7]
    (term,) = age["contained"]
    valid, why = term["extension"][0]["extension"]
    assert (valid["valueBoolean"], why["valueCodeableConcept"]["coding"][0]["code"]) == (True, reason)
    assert term["method"]["coding"][0]["code"] == method
    # the validator asks a contained resource for a narrative, which FHIR doesn't want there
    assert [f for f in faults(age) if "dom-6" not in f] == []


def test_without_a_date_it_is_today_in_norway(filled: Any) -> None:
    told = filled("GET", RULES.format("under-way", ""), on=date(2026, 11, 22))
    assert (told.json["effectiveDateTime"], told.json["valueQuantity"]["value"]) == ("2026-11-22", 214)


def test_it_can_be_asked_with_parameters(filled: Any) -> None:
    body = {"resourceType": "Parameters", "parameter": [{"name": "date", "valueDate": "2026-08-11"}]}
    assert filled("POST", RULES.format("normal", ""), body).json["valueQuantity"]["value"] == 283


@pytest.mark.parametrize(
    ("name", "query", "status", "rule"),
    [
        ("normal", "?date=2025-10-31", 422, "gestational-age-range"),
        ("under-way", "?date=2027-03-01", 422, "gestational-age-range"),
        ("normal", "?date=2026-08-14", 422, "pregnancy-over"),
        ("loss", "?date=2026-09-24", 422, "pregnancy-over"),
        ("normal", "?date=2026-08", 400, "value-date"),
        ("normal", "?date=20260811", 400, "value-date"),
        ("normal", "?date=2026-W33-2", 400, "value-date"),
        ("normal", "?day=2026-08-11", 400, "operation-parameter-unknown"),
        ("nobody", "", 404, "resource-unknown"),
    ],
)
def test_a_day_that_has_no_age_is_refused(filled: Any, name: str, query: str, status: int, rule: str) -> None:
    told = filled("GET", RULES.format(name, query))
    assert (told.status, [r for r, _ in told.issues]) == (status, [rule])
    assert "2026-09" not in told.json["issue"][0]["details"]["text"]


def test_a_record_without_any_dating_says_what_to_register(desk: Any) -> None:
    desk.put(
        {"resourceType": "Patient", "id": "p"},
        {"resourceType": "EpisodeOfCare", "id": "e-pregnancy", "status": "active", "patient": {"reference": "Patient/p"}},
    )
    told = desk("GET", RULES.format("e", ""))
    assert (told.status, told.issues) == (422, [("gestational-age-undated", None)])
