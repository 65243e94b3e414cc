"""The tables, once for both databases: Alembic compares with them, the statements are made from them.

How the index is laid out. A value of a resource stands in one row, whatever number of search parameters it serves: its *role* is
the set of ``(parameter, item)`` it serves, spelt out in ``role``. So the code of a blood pressure component is one row for
``code``-like parameters, not four. Rows lie by *section*, then value, then key: a section is a resource type, so that equal values
of its parameters lie on one page, or a single parameter where values would be mixed unduly (see ``rows.section``). The key comes
right after an exact value, so that "newest first" needs no sort.

How it can be shared out over machines later: every row carries the resource's ``key`` or its ``patient``, and ``resource.patient``
names the patient it belongs to; a shard keeps the rows of its patients' resources together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, String, text
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, MetaData, SQLModel

#: The tables of one space.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _Table(SQLModel):
    metadata = metadata


def _key() -> TypeEngine[int]:
    return BigInteger().with_variant(Integer(), "sqlite")


def _text() -> TypeEngine[str]:
    """Text that sorts by code point, on both databases."""
    return String().with_variant(String(collation="C"), "postgresql")


def _column(kind: TypeEngine[Any], **options: Any) -> Any:
    options.setdefault("nullable", False)
    if options.get("primary_key"):
        options["autoincrement"] = False
    return Field(sa_column=Column(kind, **options))


class Resource(_Table, table=True):
    """The current version of each resource. ``body`` is null for a deletion. ``patient``: whose it is, where that is known."""

    __tablename__ = "resource"
    __table_args__ = (
        Index("ix_resource_type_id", "type", "id", unique=True),
        Index("ix_resource_type_updated_key", "type", "updated", "key"),
        Index("ix_resource_live", "type", "key", sqlite_where=text("body IS NOT NULL"), postgresql_where=text("body IS NOT NULL")),
    )
    key: int = _column(_key(), primary_key=True)
    type: str = _column(_text())
    id: str = _column(_text())
    version: int = _column(Integer())
    updated: int = _column(BigInteger())
    method: str = _column(_text())
    patient: str | None = _column(_text(), nullable=True)
    body: bytes | None = _column(LargeBinary(), nullable=True)


class ResourceVersion(_Table, table=True):
    """Superseded versions."""

    __tablename__ = "resource_version"
    __table_args__ = (Index("ix_resource_version_type_updated_key", "type", "updated", "key"),)
    key: int = _column(_key(), primary_key=True)
    version: int = _column(Integer(), primary_key=True)
    type: str = _column(_text())
    id: str = _column(_text())
    updated: int = _column(BigInteger())
    method: str = _column(_text())
    body: bytes | None = _column(LargeBinary(), nullable=True)
    patient: str | None = _column(_text(), nullable=True)


class Role(_Table, table=True):
    """What a role means: the parameters it serves; ``item`` tells the parts of one composite instance from another's."""

    __tablename__ = "role"
    __table_args__ = ({"sqlite_with_rowid": False},)
    parameter: int = _column(Integer(), primary_key=True)
    role: int = _column(BigInteger(), primary_key=True)
    item: int = _column(Integer(), primary_key=True)


class IndexText(_Table, table=True):
    """Tokens (value: code, other: system), strings (folded, exact), references (id, type) and URIs; ``other`` is a digest."""

    __tablename__ = "index_text"
    __table_args__ = (Index("ix_index_text_key", "key"), {"sqlite_with_rowid": False})
    section: int = _column(Integer(), primary_key=True)
    value: str = _column(_text(), primary_key=True)
    key: int = _column(_key(), primary_key=True)
    role: int = _column(BigInteger(), primary_key=True)
    other: int = _column(BigInteger(), primary_key=True)


class IndexRange(_Table, table=True):
    """Dates (milliseconds, half open), numbers and quantities (closed; ``code`` and ``system`` are digests). ``wide`` is 1 where
    ``high`` can't be told from ``low``: a date of more than a day, a number that is a range."""

    __tablename__ = "index_range"
    __table_args__ = (
        Index("ix_index_range_key", "key"),
        Index("ix_index_range_wide", "section", "high", sqlite_where=text("wide = 1"), postgresql_where=text("wide = 1")),
        {"sqlite_with_rowid": False},
    )
    section: int = _column(Integer(), primary_key=True)
    low: float = _column(Double(), primary_key=True)
    key: int = _column(_key(), primary_key=True)
    high: float = _column(Double(), primary_key=True)
    role: int = _column(BigInteger(), primary_key=True)
    code: int = _column(BigInteger(), primary_key=True)
    system: int = _column(BigInteger(), primary_key=True)
    wide: int = _column(Integer())


