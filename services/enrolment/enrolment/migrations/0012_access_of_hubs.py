"""Whether a hub's own systems have access; of hubs from before it is known from their next act."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("delivery_partners", sa.Column("access", sa.Text))


def downgrade() -> None:
    op.drop_column("delivery_partners", "access")
