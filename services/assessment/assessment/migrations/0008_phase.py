"""The phase of an applicant's school, through which moderation's draw passes evenly."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("applications", sa.Column("phase", sa.Text))
