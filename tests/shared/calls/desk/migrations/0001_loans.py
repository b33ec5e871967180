"""What the desk did. Loans have no constraint, so that a doubled effect shows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "loan",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("book", sa.Text, nullable=False),
        sa.Column("lent_by", sa.Text, nullable=False),
    )
    op.create_table("reservation", sa.Column("book", sa.Text, primary_key=True))
    op.create_table(
        "run",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("timer", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("process", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("run")
    op.drop_table("reservation")
    op.drop_table("loan")
