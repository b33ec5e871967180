"""When people sit their assessment, as assessment tells it: their calendars show it."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "assessment_windows",
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("entered", sa.Boolean, nullable=False),
        sa.Column("attempt", sa.BigInteger, nullable=True),
        sa.Column("opens_at", Instant, nullable=True),
        sa.Column("closes_at", Instant, nullable=True),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("changes", sa.BigInteger, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_assessment_windows")),
    )
    op.create_index(
        "ix_assessment_windows_application_id",
        "assessment_windows",
        ["application_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("assessment_windows")
