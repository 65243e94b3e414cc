"""What is wrong with a query: gathered, named by parameter, never repeating a value (it may be a national id)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from hit_maternity.fhir.outcome import FhirError, Issue

_MOST = 50
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,199}\Z", re.ASCII)
_NUMBER = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule broken and the words for it, before the parameter's name is put to it."""

    rule: str
    text: str
    code: str = "invalid"


class Refused(Exception):
    """A parameter that can't be taken as it stands."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults


class Unknown(Refused):
    """A parameter that isn't known or not supported: ignored where the client asked for lenient handling."""


def shown(name: str) -> str:
    """``name`` if it can be shown; something else may stand where a name should, even a national id."""
    return name if _PLAIN_NAME.match(name) and not _NUMBER.search(name) else "(not a parameter name)"


def meant(name: str, known: Iterable[str]) -> str:
    """`` Did you mean ...?`` with the names that ``name`` may be a misspelling of; empty where there is none."""
    near = get_close_matches(name[:80], list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(near)}?" if near else ""


@dataclass(slots=True)
class Faults:
    """Every fault of a query, to be raised together."""

    issues: list[Issue] = field(default_factory=list)

    def add(self, name: str, fault: Fault) -> None:
        """Notes ``fault`` of parameter ``name``."""
        if len(self.issues) < _MOST:
            self.issues.append(Issue(fault.code, fault.rule, f"Search parameter {shown(name)}: {fault.text}", f"http.{shown(name)}"))

    def raise_if_any(self) -> None:
        """Raises ``FhirError`` 400 with all that was noted."""
        if self.issues:
            raise FhirError(400, self.issues)
