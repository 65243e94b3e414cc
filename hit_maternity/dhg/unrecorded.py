"""Parts of records of which no version was ever noted: what an older program wrote, or what came before its record.

They count as version 1, of the newest of their resources and whoever wrote that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hit_maternity.dhg.author import NOBODY, Author, author_in
from hit_maternity.dhg.mapping import touched
from hit_maternity.dhg.mapping.antenatal_appointments import is_visit
from hit_maternity.dhg.moments import read
from hit_maternity.maternity.card.elements import items, tail

Resource = dict[str, Any]
Name = tuple[str, str]
_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """When a part was changed last, and by whom, as its resources tell."""

    at: datetime
    author: Author


def unrecorded(resources: Iterable[Resource]) -> dict[Name, Unrecorded]:
    """Part and item to what ``resources``, those of one pregnancy, tell of it."""
    there = {(r["resourceType"], r["id"]): r for r in resources}
    written: dict[str, Resource] = {}
    for provenance in sorted((r for r in there.values() if r["resourceType"] == "Provenance"), key=_recorded):
        for target in items(provenance, "target"):
            written[tail(target.get("reference"))] = provenance
    newest: dict[Name, Resource] = {}
    for resource in there.values():
        for name in touched(resource) if resource["resourceType"] != "Provenance" else ():
            visit = there.get(("Encounter", name[1])) if name[0] == "antenatalAppointments" else None
            if visit is not None and not is_visit(visit):
                continue
            if name not in newest or _updated(resource) > _updated(newest[name]):
                newest[name] = resource

    def find(type: str, id: str) -> Resource | None:
        return there.get((type, id))

    def author(resource: Resource) -> Author:
        provenance = written.get(f"{resource['resourceType']}/{resource['id']}")
        return author_in(provenance, find) if provenance else NOBODY

    return {name: Unrecorded(_updated(resource), author(resource)) for name, resource in newest.items()}


def _updated(resource: Resource) -> datetime:
    meta = resource.get("meta")
    return (read(meta.get("lastUpdated")) if isinstance(meta, dict) else None) or _FIRST


def _recorded(provenance: Resource) -> str:
    return str(provenance.get("recorded", ""))
