"""Whether somebody has, or is offered, a place: an offer that has ended is not told of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("applications", sa.Column("place", sa.Text))


def downgrade() -> None:
    op.drop_column("applications", "place")
