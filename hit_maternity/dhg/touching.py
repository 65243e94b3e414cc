"""Which parts of which records a change touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hit_maternity.dhg.mapping import touched
from hit_maternity.dhg.mapping.antenatal_appointments import is_visit
from hit_maternity.fhir.ports import Change
from hit_maternity.maternity.rules.maternity import concerns
from hit_maternity.maternity.rules.reading import Resource, local_id
from hit_maternity.maternity.rules.records import PregnancyRecord, Records, is_record
from hit_maternity.maternity.rules.view import View, parsed

Name = tuple[str, str]

#: Hers, whichever record they were written in: they count for the open one.
_HERS = frozenset(("Patient", "CareTeam"))
_VISITS = "antenatalAppointments"
_OPEN = "planned,waitlist,active,onhold"


class Touching:
    """Asked of the changes of one transaction. ``view`` and ``records``: of the same."""

    def __init__(self, view: View, records: Records, changes: Iterable[Change]) -> None:
        self._view = view
        self._records = records
        self._episodes = [c.resource for c in changes if c.type == "EpisodeOfCare" and is_record(c.resource)]

    def parts(self, change: Change) -> frozenset[Name]:
        """Part and item of all that ``change`` may have changed; empty for nearly all that is not of the card."""
        if change.type not in _HERS and not concerns(change):
            return frozenset()
        now, before = change.resource, parsed(change.before)
        found = (touched(now) if now else frozenset()) | (touched(before) if before else frozenset())
        return frozenset(name for name in found if name[0] != _VISITS or self._is_visit(name[1]))

    def _is_visit(self, id: str) -> bool:
        """Whether an Encounter is a visit before the birth, or was: of a fact alone that can't be told."""
        there = (self._view.now("Encounter", id), self._view.before("Encounter", id))
        return any(is_visit(encounter) for encounter in there if encounter is not None)

    def records(self, change: Change) -> list[PregnancyRecord]:
        """The records that ``change`` is in, or was; of what names none, her open one, and those of this transaction."""
        found = dict.fromkeys(record for resource in (change.resource, parsed(change.before)) for record in self._records.of(resource))
        if not found:
            woman = _woman(change.resource or parsed(change.before))
            found = dict.fromkeys(self._of_woman(woman)) if woman else {}
        return list(found)

    def _of_woman(self, woman: str) -> Iterator[PregnancyRecord]:
        opened = self._view.found("EpisodeOfCare", ("patient", f"Patient/{woman}"), ("status", _OPEN))
        written = [e for e in self._episodes if e is not None and local_id(e.get("patient"), "Patient") == woman]
        for episode in (*opened, *written):
            if (record := self._records.get(str(episode.get("id")))) is not None:
                yield record


def _woman(resource: Resource | None) -> str | None:
    if resource is None:
        return None
    if resource.get("resourceType") == "Patient":
        return str(resource.get("id"))
    return local_id(resource.get("subject") or resource.get("patient"), "Patient")
