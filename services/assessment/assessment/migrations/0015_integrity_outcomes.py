"""What a lead decided of a script whose integrity was in doubt."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    outcome = sa.Column(
        "integrity_outcome",
        sa.Text,
        sa.CheckConstraint(
            "integrity_outcome IN ('as_marked', 'fail')", name=op.f("ck_scripts_integrity_outcome")
        ),
    )
    op.add_column("scripts", outcome)
