"""The weeks in which a group studies, where its schools are on holiday in the plan's."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "group_study",
        sa.Column("group_id", sa.Uuid, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("planned_monday", sa.Date, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.group_id"], name=op.f("fk_group_study_group_id_groups")
        ),
        sa.PrimaryKeyConstraint("group_id", "unit_code", name=op.f("pk_group_study")),
    )


def downgrade() -> None:
    op.drop_table("group_study")
