"""What is told of findings: order, words, sums, exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hit_maternity.fhir.outcome import Issue
from hit_maternity.validation_report import Finding, ValidationReport, language_of, outcome_of

A, B = Path("a.json"), Path("b.json")
WARNING = Issue("value", "odd", "It is odd. Look again.", "Patient.name", "warning")
ERROR = Issue("value", "wrong", "It is wrong. Mend it.", "Patient.active")
FATAL = Issue("structure", "broken", "It can't be read. Send another.", None, "fatal")


def finding(*issues: Issue, path: Path = A, line: int = 0, unread: bool = False) -> Finding:
    places = tuple((n + 7, 3) for n in range(len(issues)))
    return Finding(path, line, "Patient", issues, places, unread)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"), ({"LANG": "C.UTF-8"}, "en"), ({"LANG": "nb_NO.UTF-8"}, "nb"), ({"LANG": "nn_NO"}, "nb"), ({"LANG": "no_NO"}, "nb"),
        ({"LANG": "nb"}, "nb"), ({"LANG": "Norwegian_Norway.1252"}, "nb"), ({"LC_ALL": "en_GB.UTF-8", "LANG": "nb_NO.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "nb_NO.UTF-8", "LANG": "en_US.UTF-8"}, "nb"), ({"LANG": "nds_DE"}, "en"), ({"LANG": "nox"}, "en"),
    ],
)  # fmt: skip
def test_the_language_is_that_of_the_environment(environment: dict[str, str], language: str):
    assert language_of(environment) == language


def test_the_findings_of_a_file_stand_together_the_worst_issue_first():
    report = ValidationReport()
    told = [line.text for found in (finding(WARNING, ERROR), finding(line=2), finding(path=B)) for line in report.lines(found)]
    assert told == [
        "a.json",
        "  Patient: NOT valid (1 error, 1 warning)",
        "    error         8:3  Patient.active  [wrong]",
        "      It is wrong. Mend it.",
        "    warning       7:3  Patient.name  [odd]",
        "      It is odd. Look again.",
        "  line 2: Patient: valid",
        "b.json",
        "  Patient: valid",
    ]


@pytest.mark.parametrize(
    ("language", "summary"),
    [
        ("en", "4 resources in 2 files: 2 valid, 2 not valid; 1 fatal, 2 errors, 2 warnings."),
        ("nb", "4 ressurser i 2 filer: 2 gyldige, 2 ikke gyldige; 1 alvorlig, 2 feil, 2 advarsler."),
    ],
)
def test_the_sums_are_those_of_all_findings(language: str, summary: str):
    report = ValidationReport(language)
    for found in (finding(WARNING, ERROR), finding(WARNING), finding(ERROR, FATAL, path=B), finding(path=B)):
        report.count(found)
    assert report.summary() == summary


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([finding()], 0),
        ([finding(WARNING)], 0),
        ([finding(), finding(ERROR)], 1),
        ([finding(FATAL)], 1),
        ([finding(ERROR), finding(FATAL, unread=True)], 2),
        ([], 2),
    ],
)
def test_the_exit_code_tells_the_worst(findings: list[Finding], code: int):
    report = ValidationReport()
    for found in findings:
        report.count(found)
    assert report.exit_code == code


def test_warnings_can_be_left_out():
    kept = finding(WARNING, ERROR).without_warnings()
    assert (kept.issues, kept.places, kept.valid) == ((ERROR,), ((8, 3),), False)


def test_an_outcome_tells_file_line_and_column():
    outcome = outcome_of(finding(ERROR, line=4))
    assert outcome["extension"][0]["valueString"] == "a.json#4"
    assert [x["valueInteger"] for x in outcome["issue"][0]["extension"]] == [7, 3]
    assert "extension" not in outcome_of(finding())["issue"][0]
