"""Statements of learning platforms that were taken back, and which of the others finish a unit."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "voided_statements",
        sa.Column("statement_id", sa.Uuid, nullable=False),
        sa.Column("taken_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_voided_statements")),
    )
    op.add_column("study_statements", sa.Column("finished", sa.Boolean, nullable=True))


def downgrade() -> None:
    op.drop_column("study_statements", "finished")
    op.drop_table("voided_statements")
