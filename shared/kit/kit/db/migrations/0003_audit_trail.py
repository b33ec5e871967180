"""The audit trail and its seals; what was decided about erasing people."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant, Json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Counter, primary_key=True, autoincrement=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("caller", sa.String(200), nullable=False),
        sa.Column("through", sa.String(160), nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("record_id", sa.Uuid, nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sa.CheckConstraint("act IN ('read', 'change')", name=op.f("ck_audit_act")),
    )
    op.create_index("ix_audit_record_id", "audit", ["record_id", "id"])
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("first_id", sa.BigInteger, nullable=False),
        sa.Column("last_id", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("rows_sha256", sa.String(64), nullable=False),
        sa.Column("sealed_at", Instant, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pruned_at", Instant),
    )
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.Uuid, primary_key=True),
        sa.Column("person_ids", Json, nullable=False),
        sa.Column("application_ids", Json, nullable=False),
        sa.Column("ended_on", sa.Date, nullable=False),
        sa.Column("handled_at", Instant, nullable=False),
        sa.Column("erased", Json, nullable=False),
        sa.Column("kept", Json, nullable=False),
        sa.Column("next_on", sa.Date),
    )
    op.create_index("ix_erasures_next_on", "erasures", ["next_on"])


def downgrade() -> None:
    op.drop_table("erasures")
    op.drop_table("audit_seals")
    op.drop_table("audit")
