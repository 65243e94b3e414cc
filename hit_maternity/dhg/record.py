"""GET /record/{id}: the whole record, each resource with its metadata.

The versions are read before the content: whoever writes between the two makes the version that is told an old one, never a new one of old
content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.access.policy import Right
from hit_maternity.dhg import metadata
from hit_maternity.dhg.calling import RECORD, request_of
from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.dossier import HerRecord, opened, record_of
from hit_maternity.dhg.mapping import PARTS, Body, Many, Pregnancy, Single, is_many
from hit_maternity.dhg.unrecorded import Name, unrecorded
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.revealing import revealed
from hit_maternity.maternity.card.collect import Card, collect
from hit_maternity.store.part_versions import PartVersion

Noted = Mapping[Name, PartVersion]


@dataclass(frozen=True, slots=True)
class Opened:
    """A record with its content. ``noted``: the newest version of each part, as it was before the content was read."""

    record: HerRecord
    pregnancy: Pregnancy
    noted: Noted


def read_record(desk: Desk, call: Call, caller: Caller) -> Answer:
    """200. Raises ``DhgError`` DHG-0015, ``FhirError`` as the guard does."""
    record = record_of(opened(desk, caller, Right.READ), call, Right.READ)
    there = content_of(desk, call, record)
    card, intent = there.pregnancy.card, Intent("read", RECORD, record.id)
    (shown,) = revealed(desk.server, request_of(call, caller, record.id), intent, card.versions)
    if len(shown) < len(card.versions):
        card = card.limited({(v.type, v.id) for v in shown})
    return Answer(200, whole(desk, record, card, there.noted, call.base))


def content_of(desk: Desk, call: Call, record: HerRecord) -> Opened:
    """The record's content, as it is stored; what of it may be shown the guard has not been asked."""
    with desk.database.reading() as session:
        noted = desk.parts.latest(session, record.id)
    with desk.server.store.reading() as session:
        card = collect(session, desk.server, record.id, call.base)
    return Opened(record, Pregnancy(card, desk.server.clock.now(), call.base), noted)


def whole(desk: Desk, record: HerRecord, card: Card, noted: Noted, base: str) -> dict[str, Any]:
    """The record as it is answered: its metadata, then its resources, those that hold nothing left out."""
    pregnancy = Pregnancy(card, desk.server.clock.now(), base)
    versions = Versions(record, noted, pregnancy)
    told: dict[str, Any] = {}
    latest = metadata.latest_of(record, noted).at
    for name, part in PARTS.items():
        value = _items(desk, part, pregnancy, versions) if is_many(part) else _single(desk, part, pregnancy, versions)
        if value:
            told[name] = value
    last = max([latest, *(version.at for version in versions.told)])
    births = card.of("Observation")
    return {"metadata": metadata.of_record(record, metadata.latest_of(record, noted), desk.options, births, last), **told}


class Versions:
    """The newest version of each part of a record; of one of which none was noted, version 1 as its resources tell."""

    def __init__(self, record: HerRecord, noted: Noted, pregnancy: Pregnancy) -> None:
        self.record = record
        self._noted = noted
        self._pregnancy = pregnancy
        self._made: dict[Name, PartVersion] | None = None
        self.told: list[PartVersion] = []

    def of(self, part: str, item: str = "") -> PartVersion:
        """The newest version of a part that is there."""
        version = self._noted.get((part, item)) or self._unrecorded(part, item)
        self.told.append(version)
        return version

    def _unrecorded(self, part: str, item: str) -> PartVersion:
        if self._made is None:
            record = self.record
            self._made = {
                name: PartVersion(record.id, *name, 1, it.at, record.patient, encode(it.author).decode(), "CREATED")
                for name, it in unrecorded(self._pregnancy.card.resources).items()
            }
        known = self._made.get((part, item))
        return known or PartVersion(
            self.record.id, part, item, 1, self.record.stored.updated, self.record.patient, '{"userType":"SYSTEM"}', "CREATED"
        )


def _single(desk: Desk, part: Single, pregnancy: Pregnancy, versions: Versions) -> Body | None:
    body = part.read(pregnancy)
    if body is None:
        return None
    return answered(desk, versions, part.name, "", body)


def _items(desk: Desk, part: Many, pregnancy: Pregnancy, versions: Versions) -> list[Body]:
    shown = [item for item in part.read(pregnancy) if desk.options.show_deleted or not item.entered_in_error]
    return [answered(desk, versions, part.name, item.id, item.body, deleted=item.entered_in_error) for item in shown]


def answered(desk: Desk, versions: Versions, part: str, item: str, body: Body, *, deleted: bool = False) -> Body:
    """A resource with its metadata."""
    told = metadata.of_part(versions.record, versions.of(part, item), desk.options, deleted=deleted)
    return {"metadata": told, **desk.codes.fill(part, body).body}
