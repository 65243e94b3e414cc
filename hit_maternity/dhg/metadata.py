"""``metadata`` of a resource and of a record.

Confirmed by the national documentation: the members, and that versions are counted per resource and for the record itself; of
``enteredInError``, ``recordLastUpdated``, ``deliveryDate`` and ``liveBirth`` a public client of it tells. Inferred: the id of a resource
that a record has once, which is made of the record's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from hit_maternity.dhg.dossier import HerRecord
from hit_maternity.dhg.moments import read, written
from hit_maternity.dhg.settings import Options
from hit_maternity.fhir.json import decode
from hit_maternity.maternity.card.elements import codes, stands
from hit_maternity.maternity.card.systems import code
from hit_maternity.maternity.rules.canonical import BORN_ALIVE
from hit_maternity.maternity.rules.reading import table
from hit_maternity.store.part_versions import PartVersion

Told = dict[str, Any]
Resource = dict[str, Any]
_BIRTH = code("card-item#birth-status")


def id_of(record_id: str, part: str, item: str = "") -> str:
    """The id of a resource of the record: an item's own, else one made of the record's and the part's name."""
    if item:
        return item
    try:
        space = UUID(record_id)
    except ValueError:
        space = uuid5(NAMESPACE_URL, record_id)
    return str(uuid5(space, part))


def of_part(record: HerRecord, version: PartVersion, options: Options, *, deleted: bool = False) -> Told:
    """The metadata of one version of a part."""
    return {
        "id": id_of(record.record_id, version.part, version.item),
        "version": version.version,
        "lastUpdated": written(version.at, options.local_times),
        "lastUpdatedBy": decode(version.author.encode()),
        "enteredInError": deleted,
    }


def of_record(record: HerRecord, version: PartVersion, options: Options, births: Iterable[Resource], last: datetime | None = None) -> Told:
    """The metadata of a record. ``births``: the Observations of it, for when the child was born; ``last``: when anything of it was changed
    last, left out where it isn't told."""
    told = {
        "recordId": record.record_id,
        "recordStatus": status_of(record, options, births),
        "version": version.version,
        "lastUpdated": written(version.at, options.local_times),
        "lastUpdatedBy": decode(version.author.encode()),
    }
    return told if last is None else {**told, "recordLastUpdated": written(last, options.local_times)}


def status_of(record: HerRecord, options: Options, births: Iterable[Resource]) -> Told:
    """``recordStatus``: ACTIVE or TERMINATED, with the end and the birth where they are known."""
    told: Told = {"status": record.state.entry.dhg if record.state else "TERMINATED"}
    ended = read(table(record.episode.get("period")).get("end"))
    if ended is not None and not record.is_open:
        told["terminationDate"] = written(ended, options.local_times)
    born = births_of(births)
    if (first := first_birth(born)) is not None:
        told["deliveryDate"] = written(first, options.local_times)
    if (alive := born_alive(born)) is not None:
        told["liveBirth"] = alive
    return told


def births_of(facts: Iterable[Resource]) -> list[Resource]:
    """Those of ``facts`` that tell of a birth."""
    return [fact for fact in facts if stands(fact) and _BIRTH in codes(fact.get("code"))]


def first_birth(births: Iterable[Resource]) -> datetime | None:
    """When the first child was born."""
    return min((moment for birth in births if (moment := read(birth.get("effectiveDateTime"))) is not None), default=None)


def born_alive(births: Iterable[Resource]) -> bool | None:
    """Whether any child was born alive; None where nothing of it is told."""
    said = [codes(birth.get("valueCodeableConcept")) for birth in births if birth.get("valueCodeableConcept")]
    return any(pair in BORN_ALIVE for pairs in said for pair in pairs) if said else None


def latest_of(record: HerRecord, noted: Mapping[tuple[str, str], PartVersion]) -> PartVersion:
    """The newest version of the record itself; of one that was never noted, version 1 as it is stored."""
    return noted.get(("", "")) or PartVersion(
        record.id, "", "", 1, record.stored.updated, record.patient, '{"userType":"SYSTEM"}', "CREATED"
    )
