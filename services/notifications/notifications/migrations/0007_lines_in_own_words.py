"""How something is told among others, in the provider's own words."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """None: as it ships."""
    op.add_column("wordings", sa.Column("line", sa.Text))


def downgrade() -> None:
    """Lines are as they ship again."""
    op.drop_column("wordings", "line")
