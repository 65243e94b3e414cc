"""To which of a woman's pregnancies a resource belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from hit_maternity.maternity.card.elements import Identity, Resource, claimed, codes, extensions, items, local
from hit_maternity.maternity.card.moments import day_of, read_day
from hit_maternity.maternity.card.sections import section_of
from hit_maternity.maternity.card.systems import EPISODE_EXTENSION, FETUS_ID, RECORD_ID, code

#: Hers for life, whichever pregnancy they were written in.
_FOR_LIFE = frozenset(("AllergyIntolerance", "FamilyMemberHistory", "RelatedPerson"))
#: Sections whose facts are hers where they name no pregnancy.
_HER_OWN = frozenset(("about-you", "previous-pregnancies", "health"))
#: A record that has ended and doesn't say when is taken to have lasted this long at most.
_LONGEST = timedelta(days=400)
#: So many days before or after a record something that names no pregnancy may still be of it.
_NEAR = 280
#: Named by what belongs to a visit of no pregnancy.
_NONE = ""


class Membership:
    """Asked of each resource of a woman's record; ``base``: the address under which absolute references are local."""

    def __init__(self, resources: Mapping[Identity, Resource], mother: Identity, base: str = "") -> None:
        self._mother = mother
        self._base = base
        self._episodes = {id: r for (type, id), r in resources.items() if type == "EpisodeOfCare"}
        records = {value: id for id, r in self._episodes.items() for value in _identifiers(r, RECORD_ID)}
        self._fetuses = {
            i: records.get(named[0].rpartition(":")[0])
            for i, r in resources.items()
            if i[0] == "Patient" and (named := list(_identifiers(r, FETUS_ID)))
        }
        self._encounters = {
            id: frozenset(e[1] for reference in items(r, "episodeOfCare") if (e := local(reference, base)))
            for (type, id), r in resources.items()
            if type == "Encounter"
        }
        self._named: dict[Identity, set[str]] = {}
        for id, episode in self._episodes.items():
            self._name(id, (d.get("condition") for d in items(episode, "diagnosis")))
            self._name(id, items(episode, "team"))
        for id, owners in self._encounters.items():
            for owner in owners:
                self._name(owner, items(resources["Encounter", id], "appointment"))
        self._spans = {id: span for id, r in self._episodes.items() if (span := _span(r))}

    def _name(self, episode: str, references: Iterator[Any] | list[Any]) -> None:
        for reference in references:
            if named := local(reference, self._base):
                self._named.setdefault(named, set()).add(episode)

    def is_fetus(self, identity: Identity) -> bool:
        """Whether it is a fetus of this woman."""
        return identity in self._fetuses

    def to(self, episode: str, identity: Identity, resource: Resource) -> bool:
        """Whether the resource is on the card of the pregnancy ``episode``."""
        type, id = identity
        if type == "EpisodeOfCare":
            return id == episode
        if type == "Encounter":
            return episode in self._encounters[id]
        if type == "Patient" and identity not in self._fetuses:
            return identity == self._mother
        if self._is_of_visit(episode, resource) or type in _FOR_LIFE or _is_standing(resource):
            return True
        named = set(self._explicit(identity, resource))
        if named:
            return episode in named
        section = section_of(resource)
        if section is not None and section.main in _HER_OWN and type == "Observation":
            return True
        return self._by_day(episode, resource)

    def _is_of_visit(self, episode: str, resource: Resource) -> bool:
        """Whether it names a visit of the pregnancy, as most do."""
        visit = local(resource.get("encounter") or resource.get("context"), self._base)
        return visit is not None and visit[0] == "Encounter" and episode in self._encounters.get(visit[1], ())

    def _explicit(self, identity: Identity, resource: Resource) -> Iterator[str]:
        """The pregnancies a resource names, or that name it."""
        yield from self._named.get(identity, ())
        if identity in self._fetuses:
            yield from filter(None, [self._fetuses[identity]])
        pointers = [e.get("valueReference") for e in extensions(resource, EPISODE_EXTENSION)]
        pointers += [resource.get("encounter"), resource.get("context"), resource.get("subject"), *items(resource, "focus")]
        pointers += [*items(resource, "addresses"), *items(resource, "careTeam")]
        for pointer in pointers:
            target = local(pointer, self._base)
            if target is None or target == self._mother:
                continue
            if target[0] == "EpisodeOfCare":
                yield target[1]
            elif target[0] == "Encounter":
                yield from self._encounters.get(target[1]) or (_NONE,)
            elif fetus_of := self._fetuses.get(target):
                yield fetus_of
            elif target[0] in ("Condition", "CareTeam"):
                yield from self._named.get(target, ())

    def _by_day(self, episode: str, resource: Resource) -> bool:
        """Whether the pregnancy is the one that the resource's day lies in or nearest to, of equals the later.

        What isn't of the card's own profiles must lie near enough; what has no day is on each card.
        """
        day = day_of(resource)
        if day is None or not self._spans:
            return True
        nearest = min(self._spans, key=lambda id: (_distance(self._spans[id], day), -self._spans[id][0].toordinal(), id))
        return nearest == episode and (bool(claimed(resource)) or _distance(self._spans[episode], day) <= _NEAR)


def _identifiers(resource: Resource, system: str) -> Iterator[str]:
    return (i["value"] for i in items(resource, "identifier") if i.get("system") == system and isinstance(i.get("value"), str))


def _is_standing(resource: Resource) -> bool:
    """Whether it is a disease of the problem list other than the pregnancy itself."""
    if resource["resourceType"] != "Condition" or code("sct#77386006") in codes(resource.get("code")):
        return False
    return any(code("condition-category#problem-list-item") in codes(c) for c in items(resource, "category"))


def _span(episode: Resource) -> tuple[date, date] | None:
    """From when to when a record lasted; ``None`` for one made in error, or without a beginning."""
    period = episode.get("period")
    if episode.get("status") == "entered-in-error" or not isinstance(period, dict):
        return None
    start = read_day(str(period.get("start")))
    if start is None:
        return None
    if end := read_day(str(period.get("end"))):
        return start, end
    return start, (start + _LONGEST if episode.get("status") in ("finished", "cancelled") else date.max)


def _distance(span: tuple[date, date], day: date) -> int:
    return max((span[0] - day).days, (day - span[1]).days, 0)
