"""Which lead provider made a declaration, as DfE names it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("declarations", sa.Column("lead_provider", sa.Text))
