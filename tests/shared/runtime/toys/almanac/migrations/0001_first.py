"""The toy's only table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("entry", sa.Column("lamp", sa.Text, primary_key=True))


def downgrade() -> None:
    op.drop_table("entry")
