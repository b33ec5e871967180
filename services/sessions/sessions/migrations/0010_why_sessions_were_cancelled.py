"""Why a session was cancelled where nobody did it by hand: such a one may come back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("cancelled_because", sa.Text, nullable=True))
    op.execute(
        "UPDATE sessions SET cancelled_because = 'group_ended' WHERE status = 'cancelled'"
        " AND EXISTS (SELECT 1 FROM groups WHERE groups.group_id = sessions.group_id"
        " AND groups.ended_at <= sessions.changed_at)"
    )
    op.execute(
        "UPDATE sessions SET cancelled_because = 'plan_changed' WHERE status = 'cancelled'"
        " AND cancelled_because IS NULL AND NOT EXISTS (SELECT 1 FROM plans"
        " JOIN plan_units ON plan_units.plan_id = plans.plan_id"
        " AND plan_units.version = plans.version WHERE plans.course = sessions.course"
        " AND plans.cohort = sessions.cohort AND plan_units.code = sessions.unit_code)"
    )


def downgrade() -> None:
    op.drop_column("sessions", "cancelled_because")
