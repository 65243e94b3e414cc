"""What a citizen may do at her own door: read her whole record, and write what is hers.

Her record is what is stored about the Patient that has her national id, her fetuses' and newborns' data among it; what belongs to nobody's
record (definitions, the directory of professionals and places) she may read too. Of everything else she learns nothing, not even whether it
is there. Hers to write are her answers to the survey before the first visit; consent is given and withdrawn beside FHIR (``web.citizen``).

Confirmed (dhg-api.md 5.3, 6): she reads all that the card holds and writes the survey; nothing at all with a confidential address; no
writes of somebody who is dead; nothing is stored without her consent. Inferred: that the survey is kept as she sent it (a
QuestionnaireResponse), beside the record. Ours: a power of attorney opens nothing unless the operator says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from hit_maternity.access.consent.standing import NUMBER_SYSTEMS
from hit_maternity.access.helsenorge import is_proxy
from hit_maternity.access.limits import Limits
from hit_maternity.access.ownership import identity, owned
from hit_maternity.access.policy import FRAMES, Policy, Right, wanted
from hit_maternity.access.principal import Principal
from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Intent, Reader, ResourceStore, Standing, Version, Writer
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import Chain, Has, Hierarchy, InCompartment, InList, Query
from hit_maternity.store.decisions import held
from hit_maternity.store.people import UNKNOWN
from hit_maternity.store.people import Standing as Known

#: What she writes herself, and how: nothing of hers is deleted one by one, since professionals may have built on it.
WRITABLE: Mapping[str, frozenset[str]] = {"QuestionnaireResponse": frozenset(("create", "update", "patch"))}
#: Readings of more than one record at once, which can't be narrowed to hers.
_TOO_WIDE = frozenset(("history-type", "history-system"))
#: The class of what belongs to one patient (``Policy.kind_of``).
_RECORD, _NOBODYS = "record", frozenset(("knowledge", "directory"))


class Proxies(StrEnum):
    """What somebody with a power of attorney may do."""

    NONE = "none"
    READ = "read"
    WRITE = "write"


class Authenticator(Protocol):
    """``helsenorge.HelsenorgeAuthenticator``."""

    def principal(self, headers: Mapping[str, str], method: str, url: str) -> Principal: ...


class Trail(Protocol):
    """The access log of one space (``audit.tracing.Tracing``)."""

    def read(self, principal: Principal, intent: Intent, given: Sequence[Version], patient: str | None = None) -> None:
        """She is shown ``given``: rows in a transaction of their own. Raises ``FhirError`` 503."""
        ...

    def within(self, writer: Any, principal: Principal, intent: Intent, given: Sequence[Version], patient: str | None = None) -> None:
        """The same, or that she has written, in the transaction of ``writer``."""
        ...

    def refused(
        self,
        principal: Principal | None,
        interaction: str,
        refusal: FhirError,
        type: str | None = None,
        id: str | None = None,
        patient: str | None = None,
    ) -> None:
        """Never raises."""
        ...


@dataclass(slots=True)
class Visit:
    """One request of a citizen: who she is, the ids of her Patient once they are looked up, and what was asked last."""

    principal: Principal
    patients: tuple[str, ...] | None = None
    intent: Intent | None = None


class OwnRecord:
    """Which Patient is hers, how it stands with her, and what she, or who acts for her, may do at all."""

    def __init__(self, store: ResourceStore, search: Search, policy: Policy, proxies: Proxies = Proxies.NONE) -> None:
        self._store = store
        self._search = search
        self._policy = policy
        self._proxies = proxies

    def patients(self, principal: Principal) -> tuple[str, ...]:
        """The ids of the Patient with her national id: one, or none where there is no record, or several where somebody registered her
        twice. A fetus or newborn in its mother's record is none."""
        if not principal.patient:
            return ()
        asked = ",".join(f"{system}|{principal.patient}" for system in NUMBER_SYSTEMS)
        query = self._search.parse(("Patient",), [("identifier", asked), ("_sort", "_id"), ("_count", "20")])
        with self._store.reading() as reader:
            found = owned(reader.search(query).matches, reader)
        return tuple(v.id for v in found if v.patient in (None, v.id))

    def standing(self, patients: Sequence[str], reader: Reader | None = None) -> Standing:
        """How it stands with her; of several Patients each fault counts, and consent where none says no."""
        if not patients:
            return UNKNOWN
        if reader is None:
            with self._store.reading() as opened:
                return self.standing(patients, opened)
        return _joined(reader.standing(patients))

    def held(self, writer: Any, patients: Sequence[str]) -> Standing:
        """The same within the transaction of ``writer`` (the store's), until whose end it stays so: an erasure waits for it, and who comes
        after one sees what is left."""
        database: Any = self._store
        return _joined(held(database.database, writer.transaction, list(patients))) if patients else UNKNOWN

    def allow(self, principal: Principal, right: Right) -> None:
        """Raises ``FhirError`` 403 ``proxy-not-allowed`` where somebody else is at the keyboard, and may not do so."""
        allowed = {Proxies.NONE: (), Proxies.READ: (Right.READ,), Proxies.WRITE: (Right.READ, Right.WRITE)}[self._proxies]
        if is_proxy(principal) and right not in allowed:
            raise self._policy.rule("proxy-not-allowed").refusal()

    def open(self, patients: Sequence[str], right: Right, within: Writer | None = None) -> None:
        """Raises ``FhirError`` 403 where nothing may be read (confidential address) or written (dead, no consent); ``within``: asked in
        the transaction that writes."""
        standing = self.held(within, patients) if within is not None and right is Right.WRITE else self.standing(patients, within)
        if standing.confidential:
            raise self._policy.rule("confidential-address").refusal()
        if right is Right.WRITE:
            if standing.deceased:
                raise self._policy.rule("patient-deceased").refusal()
            if standing.consent is not True:
                raise self._policy.rule("consent-missing").refusal()


