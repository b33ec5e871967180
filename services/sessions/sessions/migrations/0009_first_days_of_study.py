"""The first day of work on a unit, beside the last: engagement begins with it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("study_progress", sa.Column("first_worked_on", sa.Date, nullable=True))
    op.execute("UPDATE study_progress SET first_worked_on = worked_on")


def downgrade() -> None:
    op.drop_column("study_progress", "first_worked_on")
