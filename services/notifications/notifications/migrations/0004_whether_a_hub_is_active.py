"""Whether a hub is active, as enrolment tells. Hubs known before are told of again, as active ones
until then: `headship outbox republish enrolment`."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """So that what is told again counts as news, its revision is a little less."""
    op.add_column(
        "delivery_partners",
        sa.Column("status", sa.Text, nullable=False, server_default=sa.text("'active'")),
    )
    op.execute("UPDATE delivery_partners SET revision = revision - 1")


def downgrade() -> None:
    """What a hub's status is, enrolment knows."""
    op.drop_column("delivery_partners", "status")
