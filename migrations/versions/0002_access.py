"""What access needs: standing of persons, the access log, proofs seen, uses of attests; whose a superseded version was."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER, LONG, BYTES = sa.Integer(), sa.BigInteger(), sa.LargeBinary()

#: Table -> its columns in order; those of the primary key are marked with ``*``, those that may be null with ``?``.
TABLES: dict[str, dict[str, Any]] = {
    "person": {
        "patient*": TEXT, "digest?": BYTES, "consent?": NUMBER, "consented?": LONG, "confidential": NUMBER, "deceased": NUMBER,
        "blocked?": TEXT, "updated": LONG,
    },
    "audit": {"chain*": TEXT, "seq*": LONG, "at": LONG, "patient?": TEXT, "body": BYTES, "hash": BYTES},
    "seen_proof": {"thumbprint*": TEXT, "proof*": TEXT, "until": LONG},
    "attest_use": {"decision*": TEXT, "client*": TEXT, "patient": TEXT, "at": LONG},
}  # fmt: skip

INDEXES: dict[str, tuple[str, list[str]]] = {
    "ix_person_digest": ("person", ["digest"]),
    "ix_audit_patient_at": ("audit", ["patient", "at"]),
    "ix_audit_at": ("audit", ["at"]),
    "ix_seen_proof_until": ("seen_proof", ["until"]),
    "ix_attest_use_at": ("attest_use", ["at"]),
}


def upgrade() -> None:
    op.add_column("resource_version", sa.Column("patient", TEXT, nullable=True))
    op.execute("UPDATE resource_version SET patient = (SELECT r.patient FROM resource r WHERE r.key = resource_version.key)")
    for table, columns in TABLES.items():
        made = [
            sa.Column(name.rstrip("*?"), kind, nullable=name.endswith("?"), autoincrement=False if name.endswith("*") else "auto")
            for name, kind in columns.items()
        ]
        key = sa.PrimaryKeyConstraint(*(n.rstrip("*") for n in columns if n.endswith("*")), name=f"pk_{table}")
        op.create_table(table, *made, key)
    for name, (table, indexed) in INDEXES.items():
        op.create_index(name, table, indexed)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("resource_version", "patient")
