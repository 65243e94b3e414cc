"""The records of pregnancies, and which of them a resource belongs to.

By its visit (``encounter``, ``context``), a visit by ``episodeOfCare``, anything by the extension ``workflow-episodeOfCare``, a fetus by
its identifier (record, colon, number), and a fact that names neither visit nor record by the fetus in its focus.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from hit_maternity.fhir.search.values import escape
from hit_maternity.maternity.dating import DatingRules
from hit_maternity.maternity.lifecycle import Record, State
from hit_maternity.maternity.rules.canonical import FETUS_ID, RECORD_ID, WORKFLOW_EPISODE
from hit_maternity.maternity.rules.kinds import kind_of, kinds, links
from hit_maternity.maternity.rules.reading import Resource, day, identifier, listed, local_id, table
from hit_maternity.maternity.rules.registered import Registered, gathered
from hit_maternity.maternity.rules.view import View

#: EpisodeOfCare.status to the state of a record; FHIR's waitlist and onhold, which the profile doesn't take, are the nearest ones.
STATES = {
    "planned": State.CREATED,
    "waitlist": State.CREATED,
    "active": State.ACTIVE,
    "onhold": State.ACTIVE,
    "finished": State.ENDED,
    "cancelled": State.ENDED,
    "entered-in-error": State.ENTERED_IN_ERROR,
}
OPEN = frozenset({State.CREATED, State.ACTIVE})

#: Kinds of Observation that ``Registered`` is made of.
SHAPING = ("due-date", "last-menstrual-period", "number-of-fetuses", "birth-status")


def state_of(episode: Resource | None) -> State | None:
    """The state of a record; ``None`` where there is none."""
    return None if episode is None else STATES.get(str(episode.get("status")))


def is_record(episode: Resource | None) -> bool:
    """Whether an EpisodeOfCare is the record of a pregnancy: by its profile or its type."""
    kind = None if episode is None else kind_of(episode)
    return kind is not None and kind.id == "pregnancy-record"


@dataclass(frozen=True, slots=True, eq=False)
class PregnancyRecord:
    """A record, one object each: as it is ``now``, and as it was ``before`` the transaction (``None``: it was not there)."""

    id: str
    now: Resource | None
    before: Resource | None

    @property
    def known(self) -> Resource:
        """It as it is now, or was."""
        return self.now or self.before or {}

    @property
    def woman(self) -> str | None:
        """The id of her Patient."""
        return local_id(self.known.get("patient"), "Patient")

    @property
    def number(self) -> str | None:
        """The record's id, by which its fetuses are named."""
        return identifier(self.known, RECORD_ID)

    @property
    def state(self) -> State:
        """The state by which writing to it is judged: that before the transaction. A new record, and one that is begun in this
        transaction, is open to all that comes with it, so that a finished pregnancy can be brought in as a whole."""
        before, now = state_of(self.before), state_of(self.now)
        if before is None or before is State.CREATED:
            return State.CREATED if now is State.CREATED else State.ACTIVE
        return before

    def in_words(self, state: State, born: date | None = None) -> Record:
        """The record as the rules of ``lifecycle`` know it, in ``state``."""
        period = table(self.known.get("period"))
        return Record(state, day(period.get("start")) or date.min, born)


