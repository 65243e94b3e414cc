"""What is registered in one record: due dates, periods, numbers of fetuses, births. What is retracted doesn't count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.dating import NORWAY, Dating, DatingRules, Estimate, Method, valid_term
from hit_maternity.maternity.rules.canonical import BORN_ALIVE, LOST, STILLBORN, TERM_BASES, VALID_TERM
from hit_maternity.maternity.rules.kinds import kind_of
from hit_maternity.maternity.rules.reading import Resource, codes, day, extension, happened, listed, local_id

#: Statuses of facts that are none.
RETRACTED = frozenset({"entered-in-error", "cancelled"})
_METHODS = {m.value: m for m in Method}


@dataclass(frozen=True, slots=True)
class Term:
    """A due date. ``valid``: whether the record says that it holds, ``None`` where it doesn't say; ``told``: the day of the fact."""

    id: str
    due: date | None
    method: Method | None
    valid: bool | None
    told: date | None


@dataclass(frozen=True, slots=True)
class Birth:
    """How it went with the ``fetuses`` (ids). ``alive``: yes, no, or ``None`` for one that was lost before it could be born."""

    id: str
    on: date | None
    alive: bool | None
    fetuses: tuple[str, ...]


def term_of(resource: Resource) -> Term:
    """The due date that an Observation is."""
    method = next((_METHODS[c] for s, c in codes(resource.get("method")) if s == TERM_BASES and c in _METHODS), None)
    told = extension(extension(resource, VALID_TERM), "valid").get("valueBoolean")
    valid = told if isinstance(told, bool) else None
    return Term(str(resource.get("id")), day(resource.get("valueDateTime")), method, valid, happened(resource))


def birth_of(resource: Resource) -> Birth | None:
    """The birth or loss that an Observation of birth status is; ``None`` where its value says neither."""
    said = set(codes(resource.get("valueCodeableConcept")))
    if not said & (BORN_ALIVE | STILLBORN | LOST):
        return None
    alive = True if said & BORN_ALIVE else False if said & STILLBORN else None
    fetuses = tuple(id for f in listed(resource.get("focus")) if (id := local_id(f, "Patient")) is not None)
    return Birth(str(resource.get("id")), happened(resource), alive, fetuses)


@dataclass(frozen=True, slots=True)
class Registered:
    """The facts of one record that others are held against. ``periods``: first days of the last period, by id of their Observation;
    ``counts``: every number of fetuses that was seen."""

    terms: tuple[Term, ...] = ()
    periods: tuple[tuple[str, date], ...] = ()
    counts: tuple[int, ...] = ()
    births: tuple[Birth, ...] = ()
    rules: DatingRules = NORWAY

    @property
    def fetuses(self) -> int | None:
        """The most fetuses that were ever seen: a twin that vanished keeps its number."""
        return max(self.counts, default=None)

    @property
    def dating(self) -> Dating | None:
        """By the due date that the record says is valid; where it says nothing, by the one that is so by rule."""
        said = [t for t in self.terms if t.valid and t.due is not None]
        open_terms = [t for t in self.terms if t.valid is None]
        try:
            if said and said[0].due is not None:
                return Dating(said[0].due, self.rules.term_length)
            estimates = [Estimate(t.method, t.due, t.told, t.told) for t in open_terms if t.method is not None and t.due is not None]
            found = valid_term(estimates, self.rules)
        except FhirError:
            return None
        return None if found is None else found.dating

    @property
    def first_birth(self) -> date | None:
        """The day of the first birth."""
        return min((b.on for b in self.births if b.alive is not None and b.on is not None), default=None)

    @property
    def over(self) -> date | None:
        """The day of the last birth, once it is known of every fetus how it went; without a number of fetuses one is enough."""
        if len({f for b in self.births for f in b.fetuses} or self.births) < (self.fetuses or 1):
            return None
        return max((b.on for b in self.births if b.alive is not None and b.on is not None), default=None)

    @property
    def lost(self) -> bool:
        """Whether a fetus was lost."""
        return any(b.alive is None for b in self.births)


def gathered(resources: Iterable[Resource], rules: DatingRules) -> Registered:
    """What these Observations of one record register."""
    terms, periods, counts, births = [], [], [], []
    for resource in resources:
        kind = kind_of(resource)
        if kind is None or resource.get("status") in RETRACTED:
            continue
        if kind.id == "due-date":
            terms.append(term_of(resource))
        elif kind.id == "last-menstrual-period" and (first := day(resource.get("valueDateTime"))) is not None:
            periods.append((str(resource.get("id")), first))
        elif kind.id == "number-of-fetuses" and isinstance(resource.get("valueInteger"), int):
            counts.append(int(resource["valueInteger"]))
        elif kind.id == "birth-status" and (birth := birth_of(resource)) is not None:
            births.append(birth)
    return Registered(tuple(terms), tuple(periods), tuple(counts), tuple(births), rules)
