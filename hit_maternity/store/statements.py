"""The statements of the hot paths, made once from the tables.

A change works on a source of rows ``m``: SQLite runs it once for each row, PostgreSQL once with a column a parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Double, Integer, LargeBinary, Table

from hit_maternity.store import tables
from hit_maternity.store.session import Names

#: What a ``ports.Version`` is made of, in its order, with the key first: from ``resource r`` or ``resource_version r``.
VERSION = "r.key, r.type, r.id, r.version, r.updated, r.method, r.body, r.patient"
#: How many columns that is.
WIDTH = 8


#: The changes that take rows away or replace them; they come before those that add.
TAKING = frozenset({"move", "update", "forget_text", "forget_range", "forget_timeline"})


@dataclass(frozen=True, slots=True)
class Change:
    """A statement over rows of ``columns`` with their PostgreSQL types; ``{m}`` in ``text`` is the source."""

    text: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


_TYPES: tuple[tuple[type, str], ...] = (
    (BigInteger, "bigint"),
    (Integer, "integer"),
    (Double, "double precision"),
    (LargeBinary, "bytea"),
)


def _insert(table: Table, name: str, on_conflict: str = "") -> Change:
    columns = tuple(c.name for c in table.columns)
    types = tuple(next((t for kind, t in _TYPES if isinstance(c.type, kind)), "text") for c in table.columns)
    listed = ", ".join(columns)
    return Change(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM {{m}} AS m{on_conflict}", columns, types)


def _delete(name: str) -> Change:
    return Change(f"DELETE FROM {name} WHERE key IN (SELECT key FROM {{m}} AS m)", ("key",), ("bigint",))


def changes(names: Names) -> dict[str, Change]:
    """All changes of the write path. ``move`` fails on a null where another writer was first."""
    every = tables.metadata.tables
    # WHERE true: in an upsert from a SELECT SQLite would take ON for a join's
    ignore = " WHERE true ON CONFLICT DO NOTHING"
    return {
        "move": Change(
            f"INSERT INTO {names.resource_version} (key, version, type, id, updated, method, body, patient)"
            " SELECT m.key, m.version, r.type, r.id, r.updated, r.method, r.body, r.patient"
            f" FROM {{m}} AS m LEFT JOIN {names.resource} r ON r.key = m.key AND r.version = m.version",
            ("key", "version"),
            ("bigint", "integer"),
        ),
        "update": Change(
            # what is deleted stays in its patient's record
            f"UPDATE {names.resource} SET version = m.version, updated = m.updated, method = m.method, body = m.body,"
            f" patient = CASE WHEN m.body IS NULL THEN coalesce(m.patient, {names.resource}.patient) ELSE m.patient END"
            f" FROM {{m}} AS m WHERE {names.resource}.key = m.key",
            ("key", "version", "updated", "method", "patient", "body"),
            ("bigint", "integer", "bigint", "text", "text", "bytea"),
        ),
        "insert": _insert(every["resource"], names.resource),
        "forget_text": _delete(names.index_text),
        "forget_range": _delete(names.index_range),
        "forget_timeline": _delete(names.timeline),
        "role": _insert(every["role"], names.role, ignore),
        "text": _insert(every["index_text"], names.index_text, ignore),
        "range": _insert(every["index_range"], names.index_range, ignore),
        "timeline": _insert(every["timeline"], names.timeline, ignore),
        "publish": _insert(every["outbox"], names.outbox, ignore),
        "part": _insert(every["record_part"], names.record_part),
        "audit": _insert(every["audit"], names.audit),
        "proof": _insert(every["seen_proof"], names.seen_proof),
    }


def spelt(names: Names, source: Callable[[Change], str]) -> dict[str, str]:
    """The text of each change, its source of rows spelt as ``source`` does."""
    return {name: change.text.replace("{m}", source(change)) for name, change in changes(names).items()}
