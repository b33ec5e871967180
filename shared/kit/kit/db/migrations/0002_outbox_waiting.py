"""Which events still wait, in a narrow table of their own.

Rows of the version that runs meanwhile stay where they are until the new relay takes them over.
"""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "outbox_waiting",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("next_attempt_at", Instant),
        sa.Column("again", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    if op.get_context().dialect.name == "postgresql":
        # Rows come and go: without this the first reads of each batch would pass over the dead.
        op.execute(
            "ALTER TABLE outbox_waiting SET"
            " (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
        )


def downgrade() -> None:
    op.execute("UPDATE outbox SET state = 'waiting' WHERE id IN (SELECT id FROM outbox_waiting)")
    op.drop_table("outbox_waiting")
