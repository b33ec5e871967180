"""A place held for a move to another cohort; revisions of places and contracts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("applications", sa.Column("reserved_cohort", sa.Text))
    for table in ("quotas", "contracts"):
        revisions = sa.Column("revision", sa.BigInteger, nullable=False, server_default="0")
        op.add_column(table, revisions)