class CitizenGuard:
    """The ``ports.Guard`` of ``/app/fhir``, of one space."""

    def __init__(
        self,
        authenticator: Authenticator,
        record: OwnRecord,
        store: ResourceStore,
        search: Search,
        trail: Trail,
        policy: Policy,
        limits: Limits,
    ) -> None:
        self._authenticator = authenticator
        self._record = record
        self._store = store
        self._search = search
        self._trail = trail
        self._policy = policy
        self._limits = limits

    def admit(self, headers: Mapping[str, str], method: str, url: str) -> Visit:
        """Raises ``FhirError`` 401, 403, 429, 503."""
        principal = self._authenticator.principal(headers, method, url)
        self._limits.spend(principal)
        return Visit(principal)

    def check(self, principal: Visit, intent: Intent) -> Query | None:
        """Raises ``FhirError`` 403; narrows a search to her record."""
        principal.intent = intent
        if intent.interaction in FRAMES:
            self._limits.spend(principal.principal, max(0, _entries(intent.resource) - 1))
            return None
        right = wanted(intent.interaction)
        self._record.allow(principal.principal, right)
        kind = self._policy.kind_of(intent.type)
        if kind == "log":
            raise self._policy.rule("log-closed").refusal()
        if right is Right.WRITE:
            self._writes(principal, intent)
            return None
        if intent.interaction in _TOO_WIDE:
            raise _too_wide()
        if intent.query is not None:
            return self._narrowed(principal, intent.query)
        return None

    def reveal(self, principal: Visit, intent: Intent, seen: Sequence[Version], writer: Writer | None = None) -> Sequence[Version | None]:
        """What is hers, or nobody's; everything else is hidden as if it were not there. Raises ``FhirError`` 403, 503."""
        principal.intent = intent
        found = self._owned(principal, seen, writer)
        hers = [v for v in found if v is not None and self._policy.kind_of(v.type) == _RECORD]
        if hers or self._policy.kind_of(intent.type) == _RECORD:
            patients = self._patients(principal)
            self._record.open(patients, Right.READ, writer)
            if writer is None:
                self._trail.read(principal.principal, intent, hers, next(iter(patients), None))
            else:
                self._trail.within(writer, principal.principal, intent, hers, next(iter(patients), None))
        return found

    def approach(self, writer: Writer, principal: Visit, intent: Intent, there: Sequence[Version]) -> None:
        """Raises ``FhirError`` 403 where what is there is not written by her."""
        patients = self._patients(principal)
        for version in there:
            if version.body is not None and not _is_written_by(_parsed(version.body), patients):
                raise self._policy.rule("citizen-read-only").refusal()

    def trace(self, writer: Writer, principal: Visit, intent: Intent, seen: Sequence[Version]) -> None:
        """Raises ``FhirError`` 403 where what was there, or what has come of it, is not hers; 503."""
        principal.intent = intent
        patients = self._patients(principal)
        self._record.open(patients, Right.WRITE, writer)
        for version in seen:
            before = writer.get_version(version.type, version.id, version.version - 1) if version.version > 1 else None
            for body in (version.body, before.body if before else None):
                if body is not None and not _is_written_by(_parsed(body), patients):
                    raise self._policy.rule("citizen-read-only").refusal()
        self._trail.within(writer, principal.principal, intent, seen, next(iter(patients), None))

    def refused(self, principal: Visit | None, request: Any, refusal: FhirError) -> None:
        """Never raises."""
        known = principal.principal if principal else getattr(refusal, "principal", None)
        intent = principal.intent if principal and principal.intent else Intent(getattr(request, "interaction", ""))
        patient = next(iter(principal.patients or ()), None) if principal else None
        self._trail.refused(known, intent.interaction, refusal, intent.type, intent.id, patient)

    # ------------------------------------------------------------ what is hers

    def _patients(self, visit: Visit) -> tuple[str, ...]:
        if visit.patients is None:
            visit.patients = self._record.patients(visit.principal)
        return visit.patients

    def _owned(self, visit: Visit, seen: Sequence[Version], writer: Writer | None) -> list[Version | None]:
        """For each version itself, with the patient whose it is, where that is she, or where it is nobody's; else None."""
        shown: list[Version | None] = [v if self._policy.kind_of(v.type) in _NOBODYS else None for v in seen]
        places = [n for n, v in enumerate(seen) if self._policy.kind_of(v.type) == _RECORD]
        patients = self._patients(visit) if places else ()
        if not patients:
            return shown
        if writer is not None:
            found = owned([seen[n] for n in places], writer)
        else:
            with self._store.reading() as reader:
                found = owned([seen[n] for n in places], reader)
        for n, version in zip(places, found, strict=True):
            shown[n] = version if version.patient in patients else None
        return shown

    def _writes(self, visit: Visit, intent: Intent) -> None:
        if intent.interaction not in WRITABLE.get(intent.type or "", ()):
            raise self._policy.rule("citizen-read-only").refusal()
        patients = self._patients(visit)
        self._record.open(patients, Right.WRITE)
        if intent.resource is not None and not _is_written_by(intent.resource, patients):
            raise self._policy.rule("citizen-own-record").refusal()

    def _narrowed(self, visit: Visit, query: Query) -> Query:
        """``query`` within her compartment. Nobody's resources stay as they are asked for, but not by what refers to them: that would tell
        of the records of others."""
        if any(isinstance(c, Has | InList) for c in query.criteria):
            raise _by_others()
        record = [t for t in query.types if self._policy.kind_of(t) == _RECORD]
        if not record:
            if any(isinstance(c, Chain | Hierarchy) for c in query.criteria) or any(i.reverse for i in query.includes):
                raise _by_others()
            return query
        patients = self._patients(visit)
        named = next((c.id for c in query.criteria if isinstance(c, InCompartment) and c.id in patients), None)
        within = self._search.parse(record, (), compartment=("Patient", named or next(iter(patients), "")))
        return replace(query, types=within.types, criteria=(*query.criteria, *within.criteria))


