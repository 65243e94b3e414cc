"""Faults and how they are told: ``Issue``, ``FhirError`` and the OperationOutcome made of them.

Source: FHIR R4 OperationOutcome, https://hl7.org/fhir/R4/operationoutcome.html, and http.html#3.1.0.4 for the statuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Our rule ids as a code system, so that ``issue.details.coding`` can be looked up by a program.
RULES = "https://hit-maternity.example/fhir/CodeSystem/rule"

#: The name under which a message's words stand, in ``issue.details.text``.
FATAL, ERROR, WARNING, INFORMATION = "fatal", "error", "warning", "information"

#: The language of all words that were not asked for in another.
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault. ``code`` is from the required value set issue-type; ``rule`` is our stable id (``element-unknown``,
    ``inv:obs-6``, ``search-parameter-unknown``, ...); ``text`` says what is wrong and how to mend it, and never carries a
    national id or a value of a patient's; ``expression`` is a FHIRPath such as ``Observation.component[1].code``; ``language``
    is that of the words (BCP 47).
    """

    code: str
    rule: str
    text: str
    expression: str | None = None
    severity: str = ERROR
    language: str = ENGLISH

    def as_fhir(self) -> dict[str, Any]:
        """The ``OperationOutcome.issue`` element."""
        issue: dict[str, Any] = {
            "severity": self.severity,
            "code": self.code,
            "details": {"coding": [{"system": RULES, "code": self.rule}], "text": self.text},
            "diagnostics": self.text,
        }
        if self.expression:
            issue["expression"] = [self.expression]
        return issue


@dataclass(slots=True)
class FhirError(Exception):
    """A refusal: the HTTP status, every fault found, and headers that belong to the answer."""

    status: int
    issues: list[Issue]
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status}: " + "; ".join(i.text for i in self.issues)


def refuse(status: int, code: str, rule: str, text: str, expression: str | None = None, **headers: str) -> FhirError:
    """A ``FhirError`` of one issue, to be raised by the caller; header names are written with ``_`` for ``-``."""
    return FhirError(status, [Issue(code, rule, text, expression)], {k.replace("_", "-"): v for k, v in headers.items()})


def operation_outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """The OperationOutcome of these issues; with none, one that says all is well. Its language is the one that was asked for, where any
    issue has words in it: what has none stays English."""
    listed = list(issues) or [Issue("informational", "ok", "No issues found.", severity=INFORMATION)]
    language = next((i.language for i in listed if i.language != ENGLISH), ENGLISH)
    return {"resourceType": "OperationOutcome", "language": language, "issue": [i.as_fhir() for i in listed]}
