"""By which pages each of DfE's lists is being read."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("dfe_streams", sa.Column("page_size", sa.BigInteger))


def downgrade() -> None:
    op.drop_column("dfe_streams", "page_size")
