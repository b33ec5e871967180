"""What staff have put right of somebody's self-study, and why."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "study_corrections",
        sa.Column("correction_id", Counter, autoincrement=True, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("former_minutes", sa.BigInteger, nullable=False),
        sa.Column("former_finished", sa.Boolean, nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("finished", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_study_corrections_application_id"),
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_study_corrections")),
    )
    op.create_index(
        "ix_study_corrections_application_id",
        "study_corrections",
        ["application_id", "unit_code"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("study_corrections")
