"""One version of one part of a maternity record, as a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hit_maternity.store.moments import milliseconds, moment
from hit_maternity.store.session import Row

COLUMNS = "p.record, p.part, p.item, p.version, p.at, p.patient, p.author, p.event"


@dataclass(frozen=True, slots=True)
class PartVersion:
    """``record``: id of the EpisodeOfCare; ``part``: the part's name, '' for the record itself; ``item``: id of an item of a list, else '';
    ``patient``: id of the woman's Patient; ``author``: JSON, without any national id; ``event``: CREATED, UPDATED or DELETED."""

    record: str
    part: str
    item: str
    version: int
    at: datetime
    patient: str
    author: str
    event: str

    def row(self) -> Row:
        """Its columns."""
        return self.record, self.part, self.item, self.version, milliseconds(self.at), self.patient, self.author, self.event


def part_version(row: Row) -> PartVersion:
    """The version of a row of ``COLUMNS``."""
    record, part, item, version, at, patient, author, event = row
    return PartVersion(record, part, item, int(version), moment(at), patient, author, event)
