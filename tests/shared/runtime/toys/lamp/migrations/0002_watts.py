"""Lamps have a power."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("lamp", sa.Column("watts", sa.Integer))


def downgrade() -> None:
    op.drop_column("lamp", "watts")
