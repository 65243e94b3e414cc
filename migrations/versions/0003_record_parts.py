"""Versions of the parts of maternity records, as the national record counts them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "record_part",
        *(sa.Column(name, TEXT, nullable=False, autoincrement=False) for name in ("record", "part", "item")),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("patient", "author", "event")),
        sa.PrimaryKeyConstraint("record", "part", "item", "version", name="pk_record_part"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_part_patient", "record_part", ["patient"])


def downgrade() -> None:
    op.drop_index("ix_record_part_patient", table_name="record_part")
    op.drop_table("record_part")
