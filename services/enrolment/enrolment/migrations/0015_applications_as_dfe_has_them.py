"""When DfE has an application from: of those from before it is known from the next full sync."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("applications", sa.Column("dfe_created_at", Instant))


def downgrade() -> None:
    op.drop_column("applications", "dfe_created_at")
