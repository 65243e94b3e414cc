"""An attest that is remembered as judged is judged as if it came the first time: by the clock, the patient and the role of each call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hit_maternity.access.attesting import Attesting
from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.access.helseid.attest.rules import OF_EACH_CALL, OF_EVERY_CALL, RULES, AttestConfig, judge
from hit_maternity.access.helseid.attest.tables import Verdict
from hit_maternity.access.helseid.challenge import Challenge
from hit_maternity.access.principal import Kind, Organisation, Person, Principal, Role
from hit_maternity.fhir.outcome import FhirError

Change = Callable[[Any, str, Any], Any]


@dataclass
class Hands:
    """A clock whose hands are moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def outcome(attesting: Attesting, principal: Principal) -> tuple[list[str], frozenset[str]]:
    try:
        return [], attesting.admitted(principal).flags
    except FhirError as refusal:
        return [issue.rule for issue in refusal.issues], frozenset()


CALLS: dict[str, dict[str, Any]] = {
    "the same": {},
    "another role": {"role": Role("urn:oid:2.16.578.1.12.4.1.1.9060", "SP")},
    "another person": {"person": Person("01899012345", "NOEN ANNEN", "999000999", "4")},
    "a lower level": {"person": Person("12847199995", "RASK TESTVARG", "565000001", "3")},
    "another place": {"organisation": Organisation("310100006", "310200018")},
    "a system": {"kind": Kind.SYSTEM, "person": None},
    "a patient": {"patient": "01899012345"},
}


@pytest.mark.parametrize("verdict", [None, Verdict.FLAG, Verdict.OFF])
@pytest.mark.parametrize("member", [None, "toa", "patients", "practitioner.hpr_nr", "care_relationship.decision_ref.id", ""])
def test_every_call_is_judged_as_it_would_be_alone(
    principal: Principal, claim: dict[str, Any], change: Change, now: datetime, member: str | None, verdict: Verdict | None
):
    config = AttestConfig(verdicts={rule: verdict for rule in ("att-1-form", "att-58-toa", "att-47-decision-ref")} if verdict else {})
    timed = {**claim, "toa": int(now.timestamp())}
    told: Any = {**timed, "toa": "late"} if member == "toa" else [] if member == "" else timed
    if member == "care_relationship.decision_ref.id":
        told = change(timed, member, "of 01899012345")
    elif member in ("patients", "practitioner.hpr_nr"):
        told = change(timed, member, [{}] if member == "patients" else None)
    base = replace(principal, attest=parse(told), token_id="T1")
    clock = Hands(now)
    attesting = Attesting(config, Any, Any, Challenge("DPoP", ("ES256",), ("s",)), clock)  # type: ignore[arg-type]  # neither is asked
    seen = set()
    for minutes in (0, 59, 61, -1, 0):
        clock.moment = now + timedelta(minutes=minutes)
        for changes in CALLS.values():
            caller = replace(base, **changes)
            expected = judge(caller.attest, caller, config, clock.moment)
            found = outcome(attesting, caller)
            assert found[0] == [issue.rule for issue in expected.faults]
            assert found[1] == (frozenset() if expected.faults else expected.flags | caller.flags)
            seen.add((tuple(found[0]), found[1]))
    assert len(seen) > 1 or member == ""


def test_the_rules_are_divided_and_none_is_left_out():
    assert sorted(r.__name__ for r in (*OF_EACH_CALL, *OF_EVERY_CALL)) == sorted(r.__name__ for r in RULES)
