"""Collecting one pregnancy: everything in a woman's record that belongs to it, in a handful of indexed reads however much there is.

A resource belongs to the pregnancies it names: by its encounter, by the extension workflow-episodeOfCare, by a fetus it is about, or
because the episode names it. One that names none belongs to the woman where its type or section is hers for life (allergies, family,
earlier pregnancies), else to the pregnancy it was written in. See docs/the-card.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter

from msgspec.json import Decoder

from hit_maternity.fhir.json import LosslessFloat, encode
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Reader, Version
from hit_maternity.fhir.rest.answers import not_found, present
from hit_maternity.fhir.rest.exchange import Server
from hit_maternity.fhir.search.values import escape
from hit_maternity.maternity.card.elements import Identity, Resource, claims, codes, items, local
from hit_maternity.maternity.card.membership import Membership
from hit_maternity.maternity.card.moments import moment_of
from hit_maternity.maternity.card.sections import kind_of
from hit_maternity.maternity.card.systems import FETUS_ID, RECORD_ID
from hit_maternity.maternity.fetus import MOST

#: What is about the record and no part of it: the access log, and documents made of it.
_ABOUT_IT = frozenset(("AuditEvent", "Bundle", "Composition", "Provenance"))
#: What a card needs beside it of what it refers to.
_SUPPORTING = ("PractitionerRole", "Practitioner", "Organization", "Location", "Medication")
#: Stored texts were checked when they came in; digits are kept as ``fhir.json`` keeps them.
_stored = Decoder(float_hook=lambda text: LosslessFloat(text.encode()))
_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Card:
    """One pregnancy. ``resources``: everything of it, the woman, fetuses, newborns, and the people and places referred to; what has no
    time first, then in order of time. ``versions``: the same with their exact bodies, in the same order."""

    episode: Resource
    mother: Resource
    resources: tuple[Resource, ...]
    versions: tuple[Version, ...]
    _types: dict[str, list[Resource]] = field(init=False, repr=False, compare=False)
    _kinds: dict[str, list[tuple[int, str, Resource]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        types: dict[str, list[Resource]] = {}
        kinds: dict[str, list[tuple[int, str, Resource]]] = {}
        for place, resource in enumerate(self.resources):
            types.setdefault(resource["resourceType"], []).append(resource)
            if resource["resourceType"] == "Observation" and (kind := kind_of(resource)) is not None:
                kinds.setdefault(kind, []).append((place, kind, resource))
        object.__setattr__(self, "_types", types)
        object.__setattr__(self, "_kinds", kinds)

    def limited(self, shown: Collection[Identity]) -> Card:
        """The card with nothing on it but ``shown``; of a woman who isn't among them only the id is left.

        Raises ``FhirError`` 404 where the record itself isn't among them.
        """
        if ("EpisodeOfCare", self.episode["id"]) not in shown:
            raise not_found("EpisodeOfCare")
        kept = [(r, v) for r, v in zip(self.resources, self.versions, strict=True) if (v.type, v.id) in shown]
        mother = self.mother if ("Patient", self.mother["id"]) in shown else {"resourceType": "Patient", "id": self.mother["id"]}
        return Card(self.episode, mother, tuple(r for r, _ in kept), tuple(v for _, v in kept))

    def of(self, type: str) -> list[Resource]:
        """The resources of a type, in order."""
        return list(self._types.get(type, ()))

    def with_profile(self, name: str) -> list[Resource]:
        """The resources that claim the profile ``no-domain-Maternity-<name>``, in order."""
        return [r for r in self.of(name.partition("-")[0]) if claims(r, name)]

    def coded(self, system: str, code: str) -> list[Resource]:
        """The resources whose ``code`` has this coding, in order."""
        return [r for r in self.resources if (system, code) in codes(r.get("code"))]

    def kind(self, *kinds: str) -> list[Resource]:
        """The Observations of these kinds (``kinds.toml``), in order."""
        return [resource for _, resource in self.kinds(*kinds)]

    def kinds(self, *kinds: str) -> list[tuple[str, Resource]]:
        """The same, each with its kind."""
        found = [it for kind in kinds for it in self._kinds.get(kind, ())]
        return [(kind, resource) for _, kind, resource in (found if len(kinds) == 1 else sorted(found, key=itemgetter(0)))]


def collect(session: Reader, server: Server, episode_id: str, base: str = "") -> Card:
    """The card of one EpisodeOfCare. ``base``: the server's own address, under which absolute references are local.

    Raises ``FhirError``: 404, 410 as a read does; 422 ``card-without-woman`` where the episode's patient isn't in this record.
    """
    episode = present(session.get("EpisodeOfCare", episode_id), "EpisodeOfCare")
    body: Resource = _stored.decode(episode.body or b"")
    mother = local(body.get("patient"), base)
    found = {(v.type, v.id): v for v in session.get_many([mother])} if mother else {}
    if mother is None or mother[0] != "Patient" or mother not in found:
        text = "The woman of this record is not on this server, or was deleted: there is no card to show. Put her Patient back first."
        raise refuse(422, "not-found", "card-without-woman", text, "EpisodeOfCare.patient")
    gathered = _Gathering(session, base, found)
    gathered.add(session.referring([mother, ("EpisodeOfCare", episode_id)]))
    gathered.add([episode])
    if "fetus-of" not in server.search.parameters("Patient"):  # the profiles are not loaded: a fetus doesn't name her in the index
        gathered.add(_fetuses(session, server, body))
    gathered.gather(mother, episode_id)
    return gathered.card(mother, episode_id)


def _fetuses(session: Reader, server: Server, episode: Resource) -> Sequence[Version]:
    """The fetuses of a record, found by their identifiers."""
    records = [i["value"] for i in items(episode, "identifier") if i.get("system") == RECORD_ID and isinstance(i.get("value"), str)]
    wanted = ",".join(f"{FETUS_ID}|{escape(record)}:{number}" for record in records for number in range(1, MOST + 1))
    if not wanted:
        return ()
    return session.search(replace(server.search.parse(["Patient"], [("identifier", wanted)]), count=MOST)).matches


@lru_cache(maxsize=32)
def _pattern(base: str) -> re.Pattern[bytes]:
    """References to what supports a record, as stored texts spell them."""
    address = re.escape(encode(base)[1:-1] + b"/") if base else b""
    return re.compile(rb'"reference":"(?:%b)?(%b)/([A-Za-z0-9\-.]{1,64})' % (address, b"|".join(t.encode() for t in _SUPPORTING)))


class _Gathering:
    """Resources as they come in, decoded once."""

    def __init__(self, session: Reader, base: str, found: dict[Identity, Version]) -> None:
        self._session = session
        self._base = base
        self.versions: dict[Identity, Version] = {}
        self.resources: dict[Identity, Resource] = {}
        self.add(found.values())

    def add(self, versions: Iterable[Version]) -> list[Identity]:
        """Takes in what isn't there yet; tells which."""
        fresh = []
        for version in versions:
            identity = (version.type, version.id)
            if identity not in self.versions and version.body is not None:
                self.versions[identity] = version
                self.resources[identity] = _stored.decode(version.body)
                fresh.append(identity)
        return fresh

    def keep(self, kept: Iterable[Identity]) -> None:
        """Leaves out everything else."""
        wanted = set(kept)
        self.versions = {i: v for i, v in self.versions.items() if i in wanted}
        self.resources = {i: r for i, r in self.resources.items() if i in wanted}

    def gather(self, mother: Identity, episode_id: str) -> None:
        """From everything that names the woman to what belongs to the one pregnancy, with what hangs on it."""
        belongs = Membership(self.resources, mother, self._base)
        self.keep(i for i, r in self.resources.items() if i[0] not in _ABOUT_IT and belongs.to(episode_id, i, r))
        fetuses = [i for i in self.resources if belongs.is_fetus(i)]
        newborns = self.add(self._session.referring(fetuses, ("Patient",)))
        self.add(v for v in self._session.referring(newborns) if v.type not in _ABOUT_IT)
        self.add(self._session.referring([*self.resources], ("Provenance",)))
        pattern = _pattern(self._base)
        looked_at = list(self.versions)
        while looked_at:  # a role first, then whose it is and where
            named = {(t.decode(), i.decode()) for v in looked_at for t, i in pattern.findall(self.versions[v].body or b"")}
            looked_at = self.add(self._session.get_many(named - self.versions.keys())) if named else []

    def card(self, mother: Identity, episode_id: str) -> Card:
        """What was gathered, in order of time."""
        timed = {i: moment_of(r) or _FIRST for i, r in self.resources.items()}
        ordered = sorted(self.resources, key=lambda i: (timed[i], i))
        return Card(
            self.resources["EpisodeOfCare", episode_id],
            self.resources[mother],
            tuple(self.resources[i] for i in ordered),
            tuple(self.versions[i] for i in ordered),
        )
