"""Decisions to erase, and who was erased: whom DfE's list must not bring back."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant, Json

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    erased = sa.Column("erased", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("participants", erased)
    op.create_table(
        "erasure_decisions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ended_on", sa.Date, nullable=False),
        sa.Column("decided_at", Instant, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_decisions")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasure_decisions_person_id")),
    )
    op.create_index("ix_erasure_decisions_decided_at_id", "erasure_decisions", ["decided_at", "id"])
    op.create_table(
        "erasure_parts",
        sa.Column("erasure_id", sa.Uuid, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("erased", Json, nullable=False),
        sa.Column("kept", Json, nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", "service", name=op.f("pk_erasure_parts")),
        sa.ForeignKeyConstraint(
            ["erasure_id"],
            ["erasure_decisions.id"],
            name=op.f("fk_erasure_parts_erasure_id"),
        ),
    )
