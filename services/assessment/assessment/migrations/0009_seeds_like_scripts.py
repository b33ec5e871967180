"""What tells how far the marking of a reference script has come, as an allocation has it."""

import sqlalchemy as sa
from alembic import op

from kit.db import Instant, Json

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("reference_markings") as altered:
        altered.add_column(sa.Column("shown_as", sa.Uuid))
        altered.add_column(sa.Column("started_at", Instant))
        altered.add_column(sa.Column("draft", Json))
        altered.add_column(sa.Column("lease_until", Instant))
        altered.add_column(sa.Column("fence", sa.BigInteger, nullable=False, server_default="1"))
