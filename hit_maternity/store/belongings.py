"""What is in the record of a patient, and what else names her: found by the index where it tells, and by a look at every text for what
the index doesn't know (superseded versions, deleted resources, copies in documents).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.fhir.json import decode
from hit_maternity.store.history import present_types
from hit_maternity.store.keys import bounded, type_key
from hit_maternity.store.redaction import Hers, Identity, numbers, persons_in, references
from hit_maternity.store.session import Database, Row, Session

#: Never erased for naming a patient: they are about care givers, places and things, or about several people.
_SHARED = frozenset((
    "ActivityDefinition", "CapabilityStatement", "CatalogEntry", "ChargeItemDefinition", "CodeSystem", "ConceptMap", "Device",
    "DeviceDefinition", "Endpoint", "EventDefinition", "GraphDefinition", "Group", "HealthcareService", "ImplementationGuide",
    "InsurancePlan", "Library", "Location", "Measure", "Medication", "MedicationKnowledge", "MessageDefinition", "NamingSystem",
    "OperationDefinition", "Organization", "OrganizationAffiliation", "PlanDefinition", "Practitioner", "PractitionerRole", "Questionnaire",
    "ResearchDefinition", "ResearchStudy", "Schedule", "SearchParameter", "Slot", "SpecimenDefinition", "StructureDefinition",
    "StructureMap", "Subscription", "Substance", "TerminologyCapabilities", "TestReport", "TestScript", "ValueSet",
))  # fmt: skip
#: What belongs to those that name it, and has no patient itself: documents and files.
_ATTACHED = frozenset(("Binary", "Bundle"))
#: Texts that one look over the tables asks for.
_NEEDLES = 40
#: Rows read at a time.
_PAGE = 200


@dataclass(slots=True)
class Found:
    """``whole``: key -> identity of what goes with all its versions; ``mixed``: of what is others' too, or has versions that were hers;
    ``loose``: those versions, as ``(key, version)``; ``patients``: she, and the Patients of her fetuses and children."""

    patients: list[str]
    hers: Hers
    whole: dict[int, Identity] = field(default_factory=dict)
    mixed: dict[int, Identity] = field(default_factory=dict)
    loose: list[tuple[int, int]] = field(default_factory=list)


class Belongings:
    """Looks through one space. ``number_systems``: the identifier systems of national ids; ``base``: our own public address."""

    def __init__(self, database: Database, session: Session, number_systems: frozenset[str], base: str = "") -> None:
        self._session = session
        self._names = database.names
        self._database = database
        self._one_of = database.dialect.number_in
        self._text_of = database.dialect.text_in
        self._systems = number_systems
        self._base = base

    def of(self, patients: Sequence[str], numbers: frozenset[str] = frozenset()) -> Found:
        """All that belongs to these Patients, and to the fetuses and children whose Patients name them; ``numbers``: her national ids that
        are known already, those that her Patients have come on top."""
        found = Found(self._family(patients), Hers(frozenset(), numbers))
        self._own(found)
        self._learn(found, found.whole)
        fresh: Iterable[int] = self._mentioned(found)
        while fresh := self._judge(found, [*fresh, *self._referring(found, found.whole), *self._attached(found)]):
            self._learn(found, fresh)
        self._learn(found, ())
        return found

    # ------------------------------------------------------------ people

    def _family(self, patients: Sequence[str]) -> list[str]:
        known = dict.fromkeys(patients)
        fresh = list(known)
        while fresh:
            names = {("Patient", p) for p in fresh} | {("EpisodeOfCare", e) for e in self._episodes(fresh)}
            rows = self._scan([f"{t}/{i}" for t, i in names], fresh, "Patient")
            fresh = []
            for key in dict.fromkeys(row[0] for row in rows):
                _, id, bodies = self._texts(key)
                if id in known or not any(self._names_one(body, names) for body in bodies[:1]) or self._is_stranger(id):
                    continue
                known[id] = None
                fresh.append(id)
        return list(known)

    def _names_one(self, body: bytes, names: set[Identity]) -> bool:
        return not names.isdisjoint(references(decode(body), self._base))

    def _episodes(self, patients: Sequence[str]) -> list[str]:
        statement = (
            f"SELECT r.id FROM (SELECT DISTINCT t.key FROM {self._names.timeline} t WHERE t.patient {self._text_of}"
            f" AND t.section = ? AND t.code = '') f CROSS JOIN {self._names.resource} r WHERE r.key = f.key"
        )
        listed = self._session.listed([bounded(p) for p in patients])
        return [row[0] for row in self._session.rows(statement, (listed, type_key("EpisodeOfCare")))]

    def _is_stranger(self, patient: str) -> bool:
        """Whether a Patient who is linked to her has a record or has decided on a consent herself: then the link is no kinship."""
        statement = f"SELECT 1 FROM {self._names.person} p WHERE p.patient = ? AND p.consent IS NOT NULL"
        return self._session.row(statement, (patient,)) is not None or bool(self._episodes([patient]))

    # ------------------------------------------------------------ her own

    def _own(self, found: Found) -> None:
        """By the Patient they are about, now or before they were deleted; and what was hers before it became another's."""
        patients, names = set(found.patients), self._names
        listed = self._session.listed([bounded(p) for p in found.patients])
        statement = f"SELECT DISTINCT t.key FROM {names.timeline} t WHERE t.patient {self._text_of}"
        keys = [row[0] for row in self._session.rows(statement, (listed,))]
        others = (
            f"SELECT DISTINCT t.key FROM {names.timeline} t WHERE t.key {self._one_of} AND t.code = '' AND NOT t.patient {self._text_of}"
        )
        shared = {row[0] for part in _parts(keys) for row in self._session.rows(others, (self._session.listed(part), listed))}
        rows = self._session.rows(
            f"SELECT r.key FROM {names.resource} r WHERE r.patient {self._text_of} OR (r.type = 'Patient' AND r.id {self._text_of})",
            (self._session.listed(found.patients), self._session.listed(found.patients)),
        )
        heads = self._heads([*keys, *(row[0] for row in rows)])
        for key, (type, id, owner) in heads.items():
            whole = key not in shared and (owner is None or owner in patients)
            (found.whole if whole else found.mixed)[key] = (type, id)
        before = self._session.rows(
            f"SELECT v.key, v.version, v.type, v.id, v.body FROM {names.resource_version} v WHERE v.patient {self._text_of}",
            (self._session.listed(found.patients),),
        )
        for key, version, type, id, body in before:
            if key not in found.whole:
                found.mixed[key] = (type, id)
                if key not in shared and not self._is_of_others(found, body):
                    found.loose.append((key, version))

    def _is_of_others(self, found: Found, body: Any) -> bool:
        named = references(decode(bytes(body)), self._base) if body is not None else ()
        return any(type == "Patient" and self._owner((type, id)) not in (None, *found.patients) for type, id in named)

    def _heads(self, keys: Iterable[int]) -> dict[int, tuple[str, str, str | None]]:
        statement = f"SELECT r.key, r.type, r.id, r.patient FROM {self._names.resource} r WHERE r.key {self._one_of}"
        rows = (row for part in _parts(keys) for row in self._session.rows(statement, (self._session.listed(part),)))
        return {key: (type, id, owner) for key, type, id, owner in rows}

    def _learn(self, found: Found, keys: Iterable[int]) -> None:
        """Makes ``found.hers`` tell of what was found, with the national ids that stand in it."""
        ids = set(found.hers.numbers)
        patients = [key for key in keys if found.whole[key][0] == "Patient"]
        for key in patients:
            for body in self._texts(key)[2]:
                ids |= numbers(decode(body), self._systems)
        named = {("Patient", p) for p in found.patients}
        found.hers = Hers(frozenset(named.union(found.whole.values())), frozenset(ids), frozenset(), self._base)

    # ------------------------------------------------------------ what names her

    def _mentioned(self, found: Found) -> list[int]:
        """Keys of all that has a Patient or a record of hers, or her national id, in any version of its text."""
        needles = [f"{t}/{i}" for t, i in found.hers.identities if t in ("Patient", "EpisodeOfCare")]
        rows = self._scan([*needles, *sorted(found.hers.numbers)], [], None)
        keys = dict.fromkeys(row[0] for row in rows)
        return [key for key in keys | dict.fromkeys(self._once_mentioned(found)) if key not in found.whole]

    def _once_mentioned(self, found: Found) -> Iterator[int]:
        """Keys of what has no patient and has a superseded version that names something of hers: no index knows that."""
        statement = (
            f"SELECT v.key, v.version, v.body FROM {self._names.resource_version} v WHERE v.patient IS NULL AND v.body IS NOT NULL"
            f" AND v.key >= ? AND (v.key > ? OR v.version > ?) ORDER BY v.key, v.version LIMIT {_PAGE}"
        )
        key = version = -1
        while rows := self._session.rows(statement, (key, key, version)):
            key, version = rows[-1][:2]
            yield from (row[0] for row in rows if found.hers.within(bytes(row[2])))

    def _referring(self, found: Found, targets: Iterable[int]) -> list[int]:
        """Keys of current resources that name one of ``targets`` by a search parameter, or her by her number."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for key in targets:
            type, id = found.whole[key]
            wanted[type].append(bounded(id))
        session, text = self._session, self._names.index_text
        sections = session.listed([type_key(t) for t in present_types(self._database, session)])
        by_value = f"SELECT DISTINCT x.key FROM {text} x WHERE x.section {self._one_of} AND x.value {self._text_of}"
        keys: dict[int, None] = {}
        for type, ids in wanted.items():
            for part in _parts(ids):
                keys |= dict.fromkeys(
                    r[0] for r in session.rows(f"{by_value} AND x.other = ?", (sections, session.listed(part), type_key(type)))
                )
        if found.hers.numbers:
            keys |= dict.fromkeys(r[0] for r in session.rows(by_value, (sections, session.listed(sorted(found.hers.numbers)))))
        return [key for key in keys if key not in found.whole]

    def _attached(self, found: Found) -> list[int]:
        """Keys of the documents and files that her resources name, and nobody else's."""
        named: set[Identity] = set()
        for key in found.whole:
            for body in self._texts(key)[2]:
                if any(f"{t}/".encode() in body for t in _ATTACHED):
                    named |= {i for i in references(decode(body), self._base) if i[0] in _ATTACHED}
        statement = f"SELECT r.key FROM {self._names.resource} r WHERE r.type = ? AND r.id = ?"
        rows = {name: self._session.row(statement, name) for name in named}
        keys = {row[0]: name for name, row in rows.items() if row and row[0] not in found.whole}
        for row in self._scan([f"{t}/{i}" for t, i in keys.values()], [], None) if keys else ():
            if row[0] in found.whole:
                continue
            for body in self._texts(row[0])[2]:
                for also in references(decode(body), self._base):
                    keys = {key: name for key, name in keys.items() if name != also or key == row[0]}
        found.hers = Hers(found.hers.identities.union(keys.values()), found.hers.numbers, frozenset(), self._base)
        return list(keys)

    # ------------------------------------------------------------ what is whole hers

    def _judge(self, found: Found, keys: Iterable[int]) -> list[int]:
        """Sorts ``keys`` into whole and mixed; gives back the whole ones."""
        fresh = []
        heads = self._heads(key for key in dict.fromkeys(keys) if key not in found.whole)
        for key, (type, id, owner) in heads.items():
            if owner is None and type not in _SHARED and not self._is_others(found, key, (type, id)):
                found.whole[key] = (type, id)
                found.mixed.pop(key, None)
                fresh.append(key)
            else:
                found.mixed[key] = (type, id)
        return fresh

    def _is_others(self, found: Found, key: int, name: Identity) -> bool:
        """Whether what has no patient is about others as well, or not about her at all."""
        bodies = self._texts(key)[2]
        if name not in found.hers.identities and not any(found.hers.within(body) for body in bodies):
            return True
        if not bodies:
            return False
        resource = decode(bodies[0])
        if type(resource) is not dict or persons_in(resource, found.hers, self._systems, self._is_stored):
            return True
        named = references(resource, self._base) - found.hers.identities
        return any(self._owner(other) not in (None, *found.patients) for other in named)

    def _is_stored(self, name: Identity) -> bool:
        return self._owner(name) is not None

    def _owner(self, name: Identity) -> str | None:
        """Whose a resource is; of a Patient that isn't here, itself."""
        statement = f"SELECT r.patient FROM {self._names.resource} r WHERE r.type = ? AND r.id = ?"
        row = self._session.row(statement, name)
        return row[0] if row else None

    # ------------------------------------------------------------ rows

    def _texts(self, key: int) -> tuple[str, str, list[bytes]]:
        """Type, id and the bodies of a resource, the newest first."""
        names, own = self._names, "SELECT {a}.type, {a}.id, {a}.body, {a}.version FROM {t} {a} WHERE {a}.key = ?"
        rows = self._session.rows(own.format(a="r", t=names.resource), (key,))
        rows += sorted(self._session.rows(own.format(a="v", t=names.resource_version), (key,)), key=_version, reverse=True)
        return rows[0][0], rows[0][1], [bytes(row[2]) for row in rows if row[2] is not None]

    def _scan(self, needles: Sequence[str], patients: Sequence[str], type: str | None) -> list[Row]:
        """``(key, version)`` of each version that holds one of the texts or is of one of the patients; only those of ``type``."""
        holds = "instr({a}.body, ?) > 0" if self._database.dialect.name == "sqlite" else "position(?::bytea in {a}.body) > 0"
        found: list[Row] = []
        for part in _parts(needles, _NEEDLES) or [[]]:
            values: list[Any] = [self._session.listed(list(patients)), *(needle.encode() for needle in part)]
            for table, alias in ((self._names.resource, "r"), (self._names.resource_version, "v")):
                typed = f"{alias}.type = ? AND " if type else ""
                where = " OR ".join([f"{alias}.patient {self._text_of}", *[holds.format(a=alias)] * len(part)])
                statement = f"SELECT {alias}.key, {alias}.version FROM {table} {alias} WHERE {typed}({where})"
                found += self._session.rows(statement, ([type] if type else []) + values)
        return found


def _version(row: Row) -> int:
    return int(row[3])


def _parts(items: Iterable[Any], size: int = _PAGE) -> list[list[Any]]:
    listed = list(items)
    return [listed[at : at + size] for at in range(0, len(listed), size)]
