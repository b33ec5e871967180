"""A comparison that failed is run again."""

import sqlalchemy as sa
from alembic import op

from kit.db import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    attempts = sa.Column("attempts", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("comparisons", attempts)
    op.add_column("comparisons", sa.Column("next_attempt_at", Instant))
