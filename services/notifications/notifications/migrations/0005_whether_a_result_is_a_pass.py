"""Whether a result is a pass: from then on the time runs for which facts are kept. Results that are
there already do not say it; who has passed has a completed declaration, too."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Empty for results of before, and for those that the former release still writes."""
    op.add_column("results", sa.Column("passed", sa.Boolean))


def downgrade() -> None:
    """What a result is, assessment knows."""
    op.drop_column("results", "passed")
