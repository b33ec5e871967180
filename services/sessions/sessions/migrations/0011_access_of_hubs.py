"""Whether a hub's own systems have access, as enrolment tells from a hub's next act."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("delivery_partners", sa.Column("access", sa.Text))


def downgrade() -> None:
    op.drop_column("delivery_partners", "access")
