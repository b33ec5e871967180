"""Which of DfE's outcomes is which of ours: of former ones it is known once DfE shows them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("outcomes", sa.Column("dfe_outcome_id", sa.Uuid))


def downgrade() -> None:
    op.drop_column("outcomes", "dfe_outcome_id")