class Timeline(_Table, table=True):
    """A patient's resources by type, code and clinical moment: filters and sorts in one walk. ``code`` '' stands for any code;
    ``until`` is the end of the moment, exclusive."""

    __tablename__ = "timeline"
    __table_args__ = (Index("ix_timeline_key", "key"), {"sqlite_with_rowid": False})
    patient: str = _column(_text(), primary_key=True)
    section: int = _column(Integer(), primary_key=True)
    code: str = _column(_text(), primary_key=True)
    moment: int = _column(BigInteger(), primary_key=True)
    key: int = _column(_key(), primary_key=True)
    system: int = _column(BigInteger(), primary_key=True)
    until: int = _column(BigInteger())


class Outbox(_Table, table=True):
    """Messages to deliver. ``state``: 0 waiting, 1 delivered, 2 dead. Moments are milliseconds since 1970 UTC."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_idempotency", "topic", "idempotency", unique=True),
        Index("ix_outbox_state_next_attempt", "state", "next_attempt", "key"),
    )
    key: int = _column(_key(), primary_key=True)
    topic: str = _column(_text())
    idempotency: str = _column(_text())
    payload: bytes = _column(LargeBinary())
    created: int = _column(BigInteger())
    attempts: int = _column(Integer())
    next_attempt: int = _column(BigInteger())
    state: int = _column(Integer())
    fault: str | None = _column(_text(), nullable=True)


class Person(_Table, table=True):
    """What is known of a patient beside her resources. ``digest``: of her national id, keyed; ``consent`` is null where she was never
    asked; ``blocked``: whom she has shut out, with spaces between. Moments are milliseconds since 1970 UTC."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_digest", "digest"),)
    patient: str = _column(_text(), primary_key=True)
    digest: bytes | None = _column(LargeBinary(), nullable=True)
    consent: int | None = _column(Integer(), nullable=True)
    consented: int | None = _column(BigInteger(), nullable=True)
    confidential: int = _column(Integer())
    deceased: int = _column(Integer())
    blocked: str | None = _column(_text(), nullable=True)
    updated: int = _column(BigInteger())


class Audit(_Table, table=True):
    """The access log: chains of rows, each with the digest of itself and the row before (``access.audit.chain``)."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_patient_at", "patient", "at"), Index("ix_audit_at", "at"))
    chain: str = _column(_text(), primary_key=True)
    seq: int = _column(BigInteger(), primary_key=True)
    at: int = _column(BigInteger())
    patient: str | None = _column(_text(), nullable=True)
    body: bytes = _column(LargeBinary())
    hash: bytes = _column(LargeBinary())


class SeenProof(_Table, table=True):
    """Proofs of possession that were used, until they can't be used any more."""

    __tablename__ = "seen_proof"
    __table_args__ = (Index("ix_seen_proof_until", "until"),)
    thumbprint: str = _column(_text(), primary_key=True)
    proof: str = _column(_text(), primary_key=True)
    until: int = _column(BigInteger())


class AttestUse(_Table, table=True):
    """For which patient a statement of care relationship was first used; ``patient`` is a keyed digest."""

    __tablename__ = "attest_use"
    __table_args__ = (Index("ix_attest_use_at", "at"),)
    decision: str = _column(_text(), primary_key=True)
    client: str = _column(_text(), primary_key=True)
    patient: str = _column(_text())
    at: int = _column(BigInteger())


class RecordPart(_Table, table=True):
    """Versions of the parts of a maternity record, as the national record counts them. ``record``: id of its EpisodeOfCare; ``part``: the
    part's name, '' for the record itself; ``item``: id of an item of a list, else ''. ``author``: JSON, without any national id;
    ``event``: CREATED, UPDATED or DELETED."""

    __tablename__ = "record_part"
    __table_args__ = (Index("ix_record_part_patient", "patient"), {"sqlite_with_rowid": False})
    record: str = _column(_text(), primary_key=True)
    part: str = _column(_text(), primary_key=True)
    item: str = _column(_text(), primary_key=True)
    version: int = _column(Integer(), primary_key=True)
    at: int = _column(BigInteger())
    patient: str = _column(_text())
    author: str = _column(_text())
    event: str = _column(_text())


class Setting(_Table, table=True):
    """What belongs to the space as a whole, such as the key that seals cursors."""

    __tablename__ = "setting"
    name: str = _column(_text(), primary_key=True)
    value: bytes = _column(LargeBinary())
