"""A version of a part of the record with every change of it, at whichever door: kept in the transaction that makes the change.

Confirmed by the national documentation: versions begin at 1 and go up by 1 for each resource, the record has its own, an update names the
newest, 255 is the last. Ours: that one transaction makes one version of a part, whatever number of resources it changes; that only this
door refuses what would be version 256.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hit_maternity.dhg.author import NOBODY, Author, author_in, author_of
from hit_maternity.dhg.mapping import RECORD_ITSELF
from hit_maternity.dhg.touching import Name, Touching
from hit_maternity.dhg.unrecorded import unrecorded
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Change, Writer
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.maternity.card.collect import collect
from hit_maternity.maternity.card.elements import items, tail
from hit_maternity.maternity.dating import NORWAY
from hit_maternity.maternity.rules.reading import Resource
from hit_maternity.maternity.rules.records import PregnancyRecord, Records
from hit_maternity.maternity.rules.view import View, parsed
from hit_maternity.store.part_versions import PartVersion
from hit_maternity.store.record_parts import RecordParts

#: The last version that a part may have.
LAST = 255
CREATED, UPDATED, DELETED = "CREATED", "UPDATED", "DELETED"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a write of this door rests on: ``version`` of a part is the newest, None: none was noted. ``event``: what the write is."""

    record: str
    part: str
    item: str
    version: int | None
    event: str


@dataclass(slots=True)
class DhgRequest(Request):
    """A FHIR transaction that this door sends: with what it rests on, and who makes it. ``empty``: parts that hold nothing, though a
    resource of theirs is written; ``noted``: the versions that it made."""

    expected: tuple[Expected, ...] = ()
    author: Author | None = None
    empty: frozenset[Name] = frozenset()
    noted: tuple[PartVersion, ...] = ()


class RecordVersions:
    """``ports.Consequences`` of one space."""

    def __init__(self, parts: RecordParts) -> None:
        self._parts = parts

    def follow(self, server: Server, writer: Writer, request: Request, changes: Sequence[Change]) -> None:
        """Notes a version of each part of each record that ``changes`` touch. Raises ``FhirError`` 409 ``part-version-stale``,
        ``part-exists`` or ``part-version-last`` where a write of this door rests on what is no longer so."""
        expected, empty = (request.expected, request.empty) if isinstance(request, DhgRequest) else ((), frozenset())
        view = View(writer, changes, server.search)
        records = Records(view, NORWAY)
        touching = Touching(view, records, changes)
        found: dict[PregnancyRecord, dict[Name, list[Change]]] = {}
        for change in changes:
            if parts := touching.parts(change) - empty:
                for record in touching.records(change):
                    touched = found.setdefault(record, {})
                    for name in parts:
                        touched.setdefault(name, []).append(change)
        for one in expected:
            if (rested_on := records.get(one.record)) is not None:
                found.setdefault(rested_on, {}).setdefault((one.part, one.item), [])
        if not found:
            return
        now, who = server.clock.now(), _Authors(request, view, changes)
        rows: list[PartVersion] = []
        for record in sorted(found, key=lambda r: r.id):
            rows += self._versions(server, writer, request, record, found[record], changes, now, who, expected)
        writer.note(rows)
        if isinstance(request, DhgRequest):
            request.noted = tuple(rows)

    def _versions(
        self,
        server: Server,
        writer: Writer,
        request: Request,
        record: PregnancyRecord,
        touched: dict[Name, list[Change]],
        changes: Sequence[Change],
        now: datetime,
        who: _Authors,
        expected: Iterable[Expected],
    ) -> list[PartVersion]:
        writer.serialize(f"record-part/{record.id}")
        known = self._parts.versions(writer.transaction, record.id)  # type: ignore[attr-defined]  # the store's own, of which ports know nothing
        rows: list[PartVersion] = []
        woman = record.woman or ""
        if record.before is not None and RECORD_ITSELF not in known:
            rows = [row for row in _before(server, writer, request, record.id, woman, changes) if (row.part, row.item) not in known]
            known |= {(row.part, row.item): row.version for row in rows}
        wanted = {(one.part, one.item): one for one in expected if one.record == record.id}
        for name in sorted(touched):
            one, current = wanted.get(name), known.get(name)
            if one is not None:
                _demand(one, current)
            event = one.event if one is not None else _event(name, touched[name], current)
            author = who.of(touched[name])
            number = (current or (one.version if one is not None else None) or 0) + 1
            rows.append(PartVersion(record.id, *name, number, now, woman, encode(author).decode(), event))
        return rows


def _demand(one: Expected, current: int | None) -> None:
    if one.event == CREATED and current != one.version:
        raise _refused("part-exists", "It is there already; change it with PUT.")
    if current is not None and one.version != current:
        raise _refused("part-version-stale", "Another version is the newest by now.")
    if (current or one.version or 0) >= LAST:
        raise _refused("part-version-last", f"It has reached version {LAST}, which is the last.")


def _refused(rule: str, text: str) -> FhirError:
    return refuse(409, "conflict", rule, text)


def _event(name: Name, changes: Sequence[Change], current: int | None) -> str:
    """What happened to a part; an item is deleted with its own resource."""
    own = next((c for c in changes if c.id == name[1]), None)
    if own is not None and (own.resource is None or own.resource.get("status") == "entered-in-error"):
        return DELETED
    return UPDATED if current else CREATED


def _before(server: Server, writer: Writer, request: Request, record: str, woman: str, changes: Sequence[Change]) -> list[PartVersion]:
    """Version 1 of every part of a record of which none was noted, as it was before this transaction."""
    try:
        card = collect(writer, server, record, request.base)
    except FhirError:  # without its woman there is no card, and so no part
        return []
    there = {(r["resourceType"], r["id"]): r for r in card.resources}
    for change in changes:
        there.pop((change.type, change.id), None)
        if (before := parsed(change.before)) is not None:
            there[change.type, change.id] = before
    told = unrecorded(there.values())
    return [PartVersion(record, *name, 1, it.at, woman, encode(it.author).decode(), CREATED) for name, it in sorted(told.items())]


class _Authors:
    """Who made the changes of a transaction: its caller, else who its Provenances name."""

    def __init__(self, request: Request, view: View, changes: Sequence[Change]) -> None:
        principal = getattr(request.principal, "principal", None)
        self._caller = request.author if isinstance(request, DhgRequest) and request.author else None
        if self._caller is None and principal is not None:
            self._caller = author_of(principal)
        self._view = view
        self._changes = changes
        self._written: dict[str, Resource] | None = None

    def of(self, changes: Sequence[Change]) -> Author:
        """Who made these; of several, who was last to write."""
        if self._caller is not None:
            return self._caller
        if self._written is None:
            provenances = [c.resource for c in self._changes if c.type == "Provenance" and c.resource is not None]
            by_time = sorted(provenances, key=lambda p: str(p.get("recorded", "")))
            self._written = {tail(t.get("reference")): p for p in by_time for t in items(p, "target")}
        named = [p for c in changes if (p := self._written.get(f"{c.type}/{c.id}")) is not None]
        last = max(named, key=lambda p: str(p.get("recorded", "")), default=None)
        return author_in(last, self._view.now) if last else NOBODY


def with_versions(server: Server, parts: RecordParts) -> Server:
    """``server``, keeping versions."""
    return replace(server, consequences=RecordVersions(parts))
