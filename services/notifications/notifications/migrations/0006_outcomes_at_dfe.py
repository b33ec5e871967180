"""The newest outcome of an application that DfE holds: who has passed is reminded of nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Empty: what was told of before is told again by `headship outbox republish enrolment`."""
    op.create_table(
        "outcomes",
        sa.Column("application_id", sa.Uuid, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """What DfE holds, enrolment knows."""
    op.drop_table("outcomes")
