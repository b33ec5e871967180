"""What the handlers did. No constraint, so that a doubled effect shows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    for table in ("entry", "confirmation"):
        op.create_table(
            table,
            sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
            sa.Column("number", sa.Integer, nullable=False),
        )


def downgrade() -> None:
    for table in ("confirmation", "entry"):
        op.drop_table(table)
