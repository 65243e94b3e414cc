"""The guard of the practitioners' door: who may do what with whose record, asked before, within and after the work.

Before the work it knows who calls and what is wanted (``check``); whose record it is about is known for sure only when something has been
read or written (``reveal``, ``trace``): then consent, address, restrictions and the one-patient rule are judged, and the log is written,
before anything is shown or stands. Sources: the rules of ``policy.toml``, each with its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from hmac import compare_digest
from typing import Any

from hit_maternity.access.address import ELEVEN, in_address
from hit_maternity.access.audit.tracing import Tracing
from hit_maternity.access.consent.standing import NUMBER_SYSTEMS
from hit_maternity.access.limits import Limits
from hit_maternity.access.naming import looks_around, named
from hit_maternity.access.ownership import Readings, owned
from hit_maternity.access.policy import FRAMES, Right, wanted
from hit_maternity.access.principal import Kind, Principal
from hit_maternity.access.restrictions import CONFIDENTIALITY, RESTRICTED, closed_by, is_restricted
from hit_maternity.access.visiting import Attests, Gate, Keeping, Rules, Visit
from hit_maternity.fhir import json
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Intent, Reader, ResourceStore, Standing, Version, Writer
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.search.model import Criterion, Query
from hit_maternity.store.accesses import Proof
from hit_maternity.store.people import UNKNOWN

#: What is about no single record, and would be about all of them.
_TOO_WIDE = frozenset(("history-type", "history-system"))
#: Sets of types whose criterion is remembered.
_MOST_TYPES = 500
#: What shows versions of the past: a restriction of today counts for them too.
_PAST = frozenset(("vread", "history-instance"))
#: Beginnings of the bases for access that open what is restricted (dhg-api.md 2.4).
_RAISED = "FORHOYET"


class AccessGuard:
    """The ``ports.Guard`` of ``/fhir``, of one space."""

    def __init__(
        self,
        gate: Gate,
        rules: Rules,
        store: ResourceStore,
        search: Search,
        tracing: Tracing,
        limits: Limits,
        attests: Attests,
        keeping: Keeping,
        challenged: Callable[[FhirError], FhirError] = lambda refusal: refusal,
    ) -> None:
        self._gate = gate
        self._policy = rules.policy
        self._organisations = rules.organisations
        self._store = store
        self._search = search
        self._tracing = tracing
        self._limits = limits
        self._attests = attests
        self._keeping = keeping
        self._challenged = challenged
        self._unlabelled_of: dict[tuple[str, ...], Criterion] = {}

    # ------------------------------------------------------------ before the work

    def admit(self, headers: Mapping[str, str], method: str, url: str) -> Visit:
        """Raises ``FhirError``: 400 for a national id in the address, 401, 403, 429."""
        if in_address(url):
            raise self._policy.rule("identifier-in-address").refusal(400, "security")
        principal = self._gate.principal(headers, method, url)
        self._limits.spend(principal)
        principal = self._attests.admitted(principal)
        proofs: tuple[Proof, ...] = ()
        if principal.proof_key and principal.proof_id and principal.proof_until:
            proofs = (Proof(principal.proof_key, principal.proof_id, principal.proof_until),)
        return Visit(principal, proofs)

    def check(self, principal: Visit, intent: Intent) -> Query | None:
        """Raises ``FhirError`` 403 for what the caller may not ask at all."""
        who = principal.principal
        principal.named = set()
        if intent.interaction in FRAMES:
            self._enter(who)
            self._prove(principal, intent)
            return None
        kind, right = self._policy.kind_of(intent.type), wanted(intent.interaction)
        if kind == "log":
            raise self._refusal("log-closed")
        if kind == "knowledge" and right is Right.WRITE:
            raise self._refusal("knowledge-read-only")
        if kind != "knowledge":
            self._enter(who)
            self._allow(who, right)
            if kind == "record" and intent.interaction in _TOO_WIDE:
                raise self._refusal("patient-required")
        if intent.query is not None:
            return self._narrowed(principal, intent.query)
        if intent.type == "Patient" and intent.id is not None and right is Right.READ:
            principal.named.add(intent.id)
        return None

    def _prove(self, visit: Visit, intent: Intent) -> None:
        """Uses up the proof of a batch at its beginning: each of its entries stands alone, so none of them could do it for all."""
        if intent.interaction == "batch" and visit.proofs:
            self._tracing.read(visit.principal, intent, (), None, visit.proofs)
            visit.proofs = ()

    def _refusal(self, rule: str) -> FhirError:
        return self._policy.rule(rule).refusal()

    def _enter(self, who: Principal) -> None:
        """Whether the caller may come near a record at all."""
        if who.kind is not Kind.PRACTITIONER:
            raise self._refusal("kind-record")
        if self._organisations and who.organisation.legal_entity not in self._organisations:
            raise self._refusal("organisation-unknown")

    def _allow(self, who: Principal, right: Right) -> None:
        if who.role is None:
            raise self._refusal("role-missing")
        if not self._policy.allows_role(who, right):
            raise self._refusal("role-not-allowed")
        purpose = who.attest.purpose.code if who.attest is not None and who.attest.purpose is not None else None
        if not self._policy.allows_purpose(purpose, right):
            raise self._refusal("purpose-not-allowed")

    def _narrowed(self, visit: Visit, query: Query) -> Query:
        """The search without what is restricted. Raises ``FhirError`` where it looks into records and names nobody."""
        visit.named = set(named(query))
        if not visit.named and looks_around(query, self._policy):
            raise self._refusal("patient-required")
        if _is_raised(visit.principal) or not any(self._policy.kind_of(t) == "record" for t in query.types):
            return query
        return replace(query, criteria=(*query.criteria, self._unlabelled(query.types)))

    def _unlabelled(self, types: tuple[str, ...]) -> Criterion:
        """The criterion of what carries no label that restricts it."""
        known = self._unlabelled_of.get(types)
        if known is None:
            labels = ",".join(f"{CONFIDENTIALITY}|{code}" for code in sorted(RESTRICTED))
            (known,) = self._search.parse(types, [("_security:not", labels)]).criteria
            if len(self._unlabelled_of) < _MOST_TYPES:
                self._unlabelled_of[types] = known
        return known

    # ------------------------------------------------------------ after a read

    def reveal(self, principal: Visit, intent: Intent, seen: Sequence[Version], writer: Writer | None = None) -> Sequence[Version | None]:
        """Raises ``FhirError``: 401 for a proof that was used before, 403, 503."""
        if not principal.named and all(self._is_anybodys(v) for v in seen):
            self._leave(principal, intent, seen, None, writer)
            return seen
        self._enter(principal.principal)  # a search of definitions or people may include what is in a record
        self._allow(principal.principal, Right.READ)
        found, patients, standings = self._placed(principal, seen, writer)
        shown: list[Version | None] = [v if self._is_shown(v) else None for v in found]
        self._one(principal, patients, standings, writer)
        for patient in patients:
            self._open(principal.principal, standings.get(patient, UNKNOWN), Right.READ)
            principal.principal = self._attests.bound(principal.principal, patient, writer)
            principal.patient = patient
        if not _is_raised(principal.principal):
            shown = self._unrestricted(intent, shown, writer)
        self._leave(principal, intent, [v for v in shown if v is not None], next(iter(patients), None), writer)
        return shown

    def _is_shown(self, version: Version) -> bool:
        kind = self._policy.kind_of(version.type)
        return kind in ("knowledge", "directory") or (kind == "record" and version.patient is not None)

    def _placed(
        self, visit: Visit, seen: Sequence[Version], writer: Writer | None
    ) -> tuple[Sequence[Version], set[str], Mapping[str, Standing]]:
        """What was seen with the patient whose it is; the patients whom the call is about, and their standing. Nothing is read where each
        version brought it along."""
        known = {v.patient: v.standing for v in seen if v.patient is not None and v.standing is not None and v.standing.consent is not None}
        if not (all(v.patient in known or self._is_anybodys(v) for v in seen) and visit.named <= known.keys()):
            if writer is not None:
                return self._looked_up(visit, seen, writer)
            with self._store.reading() as session:
                return self._looked_up(visit, seen, session)
        return seen, {v.patient for v in seen if v.patient is not None and not self._is_anybodys(v)}, known

    def _looked_up(
        self, visit: Visit, seen: Sequence[Version], session: Readings
    ) -> tuple[list[Version], set[str], Mapping[str, Standing]]:
        there = {v.id for v in seen if v.type == "Patient"}
        asked = session.get_many([("Patient", id) for id in sorted(visit.named - there)]) if visit.named - there else []
        found = owned([*seen, *asked], session)
        patients = {v.patient for v in found if v.patient is not None and not self._is_anybodys(v)}
        patients |= visit.named - {v.id for v in found if v.type == "Patient"}
        return found[: len(seen)], patients, {v.patient: v.standing for v in found if v.patient is not None and v.standing is not None}

    def _unrestricted(self, intent: Intent, shown: list[Version | None], writer: Writer | None) -> list[Version | None]:
        """What may be shown without a raised basis for access."""
        there = [v for v in shown if v is not None]
        labelled = {(v.type, v.id) for v in there if is_restricted(v)}
        if intent.interaction in _PAST and there:
            labelled |= self._labelled_today({(v.type, v.id) for v in there} - labelled, writer)
        if (intent.type, intent.id) in labelled and len(there) == 1:
            raise self._refusal("restricted")
        return [None if v is None or (v.type, v.id) in labelled else v for v in shown]

    def _labelled_today(self, names: Collection[tuple[str, str]], writer: Writer | None) -> set[tuple[str, str]]:
        def current(session: Reader) -> set[tuple[str, str]]:
            return {name for name in names if (v := session.get(*name)) is not None and is_restricted(v)}

        if writer is not None:
            return current(writer)
        with self._store.reading() as session:
            return current(session)

    def _is_anybodys(self, version: Version) -> bool:
        return self._policy.kind_of(version.type) in ("knowledge", "directory")

    def _one(self, visit: Visit, patients: Collection[str], standings: Mapping[str, Standing], writer: Writer | None) -> None:
        """A call is about one patient, who is the one that the header names."""
        visit.named = set(patients)
        if len({*patients, visit.patient} - {None}) > 1:
            raise self._refusal("patient-required")
        pid = visit.principal.patient
        if pid is not None and not all(self._is_hers(pid, patient, standings.get(patient), writer) for patient in patients):
            raise self._refusal("patient-mismatch")

    def _is_hers(self, pid: str, patient: str, standing: Standing | None, writer: Writer | None) -> bool:
        """Whether a Patient has this national id: by its digest, which was read with the resource, else by the index of identifiers."""
        digest = getattr(standing, "digest", None)
        if digest is not None and compare_digest(digest, self._keeping.digest(pid)):
            return True
        return patient in self.patients(pid, writer)

    def _open(self, who: Principal, standing: Standing, right: Right) -> None:
        """Whether a record with this standing is open to the caller."""
        if (rule := closed_by(standing, who, right)) is not None:
            raise self._refusal(rule)

    def _leave(self, visit: Visit, intent: Intent, shown: Sequence[Version], patient: str | None, writer: Writer | None) -> None:
        """Leaves the trace of a read."""
        if writer is not None:
            self._tracing.within(writer, visit.principal, intent, shown, patient, visit.spent())
        else:
            self._tracing.read(visit.principal, intent, shown, patient, visit.spent())

    # ------------------------------------------------------------ within a write

    def approach(self, writer: Writer, principal: Visit, intent: Intent, there: Sequence[Version]) -> None:
        """Allows a change to what is there, before anything of it is told: that a patch does not fit, or a version is another. Raises
        ``FhirError`` 403."""
        last = [v if v.body is not None or v.patient is not None else _before(writer, v) or v for v in there]
        found, patients, _ = self._looked_up(principal, last, writer)
        self._may_change(writer, principal, (), found, patients, self._held(writer, patients))

    def trace(self, writer: Writer, principal: Visit, intent: Intent, seen: Sequence[Version]) -> None:
        """Raises ``FhirError`` 403, 503."""
        before = [v for version in seen if (v := _before(writer, version)) is not None]
        self._adopt(writer, seen)
        standings = self._held(writer, {v.patient for v in (*seen, *before) if v.patient is not None})
        known = [v if v.patient is None else replace(v, standing=standings.get(v.patient)) for v in (*seen, *before)]
        found = owned(known, writer)
        given, before = found[: len(seen)], found[len(seen) :]
        earlier = {(v.type, v.id): v.patient for v in before}
        given = [replace(v, patient=earlier.get((v.type, v.id))) if v.body is None and v.patient is None else v for v in given]
        patients = {v.patient for v in (*given, *before) if v.patient is not None and not self._is_anybodys(v)}
        if not patients <= standings.keys():
            standings = self._held(writer, patients)
        self._may_change(writer, principal, given, before, patients, standings)
        self._tracing.within(writer, principal.principal, intent, given, next(iter(patients), None), principal.spent())

    def _may_change(
        self,
        writer: Writer,
        visit: Visit,
        written: Sequence[Version],
        before: Sequence[Version],
        patients: Collection[str],
        standings: Mapping[str, Standing],
    ) -> None:
        """Whether what was ``written``, and what there was ``before``, is all in one record that the caller may write to."""
        if any(v.patient is None and not self._is_anybodys(v) for v in (*written, *before)):
            raise self._refusal("patient-required")
        self._one(visit, patients, standings, writer)
        for patient in patients:
            self._open(visit.principal, standings.get(patient, UNKNOWN), Right.WRITE)
            visit.principal = self._attests.bound(visit.principal, patient, writer)
            visit.patient = patient
        if any(is_restricted(v) for v in before) and not _is_raised(visit.principal):
            raise self._refusal("restricted")

    def _adopt(self, writer: Any, written: Sequence[Version]) -> None:
        """A Patient that was written takes over what is known of the person by her national id."""
        for version in written:
            if version.type == "Patient" and version.body is not None and version.patient == version.id:
                self._keeping.adopt(writer.transaction, json.decode(version.body))

    def _held(self, writer: Any, patients: Collection[str]) -> Mapping[str, Standing]:
        """The standing of these patients, which stays so until the transaction ends."""
        return self._keeping.held(writer.transaction, sorted(patients)) if patients else {}

    # ------------------------------------------------------------ refusals

    def refused(self, principal: Visit | None, request: Any, refusal: FhirError) -> FhirError | None:
        """The refusal with its challenge."""
        told = self._challenged(refusal)
        who = principal.principal if principal else getattr(refusal, "principal", None)
        path = request.path
        type = path[0] if path and path[0][:1].isupper() else None
        id = path[1] if type and len(path) > 1 and path[1][:1] not in "_$" else None
        proofs = principal.proofs if principal and refusal.status == 403 else ()
        named = principal.named if principal else set()
        patient = next((id for id in named if len(named) == 1 and not ELEVEN.fullmatch(id)), None)
        self._tracing.refused(who, request.interaction, refusal, type, id, patient, proofs)
        return told

    # ------------------------------------------------------------ patients by national id

    def patients(self, pid: str, writer: Writer | None = None) -> frozenset[str]:
        """The ids of the Patients with this national id."""
        asked = ",".join(f"{system}|{pid}" for system in NUMBER_SYSTEMS)
        query = self._search.parse(("Patient",), [("identifier", asked), ("_count", "20")])
        if writer is not None:
            return _ids(writer, query)
        with self._store.reading() as session:
            return _ids(session, query)


def _ids(session: Reader, query: Query) -> frozenset[str]:
    return frozenset(v.patient or v.id for v in session.search(query).matches)


def _is_raised(who: Principal) -> bool:
    """Whether the caller gives a basis for access that opens what is restricted."""
    return (who.access_basis or "").startswith(_RAISED)


def _before(writer: Writer, version: Version) -> Version | None:
    """The version before; of one that came back after a deletion, the one that was deleted."""
    number, found = version.version - 1, None
    while number > 0 and (found is None or (found.body is None and found.patient is None)):
        found = writer.get_version(version.type, version.id, number)
        number -= 1
    return found