class Records:
    """The records that a transaction touches, each read once."""

    def __init__(self, view: View, rules: DatingRules) -> None:
        self.view = view
        self._rules = rules
        self._known: dict[str, PregnancyRecord | None] = {}
        self._numbered: dict[str, PregnancyRecord | None] = {}
        self._registered: dict[str, Registered] = {}

    def get(self, id: str) -> PregnancyRecord | None:
        """The record with this id of EpisodeOfCare; ``None`` where it is not there, or another kind of episode."""
        if id not in self._known:
            now, before = self.view.now("EpisodeOfCare", id), self.view.before("EpisodeOfCare", id)
            now, before = (now if is_record(now) else None), (before if is_record(before) else None)
            self._known[id] = PregnancyRecord(id, now, before) if now or before else None
        return self._known[id]

    def of(self, resource: Resource | None) -> list[PregnancyRecord]:
        """The records that a resource belongs to: one, if all is well; none where it names none that is here."""
        if resource is None:
            return []
        type = str(resource.get("resourceType"))
        if type == "EpisodeOfCare":
            return self._each([str(resource.get("id"))])
        if type == "Patient":
            record = self.numbered(identifier(resource, FETUS_ID))
            return [record] if record else []
        if type == "Encounter":
            return self._each(self._of_visit(resource))
        ids = [*self._of_extension(resource), *self._of_link(resource, links().get(type, ""))]
        if not ids and resource.get("focus"):
            return self._of_focus(resource)
        return self._each(ids)

    def _each(self, ids: Iterable[str]) -> list[PregnancyRecord]:
        return [record for id in dict.fromkeys(ids) if (record := self.get(id)) is not None]

    def _of_visit(self, visit: Resource) -> list[str]:
        return [id for r in listed(visit.get("episodeOfCare")) if (id := local_id(r, "EpisodeOfCare")) is not None]

    def _of_extension(self, resource: Resource) -> Iterator[str]:
        for one in listed(resource.get("extension")):
            if table(one).get("url") == WORKFLOW_EPISODE and (id := local_id(one.get("valueReference"), "EpisodeOfCare")) is not None:
                yield id

    def _of_link(self, resource: Resource, element: str) -> list[str]:
        record = local_id(resource.get(element), "EpisodeOfCare")  # a context may be the record itself
        if record is not None:
            return [record]
        visit = self.visit_of(resource, element)
        return [] if visit is None else self._of_visit(visit)

    def visit_of(self, resource: Resource, element: str = "encounter") -> Resource | None:
        """The Encounter that a resource names, where it belongs to an episode."""
        id = local_id(resource.get(element), "Encounter")
        return None if id is None else self.view.now_with("Encounter", id, b"episodeOfCare")

    def _of_focus(self, resource: Resource) -> list[PregnancyRecord]:
        found = []
        for reference in listed(resource.get("focus")):
            id = local_id(reference, "Patient")
            fetus = None if id is None else self.view.now("Patient", id)
            record = None if fetus is None else self.numbered(identifier(fetus, FETUS_ID))
            if record is not None and record not in found:
                found.append(record)
        return found

    def numbered(self, fetus: str | None) -> PregnancyRecord | None:
        """The record of the identifier of a fetus (``record:number``)."""
        number = (fetus or "").rpartition(":")[0]
        if not number:
            return None
        if number not in self._numbered:
            episodes = self.view.found("EpisodeOfCare", ("identifier", f"{RECORD_ID}|{escape(number)}"))
            self._numbered[number] = next((r for e in episodes if (r := self.get(str(e.get("id")))) is not None), None)
        return self._numbered[number]

    def registered(self, record: PregnancyRecord) -> Registered:
        """What is registered in a record; one search, however often it is asked for."""
        if record.id not in self._registered:
            self._registered[record.id] = gathered(self.observations(record, SHAPING), self._rules)
        return self._registered[record.id]

    def observations(self, record: PregnancyRecord, wanted: Iterable[str]) -> list[Resource]:
        """The Observations of these kinds that belong to the record, retracted ones too."""
        if record.woman is None:
            return []
        coded = ",".join(f"{system}|{code}" for kind in wanted for system, code in kinds()[kind].codes)
        found = self.view.found("Observation", ("patient", f"Patient/{record.woman}"), ("code", coded))
        return [resource for resource in found if record in self.of(resource)]

    def visits(self, record: PregnancyRecord) -> list[Resource]:
        """The visits of the record."""
        return self.view.found("Encounter", ("episode-of-care", f"EpisodeOfCare/{record.id}"))

    def fetuses(self, record: PregnancyRecord) -> list[Resource]:
        """The fetuses of the record, found by their identifiers."""
        if record.number is None:
            return []
        named = ",".join(f"{FETUS_ID}|{escape(record.number)}:{n}" for n in range(1, 10))
        return self.view.found("Patient", ("identifier", named))
