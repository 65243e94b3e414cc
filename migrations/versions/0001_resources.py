"""Resources, their versions, the search index, the outbox."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER, LONG, BYTES = sa.Integer(), sa.BigInteger(), sa.LargeBinary()
REAL: sa.Double[float] = sa.Double()

#: Table -> its columns in order; those of the primary key are marked with ``*``, those that may be null with ``?``.
TABLES: dict[str, dict[str, Any]] = {
    "resource": {
        "key*": KEY, "type": TEXT, "id": TEXT, "version": NUMBER, "updated": LONG, "method": TEXT, "patient?": TEXT, "body?": BYTES,
    },
    "resource_version": {"key*": KEY, "version*": NUMBER, "type": TEXT, "id": TEXT, "updated": LONG, "method": TEXT, "body?": BYTES},
    "role": {"parameter*": NUMBER, "role*": LONG, "item*": NUMBER},
    "index_text": {"section*": NUMBER, "value*": TEXT, "key*": KEY, "role*": LONG, "other*": LONG},
    "index_range": {
        "section*": NUMBER, "low*": REAL, "key*": KEY, "high*": REAL, "role*": LONG, "code*": LONG, "system*": LONG, "wide": NUMBER,
    },
    "timeline": {"patient*": TEXT, "section*": NUMBER, "code*": TEXT, "moment*": LONG, "key*": KEY, "system*": LONG, "until": LONG},
    "outbox": {
        "key*": KEY, "topic": TEXT, "idempotency": TEXT, "payload": BYTES, "created": LONG, "attempts": NUMBER, "next_attempt": LONG,
        "state": NUMBER, "fault?": TEXT,
    },
    "setting": {"name*": TEXT, "value": BYTES},
}  # fmt: skip

#: Read and written by primary key alone: on SQLite the table is the index.
CLUSTERED = ("role", "index_text", "index_range", "timeline")

#: Name -> table, columns, further words.
INDEXES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "ix_resource_type_id": ("resource", ["type", "id"], {"unique": True}),
    "ix_resource_type_updated_key": ("resource", ["type", "updated", "key"], {}),
    "ix_resource_live": ("resource", ["type", "key"], {"where": "body IS NOT NULL"}),
    "ix_resource_version_type_updated_key": ("resource_version", ["type", "updated", "key"], {}),
    "ix_index_text_key": ("index_text", ["key"], {}),
    "ix_index_range_key": ("index_range", ["key"], {}),
    "ix_index_range_wide": ("index_range", ["section", "high"], {"where": "wide = 1"}),
    "ix_timeline_key": ("timeline", ["key"], {}),
    "ix_outbox_idempotency": ("outbox", ["topic", "idempotency"], {"unique": True}),
    "ix_outbox_state_next_attempt": ("outbox", ["state", "next_attempt", "key"], {}),
}


def upgrade() -> None:
    for table, columns in TABLES.items():
        made = [
            sa.Column(name.rstrip("*?"), kind, nullable=name.endswith("?"), autoincrement=False if name.endswith("*") else "auto")
            for name, kind in columns.items()
        ]
        key = sa.PrimaryKeyConstraint(*(n.rstrip("*") for n in columns if n.endswith("*")), name=f"pk_{table}")
        op.create_table(table, *made, key, sqlite_with_rowid=table not in CLUSTERED)
    for name, (table, indexed, words) in INDEXES.items():
        where = sa.text(words["where"]) if "where" in words else None
        op.create_index(name, table, indexed, unique=words.get("unique", False), sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
    for table in TABLES:
        op.drop_table(table)
