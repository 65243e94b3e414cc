"""The local copy of the resources: of each the body that the national record is known to have, and the body that stands here."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any, Literal

from hit_maternity.ehr.bodies import Body, decode, encode, same
from hit_maternity.ehr.local.database import Database

#: The resource types that are lists of items with ids of their own (confirmed).
LISTS = frozenset({"antenatalAppointments", "symphysisFundalHeights"})

State = Literal["equal", "local", "changed", "removed", "conflict", "struck"]


@dataclass(frozen=True, slots=True)
class Part:
    """One resource, or one item of a list. ``item``: '' for a resource that there is one of, None for an item that has no national id yet;
    ``mine`` None: taken away here; ``version`` 0: the national record is not known to have it; ``gone``: it is marked there."""

    id: int
    patient: int
    type: str
    item: str | None
    base: Body | None = field(repr=False, default=None)
    version: int = 0
    mine: Body | None = field(repr=False, default=None)
    theirs: Body | None = field(repr=False, default=None)
    theirs_version: int | None = None
    gone: bool = False
    by: dict[str, Any] = field(repr=False, default_factory=dict)

    @property
    def is_item(self) -> bool:
        """Whether there may be several."""
        return self.type in LISTS

    @property
    def in_conflict(self) -> bool:
        """Whether a human must say what counts."""
        return self.theirs_version is not None

    @property
    def differs(self) -> bool:
        """Whether what stands here is not what the national record is known to have."""
        if self.mine is None:
            return self.version > 0 and not self.gone
        return self.gone or not same(self.base or {}, self.mine)

    @property
    def state(self) -> State:
        """equal to the national record; local: not there; changed or removed here; struck: marked there as entered in error."""
        if self.in_conflict:
            return "conflict"
        if not self.differs:
            return "struck" if self.gone else "equal"
        if self.mine is None:
            return "removed"
        return "changed" if self.version else "local"


class Parts:
    """The rows of ``part`` in ``database``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, number: int) -> Part | None:
        """The part with this local id."""
        return self._one("id = ?", number)

    def single(self, patient: int, resource_type: str) -> Part | None:
        """The resource of a type that there is one of."""
        return self._one("patient = ? AND type = ? AND item = ''", patient, resource_type)

    def item(self, patient: int, resource_type: str, item: str) -> Part | None:
        """The item with this national id."""
        return self._one("patient = ? AND type = ? AND item = ?", patient, resource_type, item)

    def of(self, patient: int) -> list[Part]:
        """All of a woman's, in the order in which they came."""
        rows = self._database.connection.execute("SELECT * FROM part WHERE patient = ? ORDER BY id", (patient,))
        return [_part(row) for row in rows]

    def add(self, patient: int, resource_type: str, item: str | None, mine: Body | None = None) -> Part:
        """A new part, which the national record is not known to have."""
        with self._database.transaction() as connection:
            made = connection.execute(
                "INSERT INTO part (patient, type, item, mine) VALUES (?, ?, ?, ?) RETURNING *",
                (patient, resource_type, item if resource_type in LISTS else "", _text(mine)),
            ).fetchone()
        return _part(made)

    def put(self, part: Part) -> None:
        """Writes everything of ``part`` except whose and what it is."""
        values = (part.item, _text(part.base), part.version, _text(part.mine), _text(part.theirs), part.theirs_version)
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE part SET item = ?, base = ?, version = ?, mine = ?, theirs = ?, theirs_version = ?, gone = ?, by = ? WHERE id = ?",
                (*values, part.gone, encode(part.by), part.id),
            )

    def drop(self, number: int) -> None:
        """Takes the part out of the file."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM part WHERE id = ?", (number,))

    def _one(self, where: str, *values: object) -> Part | None:
        row = self._database.connection.execute(f"SELECT * FROM part WHERE {where}", values).fetchone()
        return None if row is None else _part(row)


def _text(body: Body | None) -> str | None:
    return None if body is None else encode(body)


def _body(text: str | None) -> Body | None:
    return None if text is None else decode(text)


def _part(row: sqlite3.Row) -> Part:
    return Part(
        row["id"],
        row["patient"],
        row["type"],
        row["item"],
        _body(row["base"]),
        row["version"],
        _body(row["mine"]),
        _body(row["theirs"]),
        row["theirs_version"],
        bool(row["gone"]),
        _body(row["by"]) or {},
    )