def _joined(standings: Mapping[str, Standing]) -> Standing:
    known = list(standings.values())
    if len(known) == 1:
        return known[0]
    consents = {s.consent for s in known}
    consent = False if False in consents else True if True in consents else None
    return Known(consent, any(s.confidential for s in known), any(s.deceased for s in known))


def _is_written_by(resource: Mapping[str, Any], patients: Sequence[str]) -> bool:
    """Whether she is both whom it is about and who answers."""
    own = {("Patient", id) for id in patients}
    about, source = resource.get("subject"), resource.get("source")
    return identity(about) in own and (source is None or identity(source) in own)


def _parsed(body: bytes) -> Mapping[str, Any]:
    value = json.decode(body)
    return value if isinstance(value, dict) else {}


def _entries(bundle: Mapping[str, Any] | None) -> int:
    listed = bundle.get("entry") if bundle else None
    return len(listed) if isinstance(listed, list) else 0


def _too_wide() -> FhirError:
    text = "Ask for the history of one resource of your record: its address, then /_history."
    return refuse(403, "forbidden", "history-of-others", text)


def _by_others() -> FhirError:
    text = "This search asks what refers to a resource, or a list or hierarchy of others. Search your own record by its own parameters."
    return refuse(403, "forbidden", "search-by-others", text)
