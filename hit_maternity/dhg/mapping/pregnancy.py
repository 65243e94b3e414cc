"""The pregnancy as the mapping sees it: what is registered, found by kind or code, and how a new fact of it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.fhir.json import equal
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.maternity.card.collect import Card
from hit_maternity.maternity.card.elements import codes, extension, items, local, stands, tail, whole
from hit_maternity.maternity.card.moments import moment_of, norwegian
from hit_maternity.maternity.card.sections import kind_of
from hit_maternity.maternity.card.systems import EPISODE_EXTENSION, FETUS_ID, PROFILE, RECORD_ID, Code, coding
from hit_maternity.maternity.card.systems import extension as own

_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """One pregnancy. ``now``: an aware moment, by which new facts are dated; ``base``: the server's own address."""

    card: Card
    now: datetime
    base: str = ""
    #: Observations by kind or code, and by their visit too, where they have one; made once.
    _index: dict[tuple[str | Code, str | None], list[Resource]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, resources: Iterable[Resource], now: datetime, base: str = "") -> Pregnancy:
        """The pregnancy that these resources are: one EpisodeOfCare, the Patient it names, and all that belongs to it."""
        timed = sorted(resources, key=lambda r: (moment_of(r) or _FIRST, (r["resourceType"], r["id"])))
        episode = next(r for r in timed if r["resourceType"] == "EpisodeOfCare")
        woman = local(episode.get("patient"), base)
        mother = next(r for r in timed if (r["resourceType"], r["id"]) == woman)
        return cls(Card(episode, mother, tuple(timed), ()), now, base)

    def after(self, changes: Iterable[Resource]) -> Pregnancy:
        """The pregnancy as it is once ``changes`` are put."""
        put = {(r["resourceType"], r["id"]): r for r in changes}
        if not put:
            return self
        kept = [r for r in self.card.resources if (r["resourceType"], r["id"]) not in put]
        return Pregnancy.of([*kept, *put.values()], self.now, self.base)

    # ------------------------------------------------------------ what is there

    @property
    def mother(self) -> Resource:
        """A reference to the woman."""
        return {"reference": f"Patient/{self.card.mother['id']}"}

    @property
    def episode(self) -> Resource:
        """A reference to the record."""
        return {"reference": f"EpisodeOfCare/{self.card.episode['id']}"}

    @property
    def record_id(self) -> str:
        """The national id of the record; where it has none, that of its EpisodeOfCare."""
        named = (i.get("value") for i in items(self.card.episode, "identifier") if i.get("system") == RECORD_ID)
        return str(next(named, None) or self.card.episode["id"])

    @property
    def moment(self) -> str:
        """``now`` as FHIR writes it, on Norwegian clocks."""
        return norwegian(self.now).isoformat(timespec="seconds")

    @property
    def today(self) -> date:
        """The day it is in Norway."""
        return norwegian(self.now).date()

    def found(self, type: str, fits: Callable[[Resource], bool], retracted: bool = False) -> list[Resource]:
        """The resources of a type that stand and fit, oldest first; of Observations only those about the woman and her fetuses.
        ``retracted``: also those that were entered in error."""
        return self._standing(self.card.of(type), fits, retracted)

    def facts(self, *kinds: str, fits: Callable[[Resource], bool] | None = None, retracted: bool = False) -> list[Resource]:
        """Her Observations of these kinds (``card/kinds.toml``) that stand and fit, oldest first; found without looking at others."""
        return self._standing(self.card.kind(*kinds), fits, retracted)

    def placed(
        self, key: str | Code, visit: str | None, fits: Callable[[Resource], bool] | None = None, retracted: bool = False
    ) -> list[Resource]:
        """Her Observations of a kind, or with a code, that stand and fit, oldest first; ``visit``: of this visit (``Encounter/1``)."""
        if not self._index:
            self._index["", None] = []
            for fact in self.card.of("Observation"):
                at, kind = self.named(fact.get("encounter")), kind_of(fact)
                keys: set[str | Code] = {*codes(fact.get("code")), *((kind,) if kind else ())}
                for its in keys:
                    self._index.setdefault((its, None), []).append(fact)
                    if at is not None:
                        self._index.setdefault((its, at), []).append(fact)
        return self._standing(self._index.get((key, visit), []), fits, retracted)

    def _standing(self, listed: list[Resource], fits: Callable[[Resource], bool] | None, retracted: bool) -> list[Resource]:
        if not listed:
            return []
        fitting = (r for r in listed if fits is None or fits(r))
        counted = (r for r in fitting if stands(r) or (retracted and r.get("status") == "entered-in-error"))
        return [r for r in counted if r["resourceType"] != "Observation" or self._is_hers(r)]

    def coded(self, *wanted: Code) -> list[Resource]:
        """Her Observations with one of these codes that stand, oldest first."""
        return self.found("Observation", lambda r: any(c in wanted for c in codes(r.get("code"))))

    def _is_hers(self, fact: Resource) -> bool:
        subject = fact.get("subject")
        if subject is None or (isinstance(subject, dict) and subject.get("reference") == f"Patient/{self.card.mother['id']}"):
            return True
        return self.same(subject, self.mother)

    def same(self, left: object, right: object) -> bool:
        """Whether two References name the same resource, also where one is absolute."""
        mine, its = self.named(left), self.named(right)
        return mine is not None and mine == its

    def named(self, reference: object) -> str | None:
        """Type and id (``Encounter/1``) of what a Reference names; of an absolute one its last two parts."""
        text = reference.get("reference") if isinstance(reference, dict) else None
        return tail(text) if isinstance(text, str) else None

    # ------------------------------------------------------------ fetuses

    def fetuses(self) -> dict[str, int]:
        """Reference (``Patient/1``) to number of each fetus of the record, by its extension, else by its identifier."""
        return {f"Patient/{r['id']}": n for r in self.card.of("Patient") if (n := number_of(r)) is not None}

    def number(self, fact: Resource) -> int | None:
        """The number of the fetus that a fact is about; ``None`` for one about none or several."""
        known = self.fetuses()
        numbers = {known[n] for f in items(fact, "focus") if (n := self.named(f)) in known and n is not None}
        return numbers.pop() if len(numbers) == 1 else None

    def fetus(self, number: int) -> tuple[Resource, list[Resource]]:
        """A reference to the fetus with this number, and the Patient to put where there is none yet."""
        there = next((name for name, n in sorted(self.fetuses().items()) if n == number), None)
        if there is not None:
            return {"reference": there}, []
        made = {
            "resourceType": "Patient",
            "id": new_id(),
            "meta": {"profile": [f"{PROFILE}Patient-fetus"]},
            "extension": [
                {"url": own("fetal-status"), "valueCodeableConcept": {"coding": [coding("fetal-status#in-utero")]}},
                {"url": own("fetus-number"), "valuePositiveInt": number},
                {"url": own("fetus-of"), "valueReference": self.mother},
            ],
            "identifier": [{"system": FETUS_ID, "value": f"{self.record_id}:{number}"}],
            "active": True,
            "gender": "unknown",
        }
        return {"reference": f"Patient/{made['id']}"}, [made]

    # ------------------------------------------------------------ new facts

    def of_record(self) -> Resource:
        """The extension by which a fact without a visit names its pregnancy."""
        return {"url": EPISODE_EXTENSION, "valueReference": self.episode}

    def new(self, type: str, profile: str, /, **content: object) -> Resource:
        """A new resource with an id and a profile (what follows ``no-domain-Maternity-``); what is ``None`` is left out."""
        given = {key: value for key, value in content.items() if value is not None}
        return {"resourceType": type, "id": new_id(), "meta": {"profile": [PROFILE + profile]}, **given}

    def observation(self, profile: str, category: str, code: Resource, visit: Resource | None = None, /, **content: object) -> Resource:
        """A new Observation of hers, final, of now; ``visit``: a reference to its Encounter, without which it names the record.

        ``profile``: what follows ``no-domain-Maternity-Observation-``; ``category``: a code of observation-category.
        """
        beginning: dict[str, object] = {
            "extension": None if visit else [self.of_record()],
            "status": "final",
            "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
            "code": code,
            "subject": self.mother,
            "focus": None,
            "encounter": visit,
            "effectiveDateTime": self.moment,
        }
        return self.new("Observation", f"Observation-{profile}", **{**beginning, **content})


CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def number_of(fetus: Resource) -> int | None:
    """The number of a fetus, by its extension, else by its identifier; ``None`` for another Patient."""
    told = whole(extension(fetus, own("fetus-number")))
    if told is not None:
        return told
    named = next((str(i.get("value")) for i in items(fetus, "identifier") if i.get("system") == FETUS_ID), "")
    last = named.rpartition(":")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 4 else None


#: What a change of the value makes stale: how it was judged, why it was missing, and when it was told.
STALE = frozenset(("interpretation", "dataAbsentReason", "issued"))


def changed(resource: Resource, **content: object) -> Resource:
    """A copy of ``resource`` with ``content`` (``None`` takes an element away), without what that makes stale: the resource told in words,
    and of another value (one at most) also how the old one was judged and why there was none."""
    valued = {key: value for key, value in content.items() if key.startswith("value")}
    dropped = {"text", *content, *(f"_{key}" for key in content), *(STALE if valued else ())}
    if "component" in content:
        dropped.add("interpretation")
    other = any(value is not None for value in valued.values())
    kept = {k: v for k, v in resource.items() if k not in dropped and not (other and k.lstrip("_").startswith("value"))}
    return {**kept, **{key: value for key, value in content.items() if value is not None}}


def retracted(resource: Resource) -> Resource:
    """The resource, marked as entered in error; its narrative would say otherwise and goes."""
    return {key: value for key, value in resource.items() if key != "text"} | {"status": "entered-in-error"}


def differing(there: Resource, wanted: Resource) -> list[Resource]:
    """``wanted``, where it isn't what is there already."""
    return [] if equal(there, wanted) else [wanted]
