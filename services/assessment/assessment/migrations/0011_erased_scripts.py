"""That a script was erased, signed: without it nobody could tell that from one taken away."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "erased_scripts",
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("erased_on", sa.Date, nullable=False),
        sa.Column("certificate", sa.Uuid),
        sa.Column("mac", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_erased_scripts_window_id")
        ),
        sa.PrimaryKeyConstraint("window_id", "number", name=op.f("pk_erased_scripts")),
    )
