"""One change on trial: what was written, what it follows, and everything a rule may ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from hit_maternity.fhir.outcome import ERROR, WARNING, Issue
from hit_maternity.maternity.dating import DatingRules
from hit_maternity.maternity.rules.kinds import Kind, kind_of
from hit_maternity.maternity.rules.reading import Resource
from hit_maternity.maternity.rules.records import PregnancyRecord, Records
from hit_maternity.maternity.rules.view import View


@dataclass(frozen=True, slots=True)
class Around:
    """What all cases of a transaction share. ``today``: in Norway. ``tolerance``: days by which a gestational age may differ."""

    view: View
    records: Records
    today: date
    dating: DatingRules
    tolerance: int

    def lies_ahead(self, day: date) -> bool:
        """Whether ``day`` is in the future; a day is allowed for clocks and time zones."""
        return day > self.today + timedelta(days=1)


@dataclass
class Case:
    """``new``: as it is now, ``None`` for a deletion; ``old``: the version before, ``None`` for a new one."""

    type: str
    id: str
    new: Resource | None
    old: Resource | None
    around: Around

    @cached_property
    def kind(self) -> Kind | None:
        """The kind of ``new``, or of what was deleted."""
        resource = self.new or self.old
        return None if resource is None else kind_of(resource)

    @cached_property
    def records(self) -> list[PregnancyRecord]:
        """The records that ``new`` belongs to."""
        return self.around.records.of(self.new)

    def is_kind(self, *ids: str) -> bool:
        """Whether it is of one of these kinds."""
        return self.kind is not None and self.kind.id in ids


#: What the calendar of the server says is no more than a hint: its clock may be moved, or wrong. And what is not known is no fault.
_HINTS = frozenset({"date-in-future", "birth-in-future", "basis-in-future", "end-day-in-future", "birth-missing"})
#: Faults of the order of writing, rather than of what is written: 409.
_CLASHES = frozenset({"record-closed", "record-not-active", "step-not-allowed", "record-has-content"})


def fault(rule: str, text: str, expression: str | None, code: str = "business-rule") -> Issue:
    """An error."""
    return Issue(code, rule, text, expression)


def hint(rule: str, text: str, expression: str | None) -> Issue:
    """A warning."""
    return Issue("business-rule", rule, text, expression, WARNING)


def placed(issues: Iterable[Issue], expression: str | None, *, severity: str | None = None) -> Iterator[Issue]:
    """Faults of the domain with their place; those that rest on the server's calendar or on something not known become warnings."""
    for issue in issues:
        code = "conflict" if issue.rule in _CLASHES else issue.code
        given = WARNING if issue.rule in _HINTS else severity or issue.severity
        yield replace(issue, expression=expression, code=code if given == ERROR else "business-rule", severity=given)
