"""Fees of resubmissions: one for each attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("fees", sa.Column("attempt", sa.BigInteger))
    op.create_index("ux_fees_attempt", "fees", ["application_id", "attempt"], unique=True)
