"""What each hub has used of its allowance, and what has changed for it.

Both tables are new: the version that runs meanwhile knows nothing of them.
"""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant, Json

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "hub_allowances",
        sa.Column("hub", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("second", sa.BigInteger, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("holders", Json, nullable=False),
    )
    op.create_table(
        "hub_changes",
        sa.Column("id", Counter, primary_key=True, autoincrement=True),
        sa.Column("hub", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("record", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid),
        sa.Column("session_id", sa.Uuid),
        sa.Column("occurred_at", Instant, nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.UniqueConstraint("event_id", "hub", name="uq_hub_changes_event_id_hub"),
    )
    op.create_index("ix_hub_changes_hub_id", "hub_changes", ["hub", "id"])
    op.create_index("ix_hub_changes_told_at", "hub_changes", ["told_at"])


def downgrade() -> None:
    op.drop_table("hub_changes")
    op.drop_table("hub_allowances")
