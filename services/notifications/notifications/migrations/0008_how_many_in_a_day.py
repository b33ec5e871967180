"""How many messages have left in a day by a channel."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """A release that counts none may run beside: what it sends is not counted."""
    op.create_table(
        "daily_counts",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("messages", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """There is no limit for a day any more."""
    op.drop_table("daily_counts")
