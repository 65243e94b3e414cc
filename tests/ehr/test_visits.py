"""What a clinician says, as bodies."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hit_maternity.ehr.numbers import initials_of, is_synthetic
from hit_maternity.ehr.visits import Faults, Found, births, member


def test_a_whole_visit() -> None:
    found = Found("2026-04-20", "24+2", "72,40", "118/76", "neg", "0", ("148", "2:150"), ("2:X",), True, "23", False, "80", "well")
    assert found.appointment() == {
        "appointmentDate": "2026-04-20",
        "pregnancyWeek": 24,
        "daysAfterFullPregnancyWeek": 2,
        "motherWeight": Decimal("72.40"),
        "bloodPressure": "118/76",
        "proteinInUrineTestResult": "Neg",
        "edema": 0,
        "fetusesVitalSigns": [
            {"fosterId": 1, "fetalHeartRate": 148, "motherFeelsBabyMovements": True},
            {"fosterId": 2, "fetalHeartRate": 150, "fetalPresentationLie": {"code": "X", "codeSystem": "VOLVEN_8534"}},
        ],
        "medication": False,
        "employmentRate": 80,
        "note": "well",
    }
    assert found.fundal_heights() == {"pregnancyWeek": 24, "measurement": 23, "measurementDate": "2026-04-20"}


def test_what_was_not_said_is_not_there() -> None:
    assert Found("2026-04-20").appointment() == {"appointmentDate": "2026-04-20"} and Found("2026-04-20").fundal_heights() is None


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Faults) as told:
        Found("20.4.", "9+9", "x", "76", "?", "4", ("fast",), (), None, "high", None, "101").appointment()
    assert len(told.value.words) == 9


def test_births() -> None:
    body = births(["1:alive:2026-08-13T04:12:00+02:00", "2:dead"])
    assert [(it["fosterId"], it["status"]["display"], it.get("datetime")) for it in body["birthStatus"]] == [
        (1, "Livebirth", "2026-08-13T04:12:00+02:00"),
        (2, "Stillbirth", None),
    ]
    for wrong in ("alive?", "1:alive:2026-08-13T04:12", "1:alive:soon"):
        with pytest.raises(Faults):
            births([wrong])
    with pytest.raises(Faults):
        births(["1:alive", "1:dead"])


def test_a_member_is_json_or_text_or_taken_away() -> None:
    assert [member(it) for it in ("a=1.10", "a=false", "a=Oslo", "a=", "a=x=y")] == [
        ("a", Decimal("1.10")),
        ("a", False),
        ("a", "Oslo"),
        ("a", None),
        ("a", "x=y"),
    ]
    with pytest.raises(Faults):
        member("a")


def test_only_synthetic_national_ids_and_initials_alone() -> None:
    assert is_synthetic("01815000117") and not is_synthetic("01815000118") and not is_synthetic("01015000117") and not is_synthetic("x")
    assert [initials_of(it) for it in ("Kari Nord-Mann", "IN", "under way", "")] == ["KNM", "IN", "UW", ""]
