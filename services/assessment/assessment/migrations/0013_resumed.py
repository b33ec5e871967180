"""When a marker who was stopped resumed."""

import sqlalchemy as sa
from alembic import op

from kit.db import Instant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("assessors", sa.Column("resumed_at", Instant))
