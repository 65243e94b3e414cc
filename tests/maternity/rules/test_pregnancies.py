"""The fifteen pregnancies are taken: each as a whole, again, and resource by resource in the order in which it happened."""

from __future__ import annotations

from typing import Any

import pytest

from hit_maternity.testbed.people import Pregnancy, pregnancies

NAMES = [p.name for p in pregnancies()]
#: Hints that the stories earn: the ultrasound moves a due date far from that of the period.
EARNED = {"terms-disagree"}
RULES = {
    "date-in-future",
    "birth-missing",
    "newborn-missing",
    "newborn-not-linked",
    "birth-days-differ",
    "birth-before-22-weeks",
    "gestational-age-disagrees",
    "term-before-basis",
    "basis-outside-pregnancy",
    "rhd-prophylaxis-needless",
    "rhd-typing-needless",
    "rhd-typing-declined",
    "outcomes-beyond-pregnancies",
    "gravida-disagrees",
}


@pytest.fixture(params=NAMES)
def pregnancy(request: pytest.FixtureRequest) -> Pregnancy:
    return next(p for p in pregnancies() if p.name == request.param)


def hints(answer: Any) -> set[str]:
    """The hints of all entries of a transaction's answer."""
    outcomes = [e["response"].get("outcome", {}) for e in answer.json["entry"]]
    return {i["details"]["coding"][0]["code"] for o in outcomes for i in o.get("issue", []) if i["severity"] == "warning"}


def test_a_pregnancy_is_taken_as_one_transaction_and_once_more(sqlite_api: Any, pregnancy: Pregnancy) -> None:
    bundle = pregnancy.bundle()
    first = sqlite_api("POST", "", bundle)
    assert first.status == 200, first.told()
    assert hints(first) & RULES == set()
    again = sqlite_api("POST", "", bundle)
    assert again.status == 200, again.told()


def test_a_pregnancy_is_taken_on_postgresql_too(api: Any) -> None:
    for pregnancy in pregnancies():
        if pregnancy.name in ("normal", "twins", "loss"):
            answer = api("POST", "", pregnancy.bundle())
            assert answer.status == 200, answer.told()


def begun(episode: dict[str, Any]) -> dict[str, Any]:
    """The record as it was when it was begun."""
    period = {"start": episode["period"]["start"]}
    kept = {k: v for k, v in episode.items() if k not in ("extension", "text")}
    return {**kept, "status": "active", "period": period, "statusHistory": [{"status": "active", "period": period}]}


def test_a_pregnancy_is_taken_resource_by_resource_as_it_happened(sqlite_api: Any, pregnancy: Pregnancy) -> None:
    """The record is begun where it stands, and ends when all is written: a record in its final state is closed to what follows."""
    resources = pregnancy.resources()
    record = next(r for r in resources if r["resourceType"] == "EpisodeOfCare")
    for resource in resources:
        answer = sqlite_api.put(begun(record) if resource is record else resource)
        assert answer.status == 201, (resource["id"], answer.told())
        assert set(answer.hints) & RULES == set(), resource["id"]
    ended = sqlite_api.put(record)
    assert ended.status == 200, ended.told()
    assert set(ended.hints) & RULES == set()
