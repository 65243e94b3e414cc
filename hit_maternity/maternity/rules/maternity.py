"""``MaternityRules``: the rules as the server asks them, once for each transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hit_maternity.clock import Clock
from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.ports import Change, Writer
from hit_maternity.maternity.dating import NORWAY, DatingRules
from hit_maternity.maternity.rules.canonical import FETUS_OF, PROFILE, WORKFLOW_EPISODE
from hit_maternity.maternity.rules.case import Around, Case
from hit_maternity.maternity.rules.judging import judged
from hit_maternity.maternity.rules.kinds import claims_card, kind_of, links
from hit_maternity.maternity.rules.reading import Resource, extension, local_id, norwegian_day
from hit_maternity.maternity.rules.records import SHAPING, Records
from hit_maternity.maternity.rules.steps import opens, turns, woman_of
from hit_maternity.maternity.rules.view import View, parsed

if TYPE_CHECKING:
    from hit_maternity.fhir.search import Search

#: By how many days a gestational age may differ from the due date's: 280 and 283 days are both counted from, and scans are rounded.
TOLERANCE = 7

#: In the stored text of what may belong to a record.
_SIGNS = (b'"encounter"', b'"context"', WORKFLOW_EPISODE.encode(), PROFILE.encode(), b'"episodeOfCare"', FETUS_OF.encode())
_RECORD_SIGNS = (PROFILE.encode(), *(code.encode() for code in ("77386006", "424525001")))


class MaternityRules:
    """``ports.Rules`` of the maternity record. ``tolerance``: days by which a gestational age may differ from what a due date gives.

    A change that is not of the card costs a look at its type and its keys; an Observation of the card the reads of its visit and its
    record; visits, due dates, births and the record itself a search or two, done once for each record of a transaction.
    """

    def __init__(self, search: Search, clock: Clock, dating: DatingRules = NORWAY, tolerance: int = TOLERANCE) -> None:
        self._search = search
        self._clock = clock
        self._dating = dating
        self._tolerance = tolerance

    def issues(self, writer: Writer, changes: Sequence[Change]) -> list[tuple[int, Issue]]:
        """Every fault and warning of ``changes``, in their order, each with its place in it."""
        places = [place for place, change in enumerate(changes) if concerns(change)]
        if not places:
            return []
        view = View(writer, changes, self._search)
        records = Records(view, self._dating)
        around = Around(view, records, norwegian_day(self._clock.now()), self._dating, self._tolerance)
        cases = [(place, _case(changes[place], around)) for place in places]
        for name in sorted({name for _, case in cases for name in _turns(case)}):
            view.turn(name)
        return [(place, issue) for place, case in cases for issue in judged(case)]


def _case(change: Change, around: Around) -> Case:
    return Case(change.type, change.id, change.resource, parsed(change.before), around)


def concerns(change: Change) -> bool:
    """Whether a change may be of the card, by a quick look: nearly all that isn't is left at once."""
    element = links().get(change.type)
    if element is None:
        return False
    resource, before = change.resource, change.before
    if change.type == "EpisodeOfCare":
        if resource is not None and kind_of(resource) is not None:
            return True
        return before is not None and before.body is not None and any(sign in before.body for sign in _RECORD_SIGNS)
    if resource is not None and (element in resource or "focus" in resource or claims_card(resource)):
        return change.type != "Patient" or kind_of(resource) is not None or _was_of_card(change)
    if resource is not None and extension(resource, WORKFLOW_EPISODE):
        return True
    return _was_of_card(change)


def _was_of_card(change: Change) -> bool:
    before = change.before
    return before is not None and before.body is not None and any(sign in before.body for sign in _SIGNS)


def _turns(case: Case) -> list[str]:
    """The turns to take for a change: everything that shapes a woman's record is written by one transaction after another."""
    new: Resource | None = case.new
    if case.type == "EpisodeOfCare":
        woman = woman_of(new or case.old)
        if woman is None:
            return []
        return turns(case.around.view, woman) if opens(case.old, new) else [f"maternity-record/{woman}"]
    if new is None or case.kind is None:
        return []
    if case.type == "Encounter" or (case.type == "Observation" and case.kind.id in SHAPING):
        woman = local_id(new.get("subject"), "Patient")
    elif case.kind.id == "fetus":
        woman = local_id(extension(new, FETUS_OF).get("valueReference"), "Patient")
    else:
        return []
    return [f"maternity-record/{woman}"] if woman else []
