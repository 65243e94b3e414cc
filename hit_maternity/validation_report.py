"""What validation finds in files, told: for people in English or Norwegian, for programs as OperationOutcomes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hit_maternity.fhir.outcome import ERROR, FATAL, INFORMATION, WARNING, Issue, operation_outcome

_SEVERITIES = (FATAL, ERROR, WARNING, INFORMATION)
_FAULTS = frozenset((FATAL, ERROR))
#: Extensions in which the validator of HL7 tells file, line and column; programs that read its reports read ours.
_EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-"


@dataclass(frozen=True, slots=True)
class Finding:
    """What validation says of one resource. ``line``: that of an NDJSON file which it is, 0 for a whole file; ``name``: its type, ""
    where the file holds none; ``places``: line and column of each issue, None where it has none; ``unread``: the file could not be
    read at all."""

    path: Path
    line: int
    name: str
    issues: tuple[Issue, ...]
    places: tuple[tuple[int, int] | None, ...]
    unread: bool = False

    @property
    def valid(self) -> bool:
        """Whether none of the issues is an error."""
        return not any(issue.severity in _FAULTS for issue in self.issues)

    def without_warnings(self) -> Finding:
        """The same with its errors alone."""
        kept = [(i, p) for i, p in zip(self.issues, self.places, strict=True) if i.severity in _FAULTS]
        return replace(self, issues=tuple(i for i, _ in kept), places=tuple(p for _, p in kept))


#: What is told of files, which the validator has no words for.
_NORWEGIAN = {
    "not-a-resource": "Dette er ingen FHIR-ressurs: den har ingen resourceType.",
    "file-unreadable": "Filen kan ikke leses. Kontroller at den finnes og at du har lov til å lese den.",
}


def worded(issue: Issue, language: str) -> Issue:
    """``issue`` in ``language``, where it has words in it."""
    text = _NORWEGIAN.get(issue.rule) if language == "nb" else None
    return replace(issue, text=text, language=language) if text else issue


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report and how it stands out: a severity, ``file``, ``valid``, ``invalid``, or nothing."""

    text: str
    style: str = ""


_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "valid": "valid", "invalid": "NOT valid", "line": "line", "nothing": "no resource", "unread": "can't be read",
        "total": "{resources} in {files}: {valid} valid, {invalid} not valid; {issues}.",
        "resource": "resource", "resources": "resources", "file": "file", "files": "files",
        FATAL: "fatal", ERROR: "error", WARNING: "warning", INFORMATION: "note",
        "many-fatal": "fatal", "many-error": "errors", "many-warning": "warnings", "many-information": "notes",
    },
    "nb": {
        "valid": "gyldig", "invalid": "IKKE gyldig", "line": "linje", "nothing": "ingen ressurs", "unread": "kan ikke leses",
        "total": "{resources} i {files}: {valid} gyldige, {invalid} ikke gyldige; {issues}.",
        "resource": "ressurs", "resources": "ressurser", "file": "fil", "files": "filer",
        FATAL: "alvorlig", ERROR: "feil", WARNING: "advarsel", INFORMATION: "merknad",
        "many-fatal": "alvorlige", "many-error": "feil", "many-warning": "advarsler", "many-information": "merknader",
    },
}  # fmt: skip


def language_of(environment: Mapping[str, str]) -> str:
    """``nb`` where the environment of a process asks for Norwegian (LC_ALL before LC_MESSAGES before LANG, as POSIX says), else ``en``."""
    named = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "nb" if re.match(r"(nb|nn|no)\b|(nb|nn|no)_|norwegian", named, re.IGNORECASE) else "en"


@dataclass(slots=True)
class ValidationReport:
    """Tells findings one by one, those of a file together, and counts them. ``language``: ``en`` or ``nb``."""

    language: str = "en"
    resources: int = 0
    faulty: int = 0
    unread: int = 0
    severities: Counter[str] = field(default_factory=Counter)
    _files: set[Path] = field(default_factory=set)
    _told: Path | None = None

    @property
    def exit_code(self) -> int:
        """0: all is valid; 1: something is not; 2: something could not be read, or there was nothing to read."""
        if self.unread or not self._files:
            return 2
        return 1 if self.faulty else 0

    def count(self, finding: Finding) -> None:
        """Adds ``finding`` to the sums."""
        self._files.add(finding.path)
        self.unread += finding.unread
        self.resources += not finding.unread
        self.faulty += not finding.unread and not finding.valid
        self.severities.update(issue.severity for issue in finding.issues)

    def lines(self, finding: Finding) -> Iterator[Line]:
        """The file's name where it is a new one, the resource, and two lines an issue: the worst first, then as they stand."""
        words = _WORDS[self.language]
        if finding.path != self._told:
            self._told = finding.path
            yield Line(str(finding.path), "file")
        where = f"{words['line']} {finding.line}: " if finding.line else ""
        verdict = "unread" if finding.unread else "valid" if finding.valid else "invalid"
        counted = self._counted(Counter(issue.severity for issue in finding.issues))
        name = finding.name or words["nothing"]
        yield Line(f"  {where}{name}: {words[verdict]}{f' ({counted})' if counted else ''}", "valid" if verdict == "valid" else "invalid")
        told = sorted(zip(finding.issues, finding.places, strict=True), key=_rank)
        for issue, place in told:
            at = f"{place[0]}:{place[1]}" if place else "-"
            yield Line(f"    {words[issue.severity]:8} {at:>8}  {issue.expression or name}  [{issue.rule}]", issue.severity)
            yield Line(f"      {issue.text}")

    def summary(self) -> str:
        """How many resources, files and issues of each severity there were."""
        return _WORDS[self.language]["total"].format(
            resources=self._number(self.resources, "resource"),
            files=self._number(len(self._files), "file"),
            valid=self.resources - self.faulty,
            invalid=self.faulty,
            issues=self._counted(self.severities, ERROR, WARNING),
        )

    def _number(self, count: int, noun: str) -> str:
        return f"{count} {_WORDS[self.language][noun if count == 1 else f'{noun}s']}"

    def _counted(self, severities: Counter[str], *always: str) -> str:
        words = _WORDS[self.language]
        told = [s for s in _SEVERITIES if severities[s] or s in always]
        return ", ".join(f"{severities[s]} {words[s if severities[s] == 1 else f'many-{s}']}" for s in told)


def _rank(told: tuple[Issue, tuple[int, int] | None]) -> tuple[int, tuple[int, int]]:
    issue, place = told
    return _SEVERITIES.index(issue.severity), place or (0, 0)


def outcome_of(finding: Finding) -> dict[str, Any]:
    """The OperationOutcome of ``finding``, with file, line and column in the extensions that HL7's validator uses."""
    outcome = operation_outcome(finding.issues)
    file = f"{finding.path}#{finding.line}" if finding.line else str(finding.path)
    issues = outcome.pop("issue")
    for issue, place in zip(issues, finding.places, strict=False):
        if place:
            named = zip(("issue-line", "issue-col"), place, strict=True)
            issue["extension"] = [{"url": _EXTENSION + name, "valueInteger": number} for name, number in named]
    return {**outcome, "extension": [{"url": f"{_EXTENSION}file", "valueString": file}], "issue": issues}
